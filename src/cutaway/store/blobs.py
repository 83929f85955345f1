"""Where one tag's values of one kind are in one event file: images, histograms, texts, graphs and the like.

The values themselves stay in the file. Like a series of scalars, this grows by appending and publishes immutable
snapshots: one thread appends, any thread reads.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class BlobPlaces(NamedTuple):
    """Some values of one kind and tag, in file order."""

    #: int64[n].
    step: NDArray[np.int64]
    #: float64[n], seconds since the epoch.
    wall_time: NDArray[np.float64]
    #: int64[n] each: bytes from the start of the file.
    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    #: (position, session) where another session begins: the file had that many session starts before it.
    sessions: tuple[tuple[int, int], ...]

    def chosen(self, which: NDArray[np.bool_]) -> "BlobPlaces":
        """Those of a mask, without their sessions."""
        return BlobPlaces(self.step[which], self.wall_time[which], self.offset[which], self.length[which], ())


class BlobSeries:
    """Growing places of one (run, tag, kind, file)."""

    __slots__ = ("_columns", "_length", "_published", "metadata")

    def __init__(self) -> None:
        #: The first SummaryMetadata among the values, serialised; empty while there is none.
        self.metadata = b""
        self._columns = np.empty((4, 0), np.int64)
        self._length = 0
        self._published = self._snapshot(())

    def __len__(self) -> int:
        return self._length

    @property
    def nbytes(self) -> int:
        """Bytes of memory that they take."""
        return self._columns.nbytes

    @property
    def places(self) -> BlobPlaces:
        """A snapshot of the values so far; it stays as it is when more are appended."""
        return self._published

    def append(
        self,
        step: NDArray[np.int64],
        wall_time: NDArray[np.float64],
        offset: NDArray[np.int64],
        length: NDArray[np.int64],
        session: int = 0,
    ) -> None:
        """Add values: int64[n], float64[n] (seconds since the epoch), int64[n] and int64[n] (bytes)."""
        if not len(step):
            return
        start, end = self._length, self._length + len(step)
        if end > self._columns.shape[1]:
            larger = np.empty((4, max(end, start + start // 2)), np.int64)
            larger[:, :start] = self._columns[:, :start]
            self._columns = larger
        new = self._columns[:, start:end]
        new[0], new[2], new[3] = step, offset, length
        new[1].view(np.float64)[:] = wall_time
        self._length = end
        sessions = self._published.sessions
        known = sessions[-1][1] if sessions else 0
        self._published = self._snapshot(sessions if session == known else (*sessions, (start, session)))

    def _snapshot(self, sessions: tuple[tuple[int, int], ...]) -> BlobPlaces:
        step, wall_bits, offset, length = self._columns[:, : self._length]
        return BlobPlaces(step, wall_bits.view(np.float64), offset, length, sessions)
