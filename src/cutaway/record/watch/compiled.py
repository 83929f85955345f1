"""Activations of a model that `torch.compile` compiles: an operator in the graph, since hooks are compiled too.

A hook that is there when the model is compiled becomes a part of the graph; one that comes later is never called. So
each module has a hook that puts an operator into the graph, which calls back; it does nothing on steps that are not
logged. The graph stays whole, and is not compiled again.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import torch
from torch import Tensor, nn

#: Called with the number of a module, the place of the output and the output.
Call = Callable[[int, str, Tensor], None]

_library: Any = torch.library.Library("cutaway", "FRAGMENT")  # type: ignore[no-untyped-call]
# The mark makes the operator one with an effect, which no compiler leaves out.
_library.define("watch(Tensor tensor, Tensor(a!) mark, int watch, int module, str place) -> ()")
_calls: dict[int, Call] = {}
_numbers = count()


def _watch(tensor: Tensor, mark: Tensor, watch: int, module: int, place: str) -> None:
    call = _calls.get(watch)
    if call is not None:
        call(module, place, tensor)


def _watch_shapes(tensor: Tensor, mark: Tensor, watch: int, module: int, place: str) -> None:
    """What tracing on shapes does: nothing."""


_library.impl("watch", _watch, "CompositeExplicitAutograd")
_library.impl("watch", _watch_shapes, "Meta")


def is_compiled(model: nn.Module) -> bool:
    """Whether a model or a part of it is one that is compiled when it is called."""
    return any(
        type(module).__name__ == "OptimizedModule" or getattr(module, "_compiled_call_impl", None) is not None
        for module in model.modules()
    )


class CompiledHooks:
    """Hooks of modules that call ``call`` from compiled code, until `remove`."""

    def __init__(self, root: nn.Module, modules: list[nn.Module], call: Call) -> None:
        self._number = next(_numbers)
        wrapped = {getattr(module, "_orig_mod", None) for module in root.modules()}
        _calls[self._number] = call
        self._handles = [
            module.register_forward_hook(_hook(self._number, number, torch.zeros(1)))
            for number, module in enumerate(modules)
            # One of the module that the graph is of would cut it in two.
            if getattr(module, "_compiled_call_impl", None) is None and module not in wrapped
        ]

    def remove(self) -> None:
        """Leave no hook. Graphs that are compiled already keep their operators, which do nothing from here on."""
        _calls.pop(self._number, None)
        while self._handles:
            self._handles.pop().remove()


def _hook(watch: int, module: int, mark: Tensor) -> Callable[..., None]:
    def measure(place: str, value: Any) -> None:
        if isinstance(value, Tensor) and value.is_floating_point():
            torch.ops.cutaway.watch(value.detach(), mark, watch, module, place)

    # Plain code, which dynamo takes into the graph.
    def hook(_: nn.Module, arguments: Any, output: Any) -> None:
        if isinstance(output, Tensor):
            measure("", output)
        elif isinstance(output, (list, tuple)):
            for idx, item in enumerate(output):
                measure(f"[{idx}]" if idx else "", item)
        elif isinstance(output, dict):
            for key, item in output.items():
                measure(f"[{key}]", item)

    return hook
