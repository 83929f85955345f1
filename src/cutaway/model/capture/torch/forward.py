"""One forward of a model with what follows it: on shapes alone, or for real."""

import functools
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.arguments import clone, empty_like, made, maker, rebatched, repeated, uniform
from cutaway.model.capture.torch.backward import run_backward
from cutaway.model.capture.torch.by_values import ByValues
from cutaway.model.capture.torch.eager import EagerCheck
from cutaway.model.capture.torch.fake import FakeMaker, FakeModel
from cutaway.model.capture.torch.optimizer import OptimizerMaker, prepare
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.protect import WriteGuard, attributes, copy_sharing_weights
from cutaway.model.capture.torch.recorder import Recorder
from cutaway.model.capture.torch.shape_cache import ShapeCache
from cutaway.model.capture.torch.values import first_line
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs

_WITHOUT_GRADIENTS = "the forward ran without gradients"


class CannotRunError(RuntimeError):
    """A forward cannot even begin; the message says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """A model to be captured, with what it is given; see `cutaway.model.capture.torch.capture.capture`."""

    model: nn.Module
    inputs: ForwardInputs
    options: CaptureOptions
    device: str | None
    make_optimizer: OptimizerMaker | None

    @property
    def has_values(self) -> bool:
        """Whether the forward can run for real."""
        return self.options.dtype is None and not any(tensor.is_meta for tensor in self.model.parameters())


@dataclass(slots=True)
class Run:
    """One forward of the copy `model`: what was recorded, what it returned or raised, and why what was to follow was
    not recorded. `gradients`: what a backward needs was kept.
    """

    model: nn.Module
    recorder: Recorder
    gradients: bool = False
    result: Any = None
    error: Exception | None = None
    backward: str | None = None
    optimizer: str | None = None
    check: EagerCheck | None = None
    without_gradient: tuple[str, ...] = ()

    @property
    def on_shapes(self) -> bool:
        """Whether tensors had no memory."""
        return not self.recorder.real


def on_shapes(
    task: Task, *, gradients: bool, unbacked: bool = False, by_values: Callable[[FakeMaker], ByValues] | None = None
) -> Run:
    """A forward on a copy without memory. Raises CannotRunError.

    `unbacked`: sizes that only values decide are symbols; `by_values` gives them numbers.
    """
    options = task.options
    dtype = None if options.dtype is None else getattr(torch, options.dtype)
    try:
        fake = FakeModel(task.model, unbacked=unbacked, dtype=dtype)
        with fake.running():
            make = maker(fake.model, task.device, torch.empty)
            arguments, keywords = made(
                task.inputs, make, rebatched(task.inputs, options.batch, empty_like, fake.inputs)
            )
    except Exception as error:
        raise CannotRunError(f"the model or its inputs cannot be copied without memory: {first_line(error)}") from error
    with fake.running():
        recorder = Recorder(
            ModulePaths(fake.model),
            shapes=None if unbacked else ShapeCache(fake.maker),
            check=None if unbacked else EagerCheck(fake.maker),
            by_values=None if by_values is None else by_values(fake.maker),
            real=False,
        )
        with torch.enable_grad() if gradients else torch.no_grad():
            optimizer: torch.optim.Optimizer | str | None = None
            if task.make_optimizer is not None:
                optimizer = _prepared(fake, recorder, task.make_optimizer) if gradients else _WITHOUT_GRADIENTS
            run = _run(fake.model, recorder, arguments, keywords, options, gradients, optimizer)
    if run.backward == "":
        run.without_gradient = tuple(
            names[0]
            for weight, names, buffer in ModulePaths(fake.model).tensors()
            if not buffer and weight.requires_grad and weight.is_leaf and weight.grad is None
        )
    return run


def _prepared(fake: FakeModel, recorder: Recorder, make: OptimizerMaker) -> "torch.optim.Optimizer | str":
    """The optimizer of the copy as it is after its first step; why it cannot be had."""
    parameters = [parameter for parameter in fake.model.parameters() if parameter.requires_grad]
    try:
        optimizer = make(parameters, fake.copies)
    except Exception as error:
        raise ValueError(f"optimizer cannot be made for this model: {first_line(error)}") from error
    try:
        recorder.note_optimizer_state(prepare(optimizer))
    except Exception as error:
        return f"{type(optimizer).__name__}: {first_line(error)}"
    return optimizer


def for_real(task: Task, by_values: ByValues | None = None) -> Run:
    """A forward on real tensors, without gradients, that leaves the model as it was. Raises CannotRunError.

    `by_values` is shown what only values decide.
    """
    model, inputs, options = task.model, task.inputs, task.options
    if any(tensor.is_meta for tensor in model.parameters()):
        raise CannotRunError("the weights have no values")
    if options.dtype is not None:
        raise CannotRunError("the weights are of another dtype")
    guard = WriteGuard(model)
    with ExitStack() as stack:
        stack.callback(guard.restore)
        running = copy_sharing_weights(model)
        if running is None:
            running = model
            stack.enter_context(attributes(model))
        try:
            make = maker(model, task.device, uniform)
            copied = functools.partial(tree_map_only, torch.Tensor, clone)
            convert = rebatched(inputs, options.batch, repeated, copied)
            arguments, keywords = made(inputs, make, convert)
        except (MemoryError, RuntimeError) as failed:
            raise CannotRunError(f"no inputs could be made: {first_line(failed)}") from failed
        recorder = Recorder(ModulePaths(running), by_values=by_values, before_write=guard.before_write)
        with torch.no_grad():
            run = _run(running, recorder, arguments, keywords, options, False, None)
        if run.error is not None and _out_of_memory(run.error):
            raise CannotRunError("a forward needs more memory") from run.error
        if options.backward and run.error is None:
            run.backward = "the forward ran on real tensors, without gradients"
        if options.optimizer is not None and run.error is None:
            run.optimizer = _WITHOUT_GRADIENTS
        return run


def _run(
    model: nn.Module,
    recorder: Recorder,
    arguments: Any,
    keywords: Any,
    options: CaptureOptions,
    measure: bool,
    optimizer: "torch.optim.Optimizer | str | None",
) -> Run:
    if options.mode != "same":
        model.train(options.mode == "train")
    recorder.given(arguments, keywords)
    run = Run(model, recorder, gradients=measure, check=recorder.check)
    try:
        with recorder.recording(measure=measure):
            run.result = model(*arguments, **keywords)
            if options.backward:
                run.backward = (
                    run_backward(run.result, options.loss) if measure else "the forward only works without gradients"
                )
            if optimizer is not None:
                run.optimizer = _optimizer_step(recorder, optimizer, run.backward)
    except Exception as error:
        run.error = error
    return run


def _optimizer_step(recorder: Recorder, optimizer: "torch.optim.Optimizer | str", backward: str | None) -> str:
    """Run it; why that was not possible, or nothing."""
    if isinstance(optimizer, str):
        return optimizer
    if backward != "":
        return "without a backward there is nothing to do"
    try:
        with recorder.optimizing():
            optimizer.step()
    except Exception as error:
        return f"{type(optimizer).__name__}: {first_line(error)}"
    return ""


def _out_of_memory(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in text
