"""Records that wait for a file which fails or is slow, and the thread that writes them.

The bytes in the file are those of the records in their order, so a record of which only a part could be written is
completed before anything follows. The thread ends when nothing waits and the file is quick again.
"""

import errno
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

from cutaway.events.kernel_types import LAST_WRITES, OUTLIER_NANOSECONDS, SLOW_NANOSECONDS, STALL_NANOSECONDS
from cutaway.events.new_file import is_unlinked

#: What waits at most, in bytes of memory; beyond it the newest records are lost.
CAPACITY = 64 << 20
#: What a record takes in memory beside its bytes.
_OVERHEAD = 48
#: What one write hands over at most, in bytes, apart from records that are larger.
_CHUNK = 1 << 18
_CHUNK_RECORDS = 4096
#: Pauses between attempts that fail, in seconds: the first, and the longest after doubling.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class WriteQueue:
    """The records that wait for one writer's file.

    ``lock`` is held by whoever calls a method; the thread takes it for all but the writing itself. ``descriptor`` is
    the open file, or -1 when one has to be created. ``create`` returns a new file and the record that it begins with,
    or raises OSError. ``done`` is called, with the lock held, when the thread ends: it takes over the file.
    """

    def __init__(
        self,
        lock: "threading.RLock",
        descriptor: int,
        create: Callable[[], tuple[int, bytes]],
        done: Callable[[int], None],
        *,
        has_stalled: bool = False,
    ) -> None:
        #: The open file; -1 when there is none.
        self.descriptor = descriptor
        #: Why the last attempt that failed did; empty when there was none.
        self.reason = ""
        #: Records that did not fit in any more.
        self.dropped = 0
        self._create = create
        self._done = done
        # What a new file begins with, as far as it is not written yet; it is no record of the user's.
        self._beginning = b""
        self._records: deque[bytes] = deque()
        # How many bytes of the first record are in the file.
        self._written = 0
        self._bytes = 0
        self._durations = deque([STALL_NANOSECONDS + 1] if has_stalled else [], maxlen=LAST_WRITES)
        self._attempts = 0
        self._failed_attempt = 0
        self._is_writing = False
        self._is_hurried = False
        self._is_abandoned = False
        self._lock = lock
        self._work = threading.Condition(lock)
        self._progress = threading.Condition(lock)
        self._thread: threading.Thread | None = None

    def put(self, record: bytes, written: int = 0, *, is_last: bool = False) -> None:
        """Add a record, ``written`` bytes of which are in the file already; only the first one may have any.

        The first one is always taken, since what is torn has to be completed; so is what ends the file.
        """
        size = len(record) + _OVERHEAD
        if self._records and self._bytes + size > CAPACITY and not is_last:
            self.dropped += 1
            return
        self._bytes += size
        if not self._records:
            self._written = written
            self._work.notify()
        self._records.append(record)
        self._ensure_thread()

    def begin(self, beginning: bytes) -> None:
        """Let ``beginning`` come before all records: what a new file lacks of its first record."""
        self._beginning = beginning
        self._ensure_thread()

    def wait(self, deadline: float) -> bool:
        """Wait until nothing waits: True. False when a new attempt failed, or at ``deadline`` (``time.monotonic``)."""
        attempts = self._attempts
        while self.is_waiting() and not self._is_abandoned:
            if self._failed_attempt > attempts:
                return False
            self._is_hurried = True
            if not self._ensure_thread():
                self._attempt_here()
                continue
            self._work.notify()
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self._progress.wait(remaining):
                return not self.is_waiting()
        return not self.is_waiting()

    def is_waiting(self) -> bool:
        """Whether anything is not in the file yet."""
        return bool(self._records or self._beginning)

    def abandon(self) -> list[bytes]:
        """Give up: the records that are not, or not wholly, in the file, which is closed once no write is under way."""
        remaining = list(self._records)
        self._records.clear()
        self._written = 0
        self._is_abandoned = True
        if not self._is_writing:
            self._close()
        self._work.notify_all()
        self._progress.notify_all()
        return remaining

    def _ensure_thread(self) -> bool:
        """Start the thread where there is none; False when that isn't possible, as at the interpreter's exit."""
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="cutaway-writer", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                return False
            self._thread = thread
        return True

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            with self._lock:
                while not self.is_waiting() and not self._is_abandoned and not self._is_quick():
                    self._work.wait()
                if self._is_abandoned:
                    return
                if not self.is_waiting():
                    descriptor, self.descriptor = self.descriptor, -1
                    self._done(descriptor)
                    self._progress.notify_all()
                    return
            if self._attempt():
                pause = _FIRST_PAUSE
                continue
            with self._lock:
                self._work.wait_for(lambda: self._is_hurried or self._is_abandoned, pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _attempt_here(self) -> None:
        """One attempt without the thread."""
        self._lock.release()
        try:
            self._attempt()
        finally:
            self._lock.acquire()

    def _attempt(self) -> bool:
        """Write what comes next, without the lock; whether that worked."""
        with self._lock:
            if self._is_abandoned or self._is_writing:
                return True
            self._attempts += 1
            attempt = self._attempts
            self._is_hurried = False
            self._is_writing = True
            descriptor = self.descriptor
        created: tuple[int, bytes] | None = None
        written, reason, start = 0, "", time.monotonic_ns()
        try:
            if descriptor < 0 or is_unlinked(descriptor):
                created = self._create()
            else:
                written = os.write(descriptor, self._next())
        except OSError as error:
            reason = describe(error)
            if error.errno == getattr(errno, "ESTALE", None):
                # The file is gone for good, behind the network.
                created = -1, b""
        duration = time.monotonic_ns() - start
        with self._lock:
            self._is_writing = False
            if created is not None:
                self._replace(*created)
            else:
                self._advance(written)
            if reason:
                self.reason = reason
                self._failed_attempt = attempt
            elif created is None:
                self._durations.append(duration)
            if self._is_abandoned:
                self._close()
            self._progress.notify_all()
        return not reason

    def _next(self) -> bytes:
        """The bytes that come next. Only the thread takes records away, so that needs no lock but for the looking."""
        with self._lock:
            parts = [self._beginning]
            size = len(self._beginning) - self._written
            for record in islice(self._records, _CHUNK_RECORDS):
                if size and size + len(record) > _CHUNK:
                    break
                parts.append(record)
                size += len(record)
            if self._written:
                parts[1] = parts[1][self._written :]
            return b"".join(parts)

    def _advance(self, written: int) -> None:
        """Take away what is in the file now."""
        of_beginning = min(written, len(self._beginning))
        self._beginning = self._beginning[of_beginning:]
        written += self._written - of_beginning
        while self._records and written >= len(self._records[0]):
            record = self._records.popleft()
            written -= len(record)
            self._bytes -= len(record) + _OVERHEAD
        self._written = written if self._records else 0

    def _replace(self, descriptor: int, beginning: bytes) -> None:
        """Go on in a new file, where nothing is torn."""
        self._close()
        self.descriptor = descriptor
        self._beginning = beginning
        self._written = 0

    def _close(self) -> None:
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            try:
                os.close(descriptor)
            except OSError as error:
                self.reason = describe(error)

    def _is_quick(self) -> bool:
        """Whether the last writes say that the file takes records at once."""
        counted = sum(min(duration, OUTLIER_NANOSECONDS) for duration in self._durations)
        stalled = any(duration > STALL_NANOSECONDS for duration in self._durations)
        return self.descriptor >= 0 and not stalled and counted <= SLOW_NANOSECONDS * LAST_WRITES


def describe(error: OSError) -> str:
    """The reason in words."""
    return error.strerror or str(error)
