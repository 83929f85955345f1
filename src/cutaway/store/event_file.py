"""One event file of a run: its reader, the series read from it so far, and what is wrong with it.

``check`` and ``read`` touch the disk; ``apply`` takes in what was read. The caller decides which of them runs under
its lock. An :class:`OSError` never gets out: it becomes :attr:`EventFile.unreadable`.
"""

import math
import os
from collections import Counter
from pathlib import Path

import numpy as np

from cutaway.events.reader import Batch, Damage, EventFileReader, ScalarColumns
from cutaway.store.series import Series

#: Kinds of records that are no data: they say how the file was written.
BOOKKEEPING = frozenset({"file_version", "session_log", "empty"})

#: How many damaged ranges of one file are remembered one by one; the bytes of all are counted.
_MOST_DAMAGE = 1000


class EventFile:
    """What is known of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = printable(path.name)
        #: The points of each tag, in the order of the tags' first points.
        self.scalars: dict[str, Series] = {}
        #: Seconds since the epoch of the first record, or None while there is none or it is not a number.
        self.first_wall_time: float | None = None
        #: The newest scalar's time (finite), and its step.
        self.last_wall_time: float | None = None
        self.last_step: int | None = None
        self.points = 0
        #: Records that are not scalars, by kind.
        self.others: Counter[str] = Counter()
        self.damage: list[Damage] = []
        self.damaged_bytes = 0
        #: Bytes, as it was last looked at, and how far it has been read.
        self.size = 0
        self.bytes_read = 0
        #: Why it cannot be read; empty when it can.
        self.unreadable = ""
        #: There may be something to read.
        self.pending = True
        self.gone = False
        self._reader = EventFileReader(path)
        self._signature: tuple[int, int, int, int] | None = None

    def look_at_first(self) -> None:
        """Find out when the file begins, without reading more than its first record."""
        try:
            time = self._reader.first_wall_time()
        except (OSError, MemoryError):
            return
        self.first_wall_time = time if time is not None and math.isfinite(time) else None

    def check(self) -> bool:
        """Look whether the file has changed or gone; whether it has changed. One ``stat``."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self.gone = True
            return False
        except OSError as error:
            self._fail(error)
            return False
        signature = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        if signature == self._signature and not self.unreadable:
            return False
        # A file that could not be read is tried again: permissions change without a trace in the signature.
        changed = signature != self._signature
        self._signature = signature
        self.size = status.st_size
        self.pending = True
        return changed

    def read(self) -> Batch | None:
        """The next few megabytes, decoded; None when they cannot be had."""
        try:
            batch = self._reader.read()
        except FileNotFoundError:
            self.gone = True
            self.pending = False
            return None
        except (OSError, MemoryError) as error:
            self._fail(error)
            return None
        self.unreadable = ""
        self.pending = not batch.at_end
        if batch.restarted or (self.first_wall_time is None and batch.events):
            self.look_at_first()
        return batch

    def apply(self, batch: Batch) -> None:
        """Take in what :meth:`read` returned."""
        if batch.restarted:
            self.scalars = {}
            self.last_wall_time = self.last_step = None
            self.points = self.damaged_bytes = 0
            self.others = Counter()
            self.damage = []
        self.size = max(self._reader.size, self._reader.offset)
        self.bytes_read = self._reader.offset
        for columns in batch.scalars:
            series = self.scalars.get(columns.tag)
            if series is None:
                series = self.scalars[columns.tag] = Series()
            series.append(columns.step, columns.wall_time, columns.value)
            self.points += len(columns.step)
            self._note_newest(columns)
        self.others.update({kind: number for kind, number in batch.others.items() if kind not in BOOKKEEPING})
        self.damaged_bytes += sum(damage.length for damage in batch.damage)
        self.damage.extend(batch.damage[: _MOST_DAMAGE - len(self.damage)])

    def _note_newest(self, columns: ScalarColumns) -> None:
        finite = np.flatnonzero(np.isfinite(columns.wall_time))
        if not len(finite):
            return
        newest = float(columns.wall_time[finite].max())
        at_newest = columns.step[columns.wall_time == newest]
        if self.last_wall_time is None or newest > self.last_wall_time:
            self.last_wall_time, self.last_step = newest, int(at_newest[-1])
        elif newest == self.last_wall_time and self.last_step is not None:
            self.last_step = max(self.last_step, int(at_newest[-1]))

    def _fail(self, error: OSError | MemoryError) -> None:
        self.pending = False
        self.unreadable = reason(error)


def reason(error: OSError | MemoryError) -> str:
    """Why something could not be read, in a few words and without its path."""
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return "out of memory" if isinstance(error, MemoryError) else str(error)


def printable(name: str) -> str:
    """A file's name as text: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")
