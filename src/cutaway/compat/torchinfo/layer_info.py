"""One row of torchinfo's table, read from a row of ours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from cutaway.compat.torchinfo.enums import ColumnSettings
from cutaway.model.capture.torch.paths import WRAPPERS, is_lazy
from cutaway.model.records import Parameter, Value
from cutaway.model.rows import Row


@dataclass(eq=False)
class LayerInfo:
    """A call of a module, or a container of calls. Sizes are lists of ints, counts include everything below."""

    layer_id: int
    module: nn.Module
    class_name: str
    var_name: str
    depth: int
    parent_info: "LayerInfo | None"
    executed: bool
    is_leaf_layer: bool
    is_recursive: bool
    contains_lazy_param: bool
    input_size: list[int]
    output_size: list[int]
    kernel_size: int | list[int] | None
    groups: int | None
    num_params: int
    trainable_params: int
    param_bytes: int
    output_bytes: int
    #: Exact, of all ops in the call; torchinfo's own guess goes by the class's name.
    macs: int
    depth_index: int | None = None
    children: list["LayerInfo"] = field(default_factory=list)
    inner_layers: dict[str, dict[ColumnSettings, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.class_name}: {self.depth}"

    @property
    def trainable(self) -> str:
        """``True``, ``False`` or ``Partial``; ``--`` without parameters."""
        if not self.num_params:
            return "--"
        return {0: "False", self.num_params: "True"}.get(self.trainable_params, "Partial")

    def get_layer_name(self, show_var_name: bool, show_depth: bool) -> str:
        """``Conv2d (stem): 1-2``."""
        name = self.class_name
        if show_var_name and self.var_name:
            name += f" ({self.var_name})"
        if show_depth and self.depth:
            name += f": {self.depth}"
            if self.depth_index is not None:
                name += f"-{self.depth_index}"
        return name

    def leftover_params(self) -> int:
        """Parameters that no module below has."""
        return max(0, self.num_params - sum(child.num_params for child in self._direct()))

    def leftover_trainable_params(self) -> int:
        """The parameters that take a gradient."""
        return max(0, self.trainable_params - sum(child.trainable_params for child in self._direct()))

    def leftover_macs(self) -> int:
        """Work that is done between the calls below."""
        return self.macs - sum(child.macs for child in self.children if child.parent_info is self)

    def macs_to_str(self, reached_max_depth: bool) -> str:
        """The cell of the column Mult-Adds."""
        macs = self.macs if self.is_leaf_layer or reached_max_depth else self.leftover_macs()
        return f"{macs:,}" if macs > 0 else "--"

    def num_params_to_str(self, reached_max_depth: bool) -> str:
        """The cell of the column Param #: in brackets when frozen."""
        if not self.num_params:
            return "--"
        if self.is_recursive:
            return "(recursive)"
        if self.is_leaf_layer or reached_max_depth:
            return f"{self.num_params:,}" if self.trainable_params else f"({self.num_params:,})"
        leftover = self.leftover_params()
        return f"{leftover:,}" if leftover else "--"

    def params_percent(self, total_params: int, reached_max_depth: bool, precision: int = 2) -> str:
        """The cell of the column Param %."""
        if total_params and self.is_recursive:
            return "(recursive)"
        params = self.num_params if self.is_leaf_layer or reached_max_depth else self.leftover_params()
        if not total_params or not params:
            return "     --"
        return f"{params / total_params:>{precision + 5}.{precision}%}"

    def _direct(self) -> list["LayerInfo"]:
        """The modules right below, each once."""
        found = {child.layer_id: child for child in self.children if child.parent_info is self}
        return [child for child in found.values() if child.layer_id != self.layer_id]


def first_size(value: Value | None) -> list[int]:
    """The shape of the first tensor, as torchinfo shows it; empty where there is none."""
    tensor = next(iter(value.tensors()), None) if value is not None else None
    return [] if tensor is None else list(tensor.shape)


#: A row with a key of its own, that of the row around it, its depth, and its name there.
Entry = tuple[Any, Any, int, str, Row]


def called(rows: tuple[Row, ...]) -> Iterator[Entry]:
    """The rows of a forward, without what it left out."""
    for idx, row in enumerate(rows):
        if not idx or row.call is not None or row.contains_calls or row.in_script:
            yield idx, row.parent, row.depth, row.path.rpartition(".")[2], row


