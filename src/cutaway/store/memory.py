"""Which runs of a log directory are in memory: whole ones, as many as a budget has room for.

At first all are wanted: most of all those that were asked for, then those that somebody writes to, then the newest
ones; what does not fit is left out. Later a run that is asked for takes the place of runs that were asked for less
recently, and one that nobody asked for waits for free room. What a run takes is known when it has been read, and
guessed before by what others take for a byte of their files.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, Protocol, TypeVar

#: Bytes of memory for a byte of an event file, while nothing is known: 10 for a point that takes 52 in the file.
_USUAL = 0.2
#: A file is counted again when an eighth more of it was read: bytes, at least and at most.
_UNCOUNTED, _MOST_UNCOUNTED = 16 << 10, 1 << 20
#: Once a run did not fit, others are tried only where so much is free, as a part of the budget.
_FREE = 0.1


class NotReadError(Exception):
    """What was asked for is of a run that is not in memory; it is read now, as far as there is room."""

    def __init__(self, run: str) -> None:
        """``run``: its name."""
        super().__init__(run)
        self.run = run


class Count(NamedTuple):
    """What a file took when it was counted."""

    nbytes: int = 0
    read: int = 0
    made: int = 0


class Share:
    """A run's share of the memory."""

    #: Whether it is in memory, or on its way there.
    is_held = True
    #: When it was last asked for, on a clock that goes up; 0 for never.
    asked = 0
    #: Bytes that it takes, and the bytes of its files that they were read from.
    nbytes = 0
    read = 0
    #: Bytes that it took for a byte of its files when it was last dropped; 0 while it never was.
    density = 0.0

    def __init__(self) -> None:
        #: What each of its files took when it was counted, and of how much of it.
        self.files: dict[Counted, Count] = {}


class Counted(Protocol):
    """An event file, as it is counted."""

    #: How far it has been read.
    bytes_read: int

    @property
    def made_series(self) -> int:
        """Of how many series there are objects: of one that nobody asked for there is a line in a table."""


class Sharing(Protocol):
    """A run, as it is to the budget."""

    @property
    def share(self) -> Share:
        """Its share, which the budget changes."""

    @property
    def modified(self) -> int:
        """When it was last written to, in nanoseconds since the epoch."""

    @property
    def is_growing(self) -> bool:
        """Whether somebody writes to it."""

    @property
    def left_bytes(self) -> int:
        """Bytes of its files that have not been read."""


_NOT_COUNTED = Count()
R = TypeVar("R", bound=Sharing)


class Balance(NamedTuple, Generic[R]):
    """The runs whose places are to change."""

    dropped: list[R]
    held: list[R]


