"""Packed columns, for the pure twin: see ``core.pack`` and those behind it, and ``packed.h`` for what is in them."""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Packed, PackedValues

_BLOCK = 64
#: The width of a block whose changes are kept as they are.
_WHOLE = 64
_LANES = 4
_HEAD = 8
_Words = NDArray[np.uint32]
_Longs = NDArray[np.uint64]
_Bytes = NDArray[np.uint8]
_Number = TypeVar("_Number", np.int64, np.uint32)


def pack(numbers: NDArray[np.int64], is_float: bool) -> Packed:
    """See ``core.pack``."""
    if not len(numbers):
        raise ValueError("a column of no numbers cannot be packed")
    changes = np.diff(numbers)
    if not len(changes) or (changes == changes[0]).all():
        return Packed(int(numbers[0]), int(changes[0]) if len(changes) else 0, np.empty(0, np.int64), is_float)
    within = np.diff(_in_blocks(numbers), axis=1)
    last = (len(numbers) - 1) % _BLOCK
    # Behind the last number nothing counts.
    within[-1, last:] = within[-1, 0] if last else 0
    lowest = within.min(axis=1, keepdims=True)
    above = (within - lowest).view(np.uint64)
    largest = above.max(axis=1)
    above[-1, last:] = 0
    widths = np.where(largest >> np.uint64(32), _WHOLE, _widths(largest))
    places, data = _stored(lowest.view(np.uint8), above, within, widths, len(numbers), 1)
    return Packed(int(numbers[0]), data, numbers[::_BLOCK].copy(), is_float, places)


def pack_values(values: NDArray[np.float32]) -> PackedValues | None:
    """See ``core.pack_values``."""
    if not len(values):
        return None
    plain = np.ascontiguousarray(values).view(np.uint32)
    # The sign is behind the rest.
    bits = _in_blocks(plain << np.uint32(1) | plain >> np.uint32(31))
    lowest = bits.min(axis=1, keepdims=True)
    above = bits - lowest
    above[-1, (len(values) - 1) % _BLOCK + 1 :] = 0
    every = np.bitwise_or.reduce(above, axis=1, keepdims=True)
    zeros = np.zeros_like(every)
    for number in range(1, 32):
        zeros += every << np.uint32(32 - number) == 0
    zeros[every == 0] = 0
    above >>= zeros
    head = np.concatenate([lowest, zeros], axis=1).view(np.uint8)
    widths = _widths(above.max(axis=1).astype(np.uint64))
    places, data = _stored(head, above.astype(np.uint64), None, widths, len(values), 0)
    return None if places.nbytes + data.nbytes >= values.nbytes else PackedValues(len(values), places, data)


def unpack(packed: Packed, start: int, target: NDArray[np.int64]) -> None:
    """See ``core.unpack``."""
    if len(target):
        target[:] = numbers_of(packed, start + len(target))[start:]


def unpack_values(values: PackedValues, start: int, target: NDArray[np.float32]) -> None:
    """See ``core.unpack_values``."""
    if start + len(target) > len(values):
        raise ValueError(f"[{start}, {start + len(target)}) is not within {len(values)} values")
    target[:] = floats_of(values)[start : start + len(target)]


