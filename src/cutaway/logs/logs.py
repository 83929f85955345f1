"""``cutaway.open``: a log directory for programs, without a server.

What is read is what the viewer shows: every point, in the order of the files, without what a resumed run superseded
(unless it is asked for). Scalars are columns in memory; everything else stays in its file until it is looked at.
"""

import contextlib
import difflib
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cutaway.events import kind_names
from cutaway.events.core import natural_key
from cutaway.events.kind_names import SCALARS
from cutaway.events.open_file import OpenFile
from cutaway.logs.checked import Checked
from cutaway.logs.model import Models
from cutaway.store import files_of_run
from cutaway.store.catalogue import DamageInfo, MalformedInfo, UnfinishedInfo, UnreadableInfo
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.embeddings import Embedding, read_embeddings
from cutaway.store.kinds.hparams import HParams
from cutaway.store.neutral_text import for_terminal
from cutaway.store.places.object_url import is_object_url
from cutaway.store.places.place import Place
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.run_record import record_of
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.run import Run as StoredRun
from cutaway.store.scalars import Scalars, long_form
from cutaway.store.tables import plain, to_arrow, to_dataframe
from cutaway.store.values import RecordedValues


@dataclass(frozen=True)
class Refreshed:
    """What :meth:`Logs.refresh` found."""

    #: Names of runs that are new, that are gone, and that have more than before.
    new_runs: tuple[str, ...]
    gone_runs: tuple[str, ...]
    changed_runs: tuple[str, ...]
    #: How many more bytes of event files have been read.
    bytes: int

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.new_runs or self.gone_runs or self.changed_runs)


