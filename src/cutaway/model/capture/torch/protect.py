"""Leave the user's world as it was: random states, modules' attributes, buffers and weights."""

import copy
import gc
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from cutaway.model.capture.torch.paths import is_lazy, storage_key

#: How many times as many frames as usual may be nested.
_FRAMES = 3


@contextmanager
def random_states(model: nn.Module) -> Iterator[None]:
    """Python's, NumPy's and PyTorch's random states are those from before, on the CPU and the model's devices."""
    python = random.getstate()
    numpy: Any = sys.modules.get("numpy")
    numpy_state = None if numpy is None else numpy.random.get_state()
    on_gpu = model.parameters() if torch.cuda.is_available() else ()
    devices = sorted({tensor.device.index or 0 for tensor in on_gpu if tensor.device.type == "cuda"})
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        if numpy is not None:
            numpy.random.set_state(numpy_state)


@contextmanager
def framework_flags() -> Iterator[None]:
    """Switches off the fused transformer fast path, which hides layers, and compilation."""
    # Branches and loops of PyTorch's own compile themselves, which a recording does not survive.
    compiler = torch.compile
    torch.compile = _uncompiled
    # A recording and a copy have frames of their own around those of the model.
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_FRAMES * limit)
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with ExitStack() as stack:
            # PyTorch before 2.6 has no switch for it; compiled models are then captured as they are.
            if "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance"):
                stack.enter_context(torch.compiler.set_stance("force_eager"))
            yield
    finally:
        sys.setrecursionlimit(limit)
        torch.compile = compiler
        torch.backends.mha.set_fastpath_enabled(fast)


def _uncompiled(model: Any = None, **_: Any) -> Any:
    """In the place of `torch.compile`: the model as it is."""
    return (lambda function: function) if model is None else model


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """A capture makes tens of thousands of objects, and all stay: looking for garbage takes longer than the capture."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def copy_sharing_weights(model: nn.Module) -> nn.Module | None:
    """A copy with its own modules, attributes and buffers and the same weights; None when it cannot be copied."""
    shared = {id(tensor): tensor for tensor in model.parameters() if not is_lazy(tensor)}
    try:
        return copy.deepcopy(model, dict(shared))
    except Exception:  # Locks, generators, computed tensors: whatever the user keeps in a module.
        return None


class WriteGuard:
    """Puts back weights that a forward writes into: `before_write` saves them, `restore` returns them."""

    def __init__(self, model: nn.Module) -> None:
        self._weights: dict[int, list[torch.Tensor]] = {}
        for tensor in model.parameters():
            if not is_lazy(tensor):
                self._weights.setdefault(storage_key(tensor), []).append(tensor)
        self._saved: dict[int, list[tuple[torch.Tensor, torch.Tensor]]] = {}

    def before_write(self, tensor: torch.Tensor) -> None:
        """Save the weights that share the tensor's memory, once."""
        key = storage_key(tensor)
        if key in self._weights and key not in self._saved:
            self._saved[key] = [(weight, weight.detach().clone()) for weight in self._weights[key]]

    def restore(self) -> None:
        """Return what was saved."""
        with torch.no_grad():
            for pairs in self._saved.values():
                for weight, value in pairs:
                    weight.data.copy_(value)


@contextmanager
def attributes(model: nn.Module) -> Iterator[None]:
    """Every module of the model gets back its attributes, children, hooks and mode, and every buffer its values."""
    before = [(module, _contents(module.__dict__)) for module in model.modules()]
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    try:
        yield
    finally:
        for module, contents in before:
            module.__dict__.clear()
            for name, value, items in contents:
                module.__dict__[name] = value
                if items is not None:
                    # The same dict object: a hook's handle finds its hook through it.
                    value.clear()
                    value.update(items)
        for buffer, saved in buffers:
            buffer.data.copy_(saved)


def _contents(state: dict[str, Any]) -> list[tuple[str, Any, dict[Any, Any] | None]]:
    return [(name, value, dict(value) if isinstance(value, dict) else None) for name, value in state.items()]
