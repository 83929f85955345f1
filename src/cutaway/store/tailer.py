"""The thread that keeps a log directory up to date.

Polling, not notification: file systems of clusters do not tell a machine what others write. A file that grows is looked
at four times a second, one that rests more and more rarely, down to once in two seconds; the directories every two
seconds. Where looking takes long all that is stretched, so that at most about a twentieth of the time goes into it. No
file is kept open.
"""

import logging
import time
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from cutaway.store.log_directory import LogDirectory

if TYPE_CHECKING:
    from cutaway.store.event_file import EventFile

_TICK = 0.25
#: Seconds between two looks at the directories, and the most between two at a file.
_LONGEST = 2.0
#: A file that has rested for so many seconds is looked at once a second.
_RESTING = 20.0
#: Looking takes at most the inverse of this of the time.
_SHARE = 20
#: Reading much is interrupted so often, in seconds, by a look at what is new.
_READING = 1.0
#: So many seconds at a time go into indexes for the next start.
_KEEPING = 0.1

_logger = logging.getLogger(__name__)


class Tailer:
    """Refreshes a log directory in a background thread between :meth:`start` and :meth:`stop`."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._stop = Event()
        self._looks: dict[EventFile, _Looks] = {}
        # Seconds that a look at one file takes.
        self._cost = 0.0
        self._thread = Thread(target=self._run, name="cutaway-tailer", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop polling; returns when the thread has ended, or after 5 s where the disk does not answer."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5.0)

    def _run(self) -> None:
        next_walk, longest = 0.0, _LONGEST
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                if started >= next_walk:
                    self._log.discover()
                    took = time.monotonic() - started
                    next_walk = started + max(_LONGEST, _SHARE * took)
                    longest = max(_LONGEST, _SHARE * self._time_of_all())
                self._look(started, longest)
                self._read_until(started + _READING)
            except Exception:
                # One fault must not end the view of everything else for good: say it, and go on a little later.
                _logger.exception("reading %s failed", self._log.path)
                next_walk = time.monotonic() + _LONGEST
            if not self._log.is_behind:
                self._keep_until(time.monotonic() + _KEEPING)
                self._stop.wait(_TICK)

    def _read_until(self, end: float) -> None:
        self._log.read(lambda: self._stop.is_set() or time.monotonic() > end)

    def _keep_until(self, end: float) -> None:
        self._log.keep(lambda: self._stop.is_set() or time.monotonic() > end)

    def _look(self, now: float, longest: float) -> None:
        """Look at the files whose time it is."""
        files = self._log.files()
        known = {file: self._looks.get(file) or _Looks(now) for file in files}
        self._looks = known
        due = [file for file in files if now >= known[file].next]
        sizes = [file.size for file in due]
        started = time.monotonic()
        self._log.check(due)
        if due:
            self._cost = (time.monotonic() - started) / len(due)
        for file, size in zip(due, sizes, strict=True):
            looks = known[file]
            if file.size != size:
                looks.grew = now
            looks.next = now + min(max(_TICK, (now - looks.grew) / _RESTING), longest) - _TICK / 2

    def _time_of_all(self) -> float:
        """Seconds that a look at all files takes, as it was with the last ones."""
        return self._cost * len(self._looks)


@dataclass
class _Looks:
    """When a file was last seen to grow, and when it is looked at next."""

    grew: float
    next: float = 0.0
