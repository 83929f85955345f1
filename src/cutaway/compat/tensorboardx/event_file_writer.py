"""``tensorboardX.event_file_writer``: whole events into an event file."""

import os
from typing import Any

from cutaway.events import writer
from cutaway.events.core import frame
from cutaway.events.local_path import local_path
from cutaway.record.protobuf import serialised

__all__ = ["EventFileWriter"]


class EventFileWriter:
    """Writes events, given as messages of protobuf or as their bytes, as they are."""

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        max_queue_size: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        """Open an event file. ``max_queue_size`` and ``flush_secs`` are accepted: nothing is ever queued.

        Raises OSError when the file cannot be created, and ValueError for a URL.
        """
        self._logdir = os.fspath(logdir)
        self._events = writer.EventFileWriter(local_path(logdir, "logdir"), filename_suffix)

    def get_logdir(self) -> str:
        """The directory, as it was given."""
        return self._logdir

    def add_event(self, event: Any) -> None:
        """Record an Event as it is."""
        self._events.write(frame(serialised(event, "event")))

    def flush(self) -> bool:
        """Everything is with the operating system already; whether it is, also when the disk is in trouble."""
        return self._events.flush()

    def close(self) -> None:
        """End the file; the next event opens a new one."""
        self._events.close()

    def reopen(self) -> None:
        """Nothing to do: the next event opens a new file where this one is closed."""
