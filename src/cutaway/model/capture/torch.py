"""Capture a PyTorch model into a `Trace`: on shapes alone, else by a real forward, else its module tree.

Nothing of the model changes: not a weight, buffer, attribute, hook, mode or random state, also when its forward raises.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._pytree import tree_leaves, tree_map_only

from cutaway.model.capture.diagnosis import failure
from cutaway.model.capture.fake import FakeModel, about_gradients, limitation, needs_values
from cutaway.model.capture.paths import ModulePaths, is_lazy, parameter_table
from cutaway.model.capture.protect import (
    WriteGuard,
    attributes,
    copy_sharing_weights,
    framework_flags,
    random_states,
)
from cutaway.model.capture.recorder import Recorder
from cutaway.model.capture.shape_cache import ShapeCache
from cutaway.model.capture.values import named_tensors
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.trace import Method, Trace

Mode = Literal["same", "train", "eval"]

#: Wrappers that run what they hold unchanged: the held module is captured in their place.
_TRANSPARENT_WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}


@dataclass(frozen=True, slots=True)
class Captured:
    """The trace, and the exception that ended the forward, after which the trace is partial."""

    trace: Trace
    error: Exception | None = None


@dataclass(slots=True)
class Run:
    """One forward: what was recorded, what it returned or raised, and why its backward was not recorded."""

    recorder: Recorder
    result: Any = None
    error: Exception | None = None
    backward: str | None = None


def capture(
    model: nn.Module,
    inputs: ForwardInputs,
    *,
    mode: Mode = "same",
    device: str | None = None,
    backward: bool = False,
) -> Captured:
    """Trace one forward of `model`, or only its modules when there are no inputs.

    `mode` is the training mode during the capture. `device` is where inputs given by shape are made (default: the
    device of the first parameter). `backward`: record the ops of the backward pass too, from gradients of every output.
    Errors of the forward itself come back in `Captured`; none is raised.
    """
    model = unwrapped(model)
    if not inputs:
        return Captured(build_trace(model, model, None, "modules", "no inputs were given"))
    with framework_flags(), random_states(model):
        if _has_lazy(ModulePaths(model)):
            reason = "lazy layers take their shapes from a real forward"
        else:
            captured, reason = _on_shapes(model, inputs, mode, device, backward)
            if captured is not None:
                return captured
        return _for_real(model, inputs, mode, device, reason)


def _on_shapes(
    model: nn.Module, inputs: ForwardInputs, mode: Mode, device: str | None, backward: bool
) -> tuple[Captured | None, str]:
    """A capture without values; None, and why, where the forward needs some."""
    reason = ""
    for unbacked in (False, True):
        failed: tuple[FakeModel, Run] | None = None
        # A forward that only works without gradients has nothing to save for them.
        for measure in (True, False):
            try:
                fake = FakeModel(model, unbacked=unbacked)
                with fake.running():
                    arguments = _made(inputs, _maker(model, device, torch.empty), fake.inputs)
            except Exception as error:
                return None, reason or f"the model or its inputs cannot be copied without memory: {_line(error)}"
            run = _fake_forward(fake, *arguments, mode, measure, backward)
            if run.error is None:
                return Captured(build_trace(model, fake.model, run, "fake", reason, mode)), ""
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
            return Captured(build_trace(model, fake.model, run, "fake", reason, mode), run.error), ""
        if run.error is None or not needs_values(run.error):
            break
    return None, reason


def _fake_forward(fake: FakeModel, arguments: Any, keywords: Any, mode: Mode, measure: bool, backward: bool) -> Run:
    with fake.running():
        shapes = None if fake.unbacked else ShapeCache(fake.maker)
        recorder = Recorder(ModulePaths(fake.model), shapes=shapes, real=False)
        with torch.enable_grad() if measure else torch.no_grad():
            return _run(fake.model, recorder, arguments, keywords, mode, measure, backward)


def _for_real(model: nn.Module, inputs: ForwardInputs, mode: Mode, device: str | None, reason: str) -> Captured:
    if any(tensor.is_meta for tensor in model.parameters()):
        return Captured(build_trace(model, model, None, "modules", f"{reason}, and the weights have no values"))
    guard = WriteGuard(model)
    with ExitStack() as stack:
        stack.callback(guard.restore)
        running = copy_sharing_weights(model)
        if running is None:
            running = model
            stack.enter_context(attributes(model))
        try:
            make = _maker(model, device, _random)
            arguments, keywords = _made(inputs, make, lambda values: tree_map_only(torch.Tensor, _clone, values))
        except (MemoryError, RuntimeError) as failed:
            why = f"{reason}, and no inputs could be made: {_line(failed)}"
            return Captured(build_trace(model, model, None, "modules", why))
        recorder = Recorder(ModulePaths(running), before_write=guard.before_write)
        with torch.no_grad():
            run = _run(running, recorder, arguments, keywords, mode, measure=False, backward=False)
        if run.error is not None and _out_of_memory(run.error):
            return Captured(build_trace(model, model, None, "modules", f"{reason}, and a forward needs more memory"))
        return Captured(build_trace(running, running, run, "real", reason, mode), run.error)


def _run(
    model: nn.Module,
    recorder: Recorder,
    arguments: Any,
    keywords: Any,
    mode: Mode,
    measure: bool,
    backward: bool,
) -> Run:
    if mode != "same":
        model.train(mode == "train")
    recorder.given(arguments, keywords)
    run = Run(recorder)
    try:
        with recorder.recording(measure=measure):
            run.result = model(*arguments, **keywords)
            if backward:
                run.backward = _backward(run.result) if measure else "the forward only works without gradients"
    except Exception as error:
        run.error = error
    return run


def _backward(result: Any) -> str:
    """Run the backward from every output that takes part in it; why it was not possible, or nothing."""
    outputs = list(dict.fromkeys(_differentiable(result)))
    if not outputs:
        return "no output of the forward depends on a weight that takes a gradient"
    outside = [(leaf, leaf.grad) for leaf in _leaves(outputs) if type(leaf) is not FakeTensor]
    try:
        with torch._C.DisableTorchFunction():
            gradients = [torch.ones_like(output) for output in outputs]
            torch.autograd.backward(outputs, gradients)
    except Exception as error:
        return f"{type(error).__name__}: {_line(error)}"
    finally:
        for leaf, gradient in outside:
            leaf.grad = gradient
    return ""


def _leaves(outputs: list[torch.Tensor]) -> Iterator[torch.Tensor]:
    """The tensors that the backward will leave gradients in, some of which may be the user's own, outside the model."""
    waiting: list[Any] = [output.grad_fn for output in outputs]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if hasattr(node, "variable"):
            yield node.variable
        following = {each for each, _ in node.next_functions} - seen
        seen |= following
        waiting.extend(following)


