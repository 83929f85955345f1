"""The protobuf wire format: just enough to take messages apart and to put them together.

A message is a sequence of fields: a key (field number and wire type in one varint) and a value, whose wire
type says how long it is. Groups, which protobuf gave up in 2008, count as malformed.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

#: Wire types.
VARINT, FIXED64, LENGTH_DELIMITED, FIXED32 = 0, 1, 2, 5

#: 2**29 - 1 fields with 8 wire types.
_LARGEST_KEY = (1 << 32) - 1
_UINT64 = (1 << 64) - 1
_LONGEST_VARINT = 10
#: Bytes of varints that are taken apart at a time, and so few that it is quicker one by one.
_CHUNK, _FEW = 1 << 13, 40


class MalformedError(ValueError):
    """The bytes are not a message."""


def key(field: int, wire_type: int) -> int:
    """The number that starts a field."""
    return field << 3 | wire_type


def read_varint(data: bytes | memoryview, position: int, end: int) -> tuple[int, int]:
    """(value, position after it) of a varint: at most 10 bytes, of which the low 64 bits count."""
    value = 0
    for shift in range(0, 7 * _LONGEST_VARINT, 7):
        if position >= end:
            break
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _UINT64, position
    raise MalformedError("a varint is cut short or longer than 10 bytes")


def read_varints(data: bytes, start: int, end: int, dtype: DTypeLike) -> NDArray[Any]:
    """The varints that fill data[start:end] as an array of a dtype of whole numbers: the low bits, as protobuf has it.

    Of ``bool`` all that is not 0 is True. Raises MalformedError.
    """
    if end - start < _FEW:
        few = []
        while start < end:
            value, start = read_varint(data, start, end)
            few.append(value)
        return np.array(few, np.uint64).astype(dtype)
    is_last = np.frombuffer(data, np.uint8, end - start, start) < 0x80
    numbers = np.empty(np.count_nonzero(is_last), dtype)
    place = done = 0
    while place < len(is_last):
        lasts = np.flatnonzero(is_last[place : place + _CHUNK])
        # The last varint of a chunk may go on in the next one.
        size = int(lasts[-1]) + 1 if len(lasts) else 0
        lengths = np.diff(lasts, prepend=-1)
        if not size or lengths.max() > _LONGEST_VARINT:
            raise MalformedError("a varint is cut short or longer than 10 bytes")
        chunk = np.frombuffer(data, np.uint8, size, start + place)
        done += len(lasts)
        place += size
        if len(lasts) == size:
            numbers[done - size : done] = chunk
            continue
        values = np.zeros(len(lasts), np.uint64)
        firsts = lasts - lengths + 1
        for place_in_varint in range(int(lengths.max())):
            longer = np.flatnonzero(lengths > place_in_varint)
            bits = (chunk[firsts[longer] + place_in_varint] & 0x7F).astype(np.uint64)
            values[longer] |= bits << np.uint64(7 * place_in_varint)
        numbers[done - len(lasts) : done] = values.astype(dtype)
    return numbers


def fields(data: bytes | memoryview, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(key, value, end) of each field of the message in data[start:end], in the order of the bytes.

    ``value`` of a varint is the number (0 to 2**64 - 1); of everything else it is the position where the
    value starts, and ``end`` is the position behind it.
    """
    position = start
    while position < end:
        # Nearly all keys and lengths are one byte.
        this = data[position]
        if this < 0x80:
            position += 1
        else:
            this, position = read_varint(data, position, end)
        wire_type = this & 7
        if this < 8 or this > _LARGEST_KEY:
            raise MalformedError("a field has number 0 or one above 2**29 - 1")
        if wire_type == VARINT:
            value, position = read_varint(data, position, end)
            yield this, value, position
            continue
        if wire_type == LENGTH_DELIMITED:
            if position < end and data[position] < 0x80:
                length = data[position]
                position += 1
            else:
                length, position = read_varint(data, position, end)
        elif wire_type == FIXED64:
            length = 8
        elif wire_type == FIXED32:
            length = 4
        else:
            raise MalformedError(f"wire type {wire_type} is not accepted")
        if length > end - position:
            raise MalformedError("a field is longer than its message")
        yield this, position, position + length
        position += length


def without_fields(message: bytes, *numbers: int) -> bytes:
    """A serialised message without the fields of these numbers. Raises MalformedError."""
    parts, start = [], 0
    for this, _, end in fields(message, 0, len(message)):
        if this >> 3 not in numbers:
            parts.append(message[start:end])
        start = end
    return b"".join(parts)


def signed(value: int) -> int:
    """An int64 from the unsigned number that its varint holds."""
    return value - (1 << 64) if value >> 63 else value


def int32(value: int) -> int:
    """An int32 from the unsigned number that its varint holds: its low 32 bits, as protobuf has it."""
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >> 31 else low


def unzigzag(value: int) -> int:
    """A sint64 from its varint."""
    return (value >> 1) ^ -(value & 1)


def varint(value: int) -> bytes:
    """An int64 or uint64 as varint; negative numbers take 10 bytes."""
    value &= _UINT64
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def varint_field(field: int, value: int) -> bytes:
    """An int32, int64, uint64, bool or enum field; empty for 0, which is the default."""
    return varint(key(field, VARINT)) + varint(value) if value else b""


def double_field(field: int, value: float) -> bytes:
    """A double field, written even when it is 0."""
    return varint(key(field, FIXED64)) + struct.pack("<d", value)


def float_field(field: int, value: float) -> bytes:
    """A float field, written even when it is 0."""
    return varint(key(field, FIXED32)) + struct.pack("<f", value)


def bytes_field(field: int, value: bytes) -> bytes:
    """A bytes, string or message field, written even when it is empty."""
    return varint(key(field, LENGTH_DELIMITED)) + varint(len(value)) + value
