"""A table of series that were loaded together: a series is a line in it until somebody asks for it."""

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import FLOAT64, Packed
from cutaway.store.chunks import Chunk, Chunks, NumberColumn
from cutaway.store.packed import NO_MARKS, SPACING, unpack
from cutaway.store.series import Points, Series
from cutaway.store.series_state import NO_STEPS, NO_TIMES, NO_VALUES, State

_INTEGERS: dict[int, np.dtype[Any]] = {2: np.dtype(np.int16), 4: np.dtype(np.int32), 8: np.dtype(np.int64)}
_FLOATS: dict[int, np.dtype[Any]] = {4: np.dtype(np.float32), 8: np.dtype(np.float64)}


class _Row(NamedTuple):
    """The fields of ``SERIES``."""

    points: int
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
    kind: int
    step_width: int
    wall_width: int
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

    __slots__ = ("_arena", "rows")

    def __init__(self, rows: NDArray[np.void], arena: NDArray[np.uint8]) -> None:
        self.rows = rows
        self._arena = arena

    def nbytes(self, count: int) -> int:
        """Bytes of memory for so many of the series: of all series they take the same part as of the table."""
        return (self.rows.nbytes + self._arena.nbytes) * count // max(1, len(self.rows))

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
                value.dtype,
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

    def _columns(self, row: _Row) -> tuple[Packed, Packed, NumberColumn]:
        place, changes = row.place, row.points - 1
        step: int | NDArray[Any] = row.step_change
        wall_time: int | NDArray[Any] = row.wall_change
        step_marks = wall_marks = NO_MARKS
        value_width = 8 if row.kind == FLOAT64 else 4
        value: NDArray[Any] = NO_MARKS

        def taken(dtype: np.dtype[Any], count: int) -> NDArray[Any]:
            nonlocal place
            array = np.frombuffer(self._arena, dtype, count, place)
            place += array.nbytes
            return array

        if row.step_width:
            step_marks = cast("NDArray[np.int64]", taken(_INTEGERS[8], -(-row.points // SPACING)))
        if row.wall_width:
            wall_marks = cast("NDArray[np.int64]", taken(_INTEGERS[8], -(-row.points // SPACING)))
        for width in (8, 4, 2):
            if row.step_width == width:
                step = taken(_INTEGERS[width], changes)
            if row.wall_width == width:
                wall_time = taken(_INTEGERS[width], changes)
            if value_width == width:
                value = taken(_FLOATS[width], row.points)
        first_bits = int(np.float64(row.first_wall_time).view(np.int64))
        return (
            Packed(row.first_step, cast("int", step), step_marks, False),
            Packed(first_bits, cast("int", wall_time), wall_marks, True),
            cast("NumberColumn", value),
        )
