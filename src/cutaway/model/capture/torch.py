"""Capture a PyTorch model into a `Trace`: on shapes alone, else by a real forward, else its module tree.

Nothing of the model changes: not a weight, buffer, attribute, hook, mode or random state, also when its forward raises.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.fake import FakeModel, limitation
from cutaway.model.capture.paths import ModulePaths, is_lazy, parameter_table
from cutaway.model.capture.protect import (
    WriteGuard,
    attributes,
    copy_sharing_weights,
    framework_flags,
    random_states,
)
from cutaway.model.capture.recorder import Recorder
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


def capture(model: nn.Module, inputs: ForwardInputs, *, mode: Mode = "same", device: str | None = None) -> Captured:
    """Trace one forward of `model`, or only its modules when there are no inputs.

    `mode` is the training mode during the capture. `device` is where inputs given by shape are made (default: the
    device of the first parameter). Errors of the forward itself come back in `Captured`; none is raised.
    """
    model = _unwrapped(model)
    if not inputs:
        return Captured(_trace(model, model, None, "modules", "no inputs were given"))
    with framework_flags(), random_states(model):
        if _has_lazy(model):
            return _for_real(model, inputs, mode, device, "lazy layers take their shapes from a real forward")
        try:
            fake = FakeModel(model)
        except Exception as error:
            reason = f"the model cannot be copied without its memory ({_line(error)})"
        else:
            captured, reason = _on_shapes(model, fake, inputs, mode, device)
            if captured is not None:
                return captured
        return _for_real(model, inputs, mode, device, reason)


def _on_shapes(
    model: nn.Module, fake: FakeModel, inputs: ForwardInputs, mode: Mode, device: str | None
) -> tuple[Captured | None, str]:
    with fake.running():
        make = _maker(model, device, torch.empty)
        arguments, keywords = _made(inputs, make, fake.inputs)
        recorder, error = _run(fake.model, arguments, keywords, mode)
    if error is not None:
        reason = limitation(error)
        if reason is not None:
            return None, reason
    return Captured(_trace(model, fake.model, recorder, "fake", ""), error), ""


def _for_real(model: nn.Module, inputs: ForwardInputs, mode: Mode, device: str | None, reason: str) -> Captured:
    if any(tensor.is_meta for tensor in model.parameters()):
        return Captured(_trace(model, model, None, "modules", f"{reason}, and the weights have no values"))
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
            recorder, error = _run(running, arguments, keywords, mode, guard.before_write)
        except (MemoryError, RuntimeError) as failed:
            # Only making the inputs can fail here: the forward's errors come back.
            return Captured(_trace(model, model, None, "modules", f"{reason}, and no inputs could be made: {failed}"))
        if error is not None and _out_of_memory(error):
            return Captured(_trace(model, model, None, "modules", f"{reason}, and a forward needs more memory"))
        return Captured(_trace(running, running, recorder, "real", reason), error)


def _run(
    model: nn.Module,
    arguments: Any,
    keywords: Any,
    mode: Mode,
    before_write: Callable[[torch.Tensor], None] | None = None,
) -> tuple[Recorder, Exception | None]:
    paths = ModulePaths(model)
    recorder = Recorder(paths, _names(model, paths), before_write)
    if mode != "same":
        model.train(mode == "train")
    try:
        with torch.no_grad(), recorder.recording():
            model(*arguments, **keywords)
    except Exception as error:
        return recorder, error
    return recorder, None


def _trace(model: nn.Module, ran: nn.Module, recorder: Recorder | None, method: Method, reason: str) -> Trace:
    """`ran` had the forward; `model` has the weights, and both the same structure."""
    if _has_lazy(model):
        model = ran  # Only the forward gave these parameters their shapes.
    paths = ModulePaths(model)
    return Trace(
        framework="torch",
        model=type(model).__name__,
        method=method,
        reason=reason,
        modules=paths.modules(),
        calls=() if recorder is None else recorder.calls,
        ops=() if recorder is None else tuple(recorder.ops),
        parameters=parameter_table(model, paths),
        failure=None if recorder is None else recorder.failure,
    )


def _unwrapped(model: nn.Module) -> nn.Module:
    while (name := _TRANSPARENT_WRAPPERS.get(type(model).__name__)) is not None and name in model._modules:
        inner = model._modules[name]
        assert inner is not None
        model = inner
    return model


def _has_lazy(model: nn.Module) -> bool:
    return any(is_lazy(tensor) for tensor in (*model.parameters(), *model.buffers()))


def _names(model: nn.Module, paths: ModulePaths) -> dict[int, str]:
    named = (*model.named_parameters(), *model.named_buffers())
    return {id(tensor): paths.stripped(name) for name, tensor in named}


def _maker(model: nn.Module, device: str | None, make: Callable[..., torch.Tensor]) -> Callable[[TensorSpec], Any]:
    """Makes the tensor that a spec describes, on the model's device and by default of its floating-point type."""
    floating = (tensor.dtype for tensor in model.parameters() if tensor.dtype.is_floating_point)
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
