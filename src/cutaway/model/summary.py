"""`summary`: what a model is, layer by layer, with shapes, parameters and multiply-accumulates.

PyTorch is imported when a model is summarised, not with this module.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from cutaway.model.capture.sources import ENDINGS, capture_file, is_file_name, object_reader
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
from cutaway.model.step import Mode, Step
from cutaway.model.view import View, make_view, needs_backward

if TYPE_CHECKING:
    import torch
    from torch import nn


#: How many runs `profile=True` times.
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
    picture = train is not None or optimizer is not None
    view = make_view(
        columns=columns, depth=depth, sort_by=sort_by, filter=filter, cost=cost, fold=fold, picture=picture
    )
    step = make_step(mode, train, backward=backward, batch=batch, dtype=dtype, loss=loss, optimizer=optimizer)
    runs = profile_runs(profile)
    letters = letters_of(input_size)
    if letters:

        def capture(at: Mapping[str, int]) -> ModelSummary:
            inputs = forward_inputs(with_sizes(input_size, at), input_data, dtypes, forward_kwargs)
            return captured(model, inputs, view, step, device=device, trust=trust)

        if runs:
            raise ValueError("profile was given with letters in input_size, which a forward cannot run on")
        result, error = with_formulas(capture, letters, sizes), None
    else:
        if sizes is not None:
            raise ValueError("sizes was given without letters in input_size, as in ('B', 3, 224, 224)")
        inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
        result, error = summarise(model, inputs, view, step, device=device, runs=runs, trust=trust)
    if _shows_nothing_itself() if verbose is None else verbose:
        print_text(result, view)
    if error is not None:
        raise forward_error(result, error)
    return result


def captured(
    model: Any,
    inputs: ForwardInputs,
    view: View | None = None,
    step: Step | None = None,
    *,
    device: "str | torch.device | None" = None,
    trust: bool = False,
) -> ModelSummary:
    """`summary` without printing. Raises ForwardError."""
    result, error = summarise(model, inputs, view, step, device=device, trust=trust)
    if error is not None:
        raise forward_error(result, error)
    return result


def _shows_nothing_itself() -> bool:
    """Whether what a call returns is not drawn where the call stands, as a notebook does it."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return type(shell).__name__ != "ZMQInteractiveShell"


def make_step(
    mode: str | None = None,
    train: bool | None = None,
    *,
    backward: bool = False,
    batch: int | None = None,
    dtype: Any = None,
    loss: Any = None,
    optimizer: Any = None,
) -> Step:
    """A `Step` of arguments as users give them; ValueError or TypeError names a bad one and what is accepted."""
    if mode is None:
        mode = {None: "same", True: "train", False: "eval"}[train]
    if mode not in get_args(Mode):
        raise ValueError(f"mode is {mode!r}; one of {', '.join(get_args(Mode))} is expected")
    if train is False and (backward or optimizer is not None or loss is not None):
        given = "backward" if backward else "loss" if loss is not None else "optimizer"
        raise ValueError(f"{given} was given with train=False, which is inference")
    if loss is not None and not callable(loss):
        raise TypeError(f"loss is of type {type(loss).__name__}; a function of what the forward returns is expected")
    return Step(
        mode=cast("Mode", mode),
        gradients=train is not False,
        backward=backward or bool(train) or optimizer is not None or loss is not None,
        loss=loss,
        optimizer=optimizer,
        batch=batch,
        dtype=None if dtype is None else floating_dtype_name(dtype),
    )


def summarise(
    model: Any,
    inputs: ForwardInputs,
    view: View | None = None,
    step: Step | None = None,
    *,
    device: "str | torch.device | None" = None,
    runs: int = 0,
    trust: bool = False,
) -> tuple[ModelSummary, Exception | None]:
    """`summary` without printing, and with the exception that ended the forward returned beside the partial result.

    `runs`: how often each call is timed. ValueError where that is not possible. `trust`: as that of `summary`.
    """
    view = View() if view is None else view
    step = Step() if step is None else step
    inputs = rebatched(inputs, step.batch)
    if isinstance(model, str | Path) and is_file_name(model):
        read = capture_file(model, inputs, trust=trust)
        return ModelSummary(read.trace, view), read.error
    reader = object_reader(model)
    if reader is not None:
        read = reader(model, inputs, step)
        return ModelSummary(read.trace, view), read.error
    check_model(model)
    module = cast("nn.Module", model)
    from cutaway.model.capture.torch.capture import capture
    from cutaway.model.capture.torch.protect import no_garbage_collection

    place = None if device is None else _device(device)
    if needs_backward(view):
        step = replace(step, backward=True)
    with no_garbage_collection():
        found = capture(module, inputs, step, device=place)
        if not runs or found.error is not None:
            return ModelSummary(found.trace, view), found.error
    from cutaway.model.capture.torch.capture import unwrapped
    from cutaway.model.capture.torch.timing import TimingError, add_times

    try:
        return ModelSummary(add_times(found.trace, unwrapped(module), inputs, step, runs, place), view), None
    except TimingError as error:
        raise ValueError(f"profile is not possible: {error}") from error


def profile_runs(profile: Any) -> int:
    """How often calls are timed; ValueError or TypeError for what is no number."""
    if isinstance(profile, bool):
        return USUAL_RUNS if profile else 0
    if not isinstance(profile, int):
        raise TypeError(f"profile is of type {type(profile).__name__}; True, False or a number of runs is expected")
    if profile < 1:
        raise ValueError(f"profile is {profile}; a number of runs from 1 is expected")
    return profile


def check_model(model: Any) -> None:
    """TypeError for what is no model, ModuleNotFoundError without PyTorch."""
    with _torch_required():
        from torch import nn
    if isinstance(model, type):
        raise TypeError(f"model is the class {model.__name__}; an instance is expected, as {model.__name__}(...)")
    if not isinstance(model, nn.Module):
        files = f" or a file name that ends with {', '.join(ENDINGS)}" if isinstance(model, str | Path) else ""
        raise TypeError(f"model is of type {type(model).__name__}; a torch.nn.Module{files} is expected")


def _device(device: Any) -> str:
    import torch

    try:
        found = torch.device(device)
    except (RuntimeError, TypeError):
        raise ValueError(f"device is {device!r}; a torch.device or its name is expected") from None
    if found.type not in ("cpu", "meta"):
        try:
            module = torch.get_device_module(found)
            there = module.is_available() and (found.index or 0) < module.device_count()
        except (AttributeError, RuntimeError):
            there = False
        if not there:
            raise ValueError(
                f"device is {device!r}, which is not there; cpu, meta or a device of this machine is expected"
            )
    return str(found)


@contextmanager
def _torch_required() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ModuleNotFoundError("summarising a model needs PyTorch: pip install torch", name="torch") from None
