"""A table of series that were loaded together: a series is a line in it until somebody asks for it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import FLOAT64, Packed, PackedValues, Values
from cutaway.store.chunks import Chunk, Chunks
from cutaway.store.packed import unpack
from cutaway.store.series import Points, Series
from cutaway.store.series_state import NO_STEPS, NO_TIMES, NO_VALUES, State

#: Points of a block.
SPACING = 64


class _Row(NamedTuple):
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


class SeriesFacts(NamedTuple):
    """Of one series with points: the last one, and the smallest and the largest finite value, (Inf, -Inf) without
    any."""

    last_step: int
    last: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, points: Points) -> "SeriesFacts | None":
        """Those of some points; None where there are none."""
        if not len(points):
            return None
        step, _, last = points.last
        return cls(step, last, points.lowest, points.highest)


class SeriesTable:
    """See ``Loaded``: SERIES[m], and the arena with their points, uint8[k]."""

    __slots__ = ("_arena", "_nbytes", "rows")

    def __init__(self, rows: NDArray[np.void], arena: NDArray[np.uint8]) -> None:
        self.rows = rows
        self._arena = arena
        self._nbytes = rows.nbytes + arena.nbytes

    def nbytes(self, count: int) -> int:
        """Bytes of memory for so many of the series: of all series they take the same part as of the table."""
        return self._nbytes * count // max(1, len(self.rows))

    def nbytes_each(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[n]: the same for each of several counts, int64[n]."""
        return self._nbytes * counts // max(1, len(self.rows))

    def facts(self, number: int) -> SeriesFacts:
        """The facts of a series, which has points."""
        row = _Row(*self.rows[number].item())
        return SeriesFacts(row.last_step, row.last, row.lowest, row.highest)

    def series(self, number: int) -> Series:
        """One of the series, whose points stay in the arena."""
        row = _Row(*self.rows[number].item())
        step, wall_time, value = self._columns(row)
        breaks = NO_STEPS
        if row.goes_back:
            steps = unpack(step, 0, row.points)
            breaks = np.flatnonzero(steps[1:] < steps[:-1]) + 1
        not_finite = (row.not_finite_step, row.not_finite) if row.has_not_finite else None
        return Series.of(
            State(
                Chunks((Chunk(step, wall_time, value),)),
                row.points,
                NO_STEPS,
                NO_TIMES,
                NO_VALUES,
                0,
                np.dtype(np.float64 if row.kind == FLOAT64 else np.float32),
                breaks,
                bool(row.wall_ascending),
                row.last_step,
                row.last_wall_time,
                row.lowest_step,
                row.highest_step,
                row.lowest,
                row.highest,
                not_finite,
                (),
            )
        )

    def _columns(self, row: _Row) -> tuple[Packed, Packed, Values]:
        place, blocks = row.place, -(-row.points // SPACING)

        def taken(dtype: type[np.generic], count: int) -> NDArray[Any]:
            nonlocal place
            array = np.frombuffer(self._arena, dtype, count, place)
            place += array.nbytes
            return array

        def packed(first: int, change: int, size: int, is_float: bool) -> Packed:
            if not size:
                return Packed(first, change, NO_STEPS, is_float)
            marks, places = taken(np.int64, blocks), taken(np.uint32, blocks + blocks % 2)[:blocks]
            return Packed(first, taken(np.uint8, size), marks, is_float, places)

        step = packed(row.first_step, row.step_change, row.step_bytes, False)
        first_bits = int(np.float64(row.first_wall_time).view(np.int64))
        wall_time = packed(first_bits, row.wall_change, row.wall_bytes, True)
        if row.kind == FLOAT64:
            return step, wall_time, taken(np.float64, row.points)
        if not row.value_bytes:
            return step, wall_time, taken(np.float32, row.points)
        places = taken(np.uint32, blocks + blocks % 2)[:blocks]
        return step, wall_time, PackedValues(row.points, places, taken(np.uint8, row.value_bytes))
