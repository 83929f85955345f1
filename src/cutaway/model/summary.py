"""`summary`: what a model is, layer by layer, with shapes, parameters and multiply-accumulates.

A framework is imported when one of its models is summarised, not with this module.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from cutaway.model.capture.sources import capture_file, capture_object, is_file_name
from cutaway.model.capture_options import CaptureOptions, Mode
from cutaway.model.foreign_words import check_words
from cutaway.model.formulas import with_formulas
from cutaway.model.inputs import (
    ForwardInputs,
    InputSize,
    floating_dtype_name,
    forward_inputs,
    letters_of,
    rebatched,
    with_sizes,
)
from cutaway.model.render.text import print_text
from cutaway.model.result import ModelSummary, forward_error
from cutaway.model.view import TableView, make_view, needs_backward

if TYPE_CHECKING:
    import torch


#: The number of timed runs with `profile=True`.
USUAL_RUNS = 10


def summary(
    model: Any,
    input_size: InputSize | None = None,
    input_data: Any = None,
    *,
    dtypes: Any = None,
    device: "str | torch.device | None" = None,
    mode: str | None = None,
    backward: bool = False,
    train: bool | None = None,
    batch: int | None = None,
    dtype: Any = None,
    loss: "Callable[[Any], Any] | None" = None,
    optimizer: Any = None,
    profile: bool | int = False,
    sizes: Mapping[str, int] | None = None,
    trust: bool = False,
    verbose: bool | None = None,
    columns: "Sequence[str] | str | None" = None,
    depth: int | None = None,
    sort_by: str | None = None,
    filter: str | None = None,  # noqa: A002
    cost: str | None = None,
    fold: bool = True,
    **forward_kwargs: Any,
) -> ModelSummary:
    """Summarise a PyTorch model, print the table and return it. The model stays exactly as it is.

    `input_size` is the shape of the forward's input, batch included, a list of shapes for several inputs, or a dict of
    shapes by argument name; `dtypes` their types (one for all, a list, or a dict), by default that of the model's first
    floating-point parameter. With letters for sizes, as in ``("B", 3, 224, 224)``, the table has formulas in them
    beside the numbers at `sizes` (8 for each that is not given); see `cutaway.model.formulas`. Or `input_data` is the
    input itself: a tensor, a list or tuple of arguments, a dict of keyword arguments. `forward_kwargs` are passed on to
    the forward. Without any input only the modules are listed.

    `device` is where inputs given by shape are made (default: the device of the first parameter). `mode` is the
    training mode of the modules during the capture: ``same``, ``train`` or ``eval``. `backward` records the backward
    pass too, as columns that need it do. `train=True` captures a training step: in training mode, with the backward,
    and with the step of `optimizer` if one is given; `train=False` captures inference: in evaluation mode, without
    gradients. `batch` replaces the first size of the inputs, and `dtype` the type of all floating-point weights and
    inputs. The backward starts from `loss`, a function of what the forward returns; without one from its ``loss``, else
    from all outputs. `optimizer` is a name out of `torch.optim` (``"adamw"``), an optimizer of the model, or a function
    of parameters that makes one; its state is that from the second step on. See `ModelSummary.memory`.

    `profile=True` runs the forward for real, 3 times to warm up and 10 times (`profile=n`: n times) with clocks around
    every call, and shows the median times with what they achieve on this device. It takes at most about 20 seconds, or
    the time of six runs.

    `model` may be the name of a file. One that runs code of its own when it is opened (``.pt2``, pickled objects,
    lambdas of Keras) is opened with `trust=True` only.

    `verbose=False` prints nothing; by default the table is printed, but not in a notebook, where the result shows
    itself.

    What is shown, while `rows` and `totals` are always complete: `columns`, names from `cutaway.model.columns.COLUMNS`;
    `depth`, the levels below the model; `sort_by`, a column by which rows are sorted within each row; `filter`, a
    pattern such as ``"*attn*"`` for paths; `cost`, the column that ``share`` is of; `fold=False` shows every block and
    call on a line of its own.

    No weights are computed with if the forward runs on shapes alone; see `Trace.method`. Raises TypeError or ValueError
    for bad arguments, and ForwardError, which holds the table up to the failing layer, when the forward raises.
    """
    check_words(forward_kwargs, model)
    picture = train is not None or optimizer is not None
    view = make_view(
        columns=columns, depth=depth, sort_by=sort_by, filter=filter, cost=cost, fold=fold, picture=picture
    )
    options = make_options(mode, train, backward=backward, batch=batch, dtype=dtype, loss=loss, optimizer=optimizer)
    runs = profile_runs(profile)
    letters = letters_of(input_size)
    if letters:

        def capture(at: Mapping[str, int]) -> ModelSummary:
            inputs = forward_inputs(with_sizes(input_size, at), input_data, dtypes, forward_kwargs)
            return summarise_or_raise(model, inputs, view, options, device=device, trust=trust)

        if runs:
            raise ValueError("profile was given with letters in input_size, which a forward cannot run on")
        result, error = with_formulas(capture, letters, sizes), None
    else:
        if sizes is not None:
            raise ValueError("sizes was given without letters in input_size, as in ('B', 3, 224, 224)")
        inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
        result, error = summarise_partial(model, inputs, view, options, device=device, runs=runs, trust=trust)
    if _shows_nothing_itself() if verbose is None else verbose:
        print_text(result, view)
    if error is not None:
        raise forward_error(result, error)
    return result


def summarise_or_raise(
    model: Any,
    inputs: ForwardInputs,
    view: TableView | None = None,
    options: CaptureOptions | None = None,
    *,
    device: "str | torch.device | None" = None,
    trust: bool = False,
) -> ModelSummary:
    """`summary` without printing. Raises ForwardError."""
    result, error = summarise_partial(model, inputs, view, options, device=device, trust=trust)
    if error is not None:
        raise forward_error(result, error)
    return result


def _shows_nothing_itself() -> bool:
    """Whether what a call returns is not drawn where the call stands, as a notebook does it."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return type(shell).__name__ != "ZMQInteractiveShell"


