"""What a replay of an optimizer step needs, kept while it is made: the arguments of each forward, the random state
before it, and the gradient that came into its outputs.

Of a healthy step this costs two hooks on the model. Arguments and gradients are kept by reference, and forgotten when
the step is over.
"""

import pickle
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from cutaway.model.capture.torch.capture import unwrapped
from cutaway.model.capture.torch.paths import WRAPPERS
from cutaway.model.capture.torch.values import named_tensors
from cutaway.record.watch.compiled_calls import CompiledCalls
from cutaway.record.watch.tensor_counts import count, is_sample_finite

#: Bytes of gradients at outputs that are kept in one step, and of arguments beside those of the latest forward.
MOST_GRADIENTS = 64 << 20
MOST_ARGUMENTS = 256 << 20
#: A model that took no random number of Python or NumPy in so many forwards is taken not to.
_TRIALS = 3


class RandomState:
    """The random states of PyTorch, on the CPU and on devices, and where it is `whole`, of Python and of NumPy."""

    def __init__(self, devices: list[int], *, whole: bool) -> None:
        self._cpu = torch.get_rng_state()
        self._devices = [(device, torch.cuda.get_rng_state(device)) for device in devices]
        self._others = _other_random_states() if whole else None

    def others_have_changed(self) -> bool:
        """Whether Python's or NumPy's is another now. It is False where they are not known."""
        return self._others is not None and self._others != _other_random_states()

    def restore(self) -> None:
        """Make it that of the process."""
        torch.set_rng_state(self._cpu)
        for device, state in self._devices:
            torch.cuda.set_rng_state(state, device)
        if self._others is not None:
            # It is a pickle that was made here.
            python, numpy = pickle.loads(self._others)
            random.setstate(python)
            np.random.set_state(numpy)


def _other_random_states() -> bytes:
    """Of Python and of NumPy, to be compared. They take longer to copy than all of PyTorch's."""
    return pickle.dumps((random.getstate(), np.random.get_state(legacy=False)))


class AutocastState:
    """Whether computations choose their dtype by themselves, and which."""

    def __init__(self, device_types: tuple[str, ...]) -> None:
        self._states = [
            (kind, torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind)) for kind in device_types
        ]
        self._cached = torch.is_autocast_cache_enabled()

    @contextmanager
    def restored(self) -> Iterator[None]:
        """It is in force inside."""
        with ExitStack() as stack:
            for kind, enabled, dtype in self._states:
                stack.enter_context(torch.autocast(kind, dtype, enabled, self._cached))
            yield


@dataclass
class KeptForward:
    """One forward of a module that takes gradients."""

    #: What is called again: the module without wrappers.
    module: nn.Module
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    is_training: bool
    random: RandomState
    autocast: AutocastState
    #: When it began, and when the first gradient came into its outputs (0: none did), on a common clock.
    began: int
    backward_began: int = 0
    #: The gradients that came, by the number of the output among those that take one.
    gradients: dict[int, Tensor] = field(default_factory=dict)
    #: Whether a sample of its outputs was finite; None where it was not looked at.
    was_finite: bool | None = None
    #: There were more bytes of gradients than are kept.
    gradients_dropped: bool = False
    #: A gradient was computed in such a way that it has a gradient itself.
    is_differentiated_twice: bool = False
    _versions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._versions = [tensor._version for tensor in self.tensors() if not tensor.is_inference()]

    def tensors(self) -> list[Tensor]:
        """The tensors among the arguments."""
        found = tensors_in(self.arguments)
        return [*found, *tensors_in(self.keywords)] if self.keywords else found

    def bytes(self) -> int:
        """Of the arguments."""
        return sum(tensor.numel() * tensor.element_size() for tensor in self.tensors())

    def is_changed(self) -> bool:
        """Whether arguments were written into since."""
        return self._versions != [tensor._version for tensor in self.tensors() if not tensor.is_inference()]

    def forget(self) -> None:
        """Hold no tensors any longer; the user's graph may still hold this."""
        self.arguments, self.keywords, self.gradients = (), {}, {}


