"""Records that wait for a file which fails or is slow, and the thread that writes them.

The bytes in the file are those of the records in their order, so a record of which only a part could be written is
completed before anything follows. What waits is bounded: when there is no room, the caller waits as long as the disk
takes anything at all; behind a disk that takes nothing the newest records are lost, and counted. The thread ends when
nothing waits and the disk is quick again.
"""

import errno
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

from cutaway.events.core import open_direct
from cutaway.events.new_file import is_unlinked
from cutaway.events.write_trouble import LAST_WRITES

#: What waits at most, in bytes of memory; a single record may be larger.
CAPACITY = 64 << 20
#: How long the disk may take nothing at all before records are lost that have no room, in seconds.
PATIENCE = 5.0
#: The memory that a record takes beside its bytes.
_OVERHEAD = 48
#: The most that one write hands over, in bytes: even a slow disk takes it within the patience.
_CHUNK = 1 << 18
_CHUNK_RECORDS = 4096
#: Pauses between attempts that fail, in seconds: the first, and the longest after doubling.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
#: Why records are lost with their file.
REMOVED = "the file was removed"
#: A file that is gone for good, behind the network.
_STALE = getattr(errno, "ESTALE", -1)


class WriteQueue:
    """The records that wait for one writer's file.

    ``lock`` is held by the thread that calls a method; the thread takes it for all but the writing itself.
    ``descriptor`` is the open file, or -1 when one has to be created; ``is_removed`` says that it has no name any more.
    ``create`` is given the open file that a new one replaces, or -1, and how many records are in it. It returns the new
    one and the record that it begins with, None when it has all that was in the other one; or it raises OSError.
    ``done`` is called, with the lock held, when the thread ends: it takes over the file. ``records`` are whole in the
    file so far; ``is_slow`` says that the disk has to be quick for a while before the thread ends.
    """

    def __init__(
        self,
        lock: "threading.RLock",
        descriptor: int,
        create: Callable[[int, int], tuple[int, bytes | None]],
        done: Callable[[int], None],
        *,
        records: int = 0,
        is_slow: bool = False,
        is_removed: bool = False,
    ) -> None:
        #: Why the last attempt that failed did; empty when there was none.
        self.reason = ""
        #: How many records are in the file as a whole.
        self.records = records
        #: Records that were lost: they had no room, or went with a removed file that can't be read.
        self.lost = 0
        self._create = create
        self._done = done
        self._file = open_direct(descriptor, watches=True)
        self._is_removed = is_removed
        # The start of a new file, as far as it is not written yet; it is not a record of the user's.
        self._beginning = b""
        self._records: deque[bytes] = deque()
        # How many bytes of the first record are in the file.
        self._written = 0
        self._bytes = 0
        # Writes since the last one that was slow.
        self._quick_writes = 0 if is_slow else LAST_WRITES
        # When the disk took something for the last time.
        self._taken = time.monotonic()
        self._attempts = 0
        self._failed_attempt = 0
        self._is_writing = False
        self._is_hurried = False
        self._is_abandoned = False
        self._lock = lock
        self._work = threading.Condition(lock)
        self._progress = threading.Condition(lock)
        self._thread: threading.Thread | None = None

    @property
    def descriptor(self) -> int:
        """The open file; -1 when there is none."""
        return self._file.descriptor

    @property
    def waiting(self) -> int:
        """How many records are not in the file, or not wholly."""
        return len(self._records)

    def put(self, record: bytes, written: int = 0, *, is_last: bool = False) -> None:
        """Add a record, ``written`` bytes of which are in the file already; only the first one may have any.

        What is torn is always taken, since it has to be completed; so is what ends the file. Anything else is lost
        when there is no room.
        """
        size = len(record) + _OVERHEAD
        if not (written or is_last or self._has_room(size)):
            self.lost += 1
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

    def wait_for_room(self, record_size: int) -> None:
        """Wait, without the lock, until a record has room, as long as the disk has taken anything in the last 5 s."""
        while not self._has_room(record_size + _OVERHEAD) and not self._is_abandoned:
            remaining = self._taken + PATIENCE - time.monotonic()
            if remaining <= 0:
                return
            if self._ensure_thread():
                self._progress.wait(remaining)
            else:
                self._attempt_here()

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

    def look(self) -> None:
        """See whether the file has been removed; then there is a new one before anything else is written."""
        if is_unlinked(self._file.descriptor):
            self._is_removed = True

    def is_waiting(self) -> bool:
        """Whether anything is not in the file yet."""
        return bool(self._records or self._beginning or self._is_removed)

    def abandon(self) -> list[bytes]:
        """Give up: the records that are not, or not wholly, in the file, which is closed once no write is under way."""
        remaining = list(self._records)
        self._records.clear()
        self._written = 0
        if self._is_removed:
            self._lose()
        self._is_abandoned = True
        if not self._is_writing:
            self._close()
        self._work.notify_all()
        self._progress.notify_all()
        return remaining

    def _has_room(self, size: int) -> bool:
        return not self._records or self._bytes + size <= CAPACITY

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
                    self._done(self._file.release())
                    self._is_abandoned = True
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
            needs_file = self._file.descriptor < 0 or self._is_removed
        reason = self._replace_file() if needs_file else self._write()
        with self._lock:
            self._is_writing = False
            if reason:
                self.reason = reason
                self._failed_attempt = attempt
            if self._is_abandoned:
                self._close()
            self._progress.notify_all()
        return not reason

    def _write(self) -> str:
        """One write; why it failed."""
        data = self._next()
        trouble = self._file.append(data)
        with self._lock:
            written = len(data) if trouble is None else trouble.written
            if written:
                self._taken = time.monotonic()
                self._advance(written)
            if trouble is None:
                self._quick_writes += 1
                return ""
            self._file = open_direct(self._file.release(), watches=True)
            if not trouble.error and not trouble.unlinked:
                self._quick_writes = 0
            if trouble.unlinked or trouble.error == _STALE:
                self._is_removed = True
                return ""
            return os.strerror(trouble.error) if trouble.error else ""

    def _replace_file(self) -> str:
        """Go on in a new file; why there is none."""
        try:
            descriptor, beginning = self._create(self._file.descriptor, self.records)
        except OSError as error:
            return describe(error)
        with self._lock:
            if beginning is not None:
                self._lose()
                # Nothing is torn in the new file.
                self._beginning = beginning
                self._written = 0
            self._close()
            self._is_removed = False
            self._file = open_direct(descriptor, watches=True)
        return ""

    def _next(self) -> bytes:
        """The bytes that come next. Only the thread takes records away, so that needs no lock but for the looking."""
        with self._lock:
            parts = [memoryview(self._beginning)]
            size, start = len(self._beginning), self._written
            for record in tuple(islice(self._records, _CHUNK_RECORDS)):
                if size >= _CHUNK:
                    break
                part = memoryview(record)[start : start + _CHUNK - size]
                parts.append(part)
                size += len(part)
                start = 0
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
            self.records += 1
        self._written = written if self._records else 0

    def _lose(self) -> None:
        """The records in the file are lost with it."""
        self.lost += self.records
        self.records = 0
        self.reason = self.reason or REMOVED

    def _close(self) -> None:
        descriptor = self._file.release()
        if descriptor >= 0:
            try:
                os.close(descriptor)
            except OSError as error:
                self.reason = describe(error)

    def _is_quick(self) -> bool:
        """Whether the disk has taken the last writes at once."""
        return self._file.descriptor >= 0 and self._quick_writes >= LAST_WRITES


def describe(error: OSError) -> str:
    """The reason in words."""
    return error.strerror or str(error)