class Logs(Mapping[str, "Run"]):
    """Runs by name: ``logs["first"]``. A run is a directory with event files; ``.`` is the log directory itself.

    One thread may refresh while others read; objects that were handed out stay as they were.
    """

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        """``logdir``: a directory or the URL of one in an object store, or one event file, which is the run ``.``."""
        self._directory = open_log_directory(logdir)
        self._runs: dict[str, Run] = {}
        self.refresh()
        state = self._directory.catalogue().logdir
        if state.state == "missing":
            what = "there are no objects below" if is_object_url(self.path) else "there is no directory"
            raise FileNotFoundError(f"{what} {self.path!r}{state.detail and f': {state.detail}'}")
        if state.state == "unreadable":
            raise PermissionError(f"the directory {self.path!r} cannot be read: {state.detail}")
        if self._directory.place.is_file:
            for item in self.unreadable:
                raise ValueError(f"{self.path!r} cannot be read: {item.reason}")

    @property
    def path(self) -> str:
        """The log directory, as it was given."""
        return self._directory.path

    @property
    def runs(self) -> list[str]:
        """The names of the runs in natural order."""
        return list(self._runs)

    @property
    def damage(self) -> list[DamageInfo]:
        """Places in files where bytes are not records although valid records follow."""
        return [item for run in self._runs.values() for item in run.damage]

    @property
    def malformed(self) -> list[MalformedInfo]:
        """How many records of each file are not events although their checksums are right: they are not read."""
        return [item for run in self._runs.values() for item in run.malformed]

    @property
    def unfinished(self) -> list[UnfinishedInfo]:
        """Ends of files that are not a complete record: not written yet, or cut off for ever."""
        return [item for run in self._runs.values() for item in run.unfinished]

    @property
    def unreadable(self) -> list[UnreadableInfo]:
        """Files that cannot be read or are not event files, directories that cannot be read, and why."""
        return list(self._directory.catalogue().unreadable)

    @property
    def detail(self) -> str:
        """Other files that are there instead of event files, such as captures of a profiler; mostly empty."""
        return self._directory.catalogue().logdir.detail

    def refresh(self) -> Refreshed:
        """Read the records that were written since, and only those."""
        before = {name: run.revision for name, run in self._runs.items()}
        bytes_before = self._directory.bytes_taken
        self._directory.refresh()
        stored = {run.name: run for run in self._directory.runs()}
        known, place = self._runs, self._directory.place
        # A run that was deleted and written anew is another one under the same name.
        self._runs = {
            name: known[name] if name in known and known[name].is_of(stored[name]) else Run(stored[name], place)
            for name in sorted(stored, key=natural_key)
        }
        changed = [name for name, run in self._runs.items() if name in before and run.revision != before[name]]
        return Refreshed(
            tuple(name for name in self._runs if name not in before),
            tuple(name for name in before if name not in self._runs),
            tuple(changed),
            self._directory.bytes_taken - bytes_before,
        )

    def findings(self, settings: RuleSettings | None = None) -> dict[str, list[Finding]]:
        """What the rules find in each run, by its name: see :meth:`Run.findings`."""
        return {name: run.findings(settings) for name, run in self._runs.items()}

    def to_dataframe(self, library: str | None = None) -> Any:
        """All scalars in long form as a data frame: run, tag, step, wall_time (seconds since the epoch), value.

        ``library``: ``pandas`` or ``polars``; by default the one that is imported already, else installed. In pandas
        run and tag are categories.
        """
        return to_dataframe(self._long_form(), library)

    def to_arrow(self) -> Any:
        """All scalars in long form, as :meth:`to_dataframe`."""
        return to_arrow(self._long_form())

    def columns(self) -> dict[str, Any]:
        """The columns of :meth:`to_dataframe`, as NumPy arrays."""
        return plain(self._long_form())

    def _long_form(self) -> dict[str, Any]:
        return long_form((name, tag, run.scalars(tag)) for name, run in self._runs.items() for tag in run.tags(SCALARS))

    def __getitem__(self, name: str) -> "Run":
        if name in self._runs:
            return self._runs[name]
        raise KeyError(_unknown("run", name, self.runs, f"in {self.path!r}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    def __repr__(self) -> str:
        points = sum(run.points for run in self._runs.values())
        tags = len({tag for run in self._runs.values() for tag in run.tags(SCALARS)})
        numbers = f"{_count(len(self), 'run')}, {_count(tags, 'scalar tag')}, {_count(points, 'point')}"
        return f"<Logs {self.path!r}: {numbers}{f'; {self.detail}' if self.detail else ''}>"


class Run:
    """One run: its tags by kind, and the values recorded under them."""

    def __init__(self, stored: StoredRun, place: Place) -> None:
        self._stored = stored
        self._place = place

    @property
    def id(self) -> str:
        """The name of the run in `DamageInfo`, `UnfinishedInfo` and `UnreadableInfo`."""
        return self._stored.id

    @property
    def name(self) -> str:
        """The directory, relative to the log directory."""
        return self._stored.name

    @property
    def points(self) -> int:
        """How many scalars there are."""
        return self._stored.points

    @property
    def revision(self) -> int:
        """Goes up whenever more of the run has been read."""
        return self._stored.revision

    @property
    def damage(self) -> list[DamageInfo]:
        """Places in the run's files where bytes are not records although valid records follow."""
        return files_of_run.damage(self._stored)

    @property
    def malformed(self) -> list[MalformedInfo]:
        """How many records of each of the run's files are not events although their checksums are right."""
        return files_of_run.malformed(self._stored)

    @property
    def unfinished(self) -> list[UnfinishedInfo]:
        """Ends of the run's files that are not a complete record."""
        return files_of_run.unfinished(self._stored)

    @property
    def kinds(self) -> dict[str, list[str]]:
        """Every kind of data that there is, with its tags in natural order."""
        return self._stored.kinds()

    def files(self) -> list[Path]:
        """The run's event files, in the order of their first events. Raises ValueError where they are on no disk."""
        paths = self.paths()
        if any(map(is_object_url, paths)):
            raise ValueError(f"the files of run {self.name!r} are in an object store: paths() has their URLs")
        return [Path(path) for path in paths]

    def paths(self) -> list[str]:
        """The paths of the run's event files, in the order of their first events; in an object store their URLs."""
        return self._stored.paths()

    def open_file(self, path: str) -> OpenFile:
        """One of those files, open for reading. Raises OSError."""
        return self._place.open(path)

    def tags(self, kind: str = SCALARS) -> list[str]:
        """The tags of one kind in natural order; none if there are none."""
        return self.kinds.get(kind, [])

    def is_of(self, stored: StoredRun) -> bool:
        """Whether this is a view of that run."""
        return self._stored is stored

    def scalars(self, tag: str, *, superseded: bool = False, last_attempt: bool = False) -> Scalars:
        """The numbers of one tag. ``superseded``: with those that a resumed run has recorded anew. ``last_attempt``: of
        a training that was started several times into one directory, those of the last time.

        Raises KeyError, with near matches, for a tag without scalars.
        """
        if tag not in self.tags():
            raise KeyError(_unknown("scalar tag", tag, self.tags(), f"in run {self.name!r}"))
        files = self._stored.scalars(tag, with_superseded=superseded, last_attempt=last_attempt)
        return Scalars(self.name, tag, files, self._stored.metadata(SCALARS, tag))

    def values(self, kind: str, tag: str = "", *, superseded: bool = False) -> RecordedValues:
        """The values of any kind but scalars under a tag: a sequence that decodes each value when it is asked for.

        Raises KeyError, with near matches, when there is none.
        """
        if kind == SCALARS:
            raise KeyError("scalars are columns: see Run.scalars")
        tags = self.tags(kind)
        if tag not in tags:
            raise KeyError(_unknown(f"tag of kind {kind!r}", tag, tags, f"in run {self.name!r}"))
        parts = self._stored.blobs(kind, tag, with_superseded=superseded)
        values = Models if kind == kind_names.CUTAWAY_MODEL else RecordedValues
        return values(self.name, kind, tag, parts, self._stored.metadata(kind, tag))

    def images(self, tag: str) -> RecordedValues:
        """:class:`~cutaway.store.kinds.image.Image`: ``.to_array()``, ``.to_pil()``."""
        return self.values(kind_names.IMAGES, tag)

    def audio(self, tag: str) -> RecordedValues:
        """:class:`~cutaway.store.kinds.audio.Audio`: ``.to_array()``, ``.sample_rate()``."""
        return self.values(kind_names.AUDIO, tag)

    def histograms(self, tag: str) -> RecordedValues:
        """:class:`~cutaway.store.kinds.histogram.Histogram`: ``.edges``, ``.counts``."""
        return self.values(kind_names.HISTOGRAMS, tag)

    def texts(self, tag: str) -> RecordedValues:
        """Strings, or arrays of strings."""
        return self.values(kind_names.TEXT, tag)

    def pr_curves(self, tag: str) -> RecordedValues:
        """:class:`~cutaway.store.kinds.pr_curve.PrCurve`."""
        return self.values(kind_names.PR_CURVES, tag)

    def meshes(self, tag: str) -> RecordedValues:
        """:class:`~cutaway.store.kinds.mesh.MeshPart`: a tag for vertices, faces and colours each."""
        return self.values(kind_names.MESH, tag)

    def tensors(self, tag: str) -> RecordedValues:
        """NumPy arrays, written for either plug-in (``tensor``, ``tensors``)."""
        return self.values(kind_names.TENSOR if tag in self.tags(kind_names.TENSOR) else kind_names.TENSORS, tag)

    def models(self, tag: str = "model") -> RecordedValues:
        """:class:`~cutaway.logs.model.Model`: ``.summary``, ``.trace``."""
        return self.values(kind_names.CUTAWAY_MODEL, tag)

    def graphs(self) -> RecordedValues:
        """:class:`~cutaway.store.kinds.graph.Graph`: ``.nodes``, ``.data``."""
        return self.values(kind_names.GRAPH)

    def hparams(self) -> dict[str, Any]:
        """The run's hyper-parameters by name; none when none are recorded."""
        values: dict[str, Any] = {}
        for message in self._hparams():
            values.update(message.values)
        return values

    def _hparams(self) -> Iterator[HParams]:
        for tag in self.tags(kind_names.HPARAMS):
            yield from self.values(kind_names.HPARAMS, tag).readable()

    def findings(self, settings: RuleSettings | None = None) -> list[Finding]:
        """What the rules find in the run, a sentence each: errors first, and last what there is not enough data to say.

        ``settings``: the thresholds, by default those of :class:`~cutaway.store.rules.settings.RuleSettings`.
        """
        return self.check(settings).findings

    def check(self, settings: RuleSettings | None = None) -> Checked:
        """The same, with the curves that show it."""
        return Checked(record_of(self._stored), settings)

    def embeddings(self) -> list[Embedding]:
        """The embeddings that the run's ``projector_config.pbtxt`` lists."""
        directory = self._stored.directory()
        return [] if directory is None else read_embeddings(self._place, directory)

    def to_dataframe(self, library: str | None = None) -> Any:
        """The run's scalars in long form: tag (a category in pandas), step, wall_time (seconds since 1970), value."""
        return to_dataframe(self._long_form(), library)

    def to_arrow(self) -> Any:
        """The run's scalars in long form."""
        return to_arrow(self._long_form())

    def columns(self) -> dict[str, Any]:
        """The columns of :meth:`to_dataframe`, as NumPy arrays."""
        return plain(self._long_form())

    def _long_form(self) -> dict[str, Any]:
        columns = long_form((self.name, tag, self.scalars(tag)) for tag in self.tags())
        del columns["run"]
        return columns

    def __repr__(self) -> str:
        kinds = ", ".join(_count(len(tags), f"{for_terminal(kind)} tag") for kind, tags in self.kinds.items())
        return f"<Run {self.name!r}: {kinds or 'nothing'}, {_count(self.points, 'point')}>"


def open_logs(logdir: str | os.PathLike[str]) -> Logs:
    """Read a log directory, or one event file: all of it now, and new records at each ``refresh()``.

    ``logdir``: a path, or a URL of an object store (``s3://bucket/logs``, ``gs://…``, ``az://…``).

    Raises FileNotFoundError or PermissionError when the directory cannot be read, and ValueError for another URL or for
    one file that is not an event file. Files that cannot be read are in ``unreadable``, damage is in ``damage``, and
    ends of files that are not a complete record are in ``unfinished``. A warning says so where something is missing
    for good: a file that is not an event file, or an end that nobody has written to for a minute.
    """
    logs = Logs(logdir)
    missing = [for_terminal(f"{item.file}: {item.reason}") for item in logs.unreadable]
    missing += [for_terminal(f"{end.file}: {describe_end(end)}") for end in logs.unfinished if end.is_quiet]
    if missing:
        more = f", and {len(missing) - 3:,} more (see Logs.unreadable and Logs.unfinished)" if len(missing) > 3 else ""
        warnings.warn(f"{logs.path!r} is not read as a whole: {'; '.join(missing[:3])}{more}", stacklevel=2)
    return logs


def describe_end(end: UnfinishedInfo) -> str:
    """The end of a file that is not a complete record, in words."""
    if not end.is_quiet:
        return f"{_count(end.bytes, 'byte')} at its end, at {end.offset:,}, are no complete record yet"
    with contextlib.suppress(OverflowError, ValueError, OSError):
        written = datetime.fromtimestamp(end.modified).strftime("%Y-%m-%d %H:%M")
        return (
            f"{_count(end.bytes, 'byte')} at its end, at {end.offset:,}, are no complete record; "
            f"the file was last written to at {written}"
        )
    return f"{_count(end.bytes, 'byte')} at its end, at {end.offset:,}, are no complete record"


def _unknown(what: str, name: str, known: list[str], where: str) -> str:
    near = difflib.get_close_matches(name, known, 3, 0.5) or known[:3]
    hint = f"; there is {', '.join(map(repr, near))}" if near else ""
    more = f" and {len(known) - len(near)} more" if near and len(known) > len(near) else ""
    return f"there is no {what} {name!r} {where}{hint}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
