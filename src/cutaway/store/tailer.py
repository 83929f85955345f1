"""The thread that keeps a log directory up to date.

Polling, not notification: file systems of clusters do not tell a machine what others write. Files that grew within
the last minute are looked at five times a second; all files, and the directories, once a second, or less often
where that takes long, so that at most about a twentieth of the time goes into it.
"""

import logging
import time
from threading import Event, Thread

from cutaway.store.event_file import EventFile
from cutaway.store.log_directory import LogDirectory

_ACTIVE_INTERVAL = 0.2
_SWEEP_INTERVAL = 1.0
_SWEEP_SHARE = 20
_ACTIVE_FOR = 60.0

_logger = logging.getLogger(__name__)


class Tailer:
    """Refreshes a log directory in a background thread between :meth:`start` and :meth:`stop`."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._stop = Event()
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
        next_sweep = 0.0
        last_growth: dict[EventFile, float] = {}
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                if started >= next_sweep:
                    last_growth = self._sweep(last_growth, started)
                    next_sweep = started + max(_SWEEP_INTERVAL, _SWEEP_SHARE * (time.monotonic() - started))
                else:
                    self._check([f for f, at in last_growth.items() if started - at < _ACTIVE_FOR], last_growth)
                self._log.read(self._stop.is_set)
            except Exception:
                # One fault must not end the view of everything else for good: say it, and go on at the next sweep.
                _logger.exception("reading %s failed", self._log.path)
                next_sweep = time.monotonic() + _SWEEP_INTERVAL
            self._stop.wait(_ACTIVE_INTERVAL)

    def _sweep(self, last_growth: dict[EventFile, float], now: float) -> dict[EventFile, float]:
        """Look at everything; returns when each file that is still there was last seen to grow."""
        self._log.discover()
        files = self._log.files()
        last_growth = {file: last_growth.get(file, now) for file in files}
        self._check(files, last_growth)
        return last_growth

    def _check(self, files: list[EventFile], last_growth: dict[EventFile, float]) -> None:
        sizes = [file.size for file in files]
        self._log.check(files)
        now = time.monotonic()
        for file, size in zip(files, sizes, strict=True):
            if file.size != size:
                last_growth[file] = now
