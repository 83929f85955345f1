"""How far a run has come: its last step, and the times of its first and its newest point.

Each event file keeps the facts of its own up to date, batch by batch, so that no series is looked at again; those of
a run are made of its files'. What counts are scalars: a text or a graph at the end of a training says nothing of how
far it came.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kind_names import HPARAMS
from cutaway.events.reader import ScalarColumns


@dataclass(slots=True)
class Progress:
    """Of one event file; each is None while there is nothing that says it."""

    #: The earliest and the latest finite wall time of its scalars, in seconds since the epoch.
    first_point: float | None = None
    last_point: float | None = None
    #: The greatest step of the scalars that were recorded since the file's last session start; while there are none,
    #: the step at which that session starts.
    session_step: int | None = None
    #: Whether it is the step of a scalar.
    has_scalars: bool = False
    #: The greatest step of the values that are not scalars.
    other_step: int | None = None

    def start_session(self, step: int) -> None:
        """A session starts at a step."""
        self.session_step, self.has_scalars = step, False

    def take_scalars(self, scalars: Iterable[ScalarColumns], sessions: int) -> tuple[float, float] | None:
        """Take in scalars of a batch; return when the first and the last of them were recorded, None for no times.

        ``sessions``: how many the file has started.
        """
        first, last, highest = math.inf, -math.inf, None
        # Comparisons rather than min and max: a log of thousands of runs has a hundred thousand series.
        for columns in scalars:
            facts = columns.facts
            start, end = facts.first_wall_time, facts.last_wall_time
            if not (facts.wall_ascending and -math.inf < start and end < math.inf):
                start, end = span_of(columns.wall_time) or (math.inf, -math.inf)
            if start < first:
                first = start
            if end > last:
                last = end
            if columns.session == sessions and (highest is None or facts.highest_step > highest):
                highest = facts.highest_step
        if highest is not None:
            known = self.session_step if self.has_scalars else None
            self.session_step, self.has_scalars = highest if known is None else max(known, highest), True
        if first > last:
            return None
        self.first_point = first if self.first_point is None else min(self.first_point, first)
        self.last_point = last if self.last_point is None else max(self.last_point, last)
        return first, last

    def take_others(self, highest_step: int) -> None:
        """Take in other values, whose times are not those of points."""
        self.other_step = highest_step if self.other_step is None else max(self.other_step, highest_step)


class FileOfRun(Protocol):
    """What is asked of an event file; times in seconds since the epoch, None while there is none."""

    progress: Progress
    #: Scalar points.
    points: int
    #: Of the first record; of the earliest value and of the newest.
    first_wall_time: float | None
    started: float | None
    last_wall_time: float | None

    @property
    def scalars(self) -> Mapping[str, object]:
        """The scalar points by tag."""

    @property
    def record_counts(self) -> Mapping[str, int]:
        """Values that are not scalars, by kind."""

    @property
    def session_starts(self) -> Sequence[int]:
        """The steps at which sessions start within it."""

    @property
    def ended(self) -> float | None:
        """When the last thing that is known of it was recorded."""


class RunProgress(NamedTuple):
    """Of a run. Without scalars it is of all its values; each is None where there is nothing that says it."""

    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None


def progress_of(files: Sequence[FileOfRun]) -> RunProgress:
    """How far the run has come that has these files, in any order.

    A file of hyper-parameters with one value a metric counts where there is no other. The last step is that of the
    newest session, or of the newest sessions where several files were written at the same time: files that ended before
    another one began do not count, if that one has scalars or the start of a session.
    """
    if len(files) == 1:
        return _progress_of_one(files[0])
    # A result that was recorded beside the training says nothing of how far that came.
    files = [file for file in files if not _holds_results_only(file)] or files
    firsts = [file.progress.first_point for file in files if file.progress.first_point is not None]
    lasts = [file.progress.last_point for file in files if file.progress.last_point is not None]
    if not lasts:
        firsts = [file.started for file in files if file.started is not None]
        lasts = [file.last_wall_time for file in files if file.last_wall_time is not None]
    return RunProgress(min(firsts, default=None), max(lasts, default=None), _last_step(files))


def _progress_of_one(file: FileOfRun) -> RunProgress:
    """As of several; a log of thousands of runs has mostly these."""
    of = file.progress
    first, last = (file.started, file.last_wall_time) if of.last_point is None else (of.first_point, of.last_point)
    return RunProgress(first, last, of.session_step if file.points else of.other_step)


def _holds_results_only(file: FileOfRun) -> bool:
    """Whether it is what `add_hparams` writes: hyper-parameters, and of each metric one value, at a step that is 0."""
    return HPARAMS in file.record_counts and 0 < file.points <= len(file.scalars) and not file.session_starts


def _last_step(files: Sequence[FileOfRun]) -> int | None:
    if not any(file.points for file in files):
        return max((file.progress.other_step for file in files if file.progress.other_step is not None), default=None)
    telling = [(file, step) for file in files if (step := file.progress.session_step) is not None]
    newest = max((_beginning(file) for file, _ in telling), default=-math.inf)
    going_on = [
        step for file, step in telling if file.ended is None or file.ended > newest or _beginning(file) == newest
    ]
    return max(going_on, default=None)


def _beginning(file: FileOfRun) -> float:
    return -math.inf if file.first_wall_time is None else file.first_wall_time


def span_of(wall_time: NDArray[np.float64]) -> tuple[float, float] | None:
    """The earliest and the latest finite time of float64[n]; None without any."""
    if not np.isfinite(wall_time).all():
        wall_time = wall_time[np.isfinite(wall_time)]
    return (float(wall_time.min()), float(wall_time.max())) if len(wall_time) else None
