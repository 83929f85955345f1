"""One tag's points from one event file: append-only columns that others read while one thread appends.

Points are kept in chunks that hold only what is not regular: nothing for steps that go up evenly, four bytes for a wall
time within about 500 s of the one before, and the values in the narrowest dtype that is exact. So a usual point takes
8 bytes; the newest, up to a few thousand, lie in full in the tail. A snapshot is immutable: appending writes behind
what is published, or to new arrays, and then publishes by one assignment; so a reader needs no lock and never sees a
point in part.
"""

from functools import cached_property
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]

#: A tail of so many points becomes a chunk; a chunk has at most so many.
_SEALED_AT = 4096
_LARGEST_CHUNK = 1 << 16
_Number = TypeVar("_Number", np.int64, np.float64)
#: One number when all changes are equal.
Changes = int | NDArray[np.int16] | NDArray[np.int32] | NDArray[np.int64]


class Points:
    """Some points of one tag, in file order. The columns are unpacked when they are first asked for."""

    def __init__(self, state: "_State") -> None:
        self._state = state
        #: int64[k]: the positions, in ascending order, whose step is below the step before.
        self.breaks = state.breaks
        #: Whether wall_time never goes back and has no NaN.
        self.wall_ascending = state.wall_ascending
        #: The smallest and the largest step, (0, 0) without points.
        self.lowest_step, self.highest_step = state.lowest_step, state.highest_step
        #: The smallest and the largest finite value, (Inf, -Inf) without any.
        self.lowest, self.highest = state.lowest, state.highest
        #: (position, session) where another session begins: the file had that many session starts before it.
        self.sessions = state.sessions
        #: Bytes that the points take.
        self.nbytes = sum(_nbytes(chunk) for chunk in state.chunks) + sum(
            column.nbytes for column in (state.tail_step, state.tail_wall_time, state.tail_value)
        )

    @classmethod
    def of(cls, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: Values) -> "Points":
        """Points from columns: int64[n], float64[n], and float32[n], float64[n] or int64[n]."""
        series = Series()
        series.append(step, wall_time, value)
        return series.points

    def __len__(self) -> int:
        return self._state.sealed + self._state.tail_count

    @property
    def state(self) -> object:
        """What is the same object for as long as the points are the same."""
        return self._state

    @property
    def last(self) -> tuple[int, float, float]:
        """The newest point: step, wall time and value, without unpacking the others. IndexError without points."""
        state = self._state
        value = state.tail_value[state.tail_count - 1] if state.tail_count else state.chunks[-1].value[-1]
        return state.last_step, state.last_wall_time, float(value)

    @cached_property
    def step(self) -> NDArray[np.int64]:
        """int64[n]."""
        column = np.empty(len(self), np.int64)
        start = 0
        for chunk in self._state.chunks:
            _unpack(chunk.first_step, chunk.step_changes, column[start : start + chunk.length])
            start += chunk.length
        column[start:] = self._state.tail_step[: self._state.tail_count]
        return column

    @cached_property
    def wall_time(self) -> NDArray[np.float64]:
        """float64[n], seconds since the epoch; may go back, and may be NaN."""
        column = np.empty(len(self), np.float64)
        start = 0
        for chunk in self._state.chunks:
            _unpack(chunk.first_wall_bits, chunk.wall_changes, column[start : start + chunk.length].view(np.int64))
            start += chunk.length
        column[start:] = self._state.tail_wall_time[: self._state.tail_count]
        return column

    @cached_property
    def value(self) -> Values:
        """float32[n], float64[n] or int64[n], whichever is exact."""
        column = np.empty(len(self), self._state.dtype)
        start = 0
        for chunk in self._state.chunks:
            column[start : start + chunk.length] = chunk.value
            start += chunk.length
        column[start:] = self._state.tail_value[: self._state.tail_count]
        return column


class _Chunk(NamedTuple):
    """Points that never change again."""

    length: int
    first_step: int
    #: From each step to the next: one number when it is always the same.
    step_changes: Changes
    #: Wall times as the bits of their float64, so that nothing is rounded: close times have close bits.
    first_wall_bits: int
    wall_changes: Changes
    value: Values


class _State(NamedTuple):
    """What a series has published."""

    chunks: tuple[_Chunk, ...]
    sealed: int
    tail_step: NDArray[np.int64]
    tail_wall_time: NDArray[np.float64]
    tail_value: Values
    tail_count: int
    #: The values' common dtype.
    dtype: np.dtype[np.generic]
    breaks: NDArray[np.int64]
    wall_ascending: bool
    last_step: int
    last_wall_time: float
    lowest_step: int
    highest_step: int
    #: Of the finite values; (Inf, -Inf) without any.
    lowest: float
    highest: float
    sessions: tuple[tuple[int, int], ...]


_NO_STEPS = np.empty(0, np.int64)
_NO_TIMES = np.empty(0, np.float64)
_NO_VALUES = np.empty(0, np.float32)
_EMPTY = _State(
    (), 0, _NO_STEPS, _NO_TIMES, _NO_VALUES, 0, np.dtype(np.float32), _NO_STEPS, True, 0, -np.inf, 0, 0,
    np.inf, -np.inf, (),
)  # fmt: skip


def _nbytes(chunk: _Chunk) -> int:
    return chunk.value.nbytes + sum(
        changes.nbytes for changes in (chunk.step_changes, chunk.wall_changes) if not isinstance(changes, int)
    )


