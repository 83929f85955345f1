"""A table of series that were loaded together: a series is a line in it until somebody asks for it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import FLOAT64
from cutaway.events.series_row import SeriesRow
from cutaway.store.chunks import Chunk, Chunks
from cutaway.store.drawn import Drawn, View
from cutaway.store.packed import unpack
from cutaway.store.series import Points, Series
from cutaway.store.series_state import NO_STEPS, NO_TIMES, NO_VALUES, State

#: Points of a line that is drawn without a series of it.
_LONGEST = 1 << 13


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

    __slots__ = ("_nbytes", "arena", "rows")

    def __init__(self, rows: NDArray[np.void], arena: NDArray[np.uint8]) -> None:
        self.rows = rows
        self.arena = arena
        self._nbytes = rows.nbytes + arena.nbytes

    def nbytes(self, count: int) -> int:
        """Bytes of memory for so many of the series: of all series they take the same part as of the table."""
        return self._nbytes * count // max(1, len(self.rows))

    def nbytes_each(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[n]: the same for each of several counts, int64[n]."""
        return self._nbytes * counts // max(1, len(self.rows))

    def facts(self, number: int) -> SeriesFacts:
        """The facts of a series, which has points."""
        row = SeriesRow(*self.rows[number].item())
        return SeriesFacts(row.last_step, row.last, row.lowest, row.highest)

    def are_lines(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """bool[n]: whether series are one line by step each, which is drawn at once with others. Longer ones are drawn
        again more quickly by what a series keeps of its values."""
        chosen = self.rows[rows]
        found: NDArray[np.bool_] = (chosen["goes_back"] == 0) & (chosen["points"] <= _LONGEST)
        return found

    def draw(self, rows: NDArray[np.int64], view: View) -> list[tuple[list[int], Drawn]] | None:
        """What is sent of series that are lines, and their places among ``rows``, of those that it could be made of;
        None where all are to be drawn from the arena."""
        return None

    def series(self, number: int) -> Series:
        """One of the series, whose points stay in the arena."""
        row = SeriesRow(*self.rows[number].item())
        step, wall_time, value = row.columns(self.arena)
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
