"""Where the axes of a run begin, and the stretches of time in which it was at work.

A run is idle between the sessions of its files (a START mark, or another file that begins after all others have ended),
however short that is, and in the gaps of :mod:`cutaway.store.waits`: there between the records of all its tags, by the
shortest usual wait of any of them. **Training time** is the time since the run's earliest value without those: it
stands still while the run is idle, is the same for all of its tags, and counts twice what was computed twice.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.series import Points, Series
from cutaway.store.waits import Waits, waits_in

Numbers = NDArray[np.int64] | NDArray[np.float64]


class _Stretches(NamedTuple):
    """Ascending stretches of time, and how long the run had been at work at the beginning of each."""

    start: NDArray[np.float64]
    stop: NDArray[np.float64]
    before: NDArray[np.float64]


class RunClock:
    """``start`` is when the earliest value was recorded (seconds since the epoch); ``files`` are the scalars of each.

    ``first_step`` finds the lowest step of any scalar, 0 without scalars. What needs the points is computed when it is
    first asked for.
    """

    def __init__(
        self,
        start: float,
        files: Sequence[Iterable[Series]] = (),
        first_step: Callable[[], int] = lambda: 0,
    ) -> None:
        self.start = start
        self._files = files
        self._find_first_step = first_step

    @cached_property
    def first_step(self) -> int:
        """The lowest step of any scalar; 0 without scalars."""
        return self._find_first_step()

    @property
    def is_interrupted(self) -> bool:
        """Whether the run was ever idle."""
        return len(self._at_work.start) > 1

    def training_time(self, wall_time: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n]: for how many seconds the run had been at work at some wall times; not finite as they are."""
        start, stop, before = self._at_work
        stretch = np.maximum(np.searchsorted(start, wall_time, "right") - 1, 0)
        inside = np.minimum(wall_time, stop[stretch]) - start[stretch]
        found: NDArray[np.float64] = np.where(np.isfinite(wall_time), before[stretch] + inside, wall_time)
        return found

    def places(self, axis: str, step: NDArray[np.int64], wall_time: NDArray[np.float64]) -> Numbers:
        """Where records with these steps and times are on an axis: any but ``tag``."""
        if axis in ("step", "aligned"):
            # As floats: the difference of two int64 may be none.
            return step.astype(np.float64) - self.first_step if axis == "aligned" else step
        if axis == "training":
            return self.training_time(wall_time)
        return wall_time - self.start if axis == "relative" else wall_time

    @cached_property
    def _at_work(self) -> _Stretches:
        spans = [np.array([[self.start, self.start]])]
        cuts: list[float] = []
        usual = np.inf
        ended = -np.inf
        for file in self._files:
            found = [_spans(points) for series in file if len(points := series.points)]
            if not found:
                continue
            usual = min(usual, *(facts.threshold for _, facts in found))
            of_file = np.concatenate([part for part, _ in found])
            if not len(of_file):
                # Of no point of it there is a time.
                continue
            if of_file[:, 0].min() >= ended > -np.inf:
                cuts.append(float(of_file[:, 0].min()))
            ended = max(ended, float(of_file[:, 1].max()))
            cuts += _session_starts([series.points for series in file])
            spans.append(of_file)
        return _united(np.concatenate(spans), np.unique(cuts), float(usual))


def _spans(points: Points) -> tuple[NDArray[np.float64], Waits]:
    """float64[n, 2]: stretches of one tag in one file without long waits and sessions; and the facts of its waits."""
    if points.wall_ascending and np.isfinite([points.end("wall", 0), points.last[1]]).all():
        waits = points.waits(0, len(points))
        marks = [position for position, _ in points.sessions if position and position not in waits.position]
        begin = np.concatenate([waits.begin, *(points.wall_times(mark - 1, mark) for mark in marks)])
        end = np.concatenate([waits.end, *(points.wall_times(mark, mark + 1) for mark in marks)])
    else:
        time = points.wall_time
        waits = waits_in(np.sort(time[np.isfinite(time)]))
        begin, end = waits.begin, waits.end
    if not waits.points:
        return np.empty((0, 2)), waits
    return np.stack([np.append(waits.first, np.sort(end)), np.append(np.sort(begin), waits.last)], axis=1), waits


def _session_starts(every: Sequence[Points]) -> list[float]:
    """When the sessions of a file begin that have any before them: the first record of each."""
    starts: dict[int, float] = {}
    for points in every:
        for position, session in points.sessions:
            time = points.end("wall", position)
            starts[session] = min(time, starts.get(session, time))
    lowest = min((points.sessions[0][1] if points.sessions and not points.sessions[0][0] else 0) for points in every)
    return [time for session, time in starts.items() if session > lowest and np.isfinite(time)]


def _united(spans: NDArray[np.float64], cuts: NDArray[np.float64], gap: float) -> _Stretches:
    """The union of spans; those that are as near as ``gap`` are one, but for those with a cut between them."""
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    start, reached = spans[:, 0], np.maximum.accumulate(spans[:, 1])
    away = start[1:] - reached[:-1]
    is_cut = np.searchsorted(cuts, start[1:], "right") > np.searchsorted(cuts, reached[:-1], "right")
    begins = np.flatnonzero((away > gap) | (is_cut & (away > 0))) + 1
    edges = [0, *begins.tolist(), len(spans)]
    lows = np.array([start[low] for low, _ in pairwise(edges)])
    highs = np.array([reached[high - 1] for _, high in pairwise(edges)])
    before = np.cumsum(highs - lows) - (highs - lows)
    # What was recorded behind the last scalar has a time too.
    highs[-1] = np.inf
    return _Stretches(lows, highs, before)
