"""Where sessions start behind the files of one run: what has superseded their points."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar


class FileOfSessions(Protocol):
    """What is asked of an event file; times in seconds since the epoch, None while there is none."""

    #: When the first record was recorded.
    first_wall_time: float | None
    #: The steps at which sessions start within it.
    session_starts: Sequence[int]

    @property
    def ended(self) -> float | None:
        """When the last thing that is known of it was recorded."""


F = TypeVar("F", bound=FileOfSessions)


class LaterStarts(Generic[F]):
    """Of each file the lowest step at which a session starts in files that began after it had ended.

    The files are as they are when it is made: it sorts them once, and each is then found without a look at all others.
    """

    def __init__(self, files: Iterable[F]) -> None:
        known = [(file.first_wall_time, file) for file in files if file.session_starts]
        begun = sorted(((began, file) for began, file in known if began is not None), key=lambda each: each[0])
        self._begun = [began for began, _ in begun]
        #: From each file on: the lowest step, the file that has it, and the lowest step of the others.
        self._lowest: list[tuple[float, F | None, float]] = [(math.inf, None, math.inf)]
        for _, file in reversed(begun):
            step, (lowest, owner, second) = min(file.session_starts), self._lowest[-1]
            self._lowest.append((step, file, lowest) if step < lowest else (lowest, owner, min(second, step)))
        self._lowest.reverse()

    def behind(self, file: F) -> int | None:
        """The step for one of the files; None where no session starts behind it."""
        if not self._begun:
            return None
        ended = file.ended
        lowest, owner, second = self._lowest[0 if ended is None else bisect_left(self._begun, ended)]
        found = second if owner is file else lowest
        return None if found == math.inf else int(found)