class MemoryBudget:
    """Counts what runs take. Not for several threads at once: the log directory holds the lock."""

    def __init__(self, limit: int | None) -> None:
        """``limit``: bytes; None for no limit."""
        self.limit = limit
        #: Bytes that are taken, and bytes of event files that they were read from.
        self.used = 0
        self.read = 0
        self._is_full = False

    @property
    def is_exceeded(self) -> bool:
        """Whether more is taken than there may be."""
        return self.limit is not None and self.used > self.limit

    def will_exceed(self, left: int) -> bool:
        """Whether it will, as far as can be guessed, when so many more bytes of files have been read."""
        return self.limit is not None and self.used + left * self._density > self.limit

    def is_due(self, run: Sharing, file: Counted) -> bool:
        """Whether a file is to be counted again."""
        if self.limit is None:
            return False
        before = run.share.files.get(file, _NOT_COUNTED)
        new, made = abs(file.bytes_read - before.read), file.made_series - before.made
        if not before.read:
            return new > 0
        return new >= min(_MOST_UNCOUNTED, max(_UNCOUNTED, before.read // 8)) or made > max(8, before.made // 8)

    def count(self, run: Sharing, file: Counted, nbytes: int) -> None:
        """One of a run's files takes so many bytes now."""
        share = run.share
        before, read = share.files.get(file, _NOT_COUNTED), file.bytes_read
        self._add(share, nbytes - before.nbytes, read - before.read)
        share.files[file] = Count(nbytes, read, file.made_series)

    def count_unopened(self, nbytes: int, read: int) -> None:
        """The file of a run that nobody asked for takes so many bytes, which were read from so many."""
        self.used += nbytes
        self.read += read

    def count_opened(self, run: Sharing, file: Counted, nbytes: int) -> None:
        """The run of such a file was opened."""
        if self.limit is not None:
            self.count_unopened(-nbytes, -file.bytes_read)
            self.count(run, file, nbytes)

    def forget(self, run: Sharing, file: Counted) -> None:
        """One of a run's files is gone."""
        before = run.share.files.pop(file, _NOT_COUNTED)
        self._add(run.share, -before.nbytes, -before.read)

    def drop(self, run: Sharing) -> None:
        """A run is not held any more."""
        share = run.share
        if share.read:
            share.density = share.nbytes / share.read
        for file in list(share.files):
            self.forget(run, file)
        share.is_held = False

    def _add(self, share: Share, nbytes: int, read: int) -> None:
        self.used += nbytes
        self.read += read
        share.nbytes += nbytes
        share.read += read

    def surplus(self, runs: Iterable[R]) -> list[R]:
        """The runs to drop so that what is taken fits. One run stays, whatever it takes."""
        dropped = self._surplus([run for run in runs if run.share.is_held], lambda run: run.share.nbytes)
        self._is_full = self._is_full or bool(dropped)
        return dropped

    def balance(self, runs: Sequence[R]) -> Balance[R]:
        """The runs to drop and those to hold, so that those in memory are the ones that are wanted most, and fit."""
        if self.limit is None:
            return Balance([], [])
        held = [run for run in runs if run.share.is_held]
        dropped = self._surplus(held, self._needs)
        waiting = [run for run in runs if not run.share.is_held]
        if not waiting:
            return Balance(dropped, [])
        gone = set(map(id, dropped))
        held = sorted((run for run in held if id(run) not in gone), key=_worth)
        total = sum(map(self._needs, held))
        free = self.limit * (1 - _FREE)
        self._is_full = self._is_full and total >= free
        most = free if self._is_full else self.limit
        taken: list[R] = []
        older = _Older(held, self._needs)
        for run in sorted(waiting, key=lambda run: (run.share.asked, run.modified), reverse=True):
            needs = self._needs(run)
            if total + needs > most:
                count, size = older.than(run.share.asked)
                is_alone = count == len(held) and not taken
                if not run.share.asked and not is_alone:
                    break
                if total + needs - size > self.limit and not is_alone:
                    continue
                for victim in [each for each in held if each.share.asked < run.share.asked and self._needs(each)]:
                    if total + needs <= most:
                        break
                    held.remove(victim)
                    dropped.append(victim)
                    total -= self._needs(victim)
                older = _Older(held, self._needs)
            taken.append(run)
            total += needs
        return Balance(dropped, taken)

    def _surplus(self, held: list[R], needs: Callable[[R], float]) -> list[R]:
        total = sum(map(needs, held))
        if self.limit is None or total <= self.limit:
            return []
        dropped = []
        for run in sorted(filter(needs, held), key=_worth)[:-1]:
            if total <= self.limit:
                break
            dropped.append(run)
            total -= needs(run)
        return dropped

    def _needs(self, run: Sharing) -> float:
        return run.share.nbytes + run.left_bytes * (run.share.density or self._density)

    @property
    def _density(self) -> float:
        return self.used / self.read if self.read else _USUAL


class _Older:
    """How many runs were asked for less recently than another one, and what they take."""

    def __init__(self, held: Sequence[Sharing], needs: Callable[[Sharing], float]) -> None:
        known = sorted((run.share.asked, needs(run)) for run in held)
        self._asked = [asked for asked, _ in known]
        self._before = [0.0, *accumulate(size for _, size in known)]

    def than(self, asked: int) -> tuple[int, float]:
        """Of runs that were asked for before that."""
        count = bisect_left(self._asked, asked)
        return count, self._before[count]


def _worth(run: Sharing) -> tuple[int, bool, int]:
    """Runs of the least worth are dropped first."""
    return run.share.asked, run.is_growing, run.modified
