"""Reading one event file, from its start to wherever its writer has got to.

The reader decodes what is new, a buffer at a time, and remembers how far it came. It follows
``docs/event-files.md`` in what it does about damage: a record that does not check is passed over and reported
once a valid one follows; what is unfinished at the end is looked at again when the file has grown, and searched
as well when nobody has written for a minute. What has been read is known by its checksums, and can be compared with
the file as it is later.
"""

import os
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.facts import Facts, facts_of
from cutaway.events.foreign import HEAD_BYTES, what_it_is
from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Blobs, Decoded, Scan
from cutaway.events.open_file import FileStatus, OpenFile, open_regular
from cutaway.events.wire import MalformedError, fields

_HEADER_BYTES = 12
#: A record and the header behind it, without the payload: enough to know what to do with a damaged one.
_RECORD_AND_HEADER = 28
_FIRST_RECORD_BYTES = 4096
#: A file that was not written to for so many seconds is taken to be finished.
QUIET_SECONDS = 60.0
_LARGE_TAIL_BYTES = 1 << 20
_LARGEST_KEPT_BUFFER = 8 << 20
#: Where something valid behind a record that was cut short is looked for.
_TAIL_SEARCH_BYTES = 64 << 20


NumberColumn = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]


class Damage(NamedTuple):
    """Bytes of the file that no valid record covers although one follows."""

    offset: int
    length: int


class ScalarColumns(NamedTuple):
    """New points of one tag, in file order; wall_time is in seconds since the epoch.

    The value's dtype is the narrowest that is exact for these points: float32, else float64, else int64.
    """

    tag: str
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NumberColumn
    #: How many sessions had been started in the file before these points.
    session: int
    facts: Facts


class BlobColumns(NamedTuple):
    """Where new values of one kind and tag are in the file, in file order. ``Blobs`` in ``kernel_types`` says more."""

    kind: str
    tag: str
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    #: How many sessions had been started in the file before these values.
    session: int
    #: The first SummaryMetadata among them, serialised; empty when there is none.
    metadata: bytes


class Batch(NamedTuple):
    """The result of one call of :meth:`EventFileReader.read`."""

    scalars: list[ScalarColumns]
    blobs: list[BlobColumns]
    #: The first SummaryMetadata of scalars by tag, serialised, for those that have one.
    metadata: dict[str, bytes]
    #: The steps at which sessions start, in file order.
    session_starts: list[int]
    #: Valid records.
    events: int
    #: Valid records that are not Events.
    malformed: int
    #: Events that hold nothing.
    empty: int
    damage: list[Damage]
    #: How far the reader's offset moved.
    bytes: int
    #: Nothing more is to be had until the file grows.
    at_end: bool
    #: The file was replaced or shortened: this batch is from its start, and what was read before is void.
    restarted: bool


