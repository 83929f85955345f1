"""Checksums of what has been read of a file, block by block: so that it is noticed when those bytes become others.

An event file is only ever appended to, by those who write one. But a copy may be brought up to date in place
(``rsync --inplace``), and network disks show zeros where data has not arrived yet: what was read is then no longer what
the file says, though its size, and perhaps its times, are the same.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.open_file import OpenFile
from cutaway.events.tables import BLOCK

__all__ = ["BLOCK", "BlockChecksums"]


class BlockChecksums:
    """CRC32C of each :data:`BLOCK` bytes from the start of a file, of the last one as far as it has been read.

    One thread adds; blocks may be compared with a file by the same thread.
    """

    def __init__(self) -> None:
        self._blocks: list[int] = []
        # Of the block that has begun; 0 at its start.
        self._last = 0
        #: Bytes that have been added.
        self.length = 0
        # What belongs to bytes whose records are settled: (length, checksum of the block that has begun).
        self._settled = (0, 0)

    def add(self, data: memoryview) -> None:
        """Go on with the bytes that follow."""
        while len(data):
            part = data[: BLOCK - self.length % BLOCK]
            self._last = core.crc32c(part, before=self._last)
            self.length += len(part)
            if self.length % BLOCK == 0:
                self._blocks.append(self._last)
                self._last = 0
            data = data[len(part) :]

    def settle(self) -> None:
        """Everything so far is records, or damage that is final; what follows may be read anew."""
        self._settled = self.length, self._last

    def rewind(self) -> None:
        """Forget blocks that are not settled."""
        self.length, self._last = self._settled
        del self._blocks[self.length // BLOCK :]

    @property
    def count(self) -> int:
        """How many blocks there are, the last one perhaps not whole."""
        return -(-self.length // BLOCK)

    def differs(self, file: OpenFile, block: int) -> bool:
        """Whether a block of the file is no longer what was added."""
        return self._of(file, block, self.length) != self._expected(block, self.length, self._last)

    def settled_differ(self, file: OpenFile, block: int) -> bool:
        """The same, of what is settled in the block."""
        if block * BLOCK >= self._settled[0]:
            return False
        return self._of(file, block, self._settled[0]) != self._expected(block, *self._settled)

    def columns(self) -> tuple[NDArray[np.int64], tuple[int, int, int, int]]:
        """What :meth:`of` takes: int64[n], and four numbers."""
        return np.array(self._blocks, np.int64), (self.length, self._last, *self._settled)

    @classmethod
    def of(cls, blocks: NDArray[np.int64], numbers: tuple[int, int, int, int]) -> "BlockChecksums":
        """Those that :meth:`columns` returned. ValueError for what cannot be any."""
        checksums = cls()
        checksums._blocks = blocks.tolist()
        checksums.length, checksums._last, *settled = (int(number) for number in numbers)
        checksums._settled = (settled[0], settled[1])
        if len(checksums._blocks) != checksums.length // BLOCK or not 0 <= settled[0] <= checksums.length:
            raise ValueError("these are no checksums of blocks")
        return checksums

    def _expected(self, block: int, length: int, last: int) -> int:
        return self._blocks[block] if (block + 1) * BLOCK <= length else last

    @staticmethod
    def _of(file: OpenFile, block: int, length: int) -> int:
        start = block * BLOCK
        wanted = min(length - start, BLOCK)
        # Fresh memory would cost more than all the rest.
        view = getattr(_thread, "view", None)
        if view is None:
            view = _thread.view = memoryview(bytearray(BLOCK))
        count = file.read_at(start, view[:wanted])
        # Of a file that has become shorter nothing can be said here: it is read anew for that.
        return core.crc32c(view[:wanted]) if count == wanted else -1


_thread = threading.local()
