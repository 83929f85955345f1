"""torchsummary's `summary` on `cutaway.model`: its arguments, its table and what it returns, with the right numbers."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from cutaway.model.inputs import ForwardInputs, TensorSpec, dtype_name
from cutaway.model.records import Value
from cutaway.model.result import ForwardError, ModelSummary, failure_message
from cutaway.model.rows import Row
from cutaway.model.summary import summarise_partial

_WIDTH = 64


def summary(
    model: nn.Module,
    input_size: Any,
    batch_size: int = -1,
    device: Any = None,
    dtypes: Sequence[Any] | None = None,
) -> tuple[int, int]:
    """Print torchsummary's table; returns the numbers of parameters and of those that take a gradient.

    `input_size`: the size of an input without its batch, or a list of such sizes. `batch_size` is what is shown as the
    first dimension, and -1 for one that is left open; the counts are of one sample then. `device`: where the inputs are
    made, by default the model's (torchsummary itself wants CUDA). ForwardError when the forward raises.
    """
    text, counts = summary_string(model, input_size, batch_size, device, dtypes)
    print(text)
    return counts


def summary_string(
    model: nn.Module,
    input_size: Any,
    batch_size: int = -1,
    device: Any = None,
    dtypes: Sequence[Any] | None = None,
) -> tuple[str, tuple[int, int]]:
    """The table of `summary` as text, and what it returns."""
    sizes = [tuple(size) for size in input_size] if _is_many(input_size) else [tuple(input_size)]
    kinds = [None] * len(sizes) if dtypes is None else [dtype_name(dtype) for dtype in dtypes]
    if len(kinds) != len(sizes):
        raise ValueError(f"dtypes has {len(kinds)} entries for {len(sizes)} inputs")
    batch = max(1, batch_size)
    specs = tuple(TensorSpec((batch, *size), kind) for size, kind in zip(sizes, kinds, strict=True))
    result, error = summarise_partial(model, ForwardInputs(specs), device=device)
    if error is not None:
        raise ForwardError(failure_message(result), result) from error
    totals = result.totals
    return "\n".join(_lines(result, batch_size)), (totals.parameters, totals.trainable_parameters)


def _lines(result: ModelSummary, batch_size: int) -> list[str]:
    totals = result.totals
    lines = ["-" * _WIDTH, f"{'Layer (type)':>20}  {'Output Shape':>25} {'Param #':>15}", "=" * _WIDTH]
    rows = [row for row in result.rows[1:] if row.call is not None] or [result.rows[0]]
    for idx, row in enumerate(rows, 1):
        shape = str(_shape(row.outputs, batch_size))
        lines.append(f"{f'{row.type}-{idx}':>20}  {shape:>25} {_own(result, row):>15,}")
    inputs = result.rows[0].inputs
    sizes = (
        ("Input size", sum(tensor.bytes for tensor in inputs.tensors()) if inputs is not None else 0),
        ("Forward/backward pass size", totals.saved_bytes or 0),
        ("Params size", totals.parameter_bytes),
    )
    lines += [
        "=" * _WIDTH,
        f"Total params: {totals.parameters:,}",
        f"Trainable params: {totals.trainable_parameters:,}",
        f"Non-trainable params: {totals.frozen_parameters:,}",
        "-" * _WIDTH,
        *(f"{name} (MB): {size / 1024**2:.2f}" for name, size in sizes),
        f"Estimated Total Size (MB): {sum(size for _, size in sizes) / 1024**2:.2f}",
        "-" * _WIDTH,
    ]
    return lines


def _own(result: ModelSummary, row: Row) -> int:
    return sum(parameter.count for parameter in row.own)


def _shape(value: Value | None, batch_size: int) -> Any:
    """One shape, or a list of them where there are several."""
    shapes = [] if value is None else [[batch_size, *tensor.shape[1:]] for tensor in value.tensors()]
    return shapes[0] if len(shapes) == 1 else shapes


def _is_many(input_size: Any) -> bool:
    return bool(input_size) and isinstance(input_size[0], list | tuple)
