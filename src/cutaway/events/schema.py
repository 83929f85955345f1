"""Messages by their tables: protobuf for everything that is not hot.

A message is described by the names, numbers and types of its fields, as in its ``.proto``; ``decode`` gives a dict of
what is there, and ``encode`` takes one. Reading is for hostile input: lengths are checked before anything is
allocated, nesting is bounded, and bytes that are wrong raise MalformedError. Unknown fields are passed over.
"""

import struct
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from cutaway.events.budget import Budget
from cutaway.events.wire import (
    FIXED32,
    FIXED64,
    LENGTH_DELIMITED,
    VARINT,
    MalformedError,
    fields,
    int32,
    key,
    read_varints,
    signed,
    varint,
)

#: Protobuf's own limit is 100 as well.
_MOST_NESTING = 100
#: Bytes of a message: its dict, empty and with fields, and its place in a list; and of an array of numbers.
_EMPTY_MESSAGE, _FIELDS, _ARRAY = 80, 200, 200


class _Number(NamedTuple):
    """How a type of numbers is stored, and what it is in memory."""

    wire_type: int
    dtype: str
    #: Of the array module.
    code: str


_NUMBERS = {
    "double": _Number(FIXED64, "f8", "d"),
    "float": _Number(FIXED32, "f4", "f"),
    "fixed32": _Number(FIXED32, "u4", "I"),
    "fixed64": _Number(FIXED64, "u8", "Q"),
    "int32": _Number(VARINT, "i4", "i"),
    "int64": _Number(VARINT, "i8", "q"),
    "uint32": _Number(VARINT, "u4", "I"),
    "uint64": _Number(VARINT, "u8", "Q"),
    "bool": _Number(VARINT, "?", "B"),
    "enum": _Number(VARINT, "i4", "i"),
}
#: The formats of the struct module for those of a fixed size.
_FORMATS = {"double": "<d", "float": "<f", "fixed32": "<I", "fixed64": "<Q"}


#: How the unsigned number of a varint is read: the low bits count, as protobuf has it.
_FROM_VARINT: dict[str, Callable[[int], Any]] = {
    "int32": int32,
    "int64": signed,
    "uint32": lambda value: value & 0xFFFFFFFF,
    "uint64": lambda value: value,
    "bool": bool,
    "enum": int32,
}


class Field(NamedTuple):
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


def decode(message: Message, data: bytes, budget: Budget | None = None) -> dict[str, Any]:
    """The fields that are in ``data`` by name; repeated ones as lists, messages as dicts, absent ones not at all.

    Repeated numbers come as NumPy arrays of their type. Text that is not UTF-8 gets U+FFFD where it is not. ``budget``
    is what may be allocated, by default as much as a record of these bytes may. Raises MalformedError.
    """
    return _decode(message, data, 0, len(data), 0, Budget(len(data)) if budget is None else budget)


def _decode(message: Message, data: bytes, start: int, end: int, depth: int, budget: Budget) -> dict[str, Any]:
    if depth > _MOST_NESTING:
        raise MalformedError(f"messages are nested more than {_MOST_NESTING} deep")
    budget.spend(_EMPTY_MESSAGE)
    result: dict[str, Any] = {}
    # Where the messages are that are not repeated; joined when one is given in parts, which protobuf merges.
    parts: dict[str, tuple[int, int] | bytearray] = {}
    has_numbers = False
    for this, value, value_end in fields(data, start, end):
        known = message.by_number.get(this >> 3)
        if known is None:
            continue
        name, field = known
        wire_type = this & 7
        type_name = field.type
        if isinstance(type_name, Message):
            if wire_type != LENGTH_DELIMITED:
                continue
            if field.repeated:
                item: Any = _decode(type_name, data, value, value_end, depth + 1, budget)
            else:
                parts[name] = _with_part(parts.get(name), data, value, value_end, budget)
                # Its place among the fields.
                item = None
        elif type_name in ("string", "bytes"):
            if wire_type != LENGTH_DELIMITED:
                continue
            item = data[value:value_end]
            if type_name == "string":
                item = item.decode("utf-8", "replace")
        elif field.repeated:
            _add_numbers(result, name, type_name, data, wire_type, value, value_end, budget)
            has_numbers = True
            continue
        elif wire_type != _NUMBERS[type_name].wire_type:
            continue
        else:
            item = _number(type_name, data, value)
        if not field.repeated:
            result[name] = item
        else:
            result.setdefault(name, []).append(item)
    if result:
        budget.spend(_FIELDS)
    for name, part in parts.items():
        inner = message.fields[name].type
        assert isinstance(inner, Message)
        if isinstance(part, bytearray):
            result[name] = _decode(inner, bytes(part), 0, len(part), depth + 1, budget)
        else:
            result[name] = _decode(inner, data, *part, depth + 1, budget)
    return _finished(message, result) if has_numbers else result


