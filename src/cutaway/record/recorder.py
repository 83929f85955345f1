"""What every kind of recording stands on: some values, one record, one write."""

import os
import time
from typing import Any

from cutaway.events.core import frame
from cutaway.events.wire import bytes_field, double_field, varint_field
from cutaway.events.writer import EventFileWriter
from cutaway.record.scalar import to_step


class Recorder:
    """A run's directory and its event file. Methods for kinds of data are added by subclasses, a file each group."""

    log_dir: str
    _events: EventFileWriter
    # What ``use_metadata`` has set for calls that say nothing else.
    _default_step: Any = None
    _default_time: float | None = None

    def _add_values(self, values: list[bytes], global_step: Any, walltime: float | None) -> None:
        """Record serialised Summary.Values at one step, as one event: all of them are there later, or none."""
        step, now = self._step(global_step), float(self._time(walltime))
        summary = b"".join(bytes_field(1, value) for value in values)
        self._events.write(frame(double_field(1, now) + varint_field(2, step) + bytes_field(5, summary)))

    def _step(self, global_step: Any) -> int:
        return to_step(self._default_step if global_step is None else global_step, "global_step")

    def _time(self, walltime: float | None) -> float:
        if walltime is not None:
            return walltime
        return time.time() if self._default_time is None else self._default_time

    def _path(self, *parts: str) -> str:
        return os.path.join(self.log_dir, *parts)  # noqa: PTH118


def check_tag(tag: object) -> str:
    """``tag`` if it is a string. Raises TypeError."""
    if not isinstance(tag, str):
        raise TypeError(f"tag must be a string, got {tag!r} ({type(tag).__name__})")
    return tag
