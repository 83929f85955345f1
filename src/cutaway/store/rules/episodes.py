"""Stretches of logging steps in which something holds of a row, found as the steps come."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.rules.window import Floats, Mask

#: Of one row; later ones make the last of them longer.
MOST_EPISODES = 32


class Marks(NamedTuple):
    """What a rule says of each row at each logging step."""

    #: [n, rows]: whether it holds.
    holds: Mask
    #: [n, rows]: the figure that it is judged by; NaN where it cannot be judged.
    value: Floats
    #: [n, rows]: where one logging step is enough for an episode.
    is_certain: Mask | None = None

    def after(self, count: int) -> "Marks":
        """Those of the logging steps behind the first so many."""
        certain = None if self.is_certain is None else self.is_certain[count:]
        return Marks(self.holds[count:], self.value[count:], certain)


@dataclass
class Episode:
    """One stretch of one row: steps of logging steps, and figures of the rule."""

    row: int
    first_step: int
    last_step: int
    #: The numbers of its logging steps, counted from the run's first.
    first_index: int
    last_index: int
    #: Seconds since the epoch, at the first step.
    wall_time: float
    #: At the first step, and the one furthest from zero.
    value: float
    worst: float
    #: Logging steps in which it holds.
    count: int


@dataclass
class Episodes:
    """The episodes of one rule in one kind of rows."""

    #: So many logging steps in a row make an episode.
    consecutive: int
    #: Two of a row with fewer logging steps between them are one.
    joined: int = 0
    #: By row, those that are long enough and are over.
    _ended: dict[int, list[Episode]] = field(default_factory=dict)
    #: By row, those that still hold, however short.
    open: dict[int, Episode] = field(default_factory=dict)
    #: Logging steps in which any row was judged.
    judged: int = 0

    def add(self, marks: Marks, steps: NDArray[np.int64], wall_time: NDArray[np.float64], first_index: int) -> None:
        """Take in logging steps: int64[n], float64[n] and the number of the first of them.

        A row that is not judged in one of them goes on as it was.
        """
        known = ~np.isnan(marks.value)
        self.judged += int(known.any(axis=1).sum())
        holds = marks.holds & known
        certain = np.zeros_like(holds) if marks.is_certain is None else marks.is_certain & holds
        touched = {*np.flatnonzero(holds.any(axis=0)).tolist(), *self.open}
        for row in sorted(touched):
            places = np.flatnonzero(known[:, row])
            if len(places):
                of_row = Marks(holds[places, row], marks.value[places, row], certain[places, row])
                self._add_row(row, of_row, places, steps, wall_time, first_index)

    def _add_row(
        self,
        row: int,
        marks: Marks,
        places: NDArray[np.int64],
        steps: NDArray[np.int64],
        wall_time: NDArray[np.float64],
        first_index: int,
    ) -> None:
        holds, value, certain = marks
        before = row in self.open
        edges = np.flatnonzero(np.diff(holds, prepend=before)).tolist()
        begins = [0, *edges[1::2]] if before else edges[::2]
        ends = [*(edges[::2] if before else edges[1::2]), len(holds)]
        for begin, end in zip(begins, ends, strict=False):
            episode = self.open.pop(row, None)
            if episode is None:
                first, start = int(places[begin]), float(value[begin])
                at = int(steps[first])
                episode = Episode(
                    row, at, at, first_index + first, first_index + first, float(wall_time[first]), start, start, 0
                )
            if end > begin:
                part = value[begin:end]
                episode.last_step = int(steps[places[end - 1]])
                episode.last_index = first_index + int(places[end - 1])
                episode.count += end - begin
                if certain is not None and certain[begin:end].any():
                    episode.count = max(episode.count, self.consecutive)
                episode.worst = max(episode.worst, float(part[np.abs(part).argmax()]), key=abs)
            if end == len(holds):
                self.open[row] = episode
            elif episode.count >= self.consecutive:
                self._end(episode)

    def _end(self, episode: Episode) -> None:
        of_row = self._ended.setdefault(episode.row, [])
        if of_row and (self._is_near(of_row[-1], episode) or len(of_row) == MOST_EPISODES):
            of_row[-1] = _together(of_row[-1], episode)
        else:
            of_row.append(episode)

    def all(self) -> list[Episode]:
        """Those that are long enough, by their first logging steps, then by rows."""
        found = []
        for row in self._ended.keys() | self.open.keys():
            of_row = self._ended.get(row, [])
            still = self.open.get(row)
            if still is not None and still.count >= self.consecutive:
                near = bool(of_row) and self._is_near(of_row[-1], still)
                of_row = [*of_row[:-1], _together(of_row[-1], still)] if near else [*of_row, still]
            found += of_row
        return sorted(found, key=lambda episode: (episode.first_index, episode.row))

    def _is_near(self, before: Episode, after: Episode) -> bool:
        return after.first_index - before.last_index <= self.joined


def _together(before: Episode, after: Episode) -> Episode:
    """Two episodes of one row as one."""
    return replace(
        before,
        last_step=after.last_step,
        last_index=after.last_index,
        worst=max(before.worst, after.worst, key=abs),
        count=before.count + after.count,
    )