class EventFileReader:
    """Tails one growing event file. Holds no file handle between calls; not for several threads at once."""

    def __init__(self, path: str | os.PathLike[str], opens: Callable[[str], OpenFile] = open_regular) -> None:
        """Follow the file at ``path``, which need not exist yet; ``opens`` opens it, wherever it lies."""
        self.path = os.fspath(path)
        #: Everything before this byte has been read, or reported as damage.
        self.offset = 0
        #: The file's size in bytes when it was last read.
        self.size = 0
        #: Of the file that was read, opaque; None before anything was read.
        self.identity: str | None = None
        #: The version of the file (:attr:`FileStatus.version`) that was read last; empty before anything was read.
        self.version = ""
        #: The format that the file seems to have, where it has no record yet and its first length does not check; else
        #: empty.
        self.foreign = ""
        #: Of everything that has been read, settled or not.
        self.checksums = BlockChecksums()
        self._opens = opens
        # Sessions started so far.
        self._sessions = 0
        # No record starts in [offset, _searched): that is what the checksums cover.
        self._searched = 0
        # The file no longer holds the bytes that were read.
        self._is_void = False
        # The file's size when an unfinished record at _searched was met, then when it was last searched; None:
        # there is no such record.
        self._tail_size: int | None = None
        self._tail_was_searched = False

    def first_wall_time(self) -> float | None:
        """When the first record was made, in seconds since the epoch; None when there is none yet."""
        with self._opens(self.path) as file:
            data, found = _scan_from(file, 0, file.status().size, _FIRST_RECORD_BYTES)
        if not len(found.offsets):
            return None
        start = int(found.offsets[0])
        try:
            for key, value, _ in fields(data, start, start + int(found.lengths[0])):
                if key == 0x09:
                    return float(struct.unpack_from("<d", data, value)[0])
        except MalformedError:
            return None
        return 0.0

    def resume(self, identity: str, offset: int, sessions: int, checksums: BlockChecksums, version: str = "") -> None:
        """Go on at a byte where a record begins, of the file of an identity, ``sessions`` session starts before it.

        ``checksums`` are those that another reader had when its offset was there, ``version`` that of the file then
        where it is known.
        """
        self.identity, self.version = identity, version
        self.offset = offset
        self._searched = self.size = checksums.length
        self._sessions = sessions
        self.checksums = checksums

    def forget(self) -> None:
        """Let the next :meth:`read` be from the file's start."""
        self._is_void = True

    def verify(self, blocks: Iterable[int]) -> bool:
        """Whether some blocks of what has been read are still what they were.

        If not, the next :meth:`read` is from the file's start, or from where the search for a record at its end began.
        Raises OSError.
        """
        with self._opens(self.path) as file:
            status = file.status()
            if self.identity != status.identity or status.size < self.checksums.length:
                return False
            for block in blocks:
                if block >= self.checksums.count or not self.checksums.differs(file, block):
                    continue
                if self.checksums.settled_differ(file, block):
                    self.forget()
                else:
                    self.checksums.rewind()
                    self._searched = self.offset
                    self._tail_size = None
                    self._tail_was_searched = False
                return False
        return True

    def read(self, max_bytes: int = 8 << 20) -> Batch:
        """Decode what is new, about ``max_bytes`` at a time; one record larger than that is still read.

        Raises OSError when the file cannot be read (FileNotFoundError, PermissionError).
        """
        with self._opens(self.path) as file:
            status = file.status()
            restarted = self._take_identity(status)
            quiet = time.time() - status.modified / 1e9 > QUIET_SECONDS
            base = self._searched
            data, found = _scan_from(file, base, self.size, max_bytes, in_gap=base > self.offset)
            if not len(found.offsets) and found.searched == 0:
                data, found = self._look_inside(file, data, found, quiet)
        if base == 0 or len(found.offsets):
            self.foreign = "" if len(found.offsets) else what_it_is(bytes(data[:HEAD_BYTES]))
        decoded = _Decoding(base, self._sessions)
        decoded.take(data, found)
        self._sessions += len(decoded.session_starts)
        damage = [Damage(base + start, length) for start, length in found.damage]
        before = self.offset
        if base > before and damage and damage[0].offset == base:
            damage[0] = Damage(before, base - before + damage[0].length)
        settled = 0
        if len(found.offsets) or base == before:
            settled = found.consumed
            self.offset = base + settled
            self.checksums.add(data[:settled])
            self.checksums.settle()
        self.checksums.add(data[settled : found.searched])
        self._searched = base + found.searched
        if found.searched:
            self._tail_size = None
            self._tail_was_searched = False
        at_end = base + len(data) >= self.size or found.searched == 0
        tail_is_due = quiet and self.size - self._searched >= _HEADER_BYTES and not self._tail_was_searched
        return Batch(
            scalars=decoded.scalars,
            blobs=decoded.blobs,
            metadata=decoded.metadata,
            session_starts=decoded.session_starts,
            events=len(found.offsets),
            malformed=decoded.malformed,
            empty=decoded.empty,
            damage=damage,
            bytes=self.offset - before,
            at_end=at_end and not tail_is_due,
            restarted=restarted,
        )

    def _take_identity(self, status: FileStatus) -> bool:
        """Note which file this is and how large; True when it isn't the one that was read before."""
        # What takes the place of a file that is none may get its inode, and so its identity.
        is_another_foreign = self.foreign != "" and status.size != self.size
        is_other = status.identity != self.identity or status.size < self.size or is_another_foreign
        restarted = self.identity is not None and (self._is_void or is_other)
        if restarted:
            self._is_void = False
            self.foreign = ""
            self.checksums = BlockChecksums()
            self.offset = self._searched = self._sessions = 0
            self._tail_size = None
            self._tail_was_searched = False
        self.identity, self.size, self.version = status.identity, status.size, status.version
        return restarted

    def _look_inside(self, file: OpenFile, data: memoryview, found: Scan, quiet: bool) -> tuple[memoryview, Scan]:
        """Search the unfinished record that the file ends with: what it lacks may never come.

        That is when the file has grown since it was met, or when nobody writes any more (``quiet``). So that a
        slowly growing tail isn't searched over and over, a large one must have grown by a quarter.
        """
        tail = self.size - self._searched
        if tail < _HEADER_BYTES:
            return data, found
        if self._tail_size is None:
            self._tail_size = self.size
        grown = self.size - self._tail_size
        due = grown > 0 and (tail < _LARGE_TAIL_BYTES or grown * 4 > tail)
        if due or (quiet and not self._tail_was_searched):
            self._tail_size = self.size
            self._tail_was_searched = True
            if len(data) < min(tail, _TAIL_SEARCH_BYTES):
                data = _read_at(file, self._searched, min(tail, _TAIL_SEARCH_BYTES))
            found = core.scan(data, inside_tail=True, in_gap=self._searched > self.offset)
        return data, found


