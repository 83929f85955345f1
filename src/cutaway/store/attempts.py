"""Attempts: a training that was started several times into one directory, without saying so.

A SessionLog START says from which step a run goes on, and what it has superseded (:mod:`cutaway.store.sessions`). Of
writers that leave no such mark, as PyTorch's, an event file begins another attempt when

* it begins after all files before it have ended,
* its scalars begin again: the lowest step is within the first tenth of the steps of the attempt before it, and
* it has at least half of that attempt's tags.

A file that goes on from a checkpoint, of a writer that begins new files as it goes, or of results that are recorded
beside the training is none: it belongs to the attempt before it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class FileOfRun(Protocol):
    """What is asked of an event file; times in seconds since the epoch, None while there is none."""

    #: When the first record was recorded.
    first_wall_time: float | None

    @property
    def scalars(self) -> Mapping[str, object]:
        """The scalar points by tag."""

    @property
    def step_span(self) -> tuple[int, int]:
        """The lowest and the highest step of its scalars, of a file that has any."""

    @property
    def session_starts(self) -> Sequence[int]:
        """The steps at which sessions start within it."""

    @property
    def ended(self) -> float | None:
        """When the last thing that is known of it was recorded."""


class Attempts(NamedTuple):
    """How many there are, and at which of the files the last one begins."""

    number: int
    last: int


def attempts_of(files: Sequence[FileOfRun]) -> Attempts:
    """The attempts of a run that has these files, in the order of their beginning."""
    count, last = 1, 0
    tags: set[str] = set()
    low = high = 0
    ended = float("-inf")
    for number, file in enumerate(files):
        if file.scalars:
            own_low, own_high = file.step_span
            begins_later = file.first_wall_time is not None and file.first_wall_time >= ended
            is_marked = bool(file.session_starts)
            is_again = own_low - low <= (high - low) / 10 and 2 * len(tags & file.scalars.keys()) >= len(tags)
            if tags and begins_later and is_again and not is_marked:
                count, last, tags = count + 1, number, set()
            low, high = (min(low, own_low), max(high, own_high)) if tags else (own_low, own_high)
            tags |= file.scalars.keys()
        if file.ended is not None:
            ended = max(ended, file.ended)
    return Attempts(count, last)
