"""One series of a table, and its columns in the arena."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import FLOAT64, Packed, PackedValues, Values

#: Points of a block.
SPACING = 64
_NO_MARKS = np.empty(0, np.int64)


class SeriesRow(NamedTuple):
    """The fields of ``SERIES``."""

    first_step: int
    last_step: int
    lowest_step: int
    highest_step: int
    first_wall_time: float
    last_wall_time: float
    lowest: float
    highest: float
    not_finite_step: int
    not_finite: float
    last: float
    step_change: int
    wall_change: int
    place: int
    points: int
    step_bytes: int
    wall_bytes: int
    value_bytes: int
    kind: int
    goes_back: int
    wall_ascending: int
    has_not_finite: int
    unused: object

    def columns(self, arena: NDArray[np.uint8]) -> tuple[Packed, Packed, Values]:
        """Steps, wall times and values, which stay where they are. ValueError where the arena ends before they do."""
        place, blocks = self.place, -(-self.points // SPACING)

        def taken(dtype: type[np.generic], count: int) -> NDArray[Any]:
            nonlocal place
            array = np.frombuffer(arena, dtype, count, place)
            place += array.nbytes
            return array

        def packed(first: int, change: int, size: int, is_float: bool) -> Packed:
            if not size:
                return Packed(first, change, _NO_MARKS, is_float)
            marks, places = taken(np.int64, blocks), taken(np.uint32, blocks + blocks % 2)[:blocks]
            return Packed(first, taken(np.uint8, size), marks, is_float, places)

        step = packed(self.first_step, self.step_change, self.step_bytes, False)
        first_bits = int(np.float64(self.first_wall_time).view(np.int64))
        wall_time = packed(first_bits, self.wall_change, self.wall_bytes, True)
        if self.kind == FLOAT64:
            return step, wall_time, taken(np.float64, self.points)
        if not self.value_bytes:
            return step, wall_time, taken(np.float32, self.points)
        places = taken(np.uint32, blocks + blocks % 2)[:blocks]
        return step, wall_time, PackedValues(self.points, places, taken(np.uint8, self.value_bytes))
