"""The rows of a watch: which modules and parameters of a model are measured, and under which names."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch import nn

from cutaway.model.capture.torch.paths import ModulePaths, class_name, is_lazy
from cutaway.record.watch.tensors import TYPES

#: What `modules` may be: patterns of paths, modules, or a function of a path and a module.
Selection = Iterable[str | nn.Module] | Callable[[str, nn.Module], bool] | None


@dataclass(slots=True, eq=False)
class WatchedModule:
    """A module whose outputs are measured."""

    path: str
    type: str
    #: Whether it has modules of its own, whose outputs it may hand on as they are.
    is_container: bool
    #: How often it was called in this forward.
    calls: int = 0
    #: The places of its outputs that this call has given so far, where they come one by one.
    places: set[str] = field(default_factory=set)
    #: The row of the only output of its first call; -1 while that is not known.
    row: int = -1
    #: The rows of its outputs by call and place.
    rows: dict[tuple[int, str], int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class WatchedParameter:
    """A parameter, with the place where the model holds it."""

    path: str
    type: str
    parameter: nn.Parameter
    holder: nn.Module
    name: str
    #: Whether Megatron accumulates its gradient in float32, in an attribute of its own.
    has_main_grad: bool

    def is_held(self) -> bool:
        """Whether it is still a parameter of the model."""
        return self.holder._parameters.get(self.name) is self.parameter

    def gradient(self) -> torch.Tensor | None:
        """The gradient, as the optimizer finds it."""
        return getattr(self.parameter, "main_grad") if self.has_main_grad else self.parameter.grad  # noqa: B009


class WatchedModel:
    """The modules and parameters of `root` that `selection` chooses.

    Raises TypeError or ValueError that begins with ``modules`` for a selection that chooses nothing.
    """

    def __init__(self, root: nn.Module, selection: Selection = None) -> None:
        self.root = root
        self._selection = list(selection) if selection is not None and not callable(selection) else selection
        self.modules: dict[nn.Module, WatchedModule] = {}
        self.parameters: list[WatchedParameter] = []
        #: The ids of all parameters of the model that are trained, chosen or not.
        self.trained: set[int] = set()
        self.read()
        if not self.modules and not self.parameters:
            raise ValueError(f"modules chooses no module of the model, got {selection!r}")

    def read(self) -> None:
        """Look at the model anew: modules that are known keep their rows."""
        paths = ModulePaths(self.root)
        self.trained = {id(each) for each in self.root.parameters() if each.requires_grad}
        known, self.modules, self.parameters = self.modules, {}, []
        seen: set[int] = set()
        chosen: list[str] = []
        for name, module in self.root.named_modules():
            path = paths.of_name(name)
            if not self._is_chosen(path, module, chosen):
                continue
            kind = plain_class_name(module)
            if not paths.is_wrapper(module):
                self.modules[module] = known.get(module) or WatchedModule(path, kind, bool(module._modules))
            for own, parameter in module._parameters.items():
                if parameter is not None and id(parameter) not in seen and parameter.dtype in TYPES:
                    seen.add(id(parameter))
                    if not is_lazy(parameter):
                        full = f"{path}.{own}" if path else own
                        has_main_grad = getattr(parameter, "main_grad", None) is not None
                        self.parameters.append(WatchedParameter(full, kind, parameter, module, own, has_main_grad))

    def is_changed(self) -> bool:
        """Whether a parameter was replaced since the model was read."""
        return not all(watched.is_held() for watched in self.parameters)

    def in_order(self, keys: Sequence[str]) -> list[WatchedParameter]:
        """The parameters in the order in which their modules ran; ``keys`` are the rows of activations."""
        places: dict[str, int] = {}
        for place, key in enumerate(keys):
            path = key.partition("#")[0].partition("[")[0]
            while path and path not in places:
                places[path] = place
                path = path.rpartition(".")[0]
        ranked, place = [], -1
        for watched in self.parameters:
            # What did not run stays behind its neighbour in the model.
            place = places.get(watched.path.rpartition(".")[0], place)
            ranked.append((place, watched))
        return [watched for _, watched in sorted(ranked, key=lambda pair: pair[0])]

    def _is_chosen(self, path: str, module: nn.Module, chosen: list[str]) -> bool:
        """Whether a module is in the selection; modules below a chosen one are, which ``chosen`` tells."""
        selection = self._selection
        if selection is None:
            return True
        if callable(selection):
            return bool(selection(path, module))
        below = any(path == holder or path.startswith(f"{holder}.") or not holder for holder in chosen)
        if below or any(_names(item, path, module) for item in selection):
            chosen.append(path)
            return True
        return False


def _names(item: Any, path: str, module: nn.Module) -> bool:
    if isinstance(item, str):
        return fnmatchcase(path, item)
    if isinstance(item, nn.Module):
        return item is module
    raise TypeError(f"modules must be paths, patterns of paths or modules, or a function of both, got {item!r}")


def plain_class_name(module: nn.Module) -> str:
    """The class of a module without what frameworks put before it: FSDP2 makes ``FSDPLinear`` of ``Linear``."""
    if type(module).__name__.startswith("FSDP") and len(type(module).__mro__) > 2:
        bases = [base.__name__ for base in type(module).__mro__[1:]]
        if bases[0] == "FSDPModule":
            return bases[1]
    return class_name(module)
