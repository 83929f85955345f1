"""One event file of a run: its reader, what is known of its records so far, and its faults.

``check`` and ``read`` ask the file's storage place; ``apply`` takes in a batch that was read. The caller decides which
of them runs under its lock. An :class:`OSError` never gets out: it becomes :attr:`EventFile.unreadable`.
"""

import math
import os
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.reader import QUIET_SECONDS, Batch, EventFileReader
from cutaway.store.known_records import KnownRecords
from cutaway.store.loaded_file import FileFacts, LoadedFiles
from cutaway.store.places.place import Place, ReplacedError, name_of
from cutaway.store.places.reason import reason
from cutaway.store.verification import WHOLE, Verification

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cutaway.events.open_file import FileStatus, OpenFile

#: Bytes that are read at a time: of a file with so many tags that a batch has less than `_FEW` points of each, more,
#: since taking in a tag's points costs the same for one as for a hundred.
_BATCH = 8 << 20
_LARGE_BATCH = 64 << 20
_FEW = 16
#: As `events.out.tfevents.1700000000.host`: seconds since the epoch.
_TIME_IN_NAME = re.compile(r"tfevents\.(\d{1,11})\b")


class EventFile(KnownRecords):
    """The state of one file, which has a path in a storage place.

    Like what is known of its records, it has attributes of its own where they differ from those of one that was just
    found.
    """

    #: Bytes, as it was last looked at, and how far it has been read.
    size = 0
    bytes_read = 0
    #: How far an index of it goes that has been kept.
    indexed = 0
    #: When it was last written to, as it was last looked at, in nanoseconds since the epoch.
    modified = 0
    #: Why it cannot be opened or read; empty when it can.
    unreadable = ""
    #: Whether nobody has written to it for a minute, as it was last looked at.
    is_quiet = False
    #: There may be something to read.
    pending = True
    gone = False
    #: The extent as it was when more of the file was last taken in.
    known_extent = (0, 0, 0, "")
    #: Whether the next look at it need not be taken: it was opened since the last one.
    is_looked_at = False
    #: As of those that are looked at together.
    count = 1
    _batch_bytes = _BATCH
    _is_given_up = False
    _is_guessed = False
    #: As it was last looked at, unless that was when it was loaded.
    _known_status: "FileStatus | None" = None
    #: Made when there is something to do for them.
    _known_opens: "Callable[[str], OpenFile] | None" = None
    _known_reader: EventFileReader | None = None
    _known_verification: Verification | None = None
    #: Where it was loaded: its facts then, the checksums of its whole blocks, int64[n], and its status where others
    #: than the kernel opened it.
    _loaded: "tuple[FileFacts, NDArray[np.int64], FileStatus | None] | None" = None

    def __init__(self, path: str, place: Place) -> None:
        self.path = path
        self.place = place

    @property
    def name(self) -> str:
        """As text."""
        return printable(name_of(self.path))

    @property
    def _status(self) -> "FileStatus | None":
        if self._known_status is None and self._loaded is not None:
            facts, _, status = self._loaded
            self._known_status = status or facts.status
        return self._known_status

    @property
    def opens(self) -> "Callable[[str], OpenFile]":
        """What opens it for the one who reads it on."""
        opens = self._known_opens
        if opens is None:
            opens = self._known_opens = self.place.follow(self.path)
        return opens

    @property
    def _reader(self) -> EventFileReader:
        reader = self._known_reader
        if reader is None:
            reader = self._known_reader = EventFileReader(self.path, self.opens)
            if self._loaded is not None:
                facts, blocks, status = self._loaded
                status, last = status or facts.status, (facts.size, facts.checksum)
                checksums = BlockChecksums.of(blocks, (*last, *last))
                reader.resume(status.identity, facts.size, 0, checksums, status.version)
        return reader

    @property
    def _verification(self) -> Verification:
        verification = self._known_verification
        if verification is None:
            verification = Verification(self._reader, is_needed=not self.place.has_versions)
            self._known_verification = verification
        return verification

    @property
    def is_new(self) -> bool:
        """Whether nothing has been read of it."""
        return not self.bytes_read and (self._known_reader is None or self._known_reader.offset == 0)

    @property
    def extent(self) -> tuple[int, int, int, str]:
        """How many damaged bytes, malformed records and unfinished bytes there are, and the fault of the file: the
        facts that stay the same while more is recorded."""
        finished = self.unfinished_bytes if self.is_quiet else 0
        return self.damaged_bytes, self.malformed, finished, self.trouble

    @property
    def trouble(self) -> str:
        """Why it cannot be read, or that it is not an event file; empty when all is well."""
        if self._known_reader is None or not self.is_foreign:
            return self.unreadable
        return f"not an event file but {self._reader.foreign}"

    @property
    def is_foreign(self) -> bool:
        """Whether it was read, and what it begins with is not a record."""
        reader = self._known_reader
        return reader is not None and not self.unreadable and not self.pending and reader.foreign != ""

    @property
    def unfinished_bytes(self) -> int:
        """Bytes at its end that are not a complete record, once it was read; 0 for a file that is not an event file."""
        left = self.size - self.bytes_read
        return 0 if not left or self.pending or self.trouble else left

    @property
    def has_flaws(self) -> bool:
        """Whether there is anything to say of damage, malformed records, an unfinished end or why it is not read."""
        return bool(self.damage or self.malformed or self.trouble or self.unfinished_bytes)

    @property
    def left_bytes(self) -> int:
        """Bytes of it that are still to be read."""
        return self.size - self.bytes_read if self.pending and not self.unreadable else 0

    def anew(self) -> "EventFile":
        """The same file, of which nothing has been read."""
        file = EventFile(self.path, self.place)
        file.size, file.modified, file.is_quiet = self.size, self.modified, self.is_quiet
        return file

    @property
    def checksums(self) -> BlockChecksums:
        """Of everything that has been read."""
        return self._reader.checksums

    @property
    def identity(self) -> str | None:
        """Of the file that was read, opaque; None when none was."""
        return self._reader.identity

    @property
    def version(self) -> str:
        """The version of the file that was read last; empty when none was."""
        return self._reader.version

    def take_over(
        self, other: "EventFile", identity: str, offset: int, checksums: BlockChecksums, is_compared: bool
    ) -> None:
        """Go on from what another object knows up to a byte of the same file, the one of this identity.

        ``is_compared`` False: whether its bytes are those that the object knows is still to be found out.
        """
        self._take_known(other)
        self.bytes_read = self.indexed = offset
        self.size = max(self.size, offset)
        self._is_guessed = False
        self._reader.resume(identity, offset, len(self.session_starts), checksums)
        if not is_compared:
            self._verification.want()
        self._watch_damage()
        if self._status is not None and self._status.size == offset:
            # There is nothing behind it to be read.
            self.pending, self.unreadable = False, ""
            self.known_extent = self.extent

    def take_loaded(self, files: LoadedFiles, number: int, status: "FileStatus | None" = None) -> None:
        """Take in all of the file, of which nothing was read before: the one of that number.

        ``status`` is of a file that others have opened.
        """
        facts = files.facts[number]
        self._loaded = facts, files.blocks(facts), status
        self.size = self.bytes_read = facts.size
        self.modified = facts.modified if status is None else status.modified
        self.is_quiet = _has_rested(self.modified)
        self.pending = False
        if self._known_status is not None or self._known_reader is not None:
            # They knew the file when it was empty, or could not be read.
            self._known_status = self._known_reader = self._known_verification = None
            self.unreadable = ""
        self._is_guessed = False
        self._take_file(files, number)
        self.known_extent = (0, facts.malformed, 0, "")

    def take_status(self, status: "FileStatus") -> None:
        """The file, of which nothing was read before, is to be read as it is now."""
        self._take_status(status)
        self.is_quiet = _has_rested(self.modified)

    def take_found(self, files: LoadedFiles, number: int) -> None:
        """Take in what was loaded of the file when it was found: all of it, or when it begins."""
        facts = files.facts[number]
        if facts.is_whole:
            self.take_loaded(files, number)
        elif facts.has_first:
            self.first_wall_time = facts.first
            self._take_status(facts.status)
            self.is_quiet = _has_rested(self.modified)
        else:
            self.look_at_first()
            return
        self.is_looked_at = True

    def look_at_first(self) -> None:
        """Find out when the file begins, without reading more than its first record."""
        self._is_guessed = False
        try:
            first = self._reader.first_wall_time()
        except (OSError, MemoryError):
            return
        self.first_wall_time = first if first is not None and math.isfinite(first) else None

    def guess_first(self) -> None:
        """Take the time in the file's name for that of its first record, until that has been read."""
        found = _TIME_IN_NAME.search(self.name)
        self.first_wall_time = float(found[1]) if found else None
        self._is_guessed = True

    def check(self) -> bool:
        """Look whether the file has changed or gone; whether it has changed. One ``stat``, where it is needed."""
        if self.is_looked_at:
            self.is_looked_at = False
            return False
        try:
            status = self.place.stat(self.path)
        except FileNotFoundError:
            self.gone = True
            return False
        except OSError as error:
            self._fail(error)
            return False
        before = self._status
        was_quiet, self.is_quiet = self.is_quiet, _has_rested(status.modified)
        if status == before and (self._is_given_up or not self.unreadable):
            # An unfinished end is searched when nobody writes any more.
            if self.is_quiet and not was_quiet and self.unfinished_bytes:
                self.pending = True
            return False
        # A file that could not be read is tried again: permissions change without a trace in its status.
        changed = status != before
        if before is not None and changed:
            if self.checksums.length:
                is_as_large = (status.identity, status.size) == (before.identity, before.size)
                self._verification.want(at_once=is_as_large)
            else:
                # Only its first record was looked at, which may be another one by now.
                self._is_guessed = True
        self._take_status(status)
        return changed

    def _take_status(self, status: "FileStatus") -> None:
        """The file is to be read, up to the size that it has now."""
        self._known_status = status
        self._is_given_up = False
        self.size = status.size
        self.modified = status.modified
        self.pending = True

    @property
    def is_suspect(self) -> bool:
        """Whether it changed without growing and has not been compared with the records read since."""
        return self._known_verification is not None and self._known_verification.is_urgent

    @property
    def must_verify(self) -> bool:
        """Whether that is to be done before more is read; else it takes too long."""
        return self.is_suspect and self.checksums.length <= WHOLE

    @property
    def may_verify(self) -> bool:
        """Whether the bytes that were read are to be compared with the file once in a while."""
        return self._known_verification is not None and self._known_verification.is_wanted

    @property
    def is_verification_due(self) -> bool:
        """Whether that is now."""
        return self._verification.is_due()

    def verify(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Compare the bytes that were read with the file; a file whose bytes changed is read anew by :meth:`read`."""
        if not self._verification.run(should_stop, self.damage):
            self.pending = True

    def read(self) -> Batch | None:
        """The next few megabytes, decoded; None when they cannot be had."""
        looked_at = self._status if self.is_new else None
        reader = self._reader
        try:
            batch = reader.read(self._batch_bytes)
        except (OSError, MemoryError) as error:
            self.note_failed(error)
            return None
        self.unreadable = ""
        if looked_at is not None and (reader.identity, reader.version) != (looked_at.identity, looked_at.version):
            self._is_guessed = True
        is_unknown = self.first_wall_time is None or self._is_guessed
        if batch.restarted or (is_unknown and batch.events):
            self.look_at_first()
        elif self._is_guessed and batch.at_end:
            # There is no first record.
            self.first_wall_time, self._is_guessed = None, False
        return batch

    def apply(self, batch: Batch) -> None:
        """Take in what :meth:`read` returned."""
        if batch.restarted:
            self.indexed = 0
        self.size = max(self._reader.size, self._reader.offset)
        self.bytes_read = self._reader.offset
        self._take_batch(batch)
        points = sum(len(columns.step) for columns in batch.scalars)
        self._batch_bytes = _LARGE_BATCH if points < _FEW * len(batch.scalars) else _BATCH
        self._watch_damage()
        # Only now: while a batch is on its way, what is in it is not unfinished.
        self.pending = not batch.at_end

    def give_up(self, error: Exception) -> None:
        """Something went wrong here that is not the disk's fault: the file is read anew when it has changed."""
        self.pending = False
        self.unreadable = f"reading it failed, which is a fault of Cutaway: {type(error).__name__}"
        self._is_given_up = True
        self._reader.forget()

    def _watch_damage(self) -> None:
        if self.damage or self._reader.offset < self.checksums.length:
            self._verification.watch_damage()

    def note_failed(self, error: OSError | MemoryError) -> None:
        """It could not be read, or not be opened."""
        if isinstance(error, FileNotFoundError):
            self.gone = True
            self.pending = False
        elif not isinstance(error, ReplacedError):
            # One that was replaced is read again, as it is now.
            self._fail(error)

    def _fail(self, error: OSError | MemoryError) -> None:
        self.pending = False
        self.unreadable = reason(error)


def _has_rested(modified: int) -> bool:
    """Whether nobody has written to a file for a minute, by when it was written to: nanoseconds since the epoch."""
    return time.time() - modified / 1e9 > QUIET_SECONDS


def printable(name: str) -> str:
    """A file's name as text: bytes that are not UTF-8 become U+FFFD."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
