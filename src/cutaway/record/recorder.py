"""The ground of every kind of recording: some values, one record, one write; and files beside the event file."""

import errno
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cutaway.events.core import ScalarRecorder, frame
from cutaway.events.wire import bytes_field, double_field, varint_field
from cutaway.events.writer import EventFileWriter, RecordingWarning
from cutaway.record.scalar import to_seconds, to_step, to_tag

#: No descriptor is free, in the process or in the system.
_NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE)


class Recorder(ScalarRecorder):
    """A run's directory and its event file. Methods for kinds of data are added by subclasses, a file each group."""

    #: The directory as it was given.
    log_dir: str
    # Where it was when the writer was made: every file that is opened later lies there too.
    _directory: Path
    _events: EventFileWriter
    # The step and time that ``use_metadata`` has set for calls that give none.
    _default_step: Any = None
    _default_time: float | None = None

    def __init__(self) -> None:
        # By what could not be written beside the event file: how often, and why the last time.
        self._failed: dict[str, tuple[int, str]] = {}

    def _add_values(self, values: list[bytes], global_step: Any, walltime: Any) -> None:
        """Record serialised Summary.Values at one step, as one event: all of them are there later, or none."""
        self._events.write(self._record(values, self._step(global_step), self._time(walltime)))

    def _write(self, records: Iterable[bytes]) -> None:
        for record in records:
            self._events.write(record)

    def _record(self, values: list[bytes], step: int, now: float) -> bytes:
        summary = b"".join(bytes_field(1, value) for value in values)
        return frame(double_field(1, now) + varint_field(2, step) + bytes_field(5, summary))

    def _step(self, global_step: Any) -> int:
        return to_step(self._default_step if global_step is None else global_step, "global_step")

    def _time(self, walltime: Any) -> float:
        if walltime is not None:
            return to_seconds(walltime)
        return time.time() if self._default_time is None else self._default_time

    def _beside(self, write: Callable[[], None], place: str, what: str, instead: str) -> bool:
        """Call ``write``, which needs files of its own at ``place`` below the directory. False when the disk refuses.

        Training goes on: that is said once for each ``what`` (a plural), with what happens ``instead``, and again in
        ``close``. Without a free descriptor, those that this writer can spare are closed first. ``write`` may be called
        several times.
        """
        while True:
            try:
                write()
                return True
            except (OSError, ValueError) as error:
                # ValueError: a name that no file can have.
                if isinstance(error, OSError) and error.errno in _NO_DESCRIPTOR and self._spare_descriptor():
                    continue
                reason = getattr(error, "strerror", None) or str(error)
                count, _ = self._failed.get(what, (0, ""))
                self._failed[what] = count + 1, reason
                if not count:
                    _warn(f"cannot write {what} to {self._directory / place}: {reason}; training goes on, {instead}")
                return False

    def _spare_descriptor(self) -> bool:
        """Close a descriptor that is not needed just now; whether there was one."""
        return False

    def _sum_up(self) -> None:
        """Say how often files beside the event file could not be written, where that was more than once."""
        failed, self._failed = self._failed, {}
        for what, (count, reason) in failed.items():
            if count > 1:
                _warn(f"{what} could not be written below {self._directory} {count:,} times: {reason}")


def _warn(message: str) -> None:
    """Warn at the line of the program that called a method of a writer."""
    level, caller = 1, sys._getframe()
    while caller.f_back is not None and caller.f_globals["__name__"].startswith("cutaway."):
        level, caller = level + 1, caller.f_back
    warnings.warn(message, RecordingWarning, stacklevel=level)


def check_tag(tag: object) -> str:
    """``tag`` as a string. Raises TypeError for what cannot be one."""
    return to_tag(tag)
