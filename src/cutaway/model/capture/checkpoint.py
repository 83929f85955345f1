"""Read the tensors of a checkpoint into a `Trace` without reading the weights: names, shapes, types and sizes.

safetensors files (one, or the parts that an index names) by their header alone, which needs no library; PyTorch's files
(``.pt``, ``.pth``, ``.bin``, ``.ckpt``) by PyTorch's restricted unpickler, which runs no code of the file's; tensors
are mapped, or without memory for files from before PyTorch 1.6. A file with objects beside tensors is unpickled as a
whole, with the code that is in it, if it is trusted. Any other content is an error of one line.
"""

import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from cutaway.model.capture.captured import Captured, SourceError, needs_trust
from cutaway.model.inputs import ForwardInputs
from cutaway.model.records import Module, Parameter, Shape
from cutaway.model.trace import Trace

#: The format's own limit on its header.
_MOST_HEADER = 100_000_000
#: Name and bits of an element by the format's name for it.
_SAFETENSORS_TYPES = {
    "BOOL": ("bool", 8), "U8": ("uint8", 8), "I8": ("int8", 8), "U16": ("uint16", 16), "I16": ("int16", 16),
    "U32": ("uint32", 32), "I32": ("int32", 32), "U64": ("uint64", 64), "I64": ("int64", 64),
    "F16": ("float16", 16), "BF16": ("bfloat16", 16), "F32": ("float32", 32), "F64": ("float64", 64),
    "C64": ("complex64", 64), "F8_E4M3": ("float8_e4m3fn", 8), "F8_E5M2": ("float8_e5m2", 8),
    "F8_E8M0": ("float8_e8m0fnu", 8), "F4": ("float4_e2m1fn_x2", 4), "F6_E2M3": ("float6_e2m3", 6),
    "F6_E3M2": ("float6_e3m2", 6),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    shape: Shape
    dtype: str
    bytes: int
    storage: int
    offset: int = 0


def capture_safetensors(path: Path, inputs: ForwardInputs | None = None, *, trust: bool = False) -> Captured:
    """A file, or an index of several (``model.safetensors.index.json``). Raises SourceError.

    A file of tensors has no forward that `inputs` could be for, and no code to be trusted.
    """
    files = [path]
    if path.suffix == ".json":
        files = _indexed(path)
    entries = [entry for file in files for entry in _header(file)]
    return Captured(_trace("safetensors", path.name, [_numbered(entry, idx) for idx, entry in enumerate(entries)]))


def capture_torch_file(path: Path, inputs: ForwardInputs | None = None, *, trust: bool = False) -> Captured:
    """Tensors of a file of `torch.save`: a state dict, or a dict that holds one; with `trust` also a module."""
    state, place = _state_dict(_load(path, trust), path)
    return Captured(_of_tensors(state, path.name, f"its entry {place}" if place else ""))


def capture_state_dict(state: Mapping[str, Any]) -> Trace:
    """A state dict that is in memory. Raises SourceError for one without tensors."""
    tensors, place = _state_dict(state, Path("the dict"))
    return _of_tensors(tensors, "state dict", f"its entry {place}" if place else "")


def _of_tensors(state: dict[str, Any], name: str, reason: str) -> Trace:
    storages: dict[int, int] = {}
    entries = []
    for key, tensor in state.items():
        storage = tensor.untyped_storage()
        number = storages.setdefault(storage._cdata, len(storages))
        dtype = str(tensor.dtype).removeprefix("torch.")
        size = tensor.numel() * tensor.element_size()
        offset = int(tensor.storage_offset()) * tensor.element_size()
        entries.append(_Entry(str(key), tuple(tensor.shape), dtype, size, number, offset))
    return _trace("torch", name, entries, reason)


def _header(path: Path) -> Iterator[_Entry]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _MOST_HEADER):
                raise SourceError(f"{path} is not a safetensors file: its header would be {length:,} bytes long")
            text = file.read(length)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    try:
        header = json.loads(text)
        tensors = {name: item for name, item in header.items() if name != "__metadata__"}
        for name, item in tensors.items():
            dtype, bits = _SAFETENSORS_TYPES.get(item["dtype"], (str(item["dtype"]).lower(), 0))
            shape = tuple(map(_size, item["shape"]))
            begin, end = map(_size, item["data_offsets"])
            if not begin <= end <= size - 8 - length or (bits and (prod(shape) * bits + 7) // 8 != end - begin):
                raise SourceError(f"{path} is damaged: {name} of {shape} {dtype} is at bytes {begin:,} to {end:,}")
            yield _Entry(name, shape, dtype, end - begin, 0)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path} is not a safetensors file: its header cannot be read") from error


