"""Values that a resumed run has superseded.

A SessionLog START at step s says that training goes on from there, from a checkpoint: values that were recorded
before it at step s or later, in its own file and in files that ended before its file began, are superseded. They are
kept, and left out unless they are asked for.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def superseded(
    step: NDArray[np.int64],
    sessions: Sequence[tuple[int, int]],
    starts: Sequence[int],
    later_start: int | None,
) -> NDArray[np.bool_] | None:
    """bool[n]: which of the steps of one series of one file are superseded; None when none can be.

    ``sessions``: (position, number of starts before it), as in :class:`cutaway.store.series.Points`. ``starts``: the
    steps at which the file's sessions start, in file order. ``later_start``: the lowest step at which a session starts
    in files that began after this one had ended.
    """
    if not starts and later_start is None:
        return None
    if len(sessions) < 2 and all(position == 0 for position, _ in sessions):
        # Most files are one session, and a table of a thousand runs asks each for each of its tags.
        behind = starts[sessions[0][1] if sessions else 0 :]
        threshold = min(behind if later_start is None else [*behind, later_start], default=None)
        return np.zeros(len(step), bool) if threshold is None else step >= threshold
    highest = np.iinfo(np.int64).max
    # lowest[e]: the lowest step at which a session starts behind a point that has e starts before it.
    lowest = np.empty(len(starts) + 1, np.int64)
    lowest[-1] = highest if later_start is None else later_start
    lowest[:-1] = starts
    lowest = np.minimum.accumulate(lowest[::-1])[::-1]
    edges = [0, *(position for position, _ in sessions), len(step)]
    numbers = [0, *(number for _, number in sessions)]
    thresholds = np.repeat(lowest[numbers], np.diff(edges))
    # Where nothing starts later the threshold is int64's end, which is also a step that a hostile file may have.
    none_later = np.repeat(np.array(numbers) == len(starts), np.diff(edges)) & (later_start is None)
    return (step >= thresholds) & ~none_later
