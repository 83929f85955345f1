"""`summary`: what a model is, layer by layer, with shapes, parameters and multiply-accumulates.

PyTorch is imported when a model is summarised, not with this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from cutaway.model.inputs import ForwardInputs, forward_inputs
from cutaway.model.rows import Row, Totals, build_rows
from cutaway.model.trace import Trace

if TYPE_CHECKING:
    import torch
    from torch import nn

_MODES = ("same", "train", "eval")


class ForwardError(RuntimeError):
    """The model's forward raised. `summary` has the table up to that point, `__cause__` is what was raised."""

    def __init__(self, message: str, summary: "ModelSummary") -> None:
        super().__init__(message)
        self.summary = summary


class ModelSummary:
    """The result of `summary`: rows, totals and the trace they were read from. `str()` is the table.

    Its repr is one line, so that an interactive session that shows the result of a call shows no second table.
    """

    def __init__(self, trace: Trace, depth: int | None = None) -> None:
        self.trace = trace
        self.depth = depth
        self.rows: tuple[Row, ...]
        self.totals: Totals
        self.rows, self.totals = build_rows(trace)

    def to_dict(self) -> dict[str, Any]:
        """The totals and the rows as plain JSON values. Values of calls are in `trace.to_dict()`, under `call`."""
        left_out = ("inputs", "outputs", "own")
        rows = [
            {
                "key": row.key,
                **{field.name: getattr(row, field.name) for field in fields(Row) if field.name not in left_out},
                "inputs": _shapes(row.inputs),
                "outputs": _shapes(row.outputs),
                "aliases": list(row.aliases),
            }
            for row in self.rows
        ]
        totals = {**asdict(self.totals), "frozen_parameters": self.totals.frozen_parameters, "flops": self.totals.flops}
        return {
            "model": self.trace.model,
            "method": self.trace.method,
            "reason": self.trace.reason,
            "totals": totals,
            "rows": rows,
        }

    def to_text(self, width: int | None = None) -> str:
        """The table as plain text, at most `width` characters wide (default: the terminal, else what it needs)."""
        from cutaway.model.render.text import to_text

        return to_text(self, width)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        totals = self.totals
        return (
            f"<ModelSummary of {self.trace.model}: {len(self.rows):,} rows, "
            f"{totals.parameters:,} parameters, {totals.macs:,} MACs>"
        )


def summary(
    model: "nn.Module",
    input_size: Sequence[int] | Sequence[Sequence[int]] | Mapping[str, Sequence[int]] | None = None,
    input_data: Any = None,
    *,
    dtypes: Any = None,
    device: "str | torch.device | None" = None,
    depth: int | None = None,
    mode: str = "same",
    verbose: bool = True,
    **forward_kwargs: Any,
) -> ModelSummary:
    """Summarise a PyTorch model, print the table and return it. The model stays exactly as it is.

    `input_size` is the shape of the forward's input, batch included, a list of shapes for several inputs, or a dict of
    shapes by argument name; `dtypes` their types (one for all, a list, or a dict), by default that of the model's first
    floating-point parameter. Or `input_data` is the input itself: a tensor, a list or tuple of arguments, a dict of
    keyword arguments. `forward_kwargs` are passed on to the forward. Without any input only the modules are listed.

    `device` is where inputs given by shape are made (default: the device of the first parameter). `depth` limits the
    levels printed; the rows are complete. `mode` is the training mode during the capture: ``same``, ``train`` or
    ``eval``. `verbose=False` prints nothing.

    No weights are computed with if the forward runs on shapes alone; see `Trace.method`. Raises TypeError or ValueError
    for bad arguments, and ForwardError, which holds the table up to the failing layer, when the forward raises.
    """
    inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
    result, error = summarise(model, inputs, device=device, depth=depth, mode=mode)
    if verbose:
        from cutaway.model.render.text import print_text

        print_text(result)
    if error is not None:
        raise ForwardError(failure_message(result), result) from error
    return result


def summarise(
    model: "nn.Module",
    inputs: ForwardInputs,
    *,
    device: "str | torch.device | None" = None,
    depth: int | None = None,
    mode: str = "same",
) -> tuple[ModelSummary, Exception | None]:
    """`summary` without printing, and with the exception that ended the forward returned beside the partial result."""
    _check(model, depth, mode)
    from cutaway.model.capture.torch import capture

    place = None if device is None else _device(device)
    captured = capture(model, inputs, mode=mode, device=place)  # type: ignore[arg-type]
    return ModelSummary(captured.trace, depth), captured.error


def failure_message(result: ModelSummary) -> str:
    """One line: which layer failed, with which input shapes, and why."""
    from cutaway.model.render.text import shape_text

    failure = result.trace.failure
    assert failure is not None
    call = None if failure.call is None else result.trace.calls[failure.call]
    reason = " ".join(failure.message.split()) or failure.type
    where = "" if failure.function is None else f" in {failure.function}"
    if call is None:
        return f"the forward failed{where}: {reason}"
    layer = f"layer {call.key} ({call.type})" if call.path else f"the forward of {call.type} itself"
    return f"{layer} failed{where} with input {shape_text(call.inputs)}: {reason}"


def _check(model: Any, depth: Any, mode: Any) -> None:
    with _torch_required():
        from torch import nn
    if isinstance(model, type):
        raise TypeError(f"model is the class {model.__name__}; an instance is expected, as {model.__name__}(...)")
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is of type {type(model).__name__}; a torch.nn.Module is expected")
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 0):
        raise ValueError(f"depth is {depth!r}; None or a whole number from 0 is expected")
    if mode not in _MODES:
        raise ValueError(f"mode is {mode!r}; one of {', '.join(_MODES)} is expected")


def _device(device: Any) -> str:
    import torch

    try:
        return str(torch.device(device))
    except (RuntimeError, TypeError):
        raise ValueError(f"device is {device!r}; a torch.device or its name is expected") from None


@contextmanager
def _torch_required() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ModuleNotFoundError("summarising a model needs PyTorch: pip install torch", name="torch") from None


def _shapes(value: Any) -> list[list[int]]:
    return [] if value is None else [list(tensor.shape) for tensor in value.tensors()]
