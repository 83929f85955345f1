"""The table of runs: what each was run with, what its scalars came to, when it was, and whether it still is.

Rows are made once for each change of a run, and read the disk only for hyper-parameters and for how a session ended.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from cutaway.events.kind_names import HPARAMS, SCALARS, SESSION_LOG
from cutaway.store.kinds.hparams import HParams
from cutaway.store.kinds.session_log import SessionLog
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import Run
from cutaway.store.values import RecordedValues

#: A run that has not ended and has had nothing new for so many seconds has stalled.
STALLED_AFTER = 600.0
#: More hyper-parameters than this of one run are not shown, and more characters than this of one.
MOST_HPARAMS = 1000
MOST_CHARACTERS = 1000
#: The records of one run that are looked at for hyper-parameters: the newest, and no more bytes of them than this.
MOST_RECORDS, MOST_BYTES = 100, 1 << 20
#: Rows are kept for so many choices of tags.
MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class ScalarFacts:
    """One scalar of a run. `last` may be NaN or infinite; `min` and `max` are of finite values, None without any."""

    step: int
    last: float
    min: float | None
    max: float | None


class NotFinite(NamedTuple):
    """Where a scalar of a run is first not finite."""

    #: The lowest step with such a value, and the first such value there: NaN, Inf or -Inf.
    step: int
    value: float
    #: Whether the last value is not finite either.
    lasts: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run; times in seconds since the epoch. `scalars` and `not_finite` are by the ids of their tags."""

    id: str
    revision: int
    #: The times of the first point and of the newest, of a run without scalars those of its values.
    start: float | None
    end: float | None
    #: When the newest value of any kind was recorded.
    last_recorded: float | None
    #: Whether the last session that was told of ended in order, with nothing recorded since.
    finished: bool
    points: int
    bytes: int
    damaged_bytes: int
    hparams: dict[str, Any]
    #: Hyper-parameters that are not among them, and records that were too many or too large to look for more.
    hparams_left_out: int
    #: Of the tags that were asked for.
    scalars: dict[str, ScalarFacts]
    #: Of all tags that have a value that is not finite.
    not_finite: dict[str, NotFinite]

    def state(self, now: float) -> str:
        """``finished``, ``running`` or ``stalled``."""
        if self.finished:
            return "finished"
        is_fresh = self.last_recorded is not None and now - self.last_recorded < STALLED_AFTER
        return "running" if is_fresh else "stalled"


