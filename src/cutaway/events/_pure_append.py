"""Records to a file with one timed write each, for the pure twin: see ``core.DirectFile`` and ``ScalarFile``."""

import errno
import os
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cutaway.events._pure_encode import encode
from cutaway.events.new_file import is_unlinked
from cutaway.events.write_trouble import (
    LAST_WRITES,
    LOOK_NANOSECONDS,
    NANOSECONDS_PER_BYTE,
    OUTLIER_NANOSECONDS,
    SLOW_NANOSECONDS,
    STALL_NANOSECONDS,
    STALLS_IN_A_ROW,
    WATCHED_WRITES,
    Trouble,
)

if TYPE_CHECKING:
    from threading import RLock

_Function = TypeVar("_Function", bound=Callable[..., None])

try:
    import resource
except ImportError:
    # Windows.
    _RUSAGE_THREAD = None
else:
    _RUSAGE_THREAD = getattr(resource, "RUSAGE_THREAD", None)


class DirectFile:
    """See ``core.DirectFile``."""

    def __init__(
        self, descriptor: int, *, watches: bool = False, measure: Callable[[bool], tuple[int, int]] | None = None
    ) -> None:
        self.descriptor = descriptor
        self.records = 0
        self.trouble: Trouble | None = None
        self._measure = measure or _measure
        self._refuses = descriptor < 0
        self._looked = self._measure(False)[0]
        self._pace = _Pace(watches)
        # Records to be written: more than one only when a signal's handler comes in between.
        self._records: deque[bytes] = deque()
        self._is_writing = False

    def append(self, record: bytes) -> Trouble | None:
        """See ``core.DirectFile.append``."""
        if self._refuses:
            return Trouble(record)
        self._records.append(record)
        while self._records and not self._is_writing:
            # A handler's record from now on is written by this call, which it has interrupted, behind its own record.
            self._is_writing = True
            try:
                if self._records and (trouble := self._write(self._records.popleft())) is not None:
                    return trouble
            finally:
                self._is_writing = False
        return None

    def append_scalar(self, wall_time: float, step: int, tag: str, value: float) -> Trouble | None:
        """See ``core.DirectFile.append_scalar``."""
        return self.append(encode(wall_time, step, (tag,), (value,)))

    def release(self) -> int:
        """See ``core.DirectFile.release``."""
        descriptor, self.descriptor = self.descriptor, -1
        self._refuses = True
        return descriptor

    def _write(self, record: bytes) -> Trouble | None:
        watches = self._pace.watched > 0
        start, before = self._measure(watches)
        written, error, unlinked = 0, 0, False
        if start > self._looked + LOOK_NANOSECONDS:
            self._looked = start
            unlinked = is_unlinked(self.descriptor)
        if not unlinked:
            written, error = _write_all(self.descriptor, record)
        end, after = self._measure(watches)
        if written == len(record):
            self.records += 1
            if not self._pace.is_slow(written, end - start, after - before if watches and after > 0 else -1):
                return None
        # Records of handlers go where this one goes.
        trouble = Trouble(record + b"".join(self._records), written, error, unlinked)
        self._records.clear()
        self.trouble = trouble
        self._refuses = True
        return trouble


class ScalarFile:
    """See ``core.ScalarFile``."""

    _lock: "RLock"
    _direct: "DirectFile"

    def _resolve(self, trouble: Trouble) -> str:
        raise NotImplementedError


class ScalarRecorder:
    """See ``core.ScalarRecorder``."""

    _scalar_file: ScalarFile | None = None


def usually(function: _Function) -> _Function:
    """See ``core.usually``: there is no quicker way."""
    return function


class _Pace:
    """Whether the disk is slow, by the last writes."""

    def __init__(self, watches: bool) -> None:
        #: During how many further writes the thread's context switches are counted.
        self.watched = WATCHED_WRITES if watches else 0
        self._waits: deque[int] = deque(maxlen=LAST_WRITES)
        # Stalls since the last quick write.
        self._stalls = 0

    def is_slow(self, size: int, nanoseconds: int, switches: int) -> bool:
        """Whether a write shows that the disk is slow; ``switches`` is -1 when nobody counted."""
        wait = 0 if switches == 0 else max(0, nanoseconds - size * NANOSECONDS_PER_BYTE)
        stalled = wait > STALL_NANOSECONDS
        self._waits.append(min(wait, OUTLIER_NANOSECONDS))
        if not stalled and sum(self._waits) <= SLOW_NANOSECONDS * LAST_WRITES:
            self._stalls = 0
            self.watched = max(0, self.watched - 1)
            return False
        self._stalls += stalled
        is_slow = self.watched > 0 and (switches > 0 or not stalled or self._stalls >= STALLS_IN_A_ROW)
        self.watched = WATCHED_WRITES
        self._waits.clear()
        return is_slow


def _measure(counts: bool) -> tuple[int, int]:
    """The time in nanoseconds, and how often this thread has given up the processor to wait; 0 when not counted."""
    if not counts or _RUSAGE_THREAD is None:
        return time.monotonic_ns(), 0
    return time.monotonic_ns(), resource.getrusage(_RUSAGE_THREAD).ru_nvcsw


def _write_all(descriptor: int, data: bytes) -> tuple[int, int]:
    """How many bytes were written, all of them unless there is an error, and its number."""
    written = 0
    try:
        while written < len(data):
            taken = os.write(descriptor, data[written:] if written else data)
            if not taken:
                return written, errno.EIO
            written += taken
    except OSError as error:
        return written, error.errno or errno.EIO
    return written, 0
