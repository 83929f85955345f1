"""A chunk of points that lie in a shard, and are read when they are asked for.

What is asked for most is known without: where it begins and ends, evenly spaced steps, and the first and the last point
of the buckets that a chart was made of.
"""

import math
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Packed, Summary, Values
from cutaway.store.bucket_reduction import BucketReduction
from cutaway.store.bucket_rows import BucketRows
from cutaway.store.chunks import Axis, Chunk, NumberColumn
from cutaway.store.compacted.chunked import ChunkFacts
from cutaway.store.compacted.layout import WITH_ENDS
from cutaway.store.waits import Waits

#: Over time a bucket of a chart is made of so many buckets of steps at least.
_PARTS = 4
_NO_MARKS = np.empty(0, np.int64)


class StoredSeries(Protocol):
    """The series that a chunk is a part of, as it lies in its shard."""

    #: The dtype of its values.
    dtype: np.dtype[np.generic]
    #: The widest buckets that it has, in steps.
    coarsest: int

    def chunk(self, start: int, stop: int) -> Chunk:
        """The points from one position up to another, read from where they are."""

    def rows(self, width: int, start: int, stop: int) -> BucketRows | None:
        """The buckets of a width, of the points from one position up to another; None where they cannot be read."""


class StoredChunk:
    """See AnyChunk."""

    has_buckets = True

    def __init__(self, series: StoredSeries, start: int, facts: ChunkFacts) -> None:
        self._series, self._start, self._facts = series, start, facts
        #: The width of the buckets that were last asked for.
        self._width = 0

    def __len__(self) -> int:
        return self._facts.points

    @cached_property
    def _even(self) -> Packed | None:
        """The steps, where they go up evenly."""
        stride = self._facts.stride
        return None if stride is None else Packed(self._facts.first_step, stride, _NO_MARKS, False)

    @property
    def _read(self) -> Chunk:
        return self._series.chunk(self._start, self._start + len(self))

    @property
    def step(self) -> Packed:
        """See AnyChunk."""
        return self._even or self._read.step

    @property
    def wall_time(self) -> Packed:
        """See AnyChunk."""
        return self._read.wall_time

    @property
    def value(self) -> Values:
        """See AnyChunk."""
        return self._read.value

    @property
    def summaries(self) -> tuple[Summary, Summary]:
        """See AnyChunk."""
        return self._read.summaries

    @cached_property
    def waits(self) -> Waits:
        """See AnyChunk."""
        facts = self._facts
        if facts.waits is None:
            return self._read.waits
        first, last = np.array([facts.first_wall_time, facts.last_wall_time]).view(np.float64).tolist()
        longest, position, begin, end = facts.waits
        return Waits(
            len(self), first, last, np.array(longest), np.array(position, np.int64), np.array(begin), np.array(end)
        )

    @property
    def nbytes(self) -> int:
        """See AnyChunk: what is read is kept for a while, in a room of its own."""
        return 0

    @property
    def last(self) -> float:
        """See AnyChunk."""
        return self._facts.last

    def first(self, axis: Axis) -> float:
        """See AnyChunk."""
        if axis == "step":
            return float(self._facts.first_step)
        return float(np.int64(self._facts.first_wall_time).view(np.float64))

    def take(self, axis: Axis, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """See AnyChunk."""
        facts, is_step = self._facts, axis == "step"
        if is_step and self._even is not None:
            return core.take(self._even, len(self), positions)
        if ((positions == 0) | (positions == len(self) - 1)).all():
            first, last = (
                (facts.first_step, facts.last_step) if is_step else (facts.first_wall_time, facts.last_wall_time)
            )
            return np.where(positions == 0, first, last)
        known = self._known(positions)
        if known is None:
            return self._read.take(axis, positions)
        return known[0] if is_step else known[1]

    def values_at(self, positions: NDArray[np.int64]) -> NumberColumn:
        """See AnyChunk."""
        # Integers that float64 cannot hold are exact only where the points are.
        known = self._known(positions) if self._series.dtype != np.int64 else None
        return self._read.values_at(positions) if known is None else known[2]

    def add_buckets(self, reduction: BucketReduction) -> bool:
        """See AnyChunk."""
        width, most = self._facts.finest, self._widest(reduction)
        if reduction.axis == "wall":
            width = max(width, WITH_ENDS) if width else 0
        if not width or width > most:
            return False
        while width * 4 <= min(most, self._series.coarsest):
            width *= 4
        rows = self._rows(width)
        if rows is None:
            return False
        self._width = width
        reduction.add_rows(rows, width)
        return True

    def first_from(self, axis: Axis, start: int, stop: int, edge: float, *, about: bool) -> int:
        """See AnyChunk."""
        rows = self._rows(self._width) if about and self._width >= WITH_ENDS else None
        if rows is None:
            packed = self.step if axis == "step" else self.wall_time
            return core.first_from(packed, len(self), start, stop, edge)
        at = int((rows.first_step if axis == "step" else rows.first_time).searchsorted(edge))
        position = int(rows.position[at]) - self._start if at < len(rows.position) else stop
        return min(max(position, start), stop)

    def _widest(self, reduction: BucketReduction) -> float:
        """How many steps a bucket may have so that it is a part of one of a reduction, or a small part over time."""
        if reduction.axis == "step":
            return reduction.width
        facts = self._facts
        first, last = np.array([facts.first_wall_time, facts.last_wall_time]).view(np.float64).tolist()
        steps, seconds = facts.last_step - facts.first_step, last - first
        return reduction.duration / _PARTS * steps / seconds if seconds > 0 else math.inf

    def _rows(self, width: int) -> BucketRows | None:
        return self._series.rows(width, self._start, self._start + len(self))

    def _known(
        self, positions: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]] | None:
        """Steps, bits of wall times and values at positions, all of which are a bucket's first or last point; else
        None."""
        rows = self._rows(self._width) if self._width >= WITH_ENDS else None
        if rows is None:
            return None
        first = rows.position - self._start
        places = _alternating(first, first + rows.total - 1)
        found = np.minimum(places.searchsorted(positions), len(places) - 1)
        if not np.array_equal(places[found], positions):
            return None
        step, time, value = (
            _alternating(rows.first_step, rows.last_step),
            _alternating(rows.first_time.view(np.int64), rows.last_time.view(np.int64)),
            np.stack([rows.first, rows.last], axis=1).ravel(),
        )
        return step[found], time[found], value[found]


def _alternating(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack([first, last], axis=1).ravel()
