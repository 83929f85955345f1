"""The waits between neighbouring points of a curve in time, and which of them are gaps in which nothing ran.

The rule: of a curve's waits the longest are set aside, ten and a tenth of all at the most, and one in any case. The
longest that is left is the usual one. A **gap** is a wait of more than :data:`TIMES_USUAL` times the usual one and of
more than :data:`LEAST_GAP` seconds. So what comes again and again is usual (the points of a rollout at once, an
evaluation after each epoch), and a night in which the machine slept is not.

Facts of long columns are put together from those of their parts, which for packed chunks are computed once.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Seconds; whatever a curve's usual wait is, a shorter one is no gap.
LEAST_GAP = 120.0
TIMES_USUAL = 20.0
#: So many of the longest waits are set aside at the most.
SET_ASIDE = 10


class Waits(NamedTuple):
    """Facts of n points in ascending order of time."""

    points: int
    #: The times of the first and of the last point; NaN without points.
    first: float
    last: float
    #: float64[k]: the longest waits, descending, SET_ASIDE + 1 of them at the most.
    longest: NDArray[np.float64]
    #: int64[g], float64[g] twice: the waits of more than LEAST_GAP: positions of the points behind them, and when they
    #: began and ended.
    position: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]

    @property
    def threshold(self) -> float:
        """A wait is a gap when it is longer than this, in seconds; infinite where none is usual."""
        waits = self.points - 1
        aside = min(SET_ASIDE, max(1, waits // 10))
        if waits <= aside:
            return math.inf
        return max(LEAST_GAP, TIMES_USUAL * float(self.longest[aside]))

    def gaps(self) -> NDArray[np.int64]:
        """int64[g]: positions of the points behind gaps, ascending."""
        return self.position[self.end - self.begin > self.threshold]


def waits_in(time: NDArray[np.float64]) -> Waits:
    """Of ascending times: float64[n], all of them finite or none of use."""
    if not len(time):
        return join_waits([])
    waits = np.diff(time)
    # Beyond the tenth part nothing is sorted.
    kept = min(len(waits), SET_ASIDE + 1)
    longest = np.sort(np.partition(waits, len(waits) - kept)[len(waits) - kept :])[::-1] if kept else waits
    position = np.flatnonzero(waits > LEAST_GAP) + 1
    return Waits(len(time), float(time[0]), float(time[-1]), longest, position, time[position - 1], time[position])


def join_waits(parts: Sequence[Waits]) -> Waits:
    """The facts of parts that follow each other, with the waits between them."""
    parts = [part for part in parts if part.points]
    if len(parts) == 1:
        return parts[0]
    begin_at = np.cumsum([0, *(part.points for part in parts)])
    between = [
        Waits(0, a.last, b.first, np.array([b.first - a.last]), np.array([at]), np.array([a.last]), np.array([b.first]))
        for (a, b), at in zip(pairwise(parts), begin_at[1:-1], strict=True)
    ]
    long = [wait for wait in between if wait.longest[0] > LEAST_GAP]
    none = np.empty(0)
    found = [np.empty(0, np.int64), *(part.position + at for part, at in zip(parts, begin_at, strict=False))]
    position = np.concatenate([*found, *(wait.position for wait in long)])
    order = np.argsort(position)
    return Waits(
        int(begin_at[-1]),
        parts[0].first if parts else math.nan,
        parts[-1].last if parts else math.nan,
        np.sort(np.concatenate([none, *(each.longest for each in (*parts, *between))]))[::-1][: SET_ASIDE + 1],
        position[order],
        np.concatenate([none, *(each.begin for each in (*parts, *long))])[order],
        np.concatenate([none, *(each.end for each in (*parts, *long))])[order],
    )
