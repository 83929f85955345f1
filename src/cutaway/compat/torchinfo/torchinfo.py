"""torchinfo's `summary`: its arguments and their checks around `cutaway.model`."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import nn

from cutaway.compat.torchinfo.enums import ColumnSettings, Mode, RowSettings, Verbosity
from cutaway.compat.torchinfo.formatting import FormattingOptions
from cutaway.compat.torchinfo.layer_info import called, listed, make_layers
from cutaway.compat.torchinfo.model_statistics import ModelStatistics
from cutaway.model.capture.torch.capture import unwrapped
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs, TensorSpec, dtype_name
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summarise_partial

DEFAULT_COLUMN_NAMES = (ColumnSettings.OUTPUT_SIZE, ColumnSettings.NUM_PARAMS)
DEFAULT_ROW_SETTINGS = {RowSettings.DEPTH}
_NEED_INPUT = {ColumnSettings.INPUT_SIZE, ColumnSettings.OUTPUT_SIZE, ColumnSettings.MULT_ADDS}

#: Results of `cache_forward_pass`, as long as their models live.
_cached: "WeakKeyDictionary[nn.Module, ModelSummary]" = WeakKeyDictionary()


def summary(
    model: nn.Module,
    input_size: Any = None,
    input_data: Any = None,
    batch_dim: int | None = None,
    cache_forward_pass: bool | None = None,
    col_names: Iterable[str] | None = None,
    col_width: int = 25,
    depth: int = 3,
    device: "torch.device | str | None" = None,
    dtypes: Sequence[Any] | None = None,
    mode: str = "same",
    row_settings: Iterable[str] | None = None,
    verbose: int | None = None,
    **kwargs: Any,
) -> ModelStatistics:
    """torchinfo's `summary`, with exact counts and without touching the model or moving it.

    `input_size`: one size, or a list of them; `batch_dim` inserts a dimension of 1 into each. `input_data`: a tensor or
    array, a list or tuple of arguments, a dict of keyword arguments; `kwargs` go to the forward. `dtypes`: one for each
    size, by default that of the model. `device`: where inputs given by size are made. `cache_forward_pass`: the same
    model is not captured again. `verbose`: 0, 1 or 2; None is 0 in an interactive session and 1 elsewhere.

    Raises torchinfo's errors: TypeError, ValueError and RuntimeError for bad arguments, and RuntimeError with the
    layers that were executed when the forward fails, from what it raised.
    """
    given = input_size is not None or input_data is not None
    columns: tuple[ColumnSettings, ...]
    if col_names is None:
        columns = DEFAULT_COLUMN_NAMES if given else (ColumnSettings.NUM_PARAMS,)
    else:
        columns = tuple(ColumnSettings(name) for name in col_names)
    rows = DEFAULT_ROW_SETTINGS if row_settings is None else {RowSettings(name) for name in row_settings}
    if verbose is None:
        verbose = 0 if getattr(sys, "ps1", None) else 1
    _validate(input_size, input_data, columns, col_width, device, dtypes, verbose)
    inputs, sizes = _inputs(input_size, input_data, batch_dim, dtypes, kwargs)
    result = _captured(model, inputs, Mode(mode), device, bool(cache_forward_pass))
    inner = unwrapped(model)
    paths = ModulePaths(inner)
    modules = {paths.path(module, ""): module for module in inner.modules() if not paths.is_wrapper(module)}
    entries = called(result.rows) if result.trace.calls else listed(result.rows, inner)
    layers = make_layers(entries, result.trace.parameters, modules)
    form = FormattingOptions(depth, verbose, columns, col_width, rows)
    root = result.rows[0].inputs
    total_input = 0 if root is None else sum(tensor.bytes for tensor in root.tensors())
    statistics = ModelStatistics(layers, sizes, total_input, form, result)
    if verbose > Verbosity.QUIET:
        print(statistics)
    return statistics


def clear_cached_forward_pass() -> None:
    """Forget what `cache_forward_pass` has kept."""
    _cached.clear()


def _captured(model: nn.Module, inputs: ForwardInputs, mode: Mode, device: Any, cache: bool) -> ModelSummary:
    if cache and model in _cached:
        return _cached[model]
    result, error = summarise_partial(model, inputs, options=CaptureOptions(mode.value), device=device)
    if error is not None:
        executed = [f"{row.type}: {row.depth}" for row in result.rows if row.call is not None and not row.failed]
        raise RuntimeError(
            "Failed to run torchinfo. See above stack traces for more details. "
            f"Executed layers up to: [{', '.join(executed)}]"
        ) from error
    if cache:
        _cached[model] = result
    return result


def _validate(
    input_size: Any,
    input_data: Any,
    columns: Sequence[ColumnSettings],
    col_width: int,
    device: Any,
    dtypes: Any,
    verbose: int,
) -> None:
    if col_width <= 0:
        raise ValueError(f"Column width must be greater than 0: col_width={col_width}")
    if device is not None:
        torch.device(device)  # RuntimeError for a name that is none.
    if verbose not in (0, 1, 2):
        raise ValueError("Verbose must be either 0 (quiet), 1 (default), or 2 (verbose).")
    if input_size is not None and input_data is not None:
        raise RuntimeError("Only one of (input_data, input_size) should be specified.")
    needing = [column.value for column in columns if column in _NEED_INPUT]
    if input_size is None and input_data is None and needing:
        raise ValueError(f"You must pass input_data or input_size in order to use columns: {', '.join(needing)}")


def _inputs(
    input_size: Any, input_data: Any, batch_dim: int | None, dtypes: Any, kwargs: Mapping[str, Any]
) -> tuple[ForwardInputs, Any]:
    """The arguments of the forward, and the sizes as the result has them."""
    if input_size is not None:
        given, sizes = _sizes(input_size)
        if dtypes is not None and not isinstance(dtypes, list | tuple):
            raise TypeError(f"dtypes is of type {type(dtypes).__name__}; a list with one for each input is expected")
        kinds: Sequence[Any] = [None] * len(sizes) if dtypes is None else dtypes
        if len(kinds) != len(sizes):
            raise ValueError(f"dtypes has {len(kinds)} entries for {len(sizes)} inputs")
        if batch_dim is not None:
            places = [batch_dim if batch_dim >= 0 else len(size) + 1 + batch_dim for size in sizes]
            sizes = [(*size[:place], 1, *size[place:]) for size, place in zip(sizes, places, strict=True)]
        specs = (
            TensorSpec(size, None if kind is None else dtype_name(kind))
            for size, kind in zip(sizes, kinds, strict=True)
        )
        return ForwardInputs(tuple(specs), dict(kwargs)), given
    if input_data is None:
        return ForwardInputs(), []
    if isinstance(input_data, torch.Tensor | np.ndarray):
        values: Any = [input_data]
    elif isinstance(input_data, list | tuple | Mapping):
        values = input_data
    else:
        raise ValueError(
            "Input_data type is not recognized: a tensor, an array, a list or tuple of inputs or a dict of them is "
            f"expected, not {type(input_data).__name__}."
        )
    if isinstance(values, Mapping):
        keywords = {str(name): _tensor(value) for name, value in values.items()}
        return ForwardInputs((), {**keywords, **kwargs}), _size(input_data)
    arguments = tuple(map(_tensor, values))
    return ForwardInputs(arguments, dict(kwargs)), _size(input_data)


def _sizes(input_size: Any) -> tuple[list[Any], list[tuple[int, ...]]]:
    """One size for each input: as they were given, and of whole numbers."""
    if not isinstance(input_size, list | tuple):
        raise TypeError("Input_size is not a recognized type. Please ensure input_size is valid: a list or a tuple.")
    if not input_size:
        raise ValueError("Input_data is invalid, or negative size found in input_data.")
    many = isinstance(input_size[0], list | tuple)
    sizes = [_flat(size) for size in input_size] if many else [tuple(input_size)]
    for each in (each for size in sizes for each in size):
        if isinstance(each, bool) or not hasattr(each, "__index__"):
            raise TypeError(f"Input_size has {each!r} where a whole number is expected.")
    sizes = [tuple(int(each) for each in size) for size in sizes]
    if any(each <= 0 for size in sizes for each in size):
        raise ValueError("Input_data is invalid, or negative size found in input_data.")
    return list(input_size) if many else [tuple(input_size)], sizes


def _flat(size: Any) -> tuple[Any, ...]:
    """A size, or one in a list of its own."""
    while len(size) == 1 and isinstance(size[0], list | tuple):
        size = size[0]
    return tuple(size)


def _tensor(value: Any) -> Any:
    return torch.from_numpy(value) if isinstance(value, np.ndarray) else value


def _size(value: Any) -> Any:
    """The same containers, with sizes for tensors and arrays."""
    if isinstance(value, torch.Tensor | np.ndarray):
        return torch.Size(value.shape)
    if isinstance(value, Mapping):
        return {name: _size(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_size(item) for item in value]
    return value