@dataclass(frozen=True, slots=True)
class _Told:
    """What only the event files know of a run."""

    finished: bool
    hparams: dict[str, Any]
    hparams_left_out: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of a run that need no disk, and where the rest is."""

    row: RunRow
    hparams: list[RecordedValues]
    sessions: RecordedValues | None


#: Tags by their ids; None for all of them.
Tags = tuple[str, ...] | None


class RunTable:
    """The rows of a log directory. Any thread may ask; the disk is read outside every lock of the directory."""

    def __init__(self, log: LogDirectory, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._clock = clock
        #: By the tags that were asked for, those that were asked for last behind, and by the ids of the runs.
        self._rows: dict[Tags, dict[str, RunRow]] = {}
        self._told: dict[str, tuple[int, _Told]] = {}
        self._lock = Lock()

    def rows(self, tags: Tags = None) -> tuple[int, list[tuple[str, RunRow]]]:
        """The revision, and each run's state and row, in the order of the catalogue; with the scalars of some tags.

        Raises KeyError with the id of a tag that is unknown or not of scalars.
        """
        names = None if tags is None else {self._scalar_name(tag): tag for tag in tags}
        with self._lock:
            rows = self._rows.pop(tags, {})
            known = {run_id: row.revision for run_id, row in rows.items()}
            revision, order, found = self._log.of_runs(lambda run: self._facts(run, names), known)
            for run_id, facts in found.items():
                rows[run_id] = self._completed(facts)
            self._rows[tags] = rows = {run_id: rows[run_id] for run_id in order}
            if len(self._rows) > MOST_CHOICES:
                del self._rows[next(iter(self._rows))]
            self._told = {run_id: told for run_id, told in self._told.items() if run_id in rows}
            now = self._clock()
            return revision, [(row.state(now), row) for row in rows.values()]

    def _scalar_name(self, tag_id: str) -> str:
        name, kind = self._log.tag_name(tag_id)
        if kind != SCALARS:
            raise KeyError(tag_id)
        return name

    def _facts(self, run: Run, tags: Mapping[str, str] | None) -> _Facts:
        kinds = run.kinds()
        info = run.info()
        named = {tag: self._log.tag_id(tag) for tag in kinds.get(SCALARS, ())} if tags is None else tags
        row = RunRow(
            id=run.id,
            revision=run.revision,
            start=info.first_wall_time,
            end=info.last_wall_time,
            last_recorded=run.last_recorded,
            finished=False,
            points=info.points,
            bytes=sum(file.size for file in run.files.values()),
            damaged_bytes=info.damaged_bytes,
            hparams={},
            hparams_left_out=0,
            scalars={tag_id: facts for tag, tag_id in named.items() if (facts := _scalar(run, tag))},
            not_finite={
                self._log.tag_id(tag): NotFinite(*place, not math.isfinite(facts.last))
                for tag, place in run.not_finite().items()
                if (facts := _scalar(run, tag))
            },
        )
        hparams = [
            RecordedValues(run.name, HPARAMS, tag, run.blobs(HPARAMS, tag), run.metadata(HPARAMS, tag))
            for tag in kinds.get(HPARAMS, ())
        ]
        parts = [
            (file, series.places)
            for file in run.ordered_files()
            for (kind, _), series in file.blobs.items()
            if kind == SESSION_LOG
        ]
        return _Facts(row, hparams, RecordedValues(run.name, SESSION_LOG, "", parts, b"") if parts else None)

    def _completed(self, facts: _Facts) -> RunRow:
        """With what only the files know, which is read once for each change of a run."""
        row = facts.row
        revision, told = self._told.get(row.id, (-1, None))
        if told is None or revision != row.revision:
            told = _told(facts)
            self._told[row.id] = row.revision, told
        return replace(row, finished=told.finished, hparams=told.hparams, hparams_left_out=told.hparams_left_out)


def _scalar(run: Run, tag: str) -> ScalarFacts | None:
    parts = [part.points for part in run.scalars(tag) if len(part.points)]
    if not parts:
        return None
    step, _, last = parts[-1].last
    lowest, highest = min(part.lowest for part in parts), max(part.highest for part in parts)
    return ScalarFacts(step, last, *((lowest, highest) if lowest <= highest else (None, None)))


def _told(facts: _Facts) -> _Told:
    """A file that cannot be read says nothing."""
    hparams, left_out = _hparams(facts.hparams)
    finished = False
    if facts.sessions is not None:
        times = facts.sessions.wall_time
        # Of several writers, as of hyper-parameters, the last one to say something counts.
        place = len(times) - 1 - int(np.argmax(times[::-1]))
        last_recorded = facts.row.last_recorded
        ended = times[place] >= (-math.inf if last_recorded is None else last_recorded)
        latest = list(facts.sessions.readable([place])) if facts.sessions.length[place] <= MOST_BYTES else []
        finished = bool(ended) and any(isinstance(each, SessionLog) and each.status == "stop" for each in latest)
    return _Told(finished, hparams, left_out)


def _hparams(every: list[RecordedValues]) -> tuple[dict[str, Any], int]:
    """The hyper-parameters of a run's messages as they are shown, and how many of them, or of the messages, are not."""
    hparams: dict[str, Any] = {}
    left_out, records, size = 0, MOST_RECORDS, MOST_BYTES
    for values in every:
        chosen = []
        # Of very many records the newest say how the run is.
        for place, length in reversed(list(enumerate(values.length.tolist()))):
            if records and length <= size:
                chosen.append(place)
                records, size = records - 1, size - length
            else:
                left_out += 1
        for message in values.readable(reversed(chosen)):
            if isinstance(message, HParams):
                hparams.update(message.values)
    shown = {_shown(name): _shown(value) for name, value in islice(hparams.items(), MOST_HPARAMS)}
    return shown, left_out + len(hparams) - len(shown)


def _shown(value: Any) -> Any:
    """A hyper-parameter's name or value, as much of it as a table has room for."""
    text = value if isinstance(value, str | float | bool | None) else repr(value)
    if isinstance(text, str) and len(text) > MOST_CHARACTERS:
        return f"{text[:MOST_CHARACTERS]}…"
    return value
