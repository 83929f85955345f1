"""Messages by their tables: protobuf for everything that is not hot.

A message is described by the names, numbers and types of its fields, as in its ``.proto``; ``decode`` gives a dict of
what is there, and ``encode`` takes one. Reading is for hostile input: lengths are checked before anything is
allocated, nesting is bounded, and whatever is wrong raises MalformedError. Unknown fields are passed over.
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cutaway.events.wire import (
    FIXED32,
    FIXED64,
    LENGTH_DELIMITED,
    VARINT,
    MalformedError,
    fields,
    key,
    read_varint,
    signed,
    varint,
)

#: Protobuf's own limit is 100 as well.
_MOST_NESTING = 100

#: Wire type and NumPy's format of the types that have a fixed size.
_FIXED = {"double": (FIXED64, "<d"), "float": (FIXED32, "<f"), "fixed32": (FIXED32, "<I"), "fixed64": (FIXED64, "<Q")}
#: How the unsigned number of a varint is read.
_FROM_VARINT: dict[str, Callable[[int], Any]] = {
    "int32": lambda value: signed(value) if value >> 63 else (value & 0xFFFFFFFF) - ((value & 0x80000000) << 1),
    "int64": signed,
    "uint32": lambda value: value & 0xFFFFFFFF,
    "uint64": lambda value: value,
    "bool": bool,
    "enum": signed,
}


@dataclass(frozen=True)
class Field:
    """One field of a message."""

    number: int
    #: ``double``, ``float``, ``int32``, ``int64``, ``uint32``, ``uint64``, ``bool``, ``enum``, ``string``,
    #: ``bytes``, or the message that it holds.
    type: "str | Message"
    repeated: bool = False


class Message:
    """A message: its fields by their names. May be completed later, for messages that hold themselves."""

    def __init__(self, **fields: Field) -> None:
        self.fields: dict[str, Field] = {}
        self.by_number: dict[int, tuple[str, Field]] = {}
        self.add(**fields)

    def add(self, **fields: Field) -> None:
        """Take in more fields."""
        self.fields.update(fields)
        self.by_number.update({field.number: (name, field) for name, field in fields.items()})


def decode(message: Message, data: bytes) -> dict[str, Any]:
    """The fields that are in ``data`` by name; repeated ones as lists, messages as dicts, absent ones not at all.

    Repeated numbers of fixed size come as NumPy arrays. Text that is not UTF-8 gets U+FFFD where it is not. Raises
    MalformedError.
    """
    return _decode(message, data, 0, len(data), 0)


def _decode(message: Message, data: bytes, start: int, end: int, depth: int) -> dict[str, Any]:
    if depth > _MOST_NESTING:
        raise MalformedError(f"messages are nested more than {_MOST_NESTING} deep")
    result: dict[str, Any] = {}
    packed: dict[str, list[Any]] = {}
    for this, value, value_end in fields(data, start, end):
        known = message.by_number.get(this >> 3)
        if known is None:
            continue
        name, field = known
        wire_type = this & 7
        if isinstance(field.type, Message):
            if wire_type != LENGTH_DELIMITED:
                continue
            item: Any = _decode(field.type, data, value, value_end, depth + 1)
            if not field.repeated and name in result:
                # Protobuf merges what is given twice.
                item = {**result[name], **item}
        elif field.type in ("string", "bytes"):
            if wire_type != LENGTH_DELIMITED:
                continue
            item = data[value:value_end]
            if field.type == "string":
                item = item.decode("utf-8", "replace")
        elif field.repeated and wire_type == LENGTH_DELIMITED:
            packed.setdefault(name, []).append(_unpack(field.type, data, value, value_end))
            continue
        elif wire_type != (_FIXED[field.type][0] if field.type in _FIXED else VARINT):
            continue
        elif field.type in _FIXED:
            (item,) = struct.unpack_from(_FIXED[field.type][1], data, value)
        else:
            item = _FROM_VARINT[field.type](value)
        if not field.repeated:
            result[name] = item
        elif isinstance(field.type, Message) or field.type in ("string", "bytes"):
            result.setdefault(name, []).append(item)
        else:
            packed.setdefault(name, []).append([item])
    for name, parts in packed.items():
        result[name] = _join(parts)
    return result


def _unpack(type_name: str, data: bytes, start: int, end: int) -> Any:
    """The numbers of a packed field."""
    if type_name in _FIXED:
        number_format = np.dtype(_FIXED[type_name][1])
        if (end - start) % number_format.itemsize:
            raise MalformedError("a packed field ends within an element")
        return np.frombuffer(data, number_format, (end - start) // number_format.itemsize, start)
    convert = _FROM_VARINT[type_name]
    numbers = []
    while start < end:
        value, start = read_varint(data, start, end)
        numbers.append(convert(value))
    return numbers


def _join(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    if any(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return [item for part in parts for item in part]


def encode(message: Message, values: Mapping[str, Any]) -> bytes:
    """The bytes of a message, its fields in the order of ``values``.

    None is left out; everything else is written, zeros and empty ones too. Repeated numbers are packed; those of
    fixed size may be arrays. Raises KeyError for a field that the message doesn't have.
    """
    parts: list[bytes] = []
    for name, value in values.items():
        if value is None:
            continue
        field = message.fields[name]
        if not field.repeated:
            parts.append(_encode_one(field, value))
        elif isinstance(field.type, Message) or field.type in ("string", "bytes"):
            parts += [_encode_one(field, item) for item in value]
        elif len(value):
            content = _pack(field.type, value)
            parts.append(varint(key(field.number, LENGTH_DELIMITED)) + varint(len(content)) + content)
    return b"".join(parts)


def _encode_one(field: Field, value: Any) -> bytes:
    if isinstance(field.type, Message):
        content = value if isinstance(value, bytes) else encode(field.type, value)
    elif field.type == "string":
        content = value.encode("utf-8", "replace")
    elif field.type == "bytes":
        content = value
    elif field.type in _FIXED:
        wire_type, number_format = _FIXED[field.type]
        return varint(key(field.number, wire_type)) + struct.pack(number_format, value)
    else:
        return varint(key(field.number, VARINT)) + varint(int(value))
    return varint(key(field.number, LENGTH_DELIMITED)) + varint(len(content)) + bytes(content)


def _pack(type_name: str, values: Iterable[Any]) -> bytes:
    if type_name in _FIXED:
        return np.asarray(values).astype(_FIXED[type_name][1]).tobytes()
    return b"".join(varint(int(value)) for value in values)
