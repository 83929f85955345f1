"""Records to a file with one timed write each, for the pure twin: see ``core.DirectFile``."""

import os
import time
from collections import deque

from cutaway.events._pure_encode import encode
from cutaway.events.kernel_types import (
    LAST_WRITES,
    LOOK_NANOSECONDS,
    OUTLIER_NANOSECONDS,
    SLOW_NANOSECONDS,
    STALL_NANOSECONDS,
    Trouble,
)
from cutaway.events.new_file import is_unlinked


class DirectFile:
    """See ``core.DirectFile``."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.trouble: Trouble | None = None
        self._refuses = descriptor < 0
        self._looked = time.monotonic_ns()
        self._durations: deque[int] = deque(maxlen=LAST_WRITES)

    def append(self, record: bytes) -> Trouble | None:
        """See ``core.DirectFile.append``."""
        if self._refuses:
            return Trouble(record)
        start = time.monotonic_ns()
        if start > self._looked + LOOK_NANOSECONDS:
            self._looked = start
            if is_unlinked(self.descriptor):
                return self._refuse(Trouble(record, unlinked=True))
        written = error = 0
        try:
            written = os.write(self.descriptor, record)
        except OSError as reason:
            error = reason.errno or 0
        duration = time.monotonic_ns() - start
        self._durations.append(min(duration, OUTLIER_NANOSECONDS))
        is_quick = duration <= STALL_NANOSECONDS and sum(self._durations) <= SLOW_NANOSECONDS * LAST_WRITES
        if written == len(record) and is_quick:
            return None
        return self._refuse(Trouble(record, written, error))

    def append_scalar(self, wall_time: float, step: int, tag: str, value: float) -> Trouble | None:
        """See ``core.DirectFile.append_scalar``."""
        return self.append(encode(wall_time, step, (tag,), (value,)))

    def _refuse(self, trouble: Trouble) -> Trouble:
        self._refuses = True
        self.trouble = trouble
        return trouble
