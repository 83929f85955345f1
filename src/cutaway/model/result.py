"""The result of `cutaway.summary`, and the error that is raised when a forward fails."""

from typing import Any

from cutaway.model.counted import Counted
from cutaway.model.render import data, html, markdown, text
from cutaway.model.trace import Trace
from cutaway.model.values_text import shape_text
from cutaway.model.view import TableView, changed


class ForwardError(RuntimeError):
    """The model's forward raised. `summary` has the table up to that point, `__cause__` is what was raised."""

    def __init__(self, message: str, summary: "ModelSummary") -> None:
        super().__init__(message)
        self.summary = summary


class ModelSummary(Counted):
    """The result of `summary`: rows, totals and the trace they were read from. `str()` is the table.

    `view` says what of it a table shows; every ``to_`` method for tables takes the same settings by keyword (see
    `cutaway.model.view.View`). Its repr is one line, so that an interactive session that shows the result of a call
    shows no second table; a notebook shows the HTML.
    """

    def __init__(self, trace: Trace, view: TableView | None = None) -> None:
        super().__init__(trace)
        self.view = TableView() if view is None else view

    def to_text(self, width: int | None = None, **view: Any) -> str:
        """The table as plain text, at most `width` characters wide (default: the terminal, else what it needs)."""
        return text.to_text(self, changed(self.view, **view), width)

    def to_markdown(self, **view: Any) -> str:
        """The table in GitHub's Markdown."""
        return markdown.to_markdown(self, changed(self.view, **view))

    def to_html(self, **view: Any) -> str:
        """The table as a fragment of HTML: rows open and close, nothing is loaded or run."""
        return html.to_html(self, changed(self.view, **view))

    def to_dict(self) -> dict[str, Any]:
        """The totals and all rows as plain JSON values. Values of calls are in `trace.to_dict()`, under `call`."""
        return data.to_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON."""
        return data.to_json(self, indent)

    def to_csv(self) -> str:
        """All rows as CSV, sizes in bytes."""
        return data.to_csv(self)

    def to_dataframe(self) -> Any:
        """All rows as a `pandas.DataFrame`, indexed by ``key``. ModuleNotFoundError without pandas."""
        return data.to_dataframe(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        totals = self.totals
        return (
            f"<ModelSummary of {self.trace.model}: {len(self.rows):,} rows, "
            f"{totals.parameters:,} parameters, {totals.macs:,} MACs>"
        )


def forward_error(result: ModelSummary, error: Exception) -> ForwardError:
    """The error that is raised when a forward has raised `error`."""
    failure = result.trace.failure
    advice = f". {failure.advice}" if failure is not None and failure.advice else ""
    raised = ForwardError(failure_message(result) + advice, result)
    raised.__cause__ = error
    return raised


def failure_message(result: ModelSummary) -> str:
    """One line: which layer failed, with which input shapes, and why."""
    failure = result.trace.failure
    assert failure is not None
    call = None if failure.call is None else result.trace.calls[failure.call]
    reason = " ".join(failure.message.split()) or failure.type
    where = "" if failure.function is None else f" in {failure.function}"
    if call is None:
        return f"the forward failed{where}: {reason}"
    layer = f"layer {call.key} ({call.type})" if call.path else f"the forward of {call.type} itself"
    return f"{layer} failed{where} with input {shape_text(call.inputs)}: {reason}"
