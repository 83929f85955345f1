"""Capture a PyTorch model into a `Trace`: on shapes alone, else by a real forward, else its module tree.

Nothing of the model changes: not a weight, buffer, attribute, hook, mode or random state, also when its forward raises.
"""

import functools
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.captured import Captured
from cutaway.model.capture.torch.arguments import clone, empty_like, made, maker, rebatched, repeated, uniform
from cutaway.model.capture.torch.backward import run_backward
from cutaway.model.capture.torch.diagnosis import failure
from cutaway.model.capture.torch.fake import FakeModel, about_gradients, limitation, needs_values
from cutaway.model.capture.torch.optimizer import OptimizerMaker, optimizer_maker, prepare
from cutaway.model.capture.torch.paths import ModulePaths, is_lazy, parameter_table
from cutaway.model.capture.torch.protect import (
    WriteGuard,
    attributes,
    copy_sharing_weights,
    framework_flags,
    random_states,
)
from cutaway.model.capture.torch.recorder import Recorder
from cutaway.model.capture.torch.shape_cache import ShapeCache
from cutaway.model.capture.torch.values import first_line
from cutaway.model.capture_options import CaptureOptions, Mode
from cutaway.model.inputs import ForwardInputs
from cutaway.model.records import Method
from cutaway.model.trace import Trace

#: Wrappers that run what they hold unchanged: the held module is captured in their place.
_TRANSPARENT_WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}


_FORWARD = CaptureOptions()
_WITHOUT_GRADIENTS = "the forward ran without gradients"


@dataclass(slots=True)
class Run:
    """One forward: what was recorded, what it returned or raised, and why what was to follow was not recorded."""

    recorder: Recorder
    result: Any = None
    error: Exception | None = None
    backward: str | None = None
    optimizer: str | None = None


def capture(
    model: nn.Module, inputs: ForwardInputs, options: CaptureOptions = _FORWARD, *, device: str | None = None
) -> Captured:
    """Trace one forward of `model`, or only its modules when there are no inputs, and what `options` say.

    `device` is where inputs given by shape are made (default: the device of the first parameter). Errors of the forward
    itself come back in `Captured`; none is raised but for an optimizer that is none.
    """
    model = unwrapped(model)
    make_optimizer = None if options.optimizer is None else optimizer_maker(options.optimizer)
    if not inputs:
        return Captured(build_trace(model, model, None, "modules", "no inputs were given"))
    with framework_flags(), random_states(model):
        if _has_lazy(ModulePaths(model)):
            reason = "lazy layers take their shapes from a real forward"
        else:
            captured, reason = _on_shapes(model, inputs, options, device, make_optimizer)
            if captured is not None:
                return captured
        return _for_real(model, inputs, options, device, reason)


def _on_shapes(
    model: nn.Module,
    inputs: ForwardInputs,
    options: CaptureOptions,
    device: str | None,
    make_optimizer: OptimizerMaker | None,
) -> tuple[Captured | None, str]:
    """A capture without values; None, and why, where the forward needs some."""
    reason = ""
    for unbacked in (False, True):
        failed: tuple[FakeModel, Run] | None = None
        # A forward that only works without gradients has nothing to save for them.
        for measure in (True, False) if options.gradients else (False,):
            try:
                fake = FakeModel(model, unbacked=unbacked, dtype=_dtype(options))
                with fake.running():
                    make = maker(fake.model, device, torch.empty)
                    arguments = made(inputs, make, rebatched(inputs, options.batch, empty_like, fake.inputs))
            except Exception as error:
                return None, reason or f"the model or its inputs cannot be copied without memory: {first_line(error)}"
            run = _fake_forward(fake, *arguments, options, measure, make_optimizer)
            if run.error is None:
                return Captured(_fake_trace(model, fake, run, reason, options, measure)), ""
            why = limitation(run.error)
            if why is not None:
                reason = reason or why
                break
            failed = failed or (fake, run)
            if not about_gradients(run.error):
                break
        if why is None and unbacked:
            # It asked for a value, so only a real forward can say whether the error is its own.
            return None, reason
        if why is None:
            assert failed is not None
            fake, run = failed
            return Captured(_fake_trace(model, fake, run, reason, options, measure), run.error), ""
        if run.error is None or not needs_values(run.error):
            break
    return None, reason