def _differentiable(result: Any) -> Iterator[torch.Tensor]:
    leaves = [leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)]
    found = leaves or [tensor for _, tensor in named_tensors((result,), {})]
    return (tensor for tensor in found if tensor.requires_grad)


def build_trace(
    model: nn.Module, ran: nn.Module, run: Run | None, method: Method, reason: str, mode: Mode = "same"
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
        failure=None if run is None or run.error is None else failure(run.error, run.recorder),
        training=model.training if mode == "same" else mode == "train",
        backward=None if run is None else run.backward,
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


def _maker(model: nn.Module, device: str | None, make: Callable[..., torch.Tensor]) -> Callable[[TensorSpec], Any]:
    """Makes the tensor that a spec describes, on the model's device and by default of its floating-point type."""
    dtypes = (tensor.dtype for tensor in model.parameters())
    floating = (dtype for dtype in dtypes if dtype.is_floating_point or dtype.is_complex)
    default = next(floating, torch.get_default_dtype())
    place = device
    if place is None:
        first = next(model.parameters(), None)
        place = "cpu" if first is None or first.is_meta else str(first.device)

    def tensor(spec: TensorSpec) -> torch.Tensor:
        dtype = default if spec.dtype is None else getattr(torch, spec.dtype)
        return make(spec.shape, dtype=dtype, device=place)

    return tensor


def _made(
    inputs: ForwardInputs, make: Callable[[TensorSpec], Any], convert: Callable[[Any], Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    def each(value: Any) -> Any:
        return make(value) if isinstance(value, TensorSpec) else convert(value)

    return tuple(map(each, inputs.arguments)), {name: each(value) for name, value in inputs.keywords.items()}


def _random(shape: tuple[int, ...], *, dtype: torch.dtype, device: str) -> torch.Tensor:
    """Uniform numbers; zeros where only whole numbers fit, which every embedding has."""
    if dtype.is_floating_point or dtype.is_complex:
        return torch.rand(shape, dtype=dtype, device=device)
    return torch.zeros(shape, dtype=dtype, device=device)


def _clone(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().clone()


def _out_of_memory(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in text


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
