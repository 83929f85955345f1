"""The values of another tag as the x axis, where it was recorded at other steps than the curve.

Of the tag's finite values, by step (of several at one step the last in the order of the files counts):

* **held**: whole numbers that go up, or down, by one at a time, as an epoch. Each holds until the next one's step.
* **interpolated**: any other values that never turn back. Between two steps x is on the straight line between them.
* **joined**: values that turn back. Then only points at the steps that both have are there.

Points before the tag's first step have no x, and behind its last step only where it is held.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.store.segments import FilePoints, Segment, join

Between = Literal["held", "interpolated", "joined"]


def against_tag(
    segment: Segment, other: Sequence[FilePoints]
) -> tuple[NDArray[np.float64], NDArray[np.int64], Between]:
    """x of those points that have one, the places of these in the segment (both of one length), and how x was found."""
    step, value = _by_step(other)
    at = np.searchsorted(step, segment.step, "right") - 1
    found = at >= 0
    between = _way(value)
    if between == "held":
        x = value[at[found]]
    elif between == "interpolated":
        found &= segment.step <= step[-1]
        # Halved, since the difference of two of the largest numbers is none.
        x = np.interp(segment.step[found], step, value / 2) * 2
        # At its own steps it is as it was recorded: the smallest numbers have no half.
        x = np.where(step[at[found]] == segment.step[found], value[at[found]], x)
    else:
        found[found] = step[at[found]] == segment.step[found]
        x = value[at[found]]
    return x.astype(np.float64), np.flatnonzero(found), between


def _by_step(other: Sequence[FilePoints]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The tag's steps, each once, and its finite values there."""
    segments = join(list(other))
    step = np.concatenate([np.empty(0, np.int64), *(each.step for each in segments)])
    value = np.concatenate([np.empty(0), *(each.value for each in segments)])
    order = np.argsort(step, kind="stable")
    step, value = step[order], value[order]
    kept = np.append(step[1:] != step[:-1], True)[: len(step)] & np.isfinite(value)
    return step[kept], value[kept]


def _way(value: NDArray[np.float64]) -> Between:
    if not len(value):
        return "joined"
    with np.errstate(over="ignore"):
        changes = np.diff(value)
    if not ((changes >= 0).all() or (changes <= 0).all()):
        return "joined"
    return "held" if (np.abs(changes) <= 1).all() and (value == np.trunc(value)).all() else "interpolated"