def _fake_forward(
    fake: FakeModel,
    arguments: Any,
    keywords: Any,
    options: CaptureOptions,
    measure: bool,
    make_optimizer: OptimizerMaker | None,
) -> Run:
    with fake.running():
        shapes = None if fake.unbacked else ShapeCache(fake.maker)
        recorder = Recorder(ModulePaths(fake.model), shapes=shapes, real=False)
        with torch.enable_grad() if measure else torch.no_grad():
            optimizer: torch.optim.Optimizer | str | None = None
            if make_optimizer is not None:
                optimizer = _prepared(fake, recorder, make_optimizer) if measure else _WITHOUT_GRADIENTS
            return _run(fake.model, recorder, arguments, keywords, options, measure, optimizer)


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


def _fake_trace(
    model: nn.Module, fake: FakeModel, run: Run, reason: str, options: CaptureOptions, measure: bool
) -> Trace:
    # Of another type than the model's own, the weights are the copy's.
    weights = model if options.dtype is None else fake.model
    return build_trace(weights, fake.model, run, "fake", reason, options.mode, gradients=measure)


def _for_real(
    model: nn.Module, inputs: ForwardInputs, options: CaptureOptions, device: str | None, reason: str
) -> Captured:
    if any(tensor.is_meta for tensor in model.parameters()):
        return Captured(build_trace(model, model, None, "modules", f"{reason}, and the weights have no values"))
    if options.dtype is not None:
        return Captured(build_trace(model, model, None, "modules", f"{reason}, and the weights are of another dtype"))
    guard = WriteGuard(model)
    with ExitStack() as stack:
        stack.callback(guard.restore)
        running = copy_sharing_weights(model)
        if running is None:
            running = model
            stack.enter_context(attributes(model))
        try:
            make = maker(model, device, uniform)
            copied = functools.partial(tree_map_only, torch.Tensor, clone)
            convert = rebatched(inputs, options.batch, repeated, copied)
            arguments, keywords = made(inputs, make, convert)
        except (MemoryError, RuntimeError) as failed:
            why = f"{reason}, and no inputs could be made: {first_line(failed)}"
            return Captured(build_trace(model, model, None, "modules", why))
        recorder = Recorder(ModulePaths(running), before_write=guard.before_write)
        with torch.no_grad():
            run = _run(running, recorder, arguments, keywords, options, False, None)
        if run.error is not None and _out_of_memory(run.error):
            return Captured(build_trace(model, model, None, "modules", f"{reason}, and a forward needs more memory"))
        if options.backward and run.error is None:
            run.backward = "the forward ran on real tensors, without gradients"
        if options.optimizer is not None and run.error is None:
            run.optimizer = _WITHOUT_GRADIENTS
        return Captured(build_trace(running, running, run, "real", reason, options.mode), run.error)


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
    run = Run(recorder)
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


def build_trace(
    model: nn.Module,
    ran: nn.Module,
    run: Run | None,
    method: Method,
    reason: str,
    mode: Mode = "same",
    *,
    gradients: bool = False,
) -> Trace:
    """The trace of a run. `ran` had the forward; `model` has the weights, and both the same structure."""
    paths = ModulePaths(model)
    if _has_lazy(paths):
        # Only the forward gave these parameters their shapes.
        model, paths = ran, ModulePaths(ran)
    recorder = None if run is None else run.recorder
    return Trace(
        framework="torch",
        model=type(model).__name__,
        method=method,
        reason=reason,
        modules=paths.modules(),
        calls=() if recorder is None else recorder.calls,
        ops=() if recorder is None else tuple(recorder.ops),
        parameters=parameter_table(model, paths),
        allocations=() if recorder is None else recorder.allocations(),
        failure=None if run is None or run.error is None else failure(run.error, run.recorder),
        training=model.training if mode == "same" else mode == "train",
        gradients=gradients,
        backward=None if run is None else run.backward,
        optimizer=None if run is None else run.optimizer,
    )


def unwrapped(model: nn.Module) -> nn.Module:
    """The module that wrappers of the framework only hold."""
    while (name := _TRANSPARENT_WRAPPERS.get(type(model).__name__)) is not None and name in model._modules:
        inner = model._modules[name]
        assert inner is not None
        model = inner
    return model


def _has_lazy(paths: ModulePaths) -> bool:
    return any(is_lazy(tensor) for tensor, _, _ in paths.tensors())


def _dtype(options: CaptureOptions) -> torch.dtype | None:
    return None if options.dtype is None else getattr(torch, options.dtype)


def _out_of_memory(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in text
