"""Columns in blocks of 64 numbers, each with as many bits as the widest of its block needs: see ``packed.h``.

Of steps and wall times the changes from each number to the next are kept: a column that goes up evenly is two numbers.
Any number is found and unpacked with the others of its block alone.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_objects import Values1D
from cutaway.events.kernel_types import Packed, PackedValues, Values


def pack(column: NDArray[np.int64] | NDArray[np.float64]) -> Packed:
    """Pack a column of one number or more."""
    return core.pack(np.ascontiguousarray(column).view(np.int64), column.dtype == np.float64)


def unpack(packed: Packed, start: int, stop: int) -> NDArray[np.int64]:
    """The numbers from ``start`` up to ``stop``: int64[stop - start], of floats their bits."""
    column = np.empty(stop - start, np.int64)
    core.unpack(packed, start, column)
    return column


def packed_bytes(packed: Packed) -> int:
    """Bytes that the column takes."""
    if isinstance(packed.changes, int):
        return 0
    return packed.changes.nbytes + packed.marks.nbytes + packed.places.nbytes


def pack_values(value: Values1D) -> Values:
    """The values packed, where they take less then."""
    packed = core.pack_values(np.ascontiguousarray(value)) if value.dtype == np.float32 else None
    return value if packed is None else packed


def fill_values(value: Values, start: int, column: NDArray[Any]) -> None:
    """Fill a column, of a dtype that holds them exactly, with the values from ``start`` on."""
    if not isinstance(value, PackedValues):
        column[:] = value[start : start + len(column)]
    elif column.dtype == np.float32:
        core.unpack_values(value, start, column)
    else:
        singles = np.empty(len(column), np.float32)
        core.unpack_values(value, start, singles)
        column[:] = singles


def values_at(value: Values, positions: NDArray[np.int64]) -> Values1D:
    """The values at ascending positions."""
    return core.take_values(value, positions) if isinstance(value, PackedValues) else value[positions]


def values_bytes(value: Values) -> int:
    """Bytes that the values take."""
    return value.places.nbytes + value.data.nbytes if isinstance(value, PackedValues) else value.nbytes