def _size(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError(number)
    return number


def _indexed(path: Path) -> list[Path]:
    try:
        names = json.loads(path.read_text("utf-8"))["weight_map"].values()
        files = sorted({str(name) for name in names})
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{path} is not an index of safetensors files") from error
    for name in files:
        # An index from elsewhere is not to make us look at other places.
        if Path(name).name != name:
            raise SourceError(f"{path} names {name!r}, which is not a file beside it")
    return [path.parent / name for name in files]


def _load(path: Path, trust: bool) -> Any:
    try:
        import torch
        from torch._subclasses.fake_tensor import FakeTensorMode
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path} needs PyTorch: pip install torch") from error
    if not path.is_file():
        raise SourceError(f"{path} cannot be read: No such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if zipfile.is_zipfile(path):
                # Mapped, not read, and what shares memory is known to.
                return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
            with FakeTensorMode():
                return torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())
        if "weights_only" in text.lower() or "unsupported" in text.lower():
            if trust:
                return _load_all(path)
            found = text.partition("GLOBAL ")[2].split(" ")[0]
            what = f"an object of {found}" if found else "objects"
            raise needs_trust(path, f"it holds {what} beside tensors") from error
        raise SourceError(
            f"{path} is not a file of torch.save, or it is damaged: {text.partition('. ')[0][:120]}"
        ) from error


def _load_all(path: Path) -> Any:
    """The content of the file, with every object in it."""
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=False)
    except Exception as error:
        text = " ".join(str(error).split())
        raise SourceError(f"{path} holds what cannot be made here: {type(error).__name__}: {text[:200]}") from error


def _state_dict(content: Any, path: Path) -> tuple[dict[str, Any], str]:
    """The largest dict of tensors in what was saved, and its place in it."""
    import torch

    found: list[tuple[int, dict[str, Any], str]] = []
    waiting: list[tuple[Any, str, int]] = [(content, "", 0)]
    while waiting:
        value, place, depth = waiting.pop()
        if isinstance(value, torch.Tensor) and not place:
            value = {"tensor": value}
        if isinstance(value, torch.nn.Module):
            value = value.state_dict()
        if not isinstance(value, Mapping):
            continue
        tensors = {str(name): item for name, item in value.items() if isinstance(item, torch.Tensor)}
        # The state of an optimizer is by numbers.
        if tensors and all(isinstance(name, str) for name in value):
            found.append((sum(item.numel() for item in tensors.values()), tensors, place))
        if depth < 4:
            inner = ((item, f"{place}.{name}" if place else str(name)) for name, item in value.items())
            waiting += [(item, name, depth + 1) for item, name in inner if name.rpartition(".")[2] != "optimizer"]
    if not found:
        raise SourceError(f"{path} holds no tensors by name, as model.state_dict() does")
    _, tensors, place = max(found, key=lambda each: each[0])
    return tensors, place


def _numbered(entry: _Entry, storage: int) -> _Entry:
    return _Entry(entry.name, entry.shape, entry.dtype, entry.bytes, storage)


def _trace(framework: str, name: str, entries: list[_Entry], reason: str = "") -> Trace:
    if not entries:
        raise SourceError(f"{name} holds no tensors")
    modules = {"": Module("", name)}
    for entry in entries:
        segments = entry.name.split(".")[:-1]
        for idx in range(len(segments)):
            holder = ".".join(segments[: idx + 1])
            modules.setdefault(holder, Module(holder, ""))
    return Trace(
        framework=framework,
        model=name,
        method="file",
        reason=reason,
        knows_trainable=False,
        modules=tuple(modules.values()),
        calls=(),
        ops=(),
        parameters=tuple(
            Parameter(
                path=entry.name,
                aliases=(),
                module=entry.name.rpartition(".")[0],
                shape=entry.shape,
                dtype=entry.dtype,
                bytes=entry.bytes,
                storage=entry.storage,
                offset=entry.offset,
                trainable=False,
            )
            for entry in entries
        ),
    )
