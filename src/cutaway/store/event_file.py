"""One event file of a run: its reader, the series read from it so far, and its faults.

``check`` and ``read`` ask the file's storage place; ``apply`` takes in a batch that was read. The caller decides which
of them runs under its lock. An :class:`OSError` never gets out: it becomes :attr:`EventFile.unreadable`.
"""

import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.kind_names import EMPTY, SCALARS, TENSORS
from cutaway.events.reader import QUIET_SECONDS, Batch, BlobColumns, Damage, EventFileReader
from cutaway.store.blobs import BlobSeries
from cutaway.store.kinds.registry import is_data
from cutaway.store.loaded_file import FileFacts, LoadedFiles
from cutaway.store.loaded_series import SERIES_BYTES, LoadedSeries
from cutaway.store.places.place import Place, ReplacedError, name_of
from cutaway.store.places.reason import reason
from cutaway.store.progress import Progress, span_of
from cutaway.store.verification import WHOLE, Verification

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cutaway.events.open_file import FileStatus, OpenFile

#: The part of the file whose records have been taken in.
KNOWLEDGE = (
    "scalars", "metadata", "blobs", "session_starts", "first_wall_time", "started", "last_wall_time", "progress",
    "not_finite_tags", "points", "record_counts", "malformed", "plugin_of", "damage", "damaged_bytes",
)  # fmt: skip
#: Bytes that are read at a time: of a file with so many tags that a batch has less than `_FEW` points of each, more,
#: since taking in a tag's points costs the same for one as for a hundred.
_BATCH = 8 << 20
_LARGE_BATCH = 64 << 20
_FEW = 16
#: How many damaged ranges of one file are remembered one by one; the bytes of all are counted.
_MOST_DAMAGE = 1000
#: As `events.out.tfevents.1700000000.host`: seconds since the epoch.
_TIME_IN_NAME = re.compile(r"tfevents\.(\d{1,11})\b")


#: Of a file of which nothing is known, and of one that has nothing but scalars: no file changes these.
_NO_SERIES = LoadedSeries()
_NO_BLOBS: dict[tuple[str, str], BlobSeries] = {}
_NO_PLUGINS: dict[str, str] = {}
_NO_COUNTS: Counter[str] = Counter()
_NO_PROGRESS = Progress()


