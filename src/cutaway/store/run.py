"""One run: the event files of one directory."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial, reduce
from itertools import islice
from typing import NamedTuple

from cutaway.events.core import natural_key
from cutaway.events.kind_names import HPARAMS, SCALARS, SESSION_LOG
from cutaway.events.reader import Batch
from cutaway.store.attempts import Attempts, attempts_of
from cutaway.store.blobs import BlobPlaces, BlobSeries
from cutaway.store.catalogue import RunInfo
from cutaway.store.event_file import EventFile
from cutaway.store.kept_file import KeptFile, KeptSeries
from cutaway.store.kinds.registry import is_data, kind_of
from cutaway.store.later_starts import LaterStarts
from cutaway.store.memory import Share
from cutaway.store.not_finite import earlier_not_finite
from cutaway.store.places.place import directory_of
from cutaway.store.progress import progress_of
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints
from cutaway.store.series import Points
from cutaway.store.series_table import SeriesFacts, SeriesTable
from cutaway.store.sessions import superseded

#: The kinds that the table of runs shows.
_IN_TABLE = frozenset({SCALARS, HPARAMS, SESSION_LOG})


class RecordedPart(NamedTuple):
    """The values of one kind and tag in one file."""

    file: EventFile
    #: All of them.
    series: BlobSeries
    #: Those that no later session has superseded.
    valid: BlobPlaces


#: Of a run of which nothing is kept or known: no run changes these.
_NO_FILES: dict[str, EventFile] = {}
_NO_CLOCKS: dict[bool, tuple[int, RunClock]] = {}
#: Of a run with one file, as most have.
_ONE_ATTEMPT = Attempts(1, 0)


class Run:
    """The state of one run. Not for several threads at once: the log directory holds the lock."""

    #: What is known of the files of a run that was dropped: as it was then. Empty for a run that never was.
    kept: dict[str, EventFile] = _NO_FILES
    #: The log directory's revision when this run last changed.
    revision = 0
    #: The same of the run's row in the table of runs.
    table_revision = 0
    _clocks: dict[bool, tuple[int, RunClock]] = _NO_CLOCKS
    _attempts = (-1, _ONE_ATTEMPT)
    _ordered: tuple[int, list[EventFile]] = (-1, [])
    _later_starts: tuple[int, LaterStarts[EventFile]] = (-1, LaterStarts(()))
    _info: RunInfo | None = None
    #: The file that was written to longest ago of those that had more to be read.
    _oldest: EventFile | None = None

    def __init__(self, run_id: str, name: str, color: int) -> None:
        self.id = run_id
        self.name = name
        self.color = color
        #: By their paths; of a run that is not in memory as they are read anew.
        self.files: dict[str, EventFile] = {}
        self.share = Share()
        #: The log directory's revision when the data of each kind that there is last changed.
        self.kind_revisions: dict[str, int] = {}

    @property
    def is_unread(self) -> bool:
        """Whether its points are not in memory; what is known of it may be of an earlier time."""
        return bool(self.kept) or not self.share.is_held

    @property
    def known_files(self) -> dict[str, EventFile]:
        """The files as they are known, by their paths."""
        return self.kept or self.files

    @property
    def modified(self) -> int:
        """See Sharing."""
        return max((file.modified for file in self.files.values()), default=0)

    @property
    def is_growing(self) -> bool:
        """See Sharing."""
        return any(not file.is_quiet for file in self.files.values())

    @property
    def is_incomplete(self) -> bool:
        """Whether there is more to be read of its files."""
        # The oldest one is read last, and each time that a file was read somebody asks.
        if self._oldest is None or not self._oldest.pending or self.files.get(self._oldest.path) is not self._oldest:
            pending = (file for file in self.files.values() if file.pending)
            self._oldest = min(pending, key=lambda file: file.modified, default=None)
        return self._oldest is not None

    @property
    def left_bytes(self) -> int:
        """See Sharing."""
        return sum(file.left_bytes for file in self.files.values())

    def drop(self, names: dict[tuple[str, ...], dict[str, int]]) -> None:
        """Forget the points; ``names`` are lists of tags that files share."""
        # What was known before is known still where the run was just being read again.
        if not self.kept and any(file.bytes_read for file in self.files.values()):
            self.kept = {path: self._without_points(file, names) for path, file in self.files.items()}
        self.files = {path: file.anew() for path, file in self.files.items()}
        self._clocks = _NO_CLOCKS

    def _without_points(self, file: EventFile, names: dict[tuple[str, ...], dict[str, int]]) -> EventFile:
        tags = tuple(file.scalars)
        places = names.setdefault(tags, {tag: place for place, tag in enumerate(tags)})
        if file.session_starts or self._later_start(file) is not None:
            found = {tag: SeriesFacts.of(self._valid_points(file, file.scalars[tag].points)) for tag in tags}
        else:
            found = {tag: file.scalars.facts(tag) for tag in tags}
        not_finite = {
            tag: self._valid_points(file, file.scalars[tag].points).not_finite for tag in file.not_finite_tags
        }
        return KeptFile(
            file,
            KeptSeries(
                places,
                {tag: facts for tag, facts in found.items() if facts is not None},
                {tag: place for tag, place in not_finite.items() if place is not None},
                file.step_span,
            ),
        )

    def apply(self, file: EventFile, batch: Batch) -> set[str]:
        """Take in a batch that was read from one of the files; return the kinds whose data changed.

        All kinds have changed when the run's start has, or when other values are superseded by a later session; and
        with a file's first records, with which other files are not compared: a run may have ten thousand.
        """
        before, started, ended, is_first = file.counts, file.started, file.ended, not file.bytes_read
        file.apply(batch)
        if (
            is_first
            or batch.restarted
            or batch.session_starts
            or self._has_moved(file, started)
            or self._met_another(file, ended)
        ):
            changed = before.keys() | self.kind_revisions.keys() | file.counts.keys()
        else:
            changed = {kind for kind, count in file.counts.items() if count != before.get(kind)}
        return changed | {blobs.kind for blobs in batch.blobs if not is_data(blobs.kind)}

    def has_new_tags(self, file: EventFile, scalars: int, blobs: int) -> bool:
        """Whether one of the files has a tag that the run did not have when the file had so many tags of scalars and of
        other data. A run that goes on in another file has all its tags anew there."""
        new_scalars = list(islice(file.scalars, scalars, None))
        new_blobs = [key for key in islice(file.blobs, blobs, None) if is_data(key[0])]
        if not new_scalars and not new_blobs:
            return False
        others = [other for other in self.files.values() if other is not file]
        return any(not any(tag in other.scalars for other in others) for tag in new_scalars) or any(
            not any(key in other.blobs for other in others) for key in new_blobs
        )

    def note_change(self, revision: int, kinds: Collection[str], *, in_table: bool = False) -> None:
        """Note the revision at which some kinds changed, and the run with them; ``in_table``: its files or damage."""
        self.revision = revision
        if kinds:
            self.kind_revisions = self.kind_revisions | dict.fromkeys(filter(is_data, kinds), revision)
        if in_table or not _IN_TABLE.isdisjoint(kinds):
            self.table_revision = revision

    def note_added(self, revision: int, files: Sequence[EventFile]) -> None:
        """Note the revision at which files came of which nothing was known: where there is anything in them, all kinds
        changed. The other files are not looked at: there may be thousands, and as many that come."""
        if not self.kind_revisions and not any(file.record_counts for file in files):
            # As of most runs of a large log.
            self.kind_revisions = {SCALARS: revision} if any(file.points for file in files) else {}
            self.revision = self.table_revision = revision
            return
        found = {kind for file in files for kind in file.counts}
        self.note_change(revision, found | self.kind_revisions.keys() if found else (), in_table=True)

    def note_all(self, revision: int) -> None:
        """Note the revision at which all kinds changed, and of which there may be fewer than before."""
        self.kind_revisions = {}
        self.note_change(revision, self.counts(), in_table=True)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind, of those that there are: of scalars the points."""
        files = self.known_files
        if len(files) == 1:
            return next(iter(files.values())).counts
        counts: Counter[str] = Counter()
        for file in list(files.values()):
            counts.update(file.counts)
        return dict(counts)

    def _has_moved(self, file: EventFile, started: float | None) -> bool:
        """Whether the run's start is another one since a file's was ``started``."""
        if file.started == started:
            return False
        others = [other.started for other in self.files.values() if other is not file]
        before, now = ([each for each in (*others, own) if each is not None] for own in (started, file.started))
        return min(before, default=None) != min(now, default=None)

    def _met_another(self, file: EventFile, ended: float | None) -> bool:
        """Whether a file that ended at a time is now seen to go on beyond the beginning of another one."""
        now = file.ended
        if ended is None or now is None or ended == now:
            return False
        starts = (other.first_wall_time for other in self.files.values() if other is not file)
        return any(start is not None and ended <= start < now for start in starts)

    @property
    def points(self) -> int:
        """Scalar points in all files."""
        return sum([file.points for file in self.known_files.values()])

    @property
    def last_recorded(self) -> float | None:
        """When the newest value of any kind was recorded, in seconds since the epoch."""
        return max(
            (file.last_wall_time for file in self.known_files.values() if file.last_wall_time is not None), default=None
        )

    @property
    def started(self) -> float | None:
        """When the earliest value was recorded, in seconds since the epoch."""
        return min((file.started for file in self.known_files.values() if file.started is not None), default=None)

    def clock(self, *, last_attempt: bool = False) -> RunClock | None:
        """Where the run's axes begin, or those of its last attempt, and when it was at work; None while there is no
        value."""
        files = self.files_of(last_attempt=last_attempt)
        started = min((file.started for file in files if file.started is not None), default=None)
        if started is None:
            return None
        revision, clock = self._clocks.get(last_attempt, (-1, None))
        if clock is None or revision != self.revision or clock.start != started:
            clock = RunClock(started, [file.scalars.values() for file in files], partial(_lowest_step, files))
            self._clocks = {**self._clocks, last_attempt: (self.revision, clock)}
        return clock

    @property
    def attempts(self) -> Attempts:
        """The attempts that its files are, in their order."""
        if len(self.known_files) < 2:
            return _ONE_ATTEMPT
        revision, found = self._attempts
        if revision != self.revision:
            found = attempts_of(self.ordered_files())
            self._attempts = (self.revision, found)
        return found

    def files_of(self, *, last_attempt: bool) -> list[EventFile]:
        """The files in their order: all, or those of the last attempt."""
        return self.ordered_files()[self.attempts.last if last_attempt else 0 :]

    def ordered_files(self) -> list[EventFile]:
        """The files by their first event, then by name in natural order; the list is not to be changed."""
        known = self.known_files
        # Most runs have one, and a catalogue asks thousands of runs.
        if len(known) < 2:
            return list(known.values())
        revision, files = self._ordered
        if revision != self.revision:
            files = sorted(known.values(), key=_start)
            self._ordered = (self.revision, files)
        return files

    def scalars(self, tag: str, *, with_superseded: bool = False, last_attempt: bool = False) -> list[FilePoints]:
        """The tag's points, a part for each file that has it, in the order of the files; of the last attempt alone, if
        that is asked for."""
        parts = []
        for file in self.files_of(last_attempt=last_attempt):
            series = file.scalars.get(tag)
            if series is not None:
                points = series.points
                if not with_superseded:
                    points = self._valid_points(file, points)
                parts.append(FilePoints(points, file.first_wall_time, file.last_wall_time))
        return parts

    def row(self, tag: str) -> tuple[SeriesTable, int] | None:
        """The table and the row that all points of the tag are in, none of which is superseded; None where they are
        not in one."""
        if self.is_unread or len(self.files) != 1:
            return None
        (file,) = self.files.values()
        return None if file.session_starts else file.scalars.row(tag)

    def scalar_facts(self, tag: str, *, last_attempt: bool = False) -> list[SeriesFacts]:
        """Facts of the tag's points in each file that has any, as :meth:`scalars` has them; its series are not made."""
        if not self.kept and any(file.session_starts for file in self.files.values()):
            parts = self.scalars(tag, last_attempt=last_attempt)
            every = [SeriesFacts.of(part.points) for part in parts]
        else:
            every = [file.scalars.facts(tag) for file in self.files_of(last_attempt=last_attempt)]
        return [facts for facts in every if facts is not None]

    def not_finite(self, *, last_attempt: bool = False) -> dict[str, tuple[int, float]]:
        """By the tags of scalars with a value that is not finite, the lowest step with one and the first value there;
        in the last attempt alone, if that is asked for.

        Values that a later session has superseded do not count.
        """
        files = self.files_of(last_attempt=last_attempt)
        tags = dict.fromkeys(tag for file in files for tag in file.not_finite_tags)
        found = {tag: reduce(earlier_not_finite, self._first_not_finite(tag, files)) for tag in tags}
        return {tag: place for tag, place in found.items() if place is not None}

    def _first_not_finite(self, tag: str, files: list[EventFile]) -> list[tuple[int, float] | None]:
        """Of each of some files that has the tag."""
        kept = [file.scalars.not_finite.get(tag) for file in files if isinstance(file.scalars, KeptSeries)]
        if self.kept:
            return kept or [None]
        return [
            self._valid_points(file, series.points).not_finite
            for file in files
            if (series := file.scalars.get(tag)) is not None
        ]

    def blobs(self, kind: str, tag: str, *, with_superseded: bool = False) -> list[tuple[EventFile, BlobPlaces]]:
        """Where the tag's values of a kind are, a part for each file that has any, in the order of the files."""
        parts = []
        for file in self.ordered_files():
            series = file.blobs.get((kind, tag))
            if series is not None:
                places = series.places
                # A graph is usually recorded at step 0, just before the session starts there.
                if not with_superseded and not kind_of(kind).of_run:
                    gone = superseded(places.step, places.sessions, file.session_starts, self._later_start(file))
                    places = places if gone is None else places.chosen(~gone)
                parts.append((file, places))
        return parts

    def recorded(self, kind: str) -> dict[str, list[RecordedPart]]:
        """By tag all values of a kind, a part for each file that has any, in the order of the files."""
        found: dict[str, list[RecordedPart]] = {}
        tags = dict.fromkeys(
            tag for file in self.ordered_files() for of_kind, tag in list(file.blobs) if of_kind == kind
        )
        for tag in tags:
            found[tag] = [RecordedPart(file, file.blobs[kind, tag], valid) for file, valid in self.blobs(kind, tag)]
        return found

    def kinds(self) -> dict[str, list[str]]:
        """The tags of each kind of data, both in natural order; scalars first."""
        tags: dict[str, set[str]] = {}
        for file in list(self.known_files.values()):
            if file.scalars:
                tags.setdefault(SCALARS, set()).update(list(file.scalars))
            for kind, tag in list(file.blobs):
                tags.setdefault(kind, set()).add(tag)
        kinds = sorted(tags, key=lambda kind: (kind != SCALARS, kind))
        return {kind: sorted(tags[kind], key=natural_key) for kind in kinds}

    def metadata(self, kind: str, tag: str) -> bytes:
        """The first SummaryMetadata of a tag, serialised; empty when there is none."""
        for file in self.ordered_files():
            series = file.blobs.get((kind, tag))
            found = file.metadata.get(tag, b"") if kind == SCALARS else series.metadata if series else b""
            if found:
                return found
        return b""

    def paths(self) -> list[str]:
        """Those of the files, in their order."""
        return [file.path for file in self.ordered_files()]

    def directory(self) -> str | None:
        """Where the run's files are."""
        return next((directory_of(path) for path in self.files), None)

    def _valid_points(self, file: EventFile, points: Points) -> Points:
        """Without those that a later session has superseded."""
        later_start = self._later_start(file)
        if not file.session_starts and later_start is None:
            return points
        if points.highest_step < min(
            file.session_starts if later_start is None else [*file.session_starts, later_start]
        ):
            return points
        gone = superseded(points.step, points.sessions, file.session_starts, later_start)
        if gone is None or not gone.any():
            return points
        return points.chosen(~gone)

    def _later_start(self, file: EventFile) -> int | None:
        """The lowest step at which a session starts in files that began after this one had ended."""
        if len(self.known_files) < 2:
            return None
        revision, starts = self._later_starts
        if revision != self.revision:
            starts = LaterStarts(self.known_files.values())
            self._later_starts = (self.revision, starts)
        return starts.behind(file)

    def info(self) -> RunInfo:
        """The run's line in the catalogue: the same object until the run changes."""
        if self._info is None or self._info.revision != self.revision:
            self._info = self._info_now()
        return self._info

    def _info_now(self) -> RunInfo:
        files = list(self.known_files.values())
        # Most runs have one, and a catalogue asks thousands of runs.
        is_one = len(files) == 1
        kinds = self.kind_revisions
        first_wall_time, last_wall_time, last_step = progress_of(files)
        return RunInfo(
            self.id,
            self.name,
            self.color,
            files[0].points if is_one else sum([file.points for file in files]),
            self.revision,
            self.table_revision,
            dict(sorted(kinds.items())) if len(kinds) > 1 else kinds,
            first_wall_time,
            last_wall_time,
            last_step,
            1 if is_one else self.attempts.number,
            files[0].damaged_bytes if is_one else sum([file.damaged_bytes for file in files]),
            self.is_unread,
        )

    @property
    def has_flaws(self) -> bool:
        """Whether there is anything to say of damage, malformed records, unfinished ends or files without records."""
        return any(file.has_flaws for file in self.known_files.values())


def _lowest_step(files: list[EventFile]) -> int:
    return min((file.scalars.step_span()[0] for file in files if file.points), default=0)


def _start(file: EventFile) -> tuple[float, str]:
    return (math.inf if file.first_wall_time is None else file.first_wall_time, natural_key(file.name))