def make_options(
    mode: str | None = None,
    train: bool | None = None,
    *,
    backward: bool = False,
    batch: int | None = None,
    dtype: Any = None,
    loss: Any = None,
    optimizer: Any = None,
) -> CaptureOptions:
    """Options of arguments as users give them; ValueError or TypeError names a bad one and what is accepted."""
    if mode is None:
        mode = {None: "same", True: "train", False: "eval"}[train]
    if mode not in get_args(Mode):
        raise ValueError(f"mode is {mode!r}; one of {', '.join(get_args(Mode))} is expected")
    if train is False and (backward or optimizer is not None or loss is not None):
        given = "backward" if backward else "loss" if loss is not None else "optimizer"
        raise ValueError(f"{given} was given with train=False, which is inference")
    if loss is not None and not callable(loss):
        raise TypeError(f"loss is of type {type(loss).__name__}; a function of what the forward returns is expected")
    return CaptureOptions(
        mode=cast("Mode", mode),
        gradients=train is not False,
        backward=backward or bool(train) or optimizer is not None or loss is not None,
        loss=loss,
        optimizer=optimizer,
        batch=batch,
        dtype=None if dtype is None else floating_dtype_name(dtype),
    )


def summarise_partial(
    model: Any,
    inputs: ForwardInputs,
    view: TableView | None = None,
    options: CaptureOptions | None = None,
    *,
    device: "str | torch.device | None" = None,
    runs: int = 0,
    trust: bool = False,
) -> tuple[ModelSummary, Exception | None]:
    """`summary` without printing, and with the exception that ended the forward returned beside the partial result.

    `runs`: how often each call is timed. ValueError where that is not possible. `trust`: as that of `summary`.
    """
    view = TableView() if view is None else view
    options = CaptureOptions() if options is None else options
    inputs = rebatched(inputs, options.batch)
    if isinstance(model, str | Path) and is_file_name(model):
        read = capture_file(model, inputs, trust=trust)
    else:
        if needs_backward(view):
            options = replace(options, backward=True)
        read = capture_object(model, inputs, options, device=device, runs=runs)
    return ModelSummary(read.trace, view), read.error


def profile_runs(profile: Any) -> int:
    """The number of timed runs; ValueError or TypeError for a value that is not one."""
    if isinstance(profile, bool):
        return USUAL_RUNS if profile else 0
    if not isinstance(profile, int):
        raise TypeError(f"profile is of type {type(profile).__name__}; True, False or a number of runs is expected")
    if profile < 1:
        raise ValueError(f"profile is {profile}; a number of runs from 1 is expected")
    return profile
