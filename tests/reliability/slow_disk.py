"""A disk that stalls when it is told to, and what tests of trouble share."""

import fcntl
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cutaway.events import writer
from cutaway.events.core import encode
from cutaway.events.new_file import NewFile
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter


def record(step: int) -> bytes:
    return encode(1.0 + step, step, ["t"], [0.5])


def steps(path: Path) -> list[int]:
    """The steps in a file, in their order; nothing in it is damaged."""
    batch = EventFileReader(path).read()
    assert batch.damage == []
    return [step for columns in batch.scalars for step in columns.step.tolist()]


@contextmanager
def collected_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Every warning of the block, each time."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


class Disk:
    """A file that takes as much as it is allowed to: a pipe, with a thread at its other end."""

    CAPACITY = 4096

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self.path = path
        self.runs = threading.Event()
        self.runs.set()
        #: How long the disk stands still when it can't take any more, in seconds; 0 for as long as ``runs`` isn't set.
        self.pause = 0.0
        self.content = bytearray()
        self._reading, self.descriptor = os.pipe()
        fcntl.fcntl(self.descriptor, fcntl.F_SETPIPE_SZ, self.CAPACITY)
        file = NewFile(path, self.descriptor, [])
        monkeypatch.setattr(writer, "create_event_file", lambda directory, suffix: file)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            self.runs.wait(self.pause or None)
            data = os.read(self._reading, self.CAPACITY)
            if not data:
                return
            self.content += data

    def stall(self, events: EventFileWriter) -> int:
        """Take nothing any more; write records 1, 2, … until two have blocked for a while, and return how many."""
        self.pause = 0.3
        self.runs.clear()
        step = 0
        while events.is_direct:
            step += 1
            events.write(record(step))
        self.pause = 0.0
        return step

    def finish(self) -> Path:
        """What was written, as a file, once the writer has closed the pipe."""
        self.runs.set()
        self._thread.join()
        os.close(self._reading)
        self.path.write_bytes(self.content)
        return self.path
