"""Runs below a run, as PyTorch's ``add_scalars`` makes them: any number of event files with few open descriptors.

A file that is put aside is closed as it is, and its next record is appended to it: a run has one file, however often
its turn comes.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from cutaway.events.open_writers import PATIENCE
from cutaway.events.recording_warning import joined, removed, warn
from cutaway.events.write_queue import REMOVED
from cutaway.events.write_trouble import Trouble
from cutaway.events.writer import _NO_FILE, EventFileWriter

#: How many of a writer's runs have an open descriptor at most.
MOST_OPEN = 32

_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)


class SubRunFile(EventFileWriter):
    """An event file that is created by its first record, and that can be put aside."""

    #: The warning about the disk, once there was one.
    _said: list[str]

    def __init__(self, directory: Path, suffix: str, said: list[str]) -> None:
        """Nothing is created yet. ``said`` is shared by files of which only the first one in trouble is to warn."""
        self.__setstate__((directory, suffix))
        self._said = said

    def __setstate__(self, state: tuple[Path, str]) -> None:
        super().__setstate__(state)
        # The file that was put aside.
        self._aside: Path | None = None
        self._said = []

    def open(self) -> None:
        """Create the file, or open it again where it was put aside. Raises OSError, or ValueError for a bad name."""
        with self._lock:
            message = "" if self.is_open else joined(self._open(), *self._take_notes())
        warn(message)

    def put_aside(self) -> bool:
        """Close the descriptor; the next record opens the file again. False when there is none, or records wait."""
        message = ""
        with self._lock:
            if self._direct is _NO_FILE or not self.is_direct:
                return False
            direct, self._direct = self._direct, _NO_FILE
            self._records += direct.records
            self._aside = self.path
            try:
                os.close(direct.release())
            except OSError as error:
                message = f"the end of {self.path} may be lost: {error.strerror}"
        warn(message)
        return True

    def flush(self, sync: bool = False) -> bool:
        """See ``EventFileWriter.flush``; a file that was put aside is synced too."""
        if not sync or self._aside is None:
            return super().flush(sync)
        with suppress(OSError):
            self.open()
        is_done = super().flush(sync)
        self.put_aside()
        return is_done

    def _create(self, removed_file: int = -1, records: int = 0) -> tuple[int, bytes | None]:
        aside = self._aside
        if aside is None:
            return super()._create(removed_file, records)
        try:
            descriptor = os.open(aside, _FLAGS)
        except FileNotFoundError:
            created = super()._create()
            self._notes.append(removed(aside, self._records, self.path, is_copied=False))
            self._lose_records()
            self._aside = None
            return created
        self._aside = None
        return descriptor, None

    def _lose_records(self) -> None:
        """The content of a removed file can't be read without a descriptor."""
        if self._records:
            self._lost += self._records
            self._reason = REMOVED
            self._records = 0

    def _say(self, trouble: Trouble) -> str:
        message = super()._say(trouble)
        if not message or self._said:
            return ""
        self._said.append(message)
        return message

    def close_until(self, deadline: float) -> str:
        """See ``EventFileWriter.close_until``."""
        # Its end is to be written into it.
        if self._aside is not None:
            with suppress(OSError):
                self.open()
        self._aside = None
        return super().close_until(deadline)

    def detach(self) -> None:
        """See ``EventFileWriter.detach``."""
        super().detach()
        self._aside = None


class SubRuns:
    """The event files of the runs below a run, by the names of their directories. Threads may share it."""

    def __init__(self, directory: Path, suffix: str, most_open: int = MOST_OPEN) -> None:
        """``directory`` is that of the run above; ``suffix`` ends the files' names; ``most_open`` are open at once."""
        self._directory = directory
        self._suffix = suffix
        self._most_open = most_open
        self._files: dict[str, SubRunFile] = {}
        # The open runs, least recently used first.
        self._open: dict[str, SubRunFile] = {}
        # The warning about the disk that was given.
        self._said: list[str] = []

    def files(self) -> dict[str, SubRunFile]:
        """All of them, in the order of their first use."""
        return dict(self._files)

    def write(self, name: str, record: bytes) -> None:
        """Append a framed record to the file of a run.

        Raises OSError when the file cannot be opened, or when none can be put aside for it, and ValueError for a name
        that no file can have; then nothing was written.
        """
        with _lock:
            file = self._files.get(name)
            if file is None:
                file = self._files[name] = SubRunFile(self._directory / name, self._suffix, self._said)
            if self._open.pop(name, None) is None or not file.is_open:
                while len(self._open) >= self._most_open:
                    if not self.put_one_aside():
                        raise OSError("too many files wait for the disk")
                file.open()
            self._open[name] = file
            file.write(record)

    def put_one_aside(self) -> bool:
        """Put aside the open file that was used least recently; False when there is none, or all wait for the disk."""
        with _lock:
            for name, file in list(self._open.items()):
                if file.put_aside() or not file.is_open:
                    del self._open[name]
                    return True
        return False

    def flush(self, sync: bool) -> bool:
        """Flush all files; whether nothing waits in any.

        After 5 s with a disk that takes nothing, the others are left.
        """
        deadline = time.monotonic() + PATIENCE
        done = [time.monotonic() < deadline and file.flush(sync) for file in self.files().values()]
        return all(done)

    def close(self) -> None:
        """Close and forget all files, within 5 s. What was lost is one warning."""
        with _lock:
            files, self._files, self._open = self._files, {}, {}
        self._said.clear()
        deadline = time.monotonic() + PATIENCE
        messages = [message for file in files.values() if (message := file.close_until(deadline))]
        if len(messages) > 1:
            messages[0] += f"; and so for {len(messages) - 1} more runs of add_scalars"
        warn(messages[0] if messages else "")


#: Held while it is decided which files are open. A forked child has its own: another thread of the parent may hold it.
_lock = threading.RLock()


def _new_lock() -> None:
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)