def listed(rows: tuple[Row, ...], root: nn.Module) -> Iterator[Entry]:
    """The rows without a forward, each module as often as the model holds it."""
    by_path = {name: row for row in rows for name in (row.path, *row.aliases)}
    waiting: list[tuple[nn.Module, str, str | None, int, str]] = [(root, "", None, 0, "")]
    while waiting:
        module, path, outer, depth, name = waiting.pop()
        inner = WRAPPERS.get(type(module).__name__)
        if inner is not None and inner in module._modules:
            waiting.append((module._modules[inner] or module, path, outer, depth, name))
            continue
        row = by_path.get(path)
        if row is not None:
            yield path, outer, depth, name, row
        for child, held in reversed(module._modules.items()):
            if held is not None:
                place = f"{path}.{child}" if path else child
                waiting.append((held, place, path, depth + 1, child))


def make_layers(
    entries: Iterable[Entry], parameters: tuple[Parameter, ...], modules: Mapping[str, nn.Module]
) -> list[LayerInfo]:
    """The rows that torchinfo has, in order."""
    counts = _counts(parameters, modules)
    found: dict[Any, LayerInfo] = {}
    seen: set[int] = set()
    indices: dict[int, int] = {}
    for key, outer, depth, name, row in entries:
        module = modules.get(row.path)
        parent = found.get(outer)
        if module is None or (depth and parent is None):
            continue
        count, trainable, size = counts.get(row.path, (0, 0, 0))
        kernel = getattr(module, "kernel_size", None)
        if isinstance(kernel, torch.Tensor):
            kernel = kernel.tolist()
        layer = LayerInfo(
            layer_id=id(module),
            module=module,
            class_name=row.type,
            var_name=name or row.type,
            depth=depth,
            parent_info=parent,
            executed=row.call is not None,
            is_leaf_layer=not any(module.children()),
            is_recursive=id(module) in seen,
            contains_lazy_param=any(each.shape is None for each in row.own),
            input_size=first_size(row.inputs),
            output_size=first_size(row.outputs),
            kernel_size=list(kernel) if isinstance(kernel, Iterable) else kernel if isinstance(kernel, int) else None,
            groups=getattr(module, "groups", None) if isinstance(getattr(module, "groups", None), int) else None,
            num_params=count,
            trainable_params=trainable,
            param_bytes=size,
            output_bytes=row.output_bytes,
            macs=row.macs,
        )
        seen.add(id(module))
        indices[depth] = layer.depth_index = indices.get(depth, 0) + 1
        found[key] = layer
        while parent is not None:
            parent.children.append(layer)
            parent = parent.parent_info
        layer.inner_layers = _inner(module, is_root=not depth)
    return list(found.values())


def _counts(parameters: tuple[Parameter, ...], modules: Mapping[str, nn.Module]) -> dict[str, tuple[int, int, int]]:
    """Parameters, those that take a gradient, and bytes, by the path of every module that holds them."""
    counts: dict[str, tuple[int, int, int]] = {}
    for parameter in parameters:
        if parameter.buffer:
            continue
        count = unpruned(parameter, modules)
        trainable = count if parameter.trainable else 0
        size = parameter.bytes * count // parameter.count if parameter.count else 0
        holders: set[str] = set()
        for name in (parameter.path, *parameter.aliases):
            while name:
                name = name.rpartition(".")[0]
                holders.add(name)
        for holder in holders:
            before = counts.get(holder, (0, 0, 0))
            counts[holder] = before[0] + count, before[1] + trainable, before[2] + size
    return counts


def unpruned(parameter: Parameter, modules: Mapping[str, nn.Module]) -> int:
    """The elements of a parameter that `torch.nn.utils.prune` has left."""
    holder, _, name = parameter.path.rpartition(".")
    mask = getattr(modules.get(holder), f"{name.removesuffix('_orig')}_mask", None) if name.endswith("_orig") else None
    return parameter.count if mask is None or mask.is_meta else int(mask.sum())


def _inner(module: nn.Module, *, is_root: bool) -> dict[str, dict[ColumnSettings, Any]]:
    """A line for each parameter in a module; of the model itself only those that no other module has."""
    found = [
        (name, parameter)
        for name, parameter in module.named_parameters()
        if not is_lazy(parameter) and not (is_root and "." in name)
    ]
    lines: dict[str, dict[ColumnSettings, Any]] = {}
    for idx, (name, parameter) in enumerate(found):
        shape = list(parameter.shape)
        if name == "weight" and len(shape) > 1:
            shape[0], shape[1] = shape[1], shape[0]
        mark = "└─" if idx == len(found) - 1 else "├─"
        lines[name] = {
            ColumnSettings.KERNEL_SIZE: str(shape),
            ColumnSettings.NUM_PARAMS: f"{mark}{parameter.numel():,}",
        }
    return lines
