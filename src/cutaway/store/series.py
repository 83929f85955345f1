"""One tag's points from one event file: append-only columns that others read while one thread appends.

Points are kept in chunks that hold only the irregular part: nothing for steps that go up evenly, and else the bits in
which the numbers of a block of 64 differ (``packed``). So a usual point takes five and a half bytes: the bits of a
clock's jitter and of a float32's noise. Values in float64 and int64, which are rare, are kept as they are, in the
narrowest dtype that is exact. The newest points, up to a few thousand, lie in full in the tail. A snapshot is
immutable: appending writes behind the published points, or to new arrays, and then publishes by one assignment; so a
reader needs no lock and never sees a point in part.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.facts import Facts, facts_of
from cutaway.events.kernel_objects import Reduction
from cutaway.events.kernel_types import LinePart
from cutaway.store.bucket_reduction import BucketReduction
from cutaway.store.chunks import AnyChunk, Axis, Chunk, Chunks, NumberColumn
from cutaway.store.not_finite import earlier_not_finite
from cutaway.store.packed import fill_values
from cutaway.store.series_state import EMPTY, NO_STEPS, NO_TIMES, NO_VALUES, Frozen, State
from cutaway.store.waits import Waits, join_waits, waits_in

__all__ = ["Axis", "Frozen", "NumberColumn", "Points", "Series"]

#: A tail of so many points becomes a chunk; a chunk has at most so many.
_SEALED_AT = 4096
_LARGEST_CHUNK = 1 << 16
_Number = TypeVar("_Number", np.int64, np.float64)


class Points:
    """Some points of one tag, in file order. Columns are unpacked as far as they are asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        #: int64[k]: the positions, in ascending order, whose step is below the step before.
        self.breaks = state.breaks
        #: Whether wall_time never goes back and has no NaN.
        self.wall_ascending = state.wall_ascending
        #: The smallest and the largest step, (0, 0) without points.
        self.lowest_step, self.highest_step = state.lowest_step, state.highest_step
        #: The smallest and the largest finite value, (Inf, -Inf) without any.
        self.lowest, self.highest = state.lowest, state.highest
        #: The lowest step with a value that is not finite, and the first such value there; None without any.
        self.not_finite = state.not_finite
        #: (position, session) where another session begins: the file had that many session starts before it.
        self.sessions = state.sessions

    @classmethod
    def of(cls, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: NumberColumn) -> "Points":
        """Points from columns: int64[n], float64[n], and float32[n], float64[n] or int64[n]."""
        series = Series()
        series.append(step, wall_time, value)
        return series.points

    def chosen(self, mask: NDArray[np.bool_]) -> "Points":
        """Those of a mask, bool[n], with their sessions."""
        series = Series()
        edges = [0, *(position for position, _ in self.sessions), len(self)]
        for (start, stop), session in zip(pairwise(edges), [0, *(number for _, number in self.sessions)], strict=True):
            kept = mask[start:stop]
            columns = (self.step[start:stop][kept], self.wall_time[start:stop][kept])
            series.append(*columns, self.value[start:stop][kept], session)
        return series.points

    def __len__(self) -> int:
        return self._state.sealed + self._state.tail_count

    @property
    def state(self) -> object:
        """An object that stays the same for as long as the points do."""
        return self._state

    @property
    def have_buckets(self) -> bool:
        """Whether there may be buckets of them that were made beforehand."""
        return self._state.chunks.have_buckets

    @property
    def are_drawn_with_others(self) -> bool:
        """Whether there is memory for them together with those of all lines of a chart."""
        return self._state.chunks.are_drawn_with_others

    @property
    def finest(self) -> int:
        """The narrowest width of such buckets, in steps; 0 where there are none."""
        return self._state.chunks.finest

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The values' dtype."""
        return self._state.dtype

    @property
    def nbytes(self) -> int:
        """Bytes that the points take."""
        state = self._state
        tail = (state.tail_step, state.tail_wall_time, state.tail_value)
        return sum(chunk.nbytes for chunk in state.chunks) + sum(column.nbytes for column in tail)

    @property
    def last(self) -> tuple[int, float, float]:
        """The newest point: step, wall time and value, without unpacking the others. IndexError without points."""
        state = self._state
        value = state.tail_value[state.tail_count - 1] if state.tail_count else state.chunks[-1].last
        return state.last_step, state.last_wall_time, float(value)

    @cached_property
    def step(self) -> NDArray[np.int64]:
        """int64[n]."""
        return self.steps(0, len(self))

    @cached_property
    def wall_time(self) -> NDArray[np.float64]:
        """float64[n], seconds since the epoch; may go back, and may be NaN."""
        return self.wall_times(0, len(self))

    @cached_property
    def value(self) -> NumberColumn:
        """float32[n], float64[n] or int64[n], whichever is exact."""
        return self.values(0, len(self))

    def steps(self, start: int, stop: int) -> NDArray[np.int64]:
        """The steps from ``start`` up to ``stop``."""
        column = np.empty(stop - start, np.int64)
        for part, low, high, at in self._parts(start, stop):
            if part is None:
                column[at:] = self._state.tail_step[low:high]
            else:
                core.unpack(part.step, low, column[at : at + high - low])
        return column

    def wall_times(self, start: int, stop: int) -> NDArray[np.float64]:
        """The wall times from ``start`` up to ``stop``."""
        column = np.empty(stop - start, np.float64)
        for part, low, high, at in self._parts(start, stop):
            if part is None:
                column[at:] = self._state.tail_wall_time[low:high]
            else:
                core.unpack(part.wall_time, low, column[at : at + high - low].view(np.int64))
        return column

    def values(self, start: int, stop: int) -> NumberColumn:
        """The values from ``start`` up to ``stop``."""
        column = np.empty(stop - start, self._state.dtype)
        for part, low, high, at in self._parts(start, stop):
            values = self._state.tail_value if part is None else part.value
            fill_values(values, low, column[at : at + high - low])
        return cast("NumberColumn", column)

    def reduce_into(self, reduction: Reduction, axis: Axis, start: int, stop: int) -> None:
        """Add the points from ``start`` up to ``stop``, which ascend along the axis.

        Chunks beyond the edges are not touched.
        """
        state = self._state
        begin, end = self._in_sight(axis, start, stop, reduction.low, reduction.high)
        reduction.skip(begin - start)
        for part, first, last, _ in self._parts(begin, end):
            if part is None:
                x = state.tail_step if axis == "step" else state.tail_wall_time
                reduction.add(x[first:last], state.tail_value[first:last])
            elif not (
                isinstance(reduction, BucketReduction) and last - first == len(part) and part.add_buckets(reduction)
            ):
                packed = part.step if axis == "step" else part.wall_time
                reduction.add_packed(packed, part.value, part.summaries, first, last)

    def chunks_in_buckets(self, start: int, stop: int) -> Sequence[AnyChunk]:
        """The chunks that the points from ``start`` up to ``stop`` are, where all of these may have buckets that were
        made beforehand; else none."""
        state = self._state
        chunks = state.chunks
        if not chunks.all_have_buckets:
            return ()
        if not start and stop == state.sealed:
            return chunks
        ends = chunks.ends
        first, behind = bisect_right(ends, start), bisect_right(ends, stop)
        is_whole = start == (ends[first - 1] if first else 0) and behind > first and stop == ends[behind - 1]
        return chunks[first:behind] if is_whole else ()

    def parts_in_sight(
        self, axis: Axis, start: int, stop: int, low: float, high: float
    ) -> tuple[int, int, list[LinePart]]:
        """From where, up to where and in which parts the points lie that ``reduce_into`` looks at for such edges.

        They are to be drawn with others. Those of which buckets are narrow enough are reduced by these: see ``finest``.
        """
        state = self._state
        begin, end = self._in_sight(axis, start, stop, low, high)
        parts: list[LinePart] = []
        for part, first, last, _ in self._parts(begin, end):
            if part is None:
                tail = state.tail_step if axis == "step" else state.tail_wall_time
                parts.append((tail, state.tail_value, None, first, last))
            else:
                parts.append(part.line_part(axis, first, last))
        return begin, end, parts

    def waits(self, start: int, stop: int) -> Waits:
        """Facts of the times between the points from ``start`` up to ``stop``, whose wall times ascend."""
        parts = []
        for part, low, high, at in self._parts(start, stop):
            is_whole = part is not None and high - low == len(part)
            parts.append(
                part.waits
                if part is not None and is_whole
                else waits_in(self.wall_times(start + at, start + at + high - low))
            )
        return join_waits(parts)

    def x_at(self, axis: Axis, positions: NDArray[np.int64]) -> NDArray[Any]:
        """Steps, int64[k], or wall times, float64[k], at ascending positions."""
        state = self._state
        column = np.empty(len(positions), np.int64 if axis == "step" else np.float64)
        for part, chosen, target in self._at(positions, column):
            if part is None:
                target[:] = (state.tail_step if axis == "step" else state.tail_wall_time)[chosen]
            else:
                target.view(np.int64)[:] = part.take(axis, chosen)
        return column

    def y_at(self, positions: NDArray[np.int64]) -> NumberColumn:
        """Values at ascending positions."""
        column = np.empty(len(positions), self._state.dtype)
        for part, chosen, target in self._at(positions, column):
            target[:] = self._state.tail_value[chosen] if part is None else part.values_at(chosen)
        return cast("NumberColumn", column)

    def first_from(self, axis: Axis, edge: float, start: int, stop: int, *, about: bool = False) -> int:
        """The first position from ``start`` up to ``stop``, where points ascend, at or beyond an x; else ``stop``.

        ``about``: where points lie in buckets that were made beforehand, as near as those say.
        """
        begin, end = self._in_sight(axis, start, stop, edge, edge)
        for part, first, last, at in self._parts(begin, end):
            if part is None:
                x = (self._state.tail_step if axis == "step" else self._state.tail_wall_time)[first:last]
                found = first + int(x.astype(np.float64).searchsorted(edge))
            else:
                found = part.first_from(axis, first, last, edge, about=about)
            if found < last:
                return begin + at + found - first
        return end

    def end(self, axis: Axis, position: int) -> float:
        """The x of a position that is mostly the first or the last."""
        state = self._state
        if not position and axis == "step" and not len(self.breaks):
            return float(state.lowest_step)
        if position == len(self) - 1:
            return float(state.last_step if axis == "step" else state.last_wall_time)
        if not position and state.chunks:
            return state.chunks.firsts(axis)[0]
        return float(self.x_at(axis, np.array([position]))[0])

    def _in_sight(self, axis: Axis, start: int, stop: int, low: float, high: float) -> tuple[int, int]:
        """From ``start`` to ``stop``, where points ascend, without chunks whose points are all below ``low`` or from
        ``high`` on."""
        ends, firsts = self._state.chunks.ends, self._state.chunks.firsts(axis)
        # Only chunks that begin within the range: in front of it nothing need ascend.
        begun = bisect_right(ends, start) + 1
        ended = min(bisect_left(ends, stop) + 1, len(firsts))
        if begun < ended:
            before = bisect_left(firsts, low, begun, ended) - 1
            behind = bisect_left(firsts, high, begun, ended)
            # The last chunk that begins in front may reach into sight.
            return ends[before - 1] if before >= begun else start, ends[behind - 1] if behind < ended else stop
        return start, stop

    def _parts(self, start: int, stop: int) -> Iterator[tuple[AnyChunk | None, int, int, int]]:
        """(chunk, or None for the tail, [low, high) within it, its place behind ``start``) of each part of a range."""
        chunks, ends = self._state.chunks, self._state.chunks.ends
        at = start
        for number in range(bisect_right(ends, start), len(chunks)):
            if at >= stop:
                return
            first, end = ends[number] - len(chunks[number]), min(stop, ends[number])
            yield chunks[number], at - first, end - first, at - start
            at = end
        if at < stop:
            yield None, at - self._state.sealed, stop - self._state.sealed, at - start

    def _at(
        self, positions: NDArray[np.int64], column: NDArray[Any]
    ) -> Iterator[tuple[AnyChunk | None, NDArray[np.int64], NDArray[Any]]]:
        """(chunk, or None for the tail, positions within it, where in the column they go)."""
        chunks, ends = self._state.chunks, self._state.chunks.ends
        done = 0
        while done < len(positions):
            number = bisect_right(ends, int(positions[done]))
            if number == len(chunks):
                yield None, positions[done:] - self._state.sealed, column[done:]
                return
            first, end = ends[number] - len(chunks[number]), int(positions.searchsorted(ends[number]))
            yield chunks[number], positions[done:end] - first, column[done:end]
            done = end