class KeptForwards:
    """Keeps what it says in the module's name, from the hooks of `model`, or where that is never called, of its parts.

    `forwards` are those since the last `forget`, `dropped` says how many earlier ones were too large to keep. While
    `paused`, forwards are not kept: they are replays. `spent` are seconds in the hooks since somebody set it to 0.
    """

    def __init__(self, model: nn.Module) -> None:
        self.forwards: list[KeptForward] = []
        self.dropped = 0
        self.paused = False
        self.spent = 0.0
        self._parameters = [weight for weight in model.parameters() if weight.requires_grad]
        cuda = {weight.device.index or 0 for weight in model.parameters() if weight.device.type == "cuda"}
        self._devices = sorted(cuda)
        self._device_types = tuple(sorted({"cpu", *(weight.device.type for weight in model.parameters())} - {"meta"}))
        self._clock = self._count = self._gradient_bytes = 0
        self._inside = False
        self._takes_other_numbers = False
        self._entries: list[nn.Module] = []
        self._handles: list[Any] = []
        self._model = unwrapped(model)
        self._compiled: CompiledCalls | None = None
        if self._model._compiled_call_impl is None:
            self._hook([hooked_module(model)])
        else:
            self._compiled = CompiledCalls(self._model, self._begin, self._end)

    def gradients_are_finite(self) -> bool | None:
        """Of those that came into the model's outputs; None where not all were kept."""
        if self.dropped or any(not forward.gradients or forward.gradients_dropped for forward in self.forwards):
            return None
        kept = [gradient for forward in self.forwards for gradient in forward.gradients.values()]
        return all(count(gradient) is None for gradient in kept) if kept else None

    def outputs_were_finite(self) -> bool | None:
        """Whether those of all forwards were, as far as a sample tells; None where they were not looked at."""
        known = [forward.was_finite for forward in self.forwards]
        return False if False in known else None if None in known or not known else True

    def step_over(self) -> None:
        """Forget what was kept: the step is done. Where no forward was seen, look elsewhere from now on."""
        if not self._count:
            self._hook_parts()
            if self._compiled is None and "torch._dynamo" in sys.modules:
                # Or the hooks were compiled.
                self._compiled = CompiledCalls(self._model, self._begin, self._end)
        self.forget()

    def _hook_parts(self) -> None:
        """The model itself is never called: a program calls its parts."""
        parts = [part for entry in self._entries for part in unwrapped(entry).children()]
        if parts:
            self._unhook()
            self._hook(parts)

    def forget(self) -> None:
        """Hold nothing any longer."""
        for forward in self.forwards:
            forward.forget()
        self.forwards = []
        self.dropped = self._gradient_bytes = 0

    def close(self) -> None:
        """Leave nothing in the model."""
        self._unhook()
        if self._compiled is not None:
            self._compiled.remove()
        self.forget()

    def _hook(self, entries: list[nn.Module]) -> None:
        self._entries = entries
        for entry in entries:
            self._handles.append(entry.register_forward_pre_hook(self._begin, with_kwargs=True))
            self._handles.append(entry.register_forward_hook(self._end, always_call=True))

    def _unhook(self) -> None:
        while self._handles:
            self._handles.pop().remove()

    def _begin(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        if torch.compiler.is_compiling() or self.paused or self._inside or not torch.is_grad_enabled():
            return
        # A copy of the model has the hooks of the model.
        if module is not self._model and not any(module is entry for entry in self._entries):
            return
        start = perf_counter()
        if self._is_new_step():
            self.forget()
        self._inside = True
        self._count += 1
        self._clock += 1
        state = RandomState(self._devices, whole=self._takes_other_numbers or self._count <= _TRIALS)
        autocast = AutocastState(self._device_types)
        forward = KeptForward(unwrapped(module), arguments, keywords, module.training, state, autocast, self._clock)
        self.forwards.append(forward)
        if len(self.forwards) > 1:
            self._drop_old()
        self.spent += perf_counter() - start

    def _end(self, module: nn.Module, arguments: Any, result: Any) -> None:
        if torch.compiler.is_compiling() or self.paused or not self._inside or not self.forwards:
            return
        forward = self.forwards[-1]
        if forward.module is not unwrapped(module):
            return
        start = perf_counter()
        self._inside = False
        if not self._takes_other_numbers:
            self._takes_other_numbers = forward.random.others_have_changed()
        outputs = differentiable(result)
        forward.was_finite = is_sample_finite(outputs)
        for idx, output in enumerate(outputs):
            output.register_hook(lambda gradient, idx=idx: self._keep(forward, idx, gradient))  # type: ignore[no-untyped-call]
        self.spent += perf_counter() - start

    def _keep(self, forward: KeptForward, idx: int, gradient: Tensor) -> None:
        if self.paused:
            return
        if not forward.backward_began:
            self._clock += 1
            forward.backward_began = self._clock
        forward.is_differentiated_twice |= torch.is_grad_enabled()
        earlier = forward.gradients.get(idx)
        if earlier is not None:
            forward.gradients[idx] = earlier + gradient.detach()
            return
        size = gradient.numel() * gradient.element_size()
        if self._gradient_bytes + size > MOST_GRADIENTS:
            forward.gradients_dropped = True
            return
        self._gradient_bytes += size
        forward.gradients[idx] = gradient.detach()

    def _is_new_step(self) -> bool:
        """Whether the gradients of the forwards so far were thrown away: a scaler has skipped their update."""
        return bool(
            self.forwards
            and all(forward.backward_began for forward in self.forwards)
            and all(weight.grad is None for weight in self._parameters)
        )

    def _drop_old(self) -> None:
        total = sum(forward.bytes() for forward in self.forwards[:-1])
        while total > MOST_ARGUMENTS:
            old = self.forwards.pop(0)
            total -= old.bytes()
            old.forget()
            self.dropped += 1


def hooked_module(model: nn.Module) -> nn.Module:
    """The module whose hooks run outside of compiled code, with the arguments that the model itself gets."""
    while type(model).__name__ in WRAPPERS and type(model).__name__ != "OptimizedModule":
        inner = model._modules.get(WRAPPERS[type(model).__name__])
        if inner is None:
            break
        model = inner
    return model


def differentiable(result: Any) -> list[Tensor]:
    """The tensors in a result that take gradients, each once."""
    if type(result) is Tensor:
        return [result] if result.requires_grad else []
    found = tensors_in(result) or [tensor for _, tensor in named_tensors((result,), {})]
    return list({id(tensor): tensor for tensor in found if tensor.requires_grad}.values())


def tensors_in(value: Any) -> list[Tensor]:
    """The tensors in nested containers of those kinds that PyTorch knows."""
    if type(value) is tuple and all(type(item) is Tensor for item in value):
        # What most forwards get: there is nothing to look into.
        return list(value)
    return [leaf for leaf in tree_leaves(value) if isinstance(leaf, Tensor)]
