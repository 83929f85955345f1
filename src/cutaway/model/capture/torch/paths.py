"""The key of every module: the first name `named_modules()` gives it, without the segments that wrappers add."""

from collections.abc import Iterator

import torch
from torch import nn

from cutaway.model.capture.torch.packed import HOLDERS, packed_weights
from cutaway.model.capture.torch.parts import stored_bytes
from cutaway.model.capture.torch.values import dtype_name
from cutaway.model.records import Module, Parameter

#: Classes that only stand around a module, and under which name they hold it. A wrapper has the path of what it wraps.
WRAPPERS = {
    "AveragedModel": "module",
    "CheckpointWrapper": "_checkpoint_wrapped_module",
    "DataParallel": "module",
    "DistributedDataParallel": "module",
    "FullyShardedDataParallel": "_fsdp_wrapped_module",
    "OffloadWrapper": "_checkpoint_wrapped_module",
    "OptimizedModule": "_orig_mod",
}


#: Longer descriptions of a module are cut.
MOST_CONFIG = 200


class ModulePaths:
    """The paths of all modules below `root`; those of calls outside the tree are derived from their caller."""

    def __init__(self, root: nn.Module) -> None:
        self._modules: dict[int, nn.Module] = {}
        self._names: dict[int, list[str]] = {}
        self._wrappers: set[int] = set()
        prefixes: dict[str, str] = {"": ""}
        for name, module in root.named_modules(remove_duplicate=False):
            holder = name.rpartition(".")[0]
            path = prefixes[name] if name in prefixes else _joined(prefixes[holder], name.rpartition(".")[2])
            prefixes[name] = path
            inner = WRAPPERS.get(type(module).__name__)
            if inner is not None and inner in module._modules:
                prefixes[_joined(name, inner)] = path
                self._wrappers.add(id(module))
            names = self._names.setdefault(id(module), [])
            if path not in names:
                names.append(path)
            self._modules[id(module)] = module
        self._prefixes = prefixes

    def is_wrapper(self, module: nn.Module) -> bool:
        """Whether the module only stands around another one, whose path it has."""
        return id(module) in self._wrappers

    def has(self, module: nn.Module) -> bool:
        """Whether the module is in the tree."""
        return id(module) in self._names

    def path(self, module: nn.Module, caller: str) -> str:
        """The module's path, or ``caller.<Class>`` for a module that is not in the tree."""
        names = self._names.get(id(module))
        return names[0] if names else _joined(caller, f"<{type(module).__name__}>")

    def type_of(self, path: str) -> str:
        """The class of the module with this path."""
        return next(class_name(self._modules[key]) for key, names in self._names.items() if names[0] == path)

    def transient(self) -> set[int]:
        """The ids of buffers that no state dict has."""
        return {
            id(module._buffers[name])
            for module in self._modules.values()
            for name in module._non_persistent_buffers_set
            if module._buffers.get(name) is not None
        }

    def tensors(self) -> Iterator[tuple[torch.Tensor, list[str], bool]]:
        """Every parameter and then every buffer, with all the paths that it has, and whether it is a buffer.

        What `named_parameters` and `named_buffers` give, in their order, without their walks through the tree.
        """
        for buffers in (False, True):
            found: dict[int, tuple[torch.Tensor, list[str], bool]] = {}
            for key, module in self._modules.items():
                for name, tensor in (module._buffers if buffers else module._parameters).items():
                    if tensor is not None:
                        paths = found.setdefault(id(tensor), (tensor, [], buffers))[1]
                        paths += [path for holder in self._names[key] if (path := _joined(holder, name)) not in paths]
            yield from found.values()

    def of_name(self, name: str) -> str:
        """The path of what `named_modules()` calls `name`."""
        return self._prefixes[name]

    def modules(self) -> tuple[Module, ...]:
        """Every module but the wrappers, in the order of definition."""
        return tuple(
            Module(names[0], class_name(self._modules[key]), tuple(names[1:]), _config(self._modules[key]))
            for key, names in self._names.items()
            if key not in self._wrappers and type(self._modules[key]).__name__ not in HOLDERS
        )


def class_name(module: nn.Module) -> str:
    """The name of a module's class; of a script's, that of what it was compiled from."""
    if isinstance(module, torch.jit.ScriptModule):
        return str(getattr(module, "original_name", type(module).__name__))
    return type(module).__name__


def _config(module: nn.Module) -> str:
    try:
        text = module.extra_repr()
    except Exception:  # It is the user's code.
        return ""
    text = " ".join(str(text).split())
    return text if len(text) <= MOST_CONFIG else text[: MOST_CONFIG - 1] + "…"


def parameter_table(model: nn.Module, paths: ModulePaths) -> tuple[Parameter, ...]:
    """The model's parameters and then its buffers, each once, with all names they have."""
    found = {id(tensor): (tensor, names, buffer) for tensor, names, buffer in paths.tensors()}
    packed: set[int] = set()
    for holder, name, tensor in packed_weights(model):
        found[id(tensor)] = (tensor, [_joined(paths.of_name(holder), name)], False)
        packed.add(id(tensor))
    storages: dict[int, int] = {}
    transient = paths.transient()
    return tuple(
        _parameter(tensor, names, buffer, key in packed, storages, persistent=key not in transient)
        for key, (tensor, names, buffer) in found.items()
    )


def _parameter(
    tensor: torch.Tensor,
    names: list[str],
    buffer: bool,
    packed: bool,
    storages: dict[int, int],
    *,
    persistent: bool,
) -> Parameter:
    uninitialised = is_lazy(tensor)
    return Parameter(
        path=names[0],
        aliases=tuple(names[1:]),
        module=names[0].rpartition(".")[0],
        shape=None if uninitialised else tuple(tensor.shape),
        dtype=dtype_name(tensor.dtype),
        bytes=0 if uninitialised else _bytes(tensor),
        storage=storages.setdefault(storage_key(tensor), len(storages)),
        offset=0 if uninitialised else _offset(tensor),
        # Autograd does not reach what is packed.
        trainable=tensor.requires_grad and not packed,
        buffer=buffer,
        persistent=persistent,
    )


def _bytes(tensor: torch.Tensor) -> int:
    """The memory of a tensor, and of what one of another class really holds: packed numbers, indices, scales."""
    size = stored_bytes(tensor)
    if tensor.is_quantized and tensor.qscheme() in (torch.per_channel_affine, torch.per_channel_symmetric):
        scales, zeros = tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points()
        size += scales.numel() * scales.element_size() + zeros.numel() * zeros.element_size()
    return size


def _offset(tensor: torch.Tensor) -> int:
    try:
        return int(tensor.storage_offset()) * tensor.element_size()
    except (NotImplementedError, RuntimeError):
        return 0


def is_lazy(tensor: torch.Tensor) -> bool:
    """Whether the tensor gets its shape only from the first forward."""
    # Of an ordinary fake parameter too, older versions say that it is an `UninitializedParameter`.
    return bool(nn.parameter.is_lazy(tensor))


def storage_key(tensor: torch.Tensor) -> int:
    """Equal for tensors that share memory; a tensor without a storage (lazy, sparse, wrapped) is on its own."""
    if is_lazy(tensor):
        return id(tensor)
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return id(tensor)


def _joined(holder: str, name: str) -> str:
    return f"{holder}.{name}" if holder else name
