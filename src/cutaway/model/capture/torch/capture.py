"""Capture a PyTorch model into a `Trace`: on shapes alone, else by a real forward, else its module tree.

Nothing of the model changes: not a weight, buffer, attribute, hook, mode or random state, also when its forward raises.
"""

import functools
from dataclasses import replace
from typing import Any

from torch import nn

from cutaway.model.capture.captured import Captured
from cutaway.model.capture.torch.by_values import Assumed, Noted, Replayed
from cutaway.model.capture.torch.diagnosis import failure
from cutaway.model.capture.torch.fake import about_gradients, chain, limitation, needs_values
from cutaway.model.capture.torch.forward import CannotRunError, Run, Task, for_real, on_shapes
from cutaway.model.capture.torch.optimizer import optimizer_maker
from cutaway.model.capture.torch.paths import ModulePaths, class_name, is_lazy, parameter_table
from cutaway.model.capture.torch.protect import framework_flags, random_states
from cutaway.model.capture.torch.values import first_line, named_tensors
from cutaway.model.capture_options import CaptureOptions, Mode
from cutaway.model.costs.flops import macs
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.records import Method
from cutaway.model.trace import Trace

#: Wrappers that run what they hold unchanged: the held module is captured in their place.
_TRANSPARENT_WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}


_FORWARD = CaptureOptions()
_UNCHECKED = "whether the error is the model's own could not be checked"


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
        return Captured(build_trace(model, None, "modules", "no inputs were given"))
    task = Task(model, inputs, options, device, make_optimizer)
    with framework_flags(), random_states(model):
        if _has_lazy(ModulePaths(model)):
            return _real(task, "lazy layers take their shapes from a real forward")
        found, reason, error = _on_shapes(task)
        if found is not None:
            return found
        if error is not None and needs_values(error):
            # Values that somebody made up decide nothing where there is another way.
            without = (_assumed, _with_symbols)
            ways = (_with_values, *without) if _has_data(inputs) else (*without, _with_values)
            found = next(filter(None, (way(task, reason) for way in ways)), None)
        return found or _real(task, reason)


def _on_shapes(task: Task) -> tuple[Captured | None, str, Exception | None]:
    """A capture without values; None, and why, where the forward needs some, with what it raised."""
    failed: Run | None = None
    # A forward that only works without gradients has nothing to save for them.
    for gradients in (True, False) if task.options.gradients else (False,):
        try:
            run = on_shapes(task, gradients=gradients)
        except CannotRunError as error:
            return None, str(error), None
        if run.error is None:
            return Captured(_trace(task, run, "fake", "")), "", None
        why = limitation(run.error)
        if why is not None:
            return None, why, run.error
        failed = failed or run
        if not about_gradients(run.error):
            break
    assert failed is not None
    return _judged(task, failed), "", None


def _judged(task: Task, failed: Run) -> Captured:
    """The failed forward as it is, where the error is the model's own, or a real one that does not fail like that."""
    assert failed.error is not None
    check = failed.check
    reason = ""
    if check is not None and check.error is not None and check.error in chain(failed.error):
        # The operation itself has refused it, if it could be asked.
        reason = check.unchecked and f"{_UNCHECKED}: {check.unchecked}"
    elif task.has_values:
        real = _real(task, f"the forward fails on shapes alone: {first_line(failed.error)}")
        if real.trace.method == "real" and type(real.error) is not type(failed.error):
            return real
    else:
        reason = f"{_UNCHECKED}: the weights have no values"
    return Captured(_trace(task, failed, "fake", reason), failed.error)


def _assumed(task: Task, reason: str) -> Captured | None:
    """A capture on shapes in which values are assumed to choose everything, with the MACs where they choose nothing."""
    most, least = (
        _attempt(task, by_values=lambda maker, everything=each: Assumed(maker, everything=everything))
        for each in (True, False)
    )
    if most is None:
        return None
    fewest = 0 if least is None else sum(macs(op) or 0 for op in least.recorder.ops if op.phase == "forward")
    trace = _trace(task, most, "fake", f"{reason}; all elements are assumed to be chosen")
    return Captured(replace(trace, fewest_macs=fewest))


def _with_symbols(task: Task, reason: str) -> Captured | None:
    """A capture on shapes in which sizes that only values decide are not known."""
    run = _attempt(task, unbacked=True)
    return None if run is None else Captured(_trace(task, run, "fake", reason))


def _with_values(task: Task, reason: str) -> Captured | None:
    """A real forward, and behind it one on shapes, with gradients, that gets from it what only values decide."""
    noted = Noted()
    try:
        real = for_real(task, noted)
    except CannotRunError:
        return None
    run = None if real.error is not None else _attempt(task, by_values=functools.partial(Replayed, noted))
    if run is not None:
        return Captured(_trace(task, run, "real", f"{reason}; then on shapes, with what they decided"))
    return Captured(_trace(task, real, "real", reason), real.error)


def _attempt(task: Task, **settings: Any) -> Run | None:
    """A forward on shapes that comes to its end, with gradients if it can; None if there is none."""
    for gradients in (True, False) if task.options.gradients else (False,):
        try:
            run = on_shapes(task, gradients=gradients, **settings)
        except CannotRunError:
            return None
        if run.error is None:
            return run
        if not about_gradients(run.error):
            break
    return None


def _real(task: Task, reason: str) -> Captured:
    """A real forward; where there cannot be one, modules alone."""
    try:
        run = for_real(task)
    except CannotRunError as error:
        return Captured(build_trace(task.model, None, "modules", f"{reason}, and {error}"))
    return Captured(_trace(task, run, "real", reason), run.error)


def _has_data(inputs: ForwardInputs) -> bool:
    """Whether all inputs are the user's own, with values."""
    given = (*inputs.arguments, *inputs.keywords.values())
    tensors = [tensor for _, tensor in named_tensors(inputs.arguments, inputs.keywords)]
    return not any(isinstance(value, TensorSpec) for value in given) and not any(each.is_meta for each in tensors)


def _trace(task: Task, run: Run, method: Method, reason: str) -> Trace:
    reason = "; ".join((*([reason] if reason else []), *run.recorder.notes))
    # Without memory, the copy's weights are the model's own, but for another type that was asked for.
    model = task.model if run.on_shapes and task.options.dtype is None else run.model
    return build_trace(model, run, method, reason, task.options.mode)


def build_trace(model: nn.Module, run: Run | None, method: Method, reason: str, mode: Mode = "same") -> Trace:
    """The trace of a run, or of none. `model` has the weights."""
    paths = ModulePaths(model)
    recorder = None if run is None else run.recorder
    return Trace(
        framework="torch",
        model=class_name(model),
        method=method,
        reason=reason,
        modules=paths.modules(),
        calls=() if recorder is None else recorder.calls,
        ops=() if recorder is None else tuple(recorder.ops),
        parameters=parameter_table(model, paths),
        allocations=() if recorder is None else recorder.allocations(),
        failure=None if run is None or run.error is None else failure(run.error, run.recorder),
        training=model.training if mode == "same" else mode == "train",
        gradients=run is not None and run.gradients,
        backward=None if run is None else run.backward,
        optimizer=None if run is None else run.optimizer,
        without_gradient=() if run is None else run.without_gradient,
        unregistered=() if recorder is None else recorder.unregistered,
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
