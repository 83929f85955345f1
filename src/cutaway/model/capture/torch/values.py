"""Turn a forward's arguments and results, of any type, into `Value` trees. Nothing raises here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from math import prod
from typing import Any

import torch

from cutaway.model.capture.torch.packed import unpacked
from cutaway.model.capture.torch.parts import is_dense, stored_bytes
from cutaway.model.records import Tensor, Value

#: Where an absurd container ends: no forward passes this much by design, and a cycle never stops.
MOST_ITEMS = 200
MOST_DEPTH = 12
MOST_CHARACTERS = 80

#: Says which op's which output a tensor is, or None for a tensor from outside.
Producer = Callable[[torch.Tensor], tuple[int, int] | None]


def tensor_type(tensor: torch.Tensor) -> Tensor:
    """Shape, dtype, device and bytes: of what is stored. A size that only values decide is -1, the bytes are then 0.

    So is the only one of a tensor that has no shape: a nested one.
    """
    dense = is_dense(tensor)
    try:
        size = tensor.size()
        known = _TYPES.get((size, tensor.dtype, tensor.device)) if dense else None
    except (RuntimeError, TypeError):  # A symbol has no hash, a nested tensor no size.
        known = None
    if known is not None:
        return known
    try:
        shape = tuple(map(_plain, tensor.size()))
    except RuntimeError:
        shape = (-1,)
    if not dense:
        return Tensor(shape, dtype_name(tensor.dtype), str(tensor.device), _stored(tensor))
    stored = 0 if -1 in shape else prod(shape) * tensor.element_size()
    found = Tensor(shape, dtype_name(tensor.dtype), str(tensor.device), stored)
    if -1 not in shape:
        if len(_TYPES) > _MOST_TYPES:
            _TYPES.clear()
        _TYPES[torch.Size(shape), tensor.dtype, tensor.device] = found
    return found


def _stored(tensor: torch.Tensor) -> int:
    try:
        return stored_bytes(tensor)
    except (NotImplementedError, RuntimeError, TypeError):  # A class of its own, or a size that is not known.
        return 0


#: Tensors of a model are of few types.
_TYPES: dict[Any, Tensor] = {}
_MOST_TYPES = 10_000


def _plain(size: Any) -> int:
    if type(size) is int:
        return size
    try:
        known = size.node.maybe_as_int()
    except Exception:  # Nodes of other kinds: lengths of nested tensors.
        known = None
    return -1 if known is None else int(known)


def dtype_name(dtype: torch.dtype) -> str:
    """torch.float32 is float32."""
    return str(dtype).removeprefix("torch.")


def describe(value: object, producer: Producer, depth: int = 0) -> Value:
    """The `Value` of any object: containers are opened, and of an unknown type only the name is kept."""
    name = type(value).__name__
    if value is None:
        return Value("none", "None")
    if isinstance(value, torch.Tensor):
        made = producer(value)
        op, output = made if made is not None else (None, 0)
        # A fake tensor stands for a plain one.
        name = "Tensor" if name == "FakeTensor" else name
        return Value("tensor", name, tensor=tensor_type(value), op=op, output=output)
    if isinstance(value, bool | int | float | complex | str):
        return Value("scalar", name, text=shortened(value))
    try:
        items = None if depth >= MOST_DEPTH else _items(value)
    except Exception:  # A class of the user's whose own methods fail is still an output.
        items = None
    if items is None:
        return Value("object", name)
    return Value("group", name, items=tuple((key, describe(item, producer, depth + 1)) for key, item in items))


def describe_call(arguments: tuple[Any, ...], keywords: Mapping[str, Any], producer: Producer) -> Value:
    """The arguments of a call as one group: positional ones by number, the others by name."""
    items = [(str(idx), describe(item, producer)) for idx, item in enumerate(arguments)]
    items += [(name, describe(item, producer)) for name, item in keywords.items()]
    return Value("group", "arguments", items=tuple(items))


def named_tensors(arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Every tensor that a call is given, with its place: ``0``, ``ids``, ``0.lengths``."""
    waiting = [(str(idx), item, 0) for idx, item in enumerate(arguments)]
    waiting += [(name, item, 0) for name, item in keywords.items()]
    while waiting:
        place, value, depth = waiting.pop()
        if isinstance(value, torch.Tensor):
            yield place, value
        elif depth < MOST_DEPTH:
            with suppress(Exception):  # A class of the user's whose own methods fail.
                waiting += [(f"{place}.{key}", item, depth + 1) for key, item in _items(value) or ()]


def json_value(value: Any) -> Any:
    """An op's argument as JSON has it: tuples for lists, names for types, the repr of an unknown object."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < float("inf") else str(value)  # JSON has no infinity, and NaN fails this too.
    if isinstance(value, list | tuple):
        return tuple(json_value(item) for item in value)
    if isinstance(value, torch.dtype | torch.device | torch.layout | torch.memory_format):
        return str(value).removeprefix("torch.")
    if isinstance(value, torch.ScriptObject):
        weights = unpacked(value)
        return ("packed", tuple(weights[0].shape)) if weights else type(value).__name__
    return shortened(value)


def shortened(value: object) -> str:
    """The repr, cut to a line's length."""
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def first_line(error: BaseException) -> str:
    """The message of an exception, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _items(value: object) -> list[tuple[str, Any]] | None:
    pairs: Iterable[tuple[Any, Any]]
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        pairs = zip(value._fields, value, strict=True)
    elif isinstance(value, list | tuple):
        pairs = enumerate(value)
    elif is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
    else:
        return None
    return [(str(key), item) for (key, item), _ in zip(pairs, range(MOST_ITEMS), strict=False)]
