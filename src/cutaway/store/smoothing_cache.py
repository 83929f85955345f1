"""Smoothed lines that were asked for a short time ago: the next zoom, or the next point of another run, asks again.

A line is known by the immutable columns that it was made of, which the cache keeps, so that none can be taken for
another. It holds at most so many bytes; the line that was not asked for the longest goes first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 256 << 20

Smoothed = NDArray[np.float64]


class SmoothingCache:
    """Shared by all threads that answer requests."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.nbytes = 0
        self._lines: OrderedDict[Hashable, tuple[object, Smoothed]] = OrderedDict()
        self._lock = Lock()

    def get(self, origin: tuple[object, ...], settings: Hashable, make: Callable[[], Smoothed]) -> Smoothed:
        """The line that `make` makes of `origin` with `settings`; `origin` holds its columns, and is kept."""
        key = (tuple(map(id, origin)), settings)
        with self._lock:
            known = self._lines.get(key)
            if known is not None:
                self._lines.move_to_end(key)
                return known[1]
        made = make()
        made.flags.writeable = False
        if made.nbytes <= self.most_bytes:
            with self._lock:
                if key not in self._lines:
                    self._lines[key] = (origin, made)
                    self.nbytes += made.nbytes
                while self.nbytes > self.most_bytes:
                    _, (_, gone) = self._lines.popitem(last=False)
                    self.nbytes -= gone.nbytes
        return made

    def __len__(self) -> int:
        return len(self._lines)
