"""`diff`: what is different between two models, or between a model and a checkpoint.

Two models are compared row by row: which layers were added, removed, moved or changed, in what, and what that makes of
the totals. Where one side is a file, the names and shapes of its tensors are compared with what a state dict of the
other side would have (`cutaway.model.checkpoint_diff`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from cutaway.model.align import align, name_of
from cutaway.model.checkpoint_diff import CheckpointDiff, compare_tensors
from cutaway.model.columns import COLUMNS, Cell
from cutaway.model.inputs import InputSize, forward_inputs
from cutaway.model.result import ForwardError, ModelSummary, failure_message
from cutaway.model.rows import Row
from cutaway.model.summary import make_step, summarise
from cutaway.model.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    Comparable = nn.Module | ModelSummary | Trace | str | Path | Mapping[str, Any]

Status = Literal["same", "changed", "added", "removed", "moved"]

#: What rows are compared in.
COMPARED = ("inputs", "outputs", "dtype", "parameters", "trainable", "parameter_bytes", "buffers", "macs", "config")
#: What totals are compared in.
COMPARED_TOTALS = (
    "parameters", "trainable_parameters", "parameter_bytes", "buffers", "macs", "backward_macs", "element_operations",
    "saved_bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowDiff:
    """A layer of one model, of the other or of both.

    `before` and `after` are indices of rows in the two summaries, None where there is none. `changes` has for each
    column that differs what it was and is; ``type`` is one of them. A layer that ``moved`` has another path, and may
    have changed too.
    """

    status: Status
    path: str
    before: int | None
    after: int | None
    changes: dict[str, tuple[Cell, Cell]]


@dataclass(frozen=True, slots=True)
class ModelDiff:
    """The rows of both models in the order of the second, with what is only in the first where it stood.

    Its truth value says whether there is any difference.
    """

    before: ModelSummary
    after: ModelSummary
    rows: tuple[RowDiff, ...]
    totals: dict[str, tuple[int | None, int | None]]

    def __bool__(self) -> bool:
        return any(row.status != "same" for row in self.rows)

    def to_text(self, width: int | None = None) -> str:
        """What is different, as a table of at most `width` characters (default: the terminal's)."""
        from cutaway.model.render.diff_text import model_diff_text

        return model_diff_text(self, width)

    def to_dict(self) -> dict[str, Any]:
        """All rows and the totals as JSON values."""
        return {
            "before": self.before.trace.model,
            "after": self.after.trace.model,
            "different": bool(self),
            "totals": {name: list(pair) for name, pair in self.totals.items()},
            "rows": [
                {
                    "status": row.status,
                    "path": row.path,
                    "before": None if row.before is None else self.before.rows[row.before].key,
                    "after": None if row.after is None else self.after.rows[row.after].key,
                    "changes": {name: list(pair) for name, pair in row.changes.items()},
                }
                for row in self.rows
            ],
        }

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        counts = {status: sum(row.status == status for row in self.rows) for status in ("added", "removed", "changed")}
        found = ", ".join(f"{count:,} {status}" for status, count in counts.items())
        return f"<ModelDiff of {self.before.trace.model} and {self.after.trace.model}: {found}>"


def diff(
    before: "Comparable",
    after: "Comparable",
    input_size: InputSize | None = None,
    input_data: Any = None,
    *,
    dtypes: Any = None,
    mode: str | None = None,
    **forward_kwargs: Any,
) -> ModelDiff | CheckpointDiff:
    """Compare two models, or a model and a checkpoint.

    Each side is a model, a `ModelSummary`, a `Trace`, the name of a file as `cutaway.summary` takes it, or a state
    dict. Models are captured with the inputs given, as `cutaway.summary` does it; without inputs their modules and
    parameters are compared. The result prints as what is different, and has all of it as data. Raises what
    `cutaway.summary` raises.
    """
    inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
    step = make_step(mode)

    def read(model: Any) -> ModelSummary:
        if isinstance(model, ModelSummary):
            return model
        if isinstance(model, Trace):
            return ModelSummary(model)
        if isinstance(model, Mapping):
            return ModelSummary(_of_state_dict(model))
        result, error = summarise(model, inputs, step=step)
        if error is not None:
            raise ForwardError(failure_message(result), result) from error
        return result

    return compare(read(before), read(after))


def compare(before: ModelSummary, after: ModelSummary) -> ModelDiff | CheckpointDiff:
    """`diff` of what is already captured."""
    if "file" in (before.trace.method, after.trace.method):
        return compare_tensors(before.trace, after.trace)
    pairs = align(before.rows, after.rows)
    captured = before.trace.has_calls and after.trace.has_calls
    return ModelDiff(before, after, tuple(_rows(before.rows, after.rows, pairs, captured)), _totals(before, after))


def _rows(before: Sequence[Row], after: Sequence[Row], pairs: dict[int, int], captured: bool) -> list[RowDiff]:
    """In the order of `after`; what is only in `before` behind the row that stood before it there."""
    origins = {other: one for one, other in pairs.items()}
    removed: dict[int, list[int]] = {}
    latest = -1
    for idx in range(len(before)):
        if idx in pairs:
            latest = pairs[idx]
        else:
            removed.setdefault(latest, []).append(idx)
    found: list[RowDiff] = []
    for other in range(-1, len(after)):
        if other >= 0:
            found.append(_row(before, after, origins, other, captured))
        found += [RowDiff("removed", before[idx].key, idx, None, {}) for idx in removed.get(other, ())]
    return found


def _row(before: Sequence[Row], after: Sequence[Row], origins: dict[int, int], other: int, captured: bool) -> RowDiff:
    one = origins.get(other)
    row = after[other]
    if one is None:
        return RowDiff("added", row.key, None, other, {})
    old = before[one]
    changes: dict[str, tuple[Cell, Cell]] = {}
    if old.type != row.type:
        changes["type"] = (old.type, row.type)
    for name in COMPARED:
        read: Callable[[Row], Cell] = COLUMNS[name].read
        if (captured or name not in ("inputs", "outputs", "dtype", "macs")) and read(old) != read(row):
            changes[name] = (read(old), read(row))
    # What is in a layer that has moved has moved with it, and has not moved itself.
    holder = None if row.parent is None else origins.get(row.parent)
    moved = name_of(before, one) != name_of(after, other) or (row.parent is not None and holder != old.parent)
    status: Status = "moved" if moved else "changed" if changes else "same"
    return RowDiff(status, row.key, one, other, changes)


def _totals(before: ModelSummary, after: ModelSummary) -> dict[str, tuple[int | None, int | None]]:
    return {name: (getattr(before.totals, name), getattr(after.totals, name)) for name in COMPARED_TOTALS}


def _of_state_dict(state: Mapping[str, Any]) -> Trace:
    from cutaway.model.capture.checkpoint import capture_state_dict

    return capture_state_dict(state)