class Series:
    """Growing columns of one (run, tag, kind, file). One thread appends; any thread reads :attr:`points`."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = _EMPTY

    @property
    def points(self) -> Points:
        """What has been appended so far; stays as it is when more is."""
        return Points(self._state)

    def __len__(self) -> int:
        return self._state.sealed + self._state.tail_count

    def append(self, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: Values, session: int = 0) -> None:
        """Add points: int64[n], float64[n] (seconds since the epoch), float32[n], float64[n] or int64[n].

        The value column becomes float64 or int64 where that is needed to stay exact. A column of fractions and of
        integers that float64 cannot hold becomes float64, to the nearest. ``session``: how many sessions the file
        had started before these points.
        """
        if not len(step):
            return
        old, used = self._state, len(self)
        lowest, highest = int(step[0]), int(step[-1])
        goes_back = step[1:] < step[:-1]
        back = _NO_STEPS
        if goes_back.any():
            back = np.flatnonzero(goes_back) + used + 1
            lowest, highest = int(step.min()), int(step.max())
        if used and step[0] < old.last_step:
            back = np.concatenate([[used], back])
        ascending = bool((wall_time[1:] >= wall_time[:-1]).all()) and not np.isnan(wall_time[-1])
        finite = value[np.isfinite(value)]
        known_session = old.sessions[-1][1] if old.sessions else 0
        stored = _store(old, step, wall_time, value, _common_dtype(self, value) if used else value.dtype)
        self._state = stored._replace(
            breaks=np.concatenate([old.breaks, back]) if len(back) else old.breaks,
            wall_ascending=old.wall_ascending and ascending and bool(wall_time[0] >= old.last_wall_time),
            last_step=int(step[-1]),
            last_wall_time=float(wall_time[-1]),
            lowest_step=min(lowest, old.lowest_step) if used else lowest,
            highest_step=max(highest, old.highest_step) if used else highest,
            lowest=min(old.lowest, float(finite.min())) if len(finite) else old.lowest,
            highest=max(old.highest, float(finite.max())) if len(finite) else old.highest,
            sessions=old.sessions if session == known_session else (*old.sessions, (used, session)),
        )


def _store(
    old: _State,
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    value: Values,
    dtype: np.dtype[np.generic],
) -> _State:
    """The state with more points in the tail, or with all of them sealed."""
    used, length = old.tail_count, old.tail_count + len(step)
    if length < _SEALED_AT:
        tail_step = _with_room(old.tail_step, used, length)
        tail_wall_time = _with_room(old.tail_wall_time, used, length)
        tail_value = old.tail_value
        if dtype != tail_value.dtype or length > len(tail_value):
            tail_value = np.empty(max(len(tail_step), length), dtype)
            tail_value[:used] = old.tail_value[:used]
        tail_step[used:length] = step
        tail_wall_time[used:length] = wall_time
        tail_value[used:length] = value
        return old._replace(
            tail_step=tail_step, tail_wall_time=tail_wall_time, tail_value=tail_value, tail_count=length, dtype=dtype
        )
    if used:
        step = np.concatenate([old.tail_step[:used], step])
        wall_time = np.concatenate([old.tail_wall_time[:used], wall_time])
        joined = np.empty(length, dtype)
        joined[:used], joined[used:] = old.tail_value[:used], value
        value = joined
    chunks = [
        _pack(step[start:end], wall_time[start:end], value[start:end])
        for start in range(0, length, _LARGEST_CHUNK)
        for end in [start + _LARGEST_CHUNK]
    ]
    return old._replace(
        chunks=(*old.chunks, *chunks),
        sealed=old.sealed + length,
        tail_step=_NO_STEPS,
        tail_wall_time=_NO_TIMES,
        tail_value=_NO_VALUES,
        tail_count=0,
        dtype=dtype,
    )


def _pack(step: NDArray[np.int64], wall_time: NDArray[np.float64], value: Values) -> _Chunk:
    bits = np.ascontiguousarray(wall_time).view(np.int64)
    # A copy, so that the chunk doesn't keep alive what it was cut from.
    return _Chunk(len(step), int(step[0]), _changes(step), int(bits[0]), _changes(bits), value.copy())


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


def _unpack(first: int, changes: Changes, column: NDArray[np.int64]) -> None:
    """Fill a column with its first number and what follows from the changes."""
    column[0] = first
    column[1:] = changes
    np.cumsum(column, out=column)


def _with_room(column: NDArray[_Number], used: int, length: int) -> NDArray[_Number]:
    """The column, or a larger one: at first as large as needed, later by half, so that a point is seldom copied."""
    if length <= len(column):
        return column
    larger = np.empty(max(length, len(column) + len(column) // 2), column.dtype)
    larger[:used] = column[:used]
    return larger


def _common_dtype(series: Series, values: Values) -> np.dtype[np.generic]:
    """The narrowest of float32, float64 and int64 that holds both exactly; float64 when none does."""
    known = series._state.dtype
    if known == values.dtype:
        return known
    if np.int64 not in (known, values.dtype):
        return np.dtype(np.float64)
    floats = values if known == np.int64 else series.points.value
    return np.dtype(np.int64) if _are_int64(floats) else np.dtype(np.float64)


def _are_int64(floats: Values) -> bool:
    return bool(np.all((floats == np.trunc(floats)) & (floats >= -(2.0**63)) & (floats < 2.0**63)))
