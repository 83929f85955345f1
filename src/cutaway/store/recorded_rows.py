"""Points as rows of text: what every export of recorded values is made of, so that all have the same digits."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from cutaway.store.series import NumberColumn, Points

#: Points that are turned into text at a time.
_AT_ONCE = 4096


def rows(parts: Iterable[Points]) -> Iterator[tuple[str, str, str]]:
    """Step, wall time (seconds since the epoch) and value of each point, as text; a part for each file."""
    for points in parts:
        for start in range(0, len(points), _AT_ONCE):
            stop = min(start + _AT_ONCE, len(points))
            steps = map(str, points.steps(start, stop).tolist())
            times = map(repr, points.wall_times(start, stop).tolist())
            yield from zip(steps, times, shortest(points.values(start, stop)), strict=True)


def shortest(values: NumberColumn) -> list[str]:
    """Each value as the shortest text that gives it back in its dtype: float32, float64 or int64.

    So 0.1 that was recorded as float32 is ``0.1``, and not ``0.10000000149011612``, the float64 that it is.
    """
    return [repr(value) for value in shortest_numbers(values).tolist()]


def shortest_numbers(values: NumberColumn) -> NDArray[np.float64] | NDArray[np.int64]:
    """The numbers whose text is :func:`shortest`: float64 for floats, which of float32 are not quite the same."""
    if values.dtype == np.int64:
        return values.astype(np.int64, copy=False)
    return (values.astype(np.str_) if values.dtype == np.float32 else values).astype(np.float64)