def take(packed: Packed, length: int, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """See ``core.take``."""
    if len(positions) and not 0 <= positions.min() <= positions.max() < length:
        raise ValueError(f"a position is not within {length} numbers")
    return numbers_of(packed, length)[positions]


def take_values(values: PackedValues, positions: NDArray[np.int64]) -> NDArray[np.float32]:
    """See ``core.take_values``."""
    if len(positions) and not 0 <= positions.min() <= positions.max() < len(values):
        raise ValueError(f"a position is not within {len(values)} values")
    return floats_of(values)[positions]


def first_from(packed: Packed, length: int, start: int, stop: int, edge: float) -> int:
    """See ``core.first_from``."""
    if not 0 <= start <= stop <= length:
        raise ValueError(f"[{start}, {stop}) is not within {length} numbers")
    numbers = numbers_of(packed, length)[start:stop]
    x = numbers.view(np.float64) if packed.is_float else numbers.astype(np.float64)
    return start + int(np.searchsorted(x, edge))


def numbers_of(packed: Packed, length: int) -> NDArray[np.int64]:
    """The first ``length`` numbers of a column."""
    if isinstance(packed.changes, int):
        column = np.full(length, packed.changes, np.int64)
        column[:1] = packed.first
        return np.cumsum(column, out=column)
    numbers = np.empty((-(-length // _BLOCK), _BLOCK), np.int64)
    numbers[:, 0] = packed.marks[: len(numbers)]
    for chosen, count, width in _alike(packed.places & np.uint32(127), length, 1):
        at = _bytes_at(packed.places[chosen], _bytes_of(count, width))
        base, body = packed.changes[at[:, :_HEAD]].view(np.int64), packed.changes[at[:, _HEAD:]]
        if width == _WHOLE:
            numbers[chosen, 1 : count + 1] = body.view(np.int64)
        else:
            numbers[chosen, 1 : count + 1] = base + _unpacked(body, count, width).astype(np.int64)
    return np.cumsum(numbers, axis=1, out=numbers).reshape(-1)[:length]


def floats_of(values: PackedValues) -> NDArray[np.float32]:
    """All values."""
    turned = np.empty((len(values.places), _BLOCK), np.uint32)
    for chosen, count, width in _alike(values.places & np.uint32(127), len(values), 0):
        at = _bytes_at(values.places[chosen], _bytes_of(count, width))
        head = values.data[at[:, :_HEAD]].view(np.uint32)
        turned[chosen, :count] = (_unpacked(values.data[at[:, _HEAD:]], count, width) << head[:, 1:]) + head[:, :1]
    bits = turned.reshape(-1)[: len(values)]
    return (bits >> np.uint32(1) | bits << np.uint32(31)).view(np.float32)


def _in_blocks(column: NDArray[_Number]) -> NDArray[_Number]:
    """``[blocks, 64]``, filled up with the last number."""
    blocks = np.full((-(-len(column) // _BLOCK), _BLOCK), column[-1])
    blocks.reshape(-1)[: len(column)] = column
    return blocks


def _widths(largest: _Longs) -> NDArray[np.int64]:
    """The bits of each number, as an even count up to 32."""
    widths = np.zeros(len(largest), np.int64)
    for width in range(0, 32, 2):
        widths += 2 * (largest >> np.uint64(width) != 0)
    return widths


def _bytes_of(count: int, width: int) -> int:
    """Of a block with its head."""
    return _HEAD + (count * 8 if width == _WHOLE else (-(-count // _LANES) * width + 31) // 32 * 16)


def _stored(
    heads: _Bytes,
    numbers: _Longs,
    wholes: NDArray[np.int64] | None,
    widths: NDArray[np.int64],
    length: int,
    fewer: int,
) -> tuple[_Words, _Bytes]:
    """Places and data: of each block its head, and its numbers, or those as they are where it is as wide as that."""
    groups = list(_alike(widths, length, fewer))
    sizes = np.empty(len(widths), np.int64)
    for chosen, count, width in groups:
        sizes[chosen] = _bytes_of(count, width)
    places = ((np.cumsum(sizes) - sizes) // 8 << 7 | widths).astype(np.uint32)
    data = np.empty(int(sizes.sum()), np.uint8)
    for chosen, count, width in groups:
        if width == _WHOLE:
            assert wholes is not None
            body = np.ascontiguousarray(wholes[chosen, :count]).view(np.uint8)
        else:
            body = _packed(numbers[chosen], count, width)
        data[_bytes_at(places[chosen], _bytes_of(count, width))] = np.concatenate([heads[chosen], body], axis=1)
    return places, data


def _packed(numbers: _Longs, count: int, width: int) -> _Bytes:
    """Blocks of one width, each a row of bytes."""
    rows = np.zeros((len(numbers), _BLOCK // _LANES, _LANES), np.uint64)
    rows.reshape(len(numbers), -1)[:, :count] = numbers[:, :count]
    words = np.zeros((len(numbers), _BLOCK // 2 + 1, _LANES), np.uint64)
    for number in range(-(-count // _LANES)):
        word, shift = divmod(number * width, 32)
        moved = rows[:, number] << np.uint64(shift)
        words[:, word] |= moved & np.uint64(0xFFFFFFFF)
        words[:, word + 1] |= moved >> np.uint64(32)
    return words.astype(np.uint32).reshape(len(numbers), -1).view(np.uint8)[:, : _bytes_of(count, width) - _HEAD]


def _unpacked(rows: _Bytes, count: int, width: int) -> _Words:
    """``[blocks, count]`` of blocks of one width, each a row of bytes."""
    numbers = np.zeros((len(rows), -(-count // _LANES), _LANES), np.uint32)
    if width:
        words = np.ascontiguousarray(rows).view(np.uint32).reshape(len(rows), -1, _LANES).astype(np.uint64)
        for number in range(numbers.shape[1]):
            word, shift = divmod(number * width, 32)
            both = words[:, word] | words[:, min(word + 1, words.shape[1] - 1)] << np.uint64(32)
            numbers[:, number] = both >> np.uint64(shift) & np.uint64((1 << width) - 1)
    return numbers.reshape(len(rows), -1)[:, :count]


def _alike(widths: NDArray[np.int64] | _Words, length: int, fewer: int) -> Iterator[tuple[NDArray[np.intp], int, int]]:
    """(numbers of blocks, how many numbers each has, their width), of ``length`` numbers in blocks that are alike; full
    ones have ``fewer`` than 64."""
    full = length // _BLOCK
    for width in np.unique(widths[:full]).tolist():
        yield np.flatnonzero(widths[:full] == width), _BLOCK - fewer, width
    if length % _BLOCK:
        yield np.array([full]), length % _BLOCK - fewer, int(widths[full])


def _bytes_at(places: _Words, size: int) -> NDArray[np.int64]:
    """``[blocks, size]``: where the bytes of blocks of one size are."""
    at: NDArray[np.int64] = (places >> np.uint32(7)).astype(np.int64)[:, None] * 8 + np.arange(size)
    return at