class Series:
    """Growing columns of one (run, tag, kind, file). One thread appends; any thread reads :attr:`points`."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = EMPTY

    @property
    def points(self) -> Points:
        """A snapshot of the points so far; it stays as it is when more are appended."""
        return Points(self._state)

    def __len__(self) -> int:
        return self._state.sealed + self._state.tail_count

    def frozen(self) -> tuple[list[AnyChunk], Frozen]:
        """All points as chunks, and the facts of them; :meth:`thawed` takes both."""
        state = self._state
        chunks, count = list(state.chunks), state.tail_count
        if count:
            chunks.append(Chunk.of(state.tail_step[:count], state.tail_wall_time[:count], state.tail_value[:count]))
        return chunks, Frozen(*(getattr(state, name) for name in Frozen._fields))

    @classmethod
    def of(cls, state: State) -> "Series":
        """A series that goes on behind points that are known."""
        series = cls()
        series._state = state
        return series

    @classmethod
    def thawed(cls, chunks: Sequence[AnyChunk], facts: Frozen) -> "Series":
        """A series that goes on behind points that :meth:`frozen` returned."""
        sealed = sum(len(chunk) for chunk in chunks)
        return cls.of(State(Chunks(chunks), sealed, NO_STEPS, NO_TIMES, NO_VALUES, 0, *facts))

    def append(
        self,
        step: NDArray[np.int64],
        wall_time: NDArray[np.float64],
        value: NumberColumn,
        session: int = 0,
        facts: Facts | None = None,
    ) -> None:
        """Add points: int64[n], float64[n] (seconds since the epoch), float32[n], float64[n] or int64[n].

        The value column becomes float64 or int64 where that is needed to stay exact. A column of fractions and of
        integers that float64 cannot hold becomes float64, to the nearest. ``session``: how many sessions the file
        had started before these points. ``facts`` are those of the points, where they are known already.
        """
        if not len(step):
            return
        if facts is None:
            (facts,) = facts_of(step, wall_time, value, np.array([0, len(step)]))
        old, used = self._state, len(self)
        breaks = old.breaks
        if facts.goes_back:
            breaks = np.concatenate([breaks, np.flatnonzero(step[1:] < step[:-1]) + used + 1])
        lowest_step, highest_step = facts.lowest_step, facts.highest_step
        if used:
            if facts.first_step < old.last_step:
                breaks = np.concatenate([old.breaks, [used], breaks[len(old.breaks) :]])
            lowest_step, highest_step = min(lowest_step, old.lowest_step), max(highest_step, old.highest_step)
        known_session = old.sessions[-1][1] if old.sessions else 0
        dtype = _common_dtype(self, value) if used else value.dtype
        self._state = State(
            *_stored(old, step, wall_time, value, dtype),
            dtype,
            breaks,
            old.wall_ascending and facts.wall_ascending and facts.first_wall_time >= old.last_wall_time,
            facts.last_step,
            facts.last_wall_time,
            lowest_step,
            highest_step,
            min(old.lowest, facts.lowest),
            max(old.highest, facts.highest),
            earlier_not_finite(old.not_finite, facts.not_finite),
            old.sessions if session == known_session else (*old.sessions, (used, session)),
        )


#: The first fields of a state.
_Stored = tuple[Chunks, int, NDArray[np.int64], NDArray[np.float64], NumberColumn, int]


def _stored(
    old: State,
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    value: NumberColumn,
    dtype: np.dtype[np.generic],
) -> _Stored:
    """Chunks and tail with more points in the tail, or with all of them sealed."""
    used, length = old.tail_count, old.tail_count + len(step)
    if length < _SEALED_AT:
        if not used:
            return old.chunks, old.sealed, step.copy(), wall_time.copy(), value.astype(dtype), length
        tail_step = _with_room(old.tail_step, used, length)
        tail_wall_time = _with_room(old.tail_wall_time, used, length)
        tail_value = old.tail_value
        if dtype != tail_value.dtype or length > len(tail_value):
            tail_value = np.empty(max(len(tail_step), length), dtype)
            tail_value[:used] = old.tail_value[:used]
        tail_step[used:length] = step
        tail_wall_time[used:length] = wall_time
        tail_value[used:length] = value
        return old.chunks, old.sealed, tail_step, tail_wall_time, tail_value, length
    if used:
        step = np.concatenate([old.tail_step[:used], step])
        wall_time = np.concatenate([old.tail_wall_time[:used], wall_time])
        joined = np.empty(length, dtype)
        joined[:used], joined[used:] = old.tail_value[:used], value
        value = cast("NumberColumn", joined)
    chunks = [
        Chunk.of(step[start:end], wall_time[start:end], value[start:end])
        for start in range(0, length, _LARGEST_CHUNK)
        for end in [start + _LARGEST_CHUNK]
    ]
    return Chunks((*old.chunks, *chunks)), old.sealed + length, NO_STEPS, NO_TIMES, NO_VALUES, 0


def _with_room(column: NDArray[_Number], used: int, length: int) -> NDArray[_Number]:
    """The column, or a larger one: at first as large as needed, later by half, so that a point is seldom copied."""
    if length <= len(column):
        return column
    larger = np.empty(max(length, len(column) + len(column) // 2), column.dtype)
    larger[:used] = column[:used]
    return larger


def _common_dtype(series: Series, values: NumberColumn) -> np.dtype[np.generic]:
    """The narrowest of float32, float64 and int64 that holds both exactly; float64 when none does."""
    known = series._state.dtype
    if known == values.dtype:
        return known
    if np.int64 not in (known, values.dtype):
        return np.dtype(np.float64)
    floats = values if known == np.int64 else series.points.value
    return np.dtype(np.int64) if _are_int64(floats) else np.dtype(np.float64)


def _are_int64(floats: NumberColumn) -> bool:
    return bool(np.all((floats == np.trunc(floats)) & (floats >= -(2.0**63)) & (floats < 2.0**63)))
