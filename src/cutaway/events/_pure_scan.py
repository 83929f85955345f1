"""Finding the valid records of a buffer, for the pure twin: see ``core.scan``."""

import struct
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_crc32c import crc32c, mask, masked_of_headers, masked_of_records
from cutaway.events.kernel_types import Buffer, Scan

HEADER_BYTES = 12
FRAME_BYTES = 16
#: Failed data checks of one scan may cover this many times the buffer; see ``core.scan``.
SEARCH_BUDGET = 8
#: A protobuf message is smaller than 2 GiB: a header that promises more is none.
LARGEST_PAYLOAD = 0x7FFFFFFF

_RECORD, _SHORT, _UNSETTLED, _SKIP, _WRONG = range(5)
_BATCHES = (64, 1 << 16)


def scan(data: Buffer, *, inside_tail: bool = False, in_gap: bool = False) -> Scan:
    """See ``core.scan``."""
    return _Scanner(data).run(inside_tail, in_gap)


class _Scanner:
    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.data = np.frombuffer(buffer, np.uint8)
        self.size = len(self.data)
        self.offsets: list[int] = []
        self.lengths: list[int] = []
        self.spent = 0

    def run(self, inside_tail: bool, in_gap: bool) -> Scan:
        position = 0
        gap = 0 if in_gap else -1
        unsettled = -1
        damage: list[tuple[int, int]] = []
        while True:
            if gap < 0:
                position = self._follow(position)
            state, length = self._look(position, searching=gap >= 0)
            if state == _SHORT or (state == _UNSETTLED and not inside_tail):
                break
            if state == _RECORD:
                if gap >= 0:
                    damage.append((gap, position - gap))
                gap = unsettled = -1
                self.offsets.append(position + HEADER_BYTES)
                self.lengths.append(length)
                position += length + FRAME_BYTES
                continue
            if gap < 0:
                gap = position
            if state == _SKIP:
                position += length + FRAME_BYTES
                continue
            if state == _UNSETTLED and unsettled < 0:
                unsettled = position
            position = self._next_header(position + 1)
        return Scan(
            np.array(self.offsets, np.int64),
            np.array(self.lengths, np.int64),
            gap if gap >= 0 else position,
            damage,
            unsettled if unsettled >= 0 else position,
        )

    def _follow(self, position: int) -> int:
        """Take valid records one behind the other, many at a time; returns where the first other one starts."""
        batch, largest = _BATCHES
        read_length = struct.Struct("<Q").unpack_from
        while True:
            offsets: list[int] = []
            lengths: list[int] = []
            end = position
            for _ in range(batch):
                if self.size - end < FRAME_BYTES:
                    break
                length: int = read_length(self.buffer, end)[0]
                if length > min(self.size - end - FRAME_BYTES, LARGEST_PAYLOAD):
                    break
                offsets.append(end + HEADER_BYTES)
                lengths.append(length)
                end += length + FRAME_BYTES
            good = self._valid_prefix(np.array(offsets, np.int64), np.array(lengths, np.int64))
            self.offsets += offsets[:good]
            self.lengths += lengths[:good]
            if good < batch:
                return end if good == len(offsets) else offsets[good] - HEADER_BYTES
            position = end
            batch = min(batch * 4, largest)

    def _valid_prefix(self, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> int:
        """How many of these frames are valid before the first that is not."""
        header_length = np.full(len(offsets), 8, np.int64)
        checksums = masked_of_records(self.data, offsets - HEADER_BYTES, header_length)
        headers = checksums == self._uint32(offsets - 4)
        good = len(offsets) if headers.all() else int(np.argmin(headers))
        offsets, lengths = offsets[:good], lengths[:good]
        payloads = masked_of_records(self.data, offsets, lengths) == self._uint32(offsets + lengths)
        return good if payloads.all() else int(np.argmin(payloads))

    def _uint32(self, positions: NDArray[np.int64]) -> NDArray[np.uint32]:
        if not len(positions):
            return np.zeros(0, np.uint32)
        return cast("NDArray[np.uint32]", self.data[positions[:, None] + np.arange(4)].view("<u4")[:, 0])

    def _look(self, position: int, *, searching: bool) -> tuple[int, int]:
        """The record at ``position``: (state, length of the payload)."""
        if self.size - position < HEADER_BYTES:
            return _SHORT, 0
        if not self._valid_header(position):
            return _WRONG, 0
        (length,) = struct.unpack_from("<Q", self.buffer, position)
        if length > self.size - position - FRAME_BYTES:
            return _UNSETTLED, 0
        may_check = not searching or self.spent <= SEARCH_BUDGET * self.size
        if may_check and self._valid_payload(position, length):
            return _RECORD, length
        behind = position + length + FRAME_BYTES
        if self.size - behind < HEADER_BYTES:
            return _UNSETTLED, 0
        return (_SKIP if self._valid_header(behind) else _WRONG), length

    def _valid_header(self, position: int) -> bool:
        length_bytes, checksum = struct.unpack_from("<8sI", self.buffer, position)
        return mask(crc32c(length_bytes)) == checksum and int.from_bytes(length_bytes, "little") <= LARGEST_PAYLOAD

    def _valid_payload(self, position: int, length: int) -> bool:
        offsets = np.array([position + HEADER_BYTES], np.int64)
        lengths = np.array([length], np.int64)
        good = bool(masked_of_records(self.data, offsets, lengths)[0] == self._uint32(offsets + lengths)[0])
        if not good:
            self.spent += length
        return good

    def _next_header(self, position: int) -> int:
        """The first place from ``position`` on with a valid header, or where less than a header is left."""
        last = self.size - HEADER_BYTES
        window = 1 << 10
        while position <= last:
            end = min(position + window, last + 1)
            expected = self.data[np.arange(position, end)[:, None] + np.arange(8, 12)].view("<u4")[:, 0]
            hits = np.flatnonzero(masked_of_headers(self.data[position : end + 7]) == expected)
            if hits.size:
                return position + int(hits[0])
            position = end
            window = min(window * 4, 1 << 18)
        return position
