"""A chunk of points that lie in a shard, and are read when they are asked for.

What is asked for most is known without: where it begins and ends, evenly spaced steps, and the first and the last point
of the buckets that a chart was made of.
"""

import math
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import LinePart, Packed, Summary, Values
from cutaway.store.bucket_reduction import BucketReduction
from cutaway.store.bucket_rows import BucketRows
from cutaway.store.chunks import Axis, Chunk, NumberColumn
from cutaway.store.compacted.chunked import ChunkFacts, ChunkWaits
from cutaway.store.compacted.layout import END_POINTS, MOST_PLAIN, WITH_TIMES
from cutaway.store.compacted.stored_tag import StoredTag
from cutaway.store.float_bits import float_of
from cutaway.store.waits import Waits

#: Over time a bucket of a chart is made of so many buckets of steps at least.
_PARTS = 4
_NO_MARKS = np.empty(0, np.int64)


class KnownPoints(NamedTuple):
    """Some points of a series, or of several."""

    #: int64[n] each: where they are in their series, in ascending order; their steps, and the bits of their wall times.
    position: NDArray[np.int64]
    step: NDArray[np.int64]
    wall_time: NDArray[np.int64]
    #: float64[n], and int64[n] of those that are exact only so.
    value: NDArray[np.float64]
    integer: NDArray[np.int64]


class StoredSeries(Protocol):
    """The series that a chunk is a part of, as it lies in its shard."""

    #: The dtype of its values.
    dtype: np.dtype[np.generic]
    #: The widest buckets that it has, in steps.
    coarsest: int
    #: The place of its first point among all of the shard.
    row: int
    #: What draws its lines together with those of others.
    tag: StoredTag

    def chunk(self, start: int, stop: int) -> Chunk:
        """The points from one position up to another, read from where they are."""

    def points(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NumberColumn]:
        """The same points as columns, int64[n], float64[n] and [n], which are kept for a while."""

    def rows(self, width: int, chunk: int, *, with_times: bool) -> BucketRows | None:
        """The buckets of a width of a chunk, by its number; None where they cannot be read. ``with_times``: with their
        wall times, which are anything else."""

    def waits(self, chunk: int) -> ChunkWaits | None:
        """The waits of a chunk, by its number; None where they are not known."""

    def ends(self, start: int, stop: int) -> KnownPoints | None:
        """The points at the begins and the ends of its chunks, of those from one position up to another; None where
        they cannot be read."""


class StoredChunk:
    """See AnyChunk."""

    def __init__(self, series: StoredSeries, number: int, start: int, facts: ChunkFacts) -> None:
        """``number`` is that among all chunks of the shard, ``start`` the position of its first point."""
        self._series, self._facts = series, facts
        self.source = series.tag
        # See BucketChunk.
        self.number, self.start, self.row, self.finest = number, start, series.row + start, facts.finest
        self.is_single = series.dtype == np.float32
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
        return self._series.chunk(self.start, self.start + len(self))

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
        found = self._series.waits(self.number)
        if found is None:
            return self._read.waits
        first, last = float_of(self._facts.first_wall_time), float_of(self._facts.last_wall_time)
        begin, end = np.array(found.begin), np.array(found.end)
        return Waits(len(self), first, last, np.array(found.longest), np.array(found.position, np.int64), begin, end)

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
        return float_of(self._facts.first_wall_time)

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
        known = self._known(axis, positions)
        return self._read.take(axis, positions) if known is None else known

    def values_at(self, positions: NDArray[np.int64]) -> NumberColumn:
        """See AnyChunk."""
        known = self._known("value", positions)
        return self._read.values_at(positions) if known is None else known

    def add_buckets(self, reduction: BucketReduction) -> bool:
        """See AnyChunk."""
        width = self._fitting(self._widest(reduction), WITH_TIMES if reduction.axis == "wall" else 1)
        rows = self._rows(width, with_times=reduction.axis == "wall") if width else None
        if rows is None:
            return False
        self._width = width
        reduction.add_rows(rows, width)
        return True

    @property
    def is_drawn_with_others(self) -> bool:
        """See AnyChunk."""
        return len(self) <= MOST_PLAIN

    def line_part(self, axis: Axis, start: int, stop: int) -> LinePart:
        """See AnyChunk."""
        step, wall_time, value = self._series.points(self.start, self.start + len(self))
        return (step if axis == "step" else wall_time), value, None, start, stop

    def first_from(self, axis: Axis, start: int, stop: int, edge: float, *, about: bool) -> int:
        """See AnyChunk."""
        rows = self._rows(self._width, with_times=True) if about and self._width >= WITH_TIMES else None
        if rows is None:
            packed = self.step if axis == "step" else self.wall_time
            return core.first_from(packed, len(self), start, stop, edge)
        at = int((rows.first_step if axis == "step" else rows.first_time).searchsorted(edge))
        position = int(rows.position[at]) - self.start if at < len(rows.position) else stop
        return min(max(position, start), stop)

    def _widest(self, reduction: BucketReduction) -> float:
        """How many steps a bucket may have so that it is a part of one of a reduction, or a small part over time."""
        if reduction.axis == "step":
            return reduction.width
        facts = self._facts
        steps = facts.last_step - facts.first_step
        seconds = float_of(facts.last_wall_time) - float_of(facts.first_wall_time)
        return reduction.duration / _PARTS * steps / seconds if seconds > 0 else math.inf

    def _fitting(self, widest: float, least: int) -> int:
        """The widest buckets that there are from one width up to another; 0 without any."""
        width = max(self.finest, least)
        if not self.finest or width > widest:
            return 0
        while width * 4 <= min(widest, self._series.coarsest):
            width *= 4
        return width

    def _rows(self, width: int, *, with_times: bool) -> BucketRows | None:
        return self._series.rows(width, self.number, with_times=with_times)

    def _known(self, what: Axis | Literal["value"], positions: NDArray[np.int64]) -> NDArray[Any] | None:
        """Steps, bits of wall times or values at positions, all of which are a bucket's first or last point, or among
        the first and the last of the chunk; else None."""
        found = np.empty(len(positions), self._series.dtype if what == "value" else np.int64)
        missing = np.ones(len(positions), np.bool_)
        # Integers that float64 cannot hold are exact only in columns of their own.
        least = {"step": 1, "wall": WITH_TIMES, "value": math.inf if self._series.dtype == np.int64 else 1}[what]
        rows = self._rows(self._width, with_times=what == "wall") if self._width >= least else None
        if rows is not None and len(rows.position):
            first = rows.position - self.start
            places = _alternating(first, first + rows.total - 1)
            columns = {
                "step": lambda: _alternating(rows.first_step, rows.last_step),
                "wall": lambda: _alternating(rows.first_time.view(np.int64), rows.last_time.view(np.int64)),
                "value": lambda: _alternating(rows.first, rows.last),
            }
            at = np.minimum(places.searchsorted(positions), len(places) - 1)
            missing = places[at] != positions
            found[:] = columns[what]()[at]
        if not missing.any():
            return found
        others = positions[missing]
        if not ((others < END_POINTS) | (others >= len(self) - END_POINTS)).all():
            return None
        ends = self._series.ends(self.start, self.start + len(self))
        if ends is None:
            return None
        at = (ends.position - self.start).searchsorted(others)
        if what == "value":
            column: NDArray[Any] = ends.integer if self._series.dtype == np.int64 else ends.value
        else:
            column = ends.step if what == "step" else ends.wall_time
        found[missing] = column[at]
        return found


def _alternating(first: NDArray[Any], last: NDArray[Any]) -> NDArray[Any]:
    return np.stack([first, last], axis=1).ravel()
