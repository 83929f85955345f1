"""One tag's points from one event file: append-only columns that others read while one thread appends.

What a reader gets is an immutable tuple of views of the columns' filled part. Appending writes behind that part, or
moves to larger columns, and then publishes a new tuple by one assignment; so a reader needs no lock and never
sees a point in part.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]

_SMALLEST_CAPACITY = 16
_Number = TypeVar("_Number", np.int64, np.float64)


class Points(NamedTuple):
    """Points in file order."""

    #: int64[n].
    step: NDArray[np.int64]
    #: float64[n], seconds since the epoch; may go back, and may be NaN.
    wall_time: NDArray[np.float64]
    #: float32[n], float64[n] or int64[n].
    value: Values
    #: int64[k]: the positions, in ascending order, whose step is below the step before.
    breaks: NDArray[np.int64]
    #: Whether wall_time never goes back and has no NaN.
    wall_ascending: bool
    #: The smallest and the largest step, (0, 0) without points.
    lowest_step: int
    highest_step: int

    @classmethod
    def empty(cls) -> "Points":
        """No points."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, np.empty(0), np.empty(0, np.float32), nothing, True, 0, 0)

    def __len__(self) -> int:
        """The number of points, not of fields."""
        return len(self.step)


class Series:
    """Growing columns of one (run, tag, kind, file). One thread appends; any thread reads :attr:`points`."""

    def __init__(self) -> None:
        self._step = np.empty(0, np.int64)
        self._wall_time = np.empty(0, np.float64)
        self._value: Values = np.empty(0, np.float32)
        self._points = Points.empty()

    @property
    def points(self) -> Points:
        """What has been appended so far; stays as it is when more is."""
        return self._points

    def append(self, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: Values) -> None:
        """Add points: int64[n], float64[n] (seconds since the epoch), float32[n], float64[n] or int64[n].

        The value column becomes float64 or int64 where that is needed to stay exact. A column of fractions and of
        integers that float64 cannot hold becomes float64, to the nearest.
        """
        added = len(step)
        if not added:
            return
        old = self._points
        used, length = len(old), len(old) + added
        self._step = _with_room(self._step, used, length)
        self._wall_time = _with_room(self._wall_time, used, length)
        dtype = _common_dtype(self._value[:used], value) if used else value.dtype
        if dtype != self._value.dtype or length > len(self._value):
            larger = np.empty(max(len(self._step), length), dtype)
            larger[:used] = self._value[:used]
            self._value = larger
        self._step[used:length] = step
        self._wall_time[used:length] = wall_time
        self._value[used:length] = value

        # The last point from before is looked at again, for what happens between it and the first new one.
        start = max(used - 1, 0)
        new_steps, new_times = self._step[start:length], self._wall_time[start:length]
        breaks = np.flatnonzero(new_steps[1:] < new_steps[:-1]) + start + 1
        lowest, highest = int(step.min()), int(step.max())
        self._points = Points(
            self._step[:length],
            self._wall_time[:length],
            self._value[:length],
            np.concatenate([old.breaks, breaks]) if len(breaks) else old.breaks,
            old.wall_ascending and bool(np.all(new_times[1:] >= new_times[:-1])) and not np.isnan(new_times[-1]),
            min(lowest, old.lowest_step) if used else lowest,
            max(highest, old.highest_step) if used else highest,
        )


def _with_room(column: NDArray[_Number], used: int, length: int) -> NDArray[_Number]:
    """The column, or one of at least 1.5 times its size, so that a point is copied O(1) times on average."""
    if length <= len(column):
        return column
    larger = np.empty(max(length, len(column) + len(column) // 2, _SMALLEST_CAPACITY), column.dtype)
    larger[:used] = column[:used]
    return larger


def _common_dtype(column: Values, values: Values) -> np.dtype[np.generic]:
    """The narrowest of float32, float64 and int64 that holds both exactly; float64 when none does."""
    if column.dtype == values.dtype:
        return column.dtype
    if np.int64 not in (column.dtype, values.dtype):
        return np.dtype(np.float64)
    floats = values if column.dtype == np.int64 else column
    return np.dtype(np.int64) if _are_int64(floats) else np.dtype(np.float64)


def _are_int64(floats: Values) -> bool:
    return bool(np.all((floats == np.trunc(floats)) & (floats >= -(2.0**63)) & (floats < 2.0**63)))