def _scan_from(file: OpenFile, base: int, size: int, wanted: int, *, in_gap: bool = False) -> tuple[memoryview, Scan]:
    """The bytes from ``base`` on and what is in them; more than ``wanted`` when the first record is larger."""
    data = _read_at(file, base, min(max(wanted, _HEADER_BYTES), size - base))
    found = core.scan(data, in_gap=in_gap)
    if found.searched == 0 and _HEADER_BYTES <= len(data) < size - base:
        # The first record's header is valid, and the record or the header behind it is beyond the buffer.
        needed = struct.unpack_from("<Q", data)[0] + _RECORD_AND_HEADER
        if needed - _HEADER_BYTES <= size - base:
            data = _read_at(file, base, min(needed, size - base))
            found = core.scan(data, in_gap=in_gap)
    return data, found


def _read_at(file: OpenFile, offset: int, length: int) -> memoryview:
    """Some bytes of the file, in a buffer that this thread's next call uses again: fresh memory costs as much as the
    reading itself."""
    buffer: bytearray | None = getattr(_thread, "buffer", None)
    if buffer is None or len(buffer) < length:
        buffer = bytearray(length)
        if length <= _LARGEST_KEPT_BUFFER:
            _thread.buffer = buffer
    view = memoryview(buffer)
    return view[: file.read_at(offset, view[:length])]


_thread = threading.local()


class _Decoding:
    """Collects what the records of one buffer hold, session by session."""

    def __init__(self, base: int, sessions: int) -> None:
        self.scalars: list[ScalarColumns] = []
        self.blobs: list[BlobColumns] = []
        self.metadata: dict[str, bytes] = {}
        self.session_starts: list[int] = []
        self.malformed = self.empty = 0
        self._base = base
        self._sessions = sessions

    def take(self, data: memoryview, found: Scan) -> None:
        done = 0
        while done < len(found.offsets):
            decoded = core.decode(data, found.offsets[done:], found.lengths[done:])
            done += decoded.records
            self.malformed += decoded.malformed
            self.empty += decoded.empty
            self.metadata = decoded.metadata | self.metadata
            session = self._sessions + len(self.session_starts)
            self.scalars += _scalar_columns(decoded, session)
            metadata = [bytes(data[start : start + length]) for start, length in decoded.blobs.metadata_spans()]
            self.blobs += blob_columns(decoded.blobs, metadata, self._base, session)
            if decoded.session_start is not None:
                self.session_starts.append(decoded.session_start)


def _scalar_columns(decoded: Decoded, session: int) -> list[ScalarColumns]:
    facts = facts_of(decoded.step, decoded.wall_time, decoded.value, decoded.starts)
    with np.errstate(over="ignore"):
        single = decoded.value.astype(np.float32)
    of_kind: dict[int, NumberColumn] = {FLOAT32: single, FLOAT64: decoded.value, INT64: decoded.integer}
    columns = []
    starts, kinds = decoded.starts.tolist(), decoded.kinds.tolist()
    for i, tag in enumerate(decoded.tags):
        points = slice(starts[i], starts[i + 1])
        value = of_kind[kinds[i]][points]
        columns.append(ScalarColumns(tag, decoded.step[points], decoded.wall_time[points], value, session, facts[i]))
    return columns


def blob_columns(blobs: Blobs, metadata: list[bytes], base: int, session: int) -> list[BlobColumns]:
    """What is not scalar of a buffer, whose first byte is at ``base`` in the file; ``metadata`` is the first of each
    key."""
    columns = []
    starts = blobs.starts.tolist()
    for i, (kind, tag) in enumerate(blobs.keys):
        these = slice(starts[i], starts[i + 1])
        step, wall_time, length = blobs.step[these], blobs.wall_time[these], blobs.length[these]
        offset = base + blobs.offset[these]
        columns.append(BlobColumns(kind, tag, step, wall_time, offset, length, session, metadata[i]))
    return columns
