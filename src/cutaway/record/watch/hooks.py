"""Activations: measured by one hook for all modules of the process, which exists on logging steps alone.

One hook is there in an instant, whatever the number of modules. It measures what a module returns at once, since an
operation in place may change it afterwards, and keeps no tensor. Models that are compiled have hooks of another sort.
"""

import sys
import weakref
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from cutaway.record.watch.activations import Activations
from cutaway.record.watch.rows import WatchedModel, WatchedModule
from cutaway.record.watch.tensors import outputs_of

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle

    from cutaway.record.watch.compiled import CompiledHooks


class ForwardHooks:
    """Measures the outputs of a model's modules in one forward: the first in training after `arm`.

    ``guarded`` makes a hook of a function that must not stop the training.
    """

    def __init__(
        self,
        watched: WatchedModel,
        activations: Activations,
        guarded: Callable[[Callable[..., None]], Callable[..., None]],
    ) -> None:
        self._watched = watched
        self._activations = activations
        self._hook = guarded(self._after)
        self._stop = guarded(self._backward_begins)
        #: Whether the next forward is measured.
        self.is_armed = False
        self._handles: list[RemovableHandle] = []
        self._compiled: CompiledHooks | None = None
        # Tensors that were measured in this forward, by their ids: a container may hand one on.
        self._seen: dict[int, weakref.ref[Tensor]] = {}
        # The rows of tensors that the program has logged.
        self._logged: dict[str, int] = {}
        #: Seconds spent measuring since somebody set this to 0.
        self.spent = 0.0
        #: Whether modules were called since `arm`.
        self.has_measured = False

    def compile(self, guarded: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
        """Take the hooks of models that are compiled, for good."""
        from cutaway.record.watch.compiled import CompiledHooks

        modules = list(self._watched.modules.values())

        def call(number: int, place: str, tensor: Tensor) -> None:
            watched = modules[number]
            if self._is_measuring():
                start = perf_counter()
                # The outputs of a call come one by one; the place of one that was there already is of the next call.
                if not watched.places or place in watched.places:
                    watched.calls += 1
                    watched.places.clear()
                watched.places.add(place)
                self._output(watched, watched.calls - 1, place, tensor)
                self.spent += perf_counter() - start

        self._compiled = CompiledHooks(self._watched.root, list(self._watched.modules), guarded(call))

    def arm(self, parameter: nn.Parameter | None) -> None:
        """Measure the next forward, up to the backward that makes the gradient of ``parameter``."""
        self.disarm()
        self.is_armed = True
        if self._compiled is None:
            self._handles.append(register_module_forward_hook(self._hook))
        if parameter is not None and parameter.requires_grad:
            hooked: Any = parameter
            self._handles.append(hooked.register_post_accumulate_grad_hook(self._stop))
        self.begin()

    def begin(self) -> None:
        """The model's forward begins: calls are counted from here."""
        self._seen.clear()
        for watched in self._watched.modules.values():
            watched.calls = 0
            watched.places.clear()
        self.has_measured = False

    def disarm(self) -> None:
        """Measure nothing more, and leave no hook but those of models that are compiled."""
        self.is_armed = False
        self._seen.clear()
        while self._handles:
            self._handles.pop().remove()

    def remove(self) -> None:
        """Leave no hook."""
        self.disarm()
        if self._compiled is not None:
            self._compiled.remove()

    def log(self, name: str, tensor: Tensor) -> None:
        """Measure any tensor, under the path of the module whose method has called."""
        if not self._is_measuring():
            return
        start = perf_counter()
        watched = self._caller()
        key = f"{watched.path}.{name}" if watched is not None and watched.path else name
        row = self._logged.get(key)
        if row is None:
            row = self._activations.add(key, "Tensor", tensor)
        if row is not None:
            self._logged[key] = row
            self._activations.measure(row, tensor)
        self.spent += perf_counter() - start

    def _is_measuring(self) -> bool:
        return self.is_armed and self._watched.root.training and not in_backward()

    def _caller(self) -> WatchedModule | None:
        frame = sys._getframe(2)
        while frame is not None:
            module = frame.f_locals.get("self")
            if isinstance(module, nn.Module) and module in self._watched.modules:
                return self._watched.modules[module]
            frame = frame.f_back  # type: ignore[assignment]
        return None

    def _backward_begins(self, parameter: Tensor) -> None:
        """A gradient is there, so that the forward before it is over."""
        if self.has_measured:
            self.disarm()

    def _after(self, module: nn.Module, arguments: Any, output: Any) -> None:
        watched = self._watched.modules.get(module)
        if watched is None or not self._watched.root.training or in_backward():
            return
        start = perf_counter()
        self.has_measured = True
        call = watched.calls
        watched.calls = call + 1
        if type(output) is Tensor:
            if call or watched.row < 0 or watched.is_container:
                self._output(watched, call, "", output)
            else:
                self._seen[id(output)] = weakref.ref(output)
                self._activations.measure(watched.row, output)
        else:
            for place, tensor in outputs_of(output):
                self._output(watched, call, place, tensor)
        self.spent += perf_counter() - start

    def _output(self, watched: WatchedModule, call: int, place: str, tensor: Tensor) -> None:
        self.has_measured = True
        if watched.is_container:
            known = self._seen.get(id(tensor))
            if known is not None and known() is tensor:
                return
        self._seen[id(tensor)] = weakref.ref(tensor)
        row = watched.rows.get((call, place))
        if row is None:
            key = f"{watched.path}#{call + 1}{place}" if call else f"{watched.path}{place}"
            row = self._activations.add(key, watched.type, tensor)
            if row is None:
                return
            watched.rows[call, place] = row
            if not call and not place:
                watched.row = row
        self._activations.measure(row, tensor)


def in_backward() -> bool:
    """Whether a backward is running: a forward in it is that of checkpointing, which was measured before."""
    return bool(torch._C._current_graph_task_id() != -1)
