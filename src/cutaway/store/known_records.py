"""What is known of the records of one event file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cutaway.events.kind_names import EMPTY, SCALARS, TENSORS
from cutaway.events.reader import Batch, BlobColumns, Damage
from cutaway.store.blobs import BlobSeries
from cutaway.store.kinds.registry import is_data
from cutaway.store.loaded_file import LoadedFiles
from cutaway.store.loaded_series import SERIES_BYTES, LoadedSeries
from cutaway.store.progress import Progress, span_of

#: Everything that is known.
_KNOWLEDGE = (
    "scalars", "metadata", "blobs", "session_starts", "first_wall_time", "started", "last_wall_time", "progress",
    "not_finite_tags", "points", "record_counts", "malformed", "plugin_of", "damage", "damaged_bytes",
)  # fmt: skip
#: How many damaged ranges of one file are remembered one by one; the bytes of all are counted.
_MOST_DAMAGE = 1000

#: Of a file of which nothing is known, and of one that has nothing but scalars: no file changes these.
_NO_SERIES = LoadedSeries()
_NO_BLOBS: dict[tuple[str, str], BlobSeries] = {}
_NO_PLUGINS: dict[str, str] = {}
_NO_COUNTS: Counter[str] = Counter()
_NO_PROGRESS = Progress()


class KnownRecords:
    """The records of a file that have been taken in.

    There are attributes of its own where something is known: most files of a large log hold a few scalars, are read as
    a whole, and then rest.
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
    _step_span: tuple[int, int] | None = None

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

    def _take_known(self, other: "KnownRecords") -> None:
        """Know the same as another object, to which nothing is added any more."""
        for name in _KNOWLEDGE:
            setattr(self, name, getattr(other, name))
        self._step_span = None

    def _take_file(self, files: LoadedFiles, number: int) -> None:
        """Take in all records of a file of which nothing is known."""
        facts = files.facts[number]
        self._step_span = None
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

    def _take_batch(self, batch: Batch) -> None:
        """Take in the next records."""
        if batch.restarted:
            self._forget()
        self._own()
        self._step_span = None
        if batch.metadata:
            self.metadata = {**batch.metadata, **self.metadata}
        if batch.session_starts:
            self.session_starts = [*self.session_starts, *batch.session_starts]
            self.progress.start_session(batch.session_starts[-1])
        for columns in batch.scalars:
            series = self.scalars.added(columns.tag)
            series.append(columns.step, columns.wall_time, columns.value, columns.session, columns.facts)
            self.points += len(columns.step)
        not_finite = {columns.tag: None for columns in batch.scalars if columns.facts.not_finite is not None}
        if not not_finite.keys() <= self.not_finite_tags.keys():
            self.not_finite_tags = {**self.not_finite_tags, **not_finite}
        self._note(self.progress.take_scalars(batch.scalars, len(self.session_starts)))
        for blobs in batch.blobs:
            self._add_blobs(blobs)
        self.malformed += batch.malformed
        if batch.empty:
            self.record_counts[EMPTY] += batch.empty
        if batch.damage:
            self.damaged_bytes += sum(damage.length for damage in batch.damage)
            self.damage = [*self.damage, *batch.damage[: _MOST_DAMAGE - len(self.damage)]]

    def _forget(self) -> None:
        """Nothing is known any more."""
        self._step_span = None
        self.scalars, self.metadata, self.blobs, self.plugin_of = _NO_SERIES, {}, _NO_BLOBS, _NO_PLUGINS
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
