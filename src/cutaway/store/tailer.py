"""The thread that keeps a log directory up to date.

Polling, not notification: file systems of clusters do not tell a machine what others write. A file that grows is
looked at four times a second, one that rests more and more rarely, down to once in two seconds; the directories
every two seconds, an object store as seldom as it asks for. Where looking takes long all that is stretched, so that
at most about a twentieth of the time goes into it. No file is kept open. In a fiftieth of the time the bytes that
were read are compared with the files.

A disk may not answer at all, and then a thread that asks it waits for ever: another one watches, and says since when
nothing has been looked at.
"""

import logging
import math
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from cutaway.store.log_directory import LogDirectory

if TYPE_CHECKING:
    from cutaway.store.event_file import EventFile
    from cutaway.store.unopened_files import UnopenedFiles

_TICK = 0.25
#: The most seconds between two looks at a file.
_LONGEST = 2.0
#: A file that has rested for so many seconds is looked at once a second.
_RESTING = 20.0
#: Looking takes at most the inverse of this of the time.
_SHARE = 20
#: Reading much is interrupted so often, in seconds, by a look for new records.
_READING = 1.0
#: So many seconds at a time go into indexes for the next start.
_KEEPING = 0.1
#: So many seconds between two looks go into comparing files with the bytes that were read.
_VERIFYING = 0.005
#: When nothing has been looked at for so many seconds, reading stands still.
STANDSTILL = 30.0
_WATCH = 1.0

_logger = logging.getLogger(__name__)


class Tailer:
    """Refreshes a log directory in a background thread between :meth:`start` and :meth:`stop`."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._stop = Event()
        self._looks: dict[EventFile | UnopenedFiles, _Looks] = {}
        # Seconds that a look at one file takes.
        self._cost = 0.0
        # The trouble with the log directory that was said last.
        self._said = ""
        # When a fault came up that has not gone since: monotonic seconds.
        self._failing_since = math.inf
        self._thread = Thread(target=self._run, name="cutaway-tailer", daemon=True)
        self._watcher = Thread(target=self._watch, name="cutaway-watcher", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._log.note_progress()
        self._thread.start()
        self._watcher.start()

    def stop(self) -> None:
        """Stop polling; returns when the thread has ended, or after 5 s where the disk does not answer."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5.0)
        if self._watcher.is_alive():
            self._watcher.join(timeout=5.0)

    def _run(self) -> None:
        next_walk, longest = 0.0, _LONGEST
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                if started >= next_walk:
                    self._log.discover()
                    self._say_trouble()
                    took = time.monotonic() - started
                    next_walk = started + max(self._log.place.pause, _SHARE * took)
                    longest = max(_LONGEST, _SHARE * self._time_of_all())
                self._look(started, longest)
                self._read_until(started + _READING)
                if not self._log.is_behind:
                    self._keep_until(time.monotonic() + _KEEPING)
                    self._verify_until(time.monotonic() + _VERIFYING)
                self._log.note_progress()
                self._failing_since = math.inf
            except Exception as error:
                # One fault must not end the view of everything else for good: say it once, and go on a little later.
                if self._failing_since == math.inf:
                    self._failing_since = time.monotonic()
                    _logger.warning("reading %r failed: %r", self._log.path, error, exc_info=_logger.isEnabledFor(10))
                next_walk = time.monotonic() + _LONGEST
                self._stop.wait(_LONGEST)
            if not self._log.is_behind:
                self._stop.wait(_TICK)

    def _watch(self) -> None:
        """Say it when nothing has been looked at for a while, and when that is over."""
        stalled_since: float | None = None
        while not self._stop.wait(min(_WATCH, STANDSTILL / 4)):
            last = min(self._log.last_progress, self._failing_since)
            idle = time.monotonic() - last
            if idle < STANDSTILL and stalled_since is not None:
                stalled_since = None
                self._log.say_stalled(None)
                _logger.warning("reading %r goes on", self._log.path)
            elif idle >= STANDSTILL and stalled_since is None:
                stalled_since = time.time() - idle
                self._log.say_stalled(stalled_since)
                clock = datetime.fromtimestamp(stalled_since).strftime("%H:%M:%S")
                _logger.warning("reading %r stands still: nothing has been looked at since %s", self._log.path, clock)

    def _say_trouble(self) -> None:
        trouble = self._log.trouble
        if trouble != self._said:
            self._said = trouble
            _logger.warning("%s %s", self._log.path, f"cannot be read: {trouble}" if trouble else "can be read again")

    def _read_until(self, end: float) -> None:
        self._log.read(lambda: self._stop.is_set() or time.monotonic() > end)

    def _keep_until(self, end: float) -> None:
        self._log.keep(lambda: self._stop.is_set() or time.monotonic() > end)

    def _verify_until(self, end: float) -> None:
        self._log.verify(lambda: self._stop.is_set() or time.monotonic() > end)

    def _look(self, now: float, longest: float) -> None:
        """Look at the files whose time it is."""
        files = self._log.looked_at()
        known = {file: self._looks.get(file) or _Looks(now) for file in files}
        self._looks = known
        due = [file for file in files if now >= known[file].next]
        sizes = [file.size for file in due]
        started = time.monotonic()
        self._log.check(due)
        if due:
            self._cost = (time.monotonic() - started) / sum(file.count for file in due)
        for file, size in zip(due, sizes, strict=True):
            looks = known[file]
            if file.size != size:
                looks.grew = now
            looks.next = now + min(max(_TICK, (now - looks.grew) / _RESTING), longest) - _TICK / 2

    def _time_of_all(self) -> float:
        """Seconds that a look at all files takes, as it was with the last ones."""
        return self._cost * sum(file.count for file in self._looks)


@dataclass(slots=True)
class _Looks:
    """When a file was last seen to grow, and when it is looked at next."""

    grew: float
    next: float = 0.0
