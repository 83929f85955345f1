"""The writers of ``tf.summary``, and what a thread records with: its writer, its step, and whether it records."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cutaway.events.core import frame
from cutaway.events.local_path import local_path
from cutaway.events.wire import bytes_field, double_field, varint_field
from cutaway.events.writer import EventFileWriter
from cutaway.record.scalar import to_step


class SummaryWriter:
    """Records into an event file of its own while it is a thread's default. Without a directory it records nothing."""

    def __init__(self, logdir: str | os.PathLike[str] | None, filename_suffix: str = ".v2") -> None:
        """Open the file. Raises OSError when it cannot be created, and ValueError for a URL."""
        self._logdir = logdir
        self._events = None if logdir is None else EventFileWriter(local_path(logdir, "logdir"), filename_suffix)
        self._is_closed = False

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator["SummaryWriter"]:
        """Within the block, this is the thread's writer, and ``step``, where it is given, its step."""
        before = state.writer, state.step
        self.set_as_default(step)
        try:
            yield self
        finally:
            state.writer, state.step = before if step is not None else (before[0], state.step)
            self.flush()

    def set_as_default(self, step: Any = None) -> None:
        """From now on this is the thread's writer, and ``step`` its step where one is given."""
        if self._is_closed:
            raise RuntimeError(f"the SummaryWriter of {self._logdir!r} is closed")
        state.writer = self
        if step is not None:
            state.step = step

    def init(self) -> None:
        """Nothing to do: the file is open."""

    def flush(self) -> bool:
        """Everything is with the operating system already; whether it is, also when the disk is in trouble."""
        return self._events is None or self._is_closed or self._events.flush()

    def close(self) -> None:
        """End the file. What is recorded afterwards raises RuntimeError."""
        if self._events is not None:
            self._events.close()
        self._is_closed = True

    def write(self, content: bytes, step: int) -> bool:
        """Record a serialised Summary; False where there is no file."""
        events = self.events()
        if events is not None:
            events.write(frame(double_field(1, time.time()) + varint_field(2, step) + bytes_field(5, content)))
        return events is not None

    def events(self) -> EventFileWriter | None:
        """The event file, or None. Raises RuntimeError when the writer is closed."""
        if self._is_closed:
            raise RuntimeError(f"the SummaryWriter of {self._logdir!r} is closed")
        return self._events


class _State(threading.local):
    """Of one thread."""

    writer: SummaryWriter | None = None
    step: Any = None
    records: bool | Callable[[], Any] = True


state = _State()


def should_record() -> bool:
    """Whether the thread has a writer, and ``record_if`` lets it record."""
    if state.writer is None:
        return False
    return bool(state.records() if callable(state.records) else state.records)


def current_step(step: Any) -> int:
    """A step that is given, or the thread's. Raises ValueError when there is none."""
    step = state.step if step is None else step
    if step is None:
        raise ValueError(
            "step must be given, or set by tf.summary.experimental.set_step or as_default(step=…), got None"
        )
    return to_step(step, "step")
