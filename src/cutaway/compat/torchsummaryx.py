"""torchsummaryX's `summary` on `cutaway.model`: its arguments, its table and data frames, with the right numbers."""

import importlib
from typing import Any

from torch import nn

from cutaway.model.inputs import ForwardInputs
from cutaway.model.records import Value
from cutaway.model.result import ForwardError, ModelSummary, failure_message
from cutaway.model.rows import Row
from cutaway.model.summary import summarise_partial

_COLUMNS = ("Kernel Shape", "Output Shape", "Params", "Mult-Adds")


def summary(model: nn.Module, x: Any, *args: Any, print_summary: bool = True, **kwargs: Any) -> tuple[Any, Any]:
    """Print a row for each layer that was called; returns the rows and the totals as two `pandas.DataFrame`.

    `x`, `args` and `kwargs` are what the forward is called with. When it raises, the rows up to there are printed, and
    ForwardError is raised from what it raised. `layer_modules` is accepted and changes nothing: every module has a row.
    ModuleNotFoundError without pandas.
    """
    kwargs.pop("layer_modules", None)
    try:
        pandas = importlib.import_module("pandas")
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ModuleNotFoundError("this needs pandas: pip install pandas", name="pandas") from None
    result, failed = summarise_partial(model, ForwardInputs((x, *args), kwargs))
    rows = [row for row in result.rows[1:] if row.call is not None and not row.failed] or [result.rows[0]]
    frame = pandas.DataFrame([_record(row) for row in rows], columns=["Layer", *_COLUMNS]).set_index("Layer")
    totals = _totals(result)
    total = pandas.DataFrame({"Totals": totals}, index=list(totals))
    if print_summary:
        print(f"{frame.to_string(na_rep='-')}\n{'-' * 80}\n{total.to_string()}")
    if failed is not None:
        raise ForwardError(failure_message(result), result) from failed
    return frame, total


def _record(row: Row) -> dict[str, Any]:
    weight = next((each for each in row.own if each.path.endswith("weight") and each.shape is not None), None)
    own = sum(parameter.count for parameter in row.own)
    return {
        "Layer": f"{row.call}_{row.path.removeprefix('.')}",
        # As [in, out, kernel].
        "Kernel Shape": None
        if weight is None or weight.shape is None
        else [*weight.shape[:2][::-1], *weight.shape[2:]],
        "Output Shape": _shape(row.outputs),
        "Params": own or None,
        "Mult-Adds": row.macs or None,
    }


def _totals(result: ModelSummary) -> dict[str, int]:
    totals = result.totals
    return {
        "Total params": totals.parameters,
        "Trainable params": totals.trainable_parameters,
        "Non-trainable params": totals.frozen_parameters,
        "Mult-Adds": totals.macs,
    }


def _shape(value: Value | None) -> list[int] | None:
    tensor = None if value is None else next(iter(value.tensors()), None)
    return None if tensor is None else list(tensor.shape)