class EventFile:
    """The state of one file, which has a path in a storage place.

    A file has attributes of its own where they differ from those of one that was just found: most files of a large log
    hold a few scalars, are read as a whole, and then rest.
    """

    #: The points of each tag, in the order of the tags' first points.
    scalars: LoadedSeries = _NO_SERIES
    #: The first SummaryMetadata of a tag's scalars, serialised, for tags that have one.
    metadata: Mapping[str, bytes] = MappingProxyType({})
    #: Where everything else is, by kind and tag.
    blobs: dict[tuple[str, str], BlobSeries] = _NO_BLOBS
    #: The steps at which sessions start, in file order.
    session_starts: Sequence[int] = ()
    #: Seconds since the epoch of the first record, or None while there is none or it is not a number.
    first_wall_time: float | None = None
    #: The earliest value's time, in seconds since the epoch; None while there is no value.
    started: float | None = None
    #: The newest value's time (finite).
    last_wall_time: float | None = None
    #: How far its scalars have come.
    progress: Progress = _NO_PROGRESS
    #: Tags of scalars with a value that is not finite, in the order in which the first of them came.
    not_finite_tags: Mapping[str, None] = MappingProxyType({})
    #: Scalar points.
    points = 0
    #: Values that are not scalars and events that hold nothing, by kind; no bookkeeping.
    record_counts: Counter[str] = _NO_COUNTS
    #: Records whose checksums are right and whose content is not an event.
    malformed = 0
    #: The plug-in that a tag's first tensor names: later ones may not.
    plugin_of: dict[str, str] = _NO_PLUGINS
    damage: Sequence[Damage] = ()
    damaged_bytes = 0
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
    _batch_bytes = _BATCH
    _is_given_up = False
    _is_guessed = False
    _step_span: tuple[int, int] | None = None
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
    def counts(self) -> dict[str, int]:
        """How many records there are of each kind, of those that there are: of scalars the points."""
        counts = {SCALARS: self.points} if self.points else {}
        return counts | self.record_counts if self.record_counts else counts

    @property
    def step_span(self) -> tuple[int, int]:
        """The lowest and the highest step of its scalars; (0, 0) without any."""
        if self._step_span is None:
            self._step_span = self.scalars.step_span()
        return self._step_span

    @property
    def ended(self) -> float | None:
        """When the last thing that is known of it was recorded: its values may have been given times before its first
        record's. None while there is nothing."""
        known = [each for each in (self.first_wall_time, self.last_wall_time) if each is not None]
        return max(known, default=None)

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

    @property
    def made_series(self) -> int:
        """Of how many series there are objects."""
        return self.scalars.made

    @property
    def nbytes(self) -> int:
        """Bytes of memory that its points and the places of its other values take."""
        places = sum([series.nbytes for series in self.blobs.values()]) if self.blobs else 0
        return self.scalars.nbytes + places

    @property
    def has_long_series(self) -> bool:
        """Whether its points take much more than the objects of its series do."""
        return self.scalars.nbytes > 4 * SERIES_BYTES * len(self.scalars)

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
        for name in KNOWLEDGE:
            setattr(self, name, getattr(other, name))
        self.bytes_read = self.indexed = offset
        self.size = max(self.size, offset)
        self._step_span = None
        self._is_guessed = False
        self._reader.resume(identity, offset, len(self.session_starts), checksums)
        if not is_compared:
            self._verification.want()
        self._watch_damage()

    def take_loaded(self, files: LoadedFiles, number: int, status: "FileStatus | None" = None) -> None:
        """Take in all of the file, of which nothing was read before: the one of that number.

        ``status`` is of a file that others have opened.
        """
        facts = files.facts[number]
        self._loaded = facts, files.blocks(facts), status
        self.size = self.bytes_read = facts.size
        self.modified = facts.modified if status is None else status.modified
        self.is_quiet = time.time() - self.modified / 1e9 > QUIET_SECONDS
        self.pending = False
        if self._known_status is not None or self._known_reader is not None:
            # They knew the file when it was empty, or could not be read.
            self._known_status = self._known_reader = self._known_verification = None
            self.unreadable = ""
        self._step_span = None
        self._is_guessed = False
        self.first_wall_time = facts.first
        self.scalars, metadata = files.scalars(facts)
        if metadata:
            self.metadata = metadata
        self.points = facts.points
        if facts.points:
            highest, first, last = facts.highest_step, facts.first_point, facts.last_point
            if first <= last:
                self.started, self.last_wall_time = first, last
                self.progress = Progress(first, last, highest, True)
            else:
                self.progress = Progress(None, None, highest, True)
        if facts.not_finite:
            self.not_finite_tags = self.scalars.not_finite_tags()
        if facts.blobs or facts.empty:
            self._own()
            for blobs in files.blobs(number):
                self._add_blobs(blobs)
            if facts.empty:
                self.record_counts[EMPTY] += facts.empty
        self.malformed = facts.malformed
        self.known_extent = (0, facts.malformed, 0, "")

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
        was_quiet, self.is_quiet = self.is_quiet, time.time() - status.modified / 1e9 > QUIET_SECONDS
        if status == before and (self._is_given_up or not self.unreadable):
            # An unfinished end is searched when nobody writes any more.
            if self.is_quiet and not was_quiet and self.unfinished_bytes:
                self.pending = True
            return False
        # A file that could not be read is tried again: permissions change without a trace in its status.
        changed = status != before
        if before is not None and changed and self.checksums.length:
            is_as_large = (status.identity, status.size) == (before.identity, before.size)
            self._verification.want(at_once=is_as_large)
        self._known_status = status
        self._is_given_up = False
        self.size = status.size
        self.modified = status.modified
        self.pending = True
        return changed

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
        try:
            batch = self._reader.read(self._batch_bytes)
        except (OSError, MemoryError) as error:
            self.note_failed(error)
            return None
        self.unreadable = ""
        if batch.restarted or ((self.first_wall_time is None or self._is_guessed) and batch.events):
            self.look_at_first()
        return batch

    def apply(self, batch: Batch) -> None:
        """Take in what :meth:`read` returned."""
        self._step_span = None
        if batch.restarted:
            self._forget()
        self._own()
        self.size = max(self._reader.size, self._reader.offset)
        self.bytes_read = self._reader.offset
        if batch.metadata:
            self.metadata = {**batch.metadata, **self.metadata}
        if batch.session_starts:
            self.session_starts = [*self.session_starts, *batch.session_starts]
            self.progress.start_session(batch.session_starts[-1])
        before = self.points
        for columns in batch.scalars:
            series = self.scalars.added(columns.tag)
            series.append(columns.step, columns.wall_time, columns.value, columns.session, columns.facts)
            self.points += len(columns.step)
        not_finite = {columns.tag: None for columns in batch.scalars if columns.facts.not_finite is not None}
        if not not_finite.keys() <= self.not_finite_tags.keys():
            self.not_finite_tags = {**self.not_finite_tags, **not_finite}
        is_wide = self.points - before < _FEW * len(batch.scalars)
        self._batch_bytes = _LARGE_BATCH if is_wide else _BATCH
        self._note(self.progress.take_scalars(batch.scalars, len(self.session_starts)))
        for blobs in batch.blobs:
            self._add_blobs(blobs)
        self.malformed += batch.malformed
        if batch.empty:
            self.record_counts[EMPTY] += batch.empty
        if batch.damage:
            self.damaged_bytes += sum(damage.length for damage in batch.damage)
            self.damage = [*self.damage, *batch.damage[: _MOST_DAMAGE - len(self.damage)]]
        self._watch_damage()
        # Only now: while a batch is on its way, what is in it is not unfinished.
        self.pending = not batch.at_end

    def _forget(self) -> None:
        """Nothing is known of its records any more."""
        self.scalars, self.metadata, self.blobs, self.plugin_of = _NO_SERIES, {}, _NO_BLOBS, _NO_PLUGINS
        self.indexed = 0
        self.session_starts = []
        self.started = self.last_wall_time = None
        self.progress = _NO_PROGRESS
        self.not_finite_tags = {}
        self.points = self.damaged_bytes = self.malformed = 0
        self.record_counts = _NO_COUNTS
        self.damage = []

    def _own(self) -> None:
        """Have objects of its own, to which more can be added."""
        if self.scalars is _NO_SERIES:
            self.scalars = LoadedSeries()
        if self.blobs is _NO_BLOBS:
            self.blobs = {}
        if self.plugin_of is _NO_PLUGINS:
            self.plugin_of = {}
        if self.record_counts is _NO_COUNTS:
            self.record_counts = Counter()
        if self.progress is _NO_PROGRESS:
            self.progress = Progress()

    def _add_blobs(self, columns: BlobColumns) -> None:
        kind = columns.kind
        if kind == TENSORS:
            # TensorFlow 1's FileWriter names the plug-in with a tag's first value only.
            kind = self.plugin_of.get(columns.tag, kind)
        elif columns.metadata:
            self.plugin_of.setdefault(columns.tag, kind)
        series = self.blobs.get((kind, columns.tag))
        if series is None:
            series = self.blobs[kind, columns.tag] = BlobSeries()
        series.metadata = series.metadata or columns.metadata
        series.append(columns.step, columns.wall_time, columns.offset, columns.length, columns.session)
        if is_data(kind):
            self.record_counts[kind] += len(columns.step)
            if kind != EMPTY:
                self._note(span_of(columns.wall_time))
                self.progress.take_others(int(columns.step.max()))

    def _note(self, span: tuple[float, float] | None) -> None:
        if span is not None:
            self.started = span[0] if self.started is None else min(self.started, span[0])
            self.last_wall_time = span[1] if self.last_wall_time is None else max(self.last_wall_time, span[1])

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


def printable(name: str) -> str:
    """A file's name as text: bytes that are not UTF-8 become U+FFFD."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
