"""Facts of some points of a tag from one look at them: of many tags at once, since most have few points."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Facts(NamedTuple):
    """Of one point or more, in file order."""

    #: Whether some step is below the one before it.
    goes_back: bool
    first_step: int
    last_step: int
    lowest_step: int
    highest_step: int
    #: Whether the wall time never goes back and has no NaN.
    wall_ascending: bool
    first_wall_time: float
    last_wall_time: float
    #: Of the finite values; (Inf, -Inf) without any.
    lowest: float
    highest: float
    #: The lowest step at which a value is not finite, and the first such value there: NaN, Inf or -Inf.
    not_finite: tuple[int, float] | None


def facts_of(
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    value: NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64],
    starts: NDArray[np.int64],
) -> list[Facts]:
    """Of groups that lie one behind the other, each from one start up to the next: starts is int64[groups + 1]."""
    if not len(step):
        return []
    first, last = starts[:-1], starts[1:] - 1
    falls = np.zeros((2, len(step)), bool)
    np.less(step[1:], step[:-1], out=falls[0, 1:])
    # NaN is neither above nor below anything.
    np.logical_not(wall_time[1:] >= wall_time[:-1], out=falls[1, 1:])
    falls[:, first] = False
    goes_back, wall_falls = np.logical_or.reduceat(falls, first, axis=1)
    lowest = highest = value
    not_finite: list[tuple[int, float] | None] = [None] * len(first)
    if value.dtype.kind == "f":
        finite = np.isfinite(value)
        if not finite.all():
            lowest, highest = np.where(finite, value, np.inf), np.where(finite, value, -np.inf)
            for group, position in _first_not_finite(np.flatnonzero(~finite), step, starts):
                not_finite[group] = int(step[position]), float(value[position])
    columns = (
        goes_back,
        step[first],
        step[last],
        np.minimum.reduceat(step, first),
        np.maximum.reduceat(step, first),
        ~(wall_falls | np.isnan(wall_time[last])),
        wall_time[first],
        wall_time[last],
        np.minimum.reduceat(lowest, first).astype(np.float64),
        np.maximum.reduceat(highest, first).astype(np.float64),
    )
    return [Facts(*each) for each in zip(*(column.tolist() for column in columns), not_finite, strict=True)]


def _first_not_finite(
    positions: NDArray[np.int64], step: NDArray[np.int64], starts: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """(group, position) of the lowest step among some positions, of each group that has any of them."""
    groups = np.searchsorted(starts, positions, "right") - 1
    # By group, then by step; of equal steps the first in the file stays in front.
    order = np.lexsort((step[positions], groups))
    found, places = np.unique(groups[order], return_index=True)
    return list(zip(found.tolist(), positions[order][places].tolist(), strict=True))