def _finished(message: Message, result: dict[str, Any]) -> dict[str, Any]:
    """A message whose numbers, as far as they were given one by one, are NumPy arrays."""
    for name, numbers in result.items():
        if isinstance(numbers, array):
            type_name = message.fields[name].type
            assert isinstance(type_name, str)
            result[name] = np.frombuffer(numbers, _NUMBERS[type_name].dtype)
    return result


def _with_part(
    before: tuple[int, int] | bytearray | None, data: bytes, start: int, end: int, budget: Budget
) -> tuple[int, int] | bytearray:
    """A message that may have been given before: messages one behind the other are what protobuf merges them to."""
    if before is None:
        return start, end
    if isinstance(before, tuple):
        budget.spend(_ARRAY + 2 * (before[1] - before[0]))
        before = bytearray(data[before[0] : before[1]])
    budget.spend(2 * (end - start))
    before += data[start:end]
    return before


def _number(type_name: str, data: bytes, value: int) -> Any:
    """One number: the varint itself, or what is at that place."""
    if type_name in _FORMATS:
        return struct.unpack_from(_FORMATS[type_name], data, value)[0]
    return _FROM_VARINT[type_name](value)


def _add_numbers(
    result: dict[str, Any], name: str, type_name: str, data: bytes, wire_type: int, value: int, end: int, budget: Budget
) -> None:
    """Append one element, or those of a packed field, to the numbers of a repeated field."""
    number = _NUMBERS[type_name]
    before = result.get(name)
    if wire_type == LENGTH_DELIMITED:
        packed = _unpack(type_name, data, value, end)
        if before is None:
            budget.spend(_ARRAY)
            # All at once, as nearly everybody writes them: kept as they are.
            result[name] = packed
            return
        given = packed.tobytes()
    elif wire_type == number.wire_type:
        given = None
    else:
        return
    if not isinstance(before, array):
        budget.spend(_ARRAY + (0 if before is None else before.nbytes))
        before = result[name] = array(number.code, b"" if before is None else before.tobytes())
    if given is None:
        before.append(_number(type_name, data, value))
    else:
        before.frombytes(given)


def _unpack(type_name: str, data: bytes, start: int, end: int) -> Any:
    """The numbers of a packed field."""
    dtype = np.dtype(_NUMBERS[type_name].dtype)
    if type_name not in _FORMATS:
        return read_varints(data, start, end, dtype)
    if (end - start) % dtype.itemsize:
        raise MalformedError("a packed field ends within an element")
    stored = np.frombuffer(data, dtype.newbyteorder("<"), (end - start) // dtype.itemsize, start)
    return stored.astype(dtype, copy=False)


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
            parts.append(encode_field(field, value))
        elif isinstance(field.type, Message) or field.type in ("string", "bytes"):
            parts += [encode_field(field, item) for item in value]
        elif len(value):
            content = _pack(field.type, value)
            parts.append(varint(key(field.number, LENGTH_DELIMITED)) + varint(len(content)) + content)
    return b"".join(parts)


def encode_field(field: Field, value: Any) -> bytes:
    """One value of a field, with its key; of repeated numbers too, which are packed elsewhere."""
    if isinstance(field.type, Message):
        content = value if isinstance(value, bytes) else encode(field.type, value)
    elif field.type == "string":
        content = value.encode("utf-8", "replace")
    elif field.type == "bytes":
        content = value
    elif field.type in _FORMATS:
        return varint(key(field.number, _NUMBERS[field.type].wire_type)) + struct.pack(_FORMATS[field.type], value)
    else:
        return varint(key(field.number, VARINT)) + varint(int(value))
    return varint(key(field.number, LENGTH_DELIMITED)) + varint(len(content)) + bytes(content)


def _pack(type_name: str, values: Iterable[Any]) -> bytes:
    if type_name in _FORMATS:
        return np.asarray(values, np.dtype(_NUMBERS[type_name].dtype).newbyteorder("<")).tobytes()
    return b"".join(varint(int(value)) for value in values)
