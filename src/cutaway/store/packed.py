"""Columns of integers, or of float64 by their bits, kept as the changes from each number to the next.

A column that goes up evenly is two numbers; one whose changes are small takes two or four bytes a number. Every 64th
number is kept as well, so that any of them is found and unpacked without the others.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Packed

Changes = int | NDArray[np.int16] | NDArray[np.int32] | NDArray[np.int64]
NO_MARKS = np.empty(0, np.int64)
SPACING = 64


def pack(column: NDArray[np.int64] | NDArray[np.float64]) -> Packed:
    """Pack a column of one number or more."""
    is_float = column.dtype == np.float64
    numbers = np.ascontiguousarray(column).view(np.int64)
    changes = _changes(numbers)
    marks = NO_MARKS if isinstance(changes, int) else numbers[::SPACING].copy()
    return Packed(int(numbers[0]), changes, marks, is_float)


def unpack(packed: Packed, start: int, stop: int) -> NDArray[np.int64]:
    """The numbers from ``start`` up to ``stop``: int64[stop - start], of floats their bits."""
    column = np.empty(stop - start, np.int64)
    unpack_into(packed, start, column)
    return column


def unpack_into(packed: Packed, start: int, column: NDArray[np.int64]) -> None:
    """Fill an array with the numbers from ``start`` on."""
    if not len(column):
        return
    if isinstance(packed.changes, int):
        # Even numbers wrap around as their sums do.
        column[:] = packed.changes
        column[0] = _wrapped(packed.first + packed.changes * start)
        np.cumsum(column, out=column)
        return
    mark = start // SPACING
    column[0] = packed.marks[mark] + packed.changes[mark * SPACING : start].sum(dtype=np.int64)
    column[1:] = packed.changes[start : start + len(column) - 1]
    np.cumsum(column, out=column)


def packed_bytes(packed: Packed) -> int:
    """Bytes that the column takes."""
    return 0 if isinstance(packed.changes, int) else packed.changes.nbytes + packed.marks.nbytes


def _changes(column: NDArray[np.int64]) -> Changes:
    """From each number to the next, as narrow as they are. Differences beyond int64 wrap, and wrap back later."""
    changes = np.diff(column)
    if not len(changes):
        return 0
    lowest, highest = int(changes.min()), int(changes.max())
    if lowest == highest:
        return lowest
    for dtype in (np.int16, np.int32):
        limits = np.iinfo(dtype)
        if limits.min <= lowest and highest <= limits.max:
            return cast("Changes", changes.astype(dtype))
    return changes


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63
