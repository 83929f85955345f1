"""The table of runs: what each was run with, what its scalars came to, when it was, and whether it still is.

Rows are made once for each change of a run, and read the disk only for hyper-parameters and for how a session ended.
"""

import math
import time
from collections.abc import Callable, Collection, Mapping
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from cutaway.events.core import natural_key
from cutaway.events.kind_names import HPARAMS, SCALARS, SESSION_LOG
from cutaway.store.experiment import Experiment, merged
from cutaway.store.joined_runs import JoinedRuns
from cutaway.store.kinds.hparams import HParams
from cutaway.store.kinds.session_log import SessionLog
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import Run
from cutaway.store.run_row import NotFinite, RunRow, ScalarFacts, Session
from cutaway.store.values import RecordedValues

#: More hyper-parameters than this of one run are not shown, and more characters than this of one.
MOST_HPARAMS = 1000
MOST_CHARACTERS = 1000
#: The records of one run that are looked at for hyper-parameters: the newest, and no more bytes of them than this.
MOST_RECORDS, MOST_BYTES = 100, 1 << 20
#: Rows are kept for so many choices.
MOST_CHOICES = 4


class _Told(NamedTuple):
    """What only the event files know of a run."""

    finished: bool
    hparams: dict[str, Any]
    hparams_left_out: int
    session: Session | None
    #: Those of its messages that declare hyper-parameters or metrics.
    declaring: tuple[HParams, ...]


#: As of most runs of a large log.
_NOTHING = _Told(finished=False, hparams={}, hparams_left_out=0, session=None, declaring=())


class _Facts(NamedTuple):
    """The facts of a run that need no disk, and where the rest is."""

    row: RunRow
    hparams: list[RecordedValues]
    sessions: RecordedValues | None


class Choice(NamedTuple):
    """Whose scalars are in the table."""

    #: Tags by their ids; None for all of them.
    tags: tuple[str, ...] | None = None
    #: Whether, of runs that were started several times, those of the last attempt alone.
    last_attempt: bool = False


EVERYTHING = Choice()


class RunTable:
    """The rows of a log directory. Any thread may ask; the disk is read outside every lock of the directory."""

    def __init__(self, log: LogDirectory, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._clock = clock
        #: By what was asked for, what was asked for last behind, and by the ids of the runs.
        self._rows: dict[Choice, dict[str, RunRow]] = {}
        self._joins: dict[Choice, JoinedRuns] = {}
        self._told: dict[str, tuple[int, _Told]] = {}
        self._lock = Lock()

    def rows(self, choice: Choice = EVERYTHING) -> tuple[int, list[tuple[str, RunRow]]]:
        """The revision, and each run's state and row, in the order of the catalogue; with the scalars that are chosen.

        Raises KeyError with the id of a tag that is unknown or not of scalars.
        """
        tags = choice.tags
        names = None if tags is None else {self._scalar_name(tag): tag for tag in tags}
        with self._lock:
            rows = self._rows.pop(choice, {})
            known = {run_id: row.revision for run_id, row in rows.items()}
            revision, order, found = self._log.of_runs(lambda run: self._facts(run, names, choice.last_attempt), known)
            for run_id, facts in found.items():
                rows[run_id] = self._completed(facts)
            self._rows[choice] = rows = {run_id: rows[run_id] for run_id in order}
            if len(self._rows) > MOST_CHOICES:
                gone = next(iter(self._rows))
                del self._rows[gone]
                self._joins.pop(gone, None)
            self._told = {run_id: told for run_id, told in self._told.items() if run_id in rows}
            now = self._clock()
            joined = self._joins.setdefault(choice, JoinedRuns()).of(rows.values())
            return revision, [(row.state(now), row) for row in joined]

    def experiment(self) -> Experiment:
        """What the runs declare of hyper-parameters and metrics, as far as their rows have been asked for."""
        with self._lock:
            return merged(message for told in self._told.values() for message in told[1].declaring)

    def _scalar_name(self, tag_id: str) -> str:
        name, kind = self._log.tag_name(tag_id)
        if kind != SCALARS:
            raise KeyError(tag_id)
        return name

    def _facts(self, run: Run, tags: Mapping[str, str] | None, last_attempt: bool) -> _Facts:
        info, scalar_tags = run.info(), _scalar_tags(run)
        ordered = sorted(scalar_tags, key=natural_key) if tags is None else ()
        named = {tag: self._log.tag_id(tag) for tag in ordered} if tags is None else tags
        row = RunRow(
            id=run.id,
            name=run.name,
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
            session=None,
            has_curves=info.points > len(scalar_tags),
            scalars={tag_id: facts for tag, tag_id in named.items() if (facts := _scalar(run, tag, last_attempt))},
            not_finite={
                self._log.tag_id(tag): NotFinite(*place, not math.isfinite(facts.last))
                for tag, place in run.not_finite(last_attempt=last_attempt).items()
                if (facts := _scalar(run, tag, last_attempt))
            },
        )
        hparams = [
            RecordedValues(run.name, HPARAMS, tag, run.blobs(HPARAMS, tag), run.metadata(HPARAMS, tag))
            for tag in _hparams_tags(run)
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
        if told is _NOTHING:
            return row
        return row._replace(
            finished=told.finished,
            hparams=told.hparams,
            hparams_left_out=told.hparams_left_out,
            session=told.session,
        )


def _scalar_tags(run: Run) -> Collection[str]:
    """In no order; of one file, as most runs have, without a copy."""
    files = list(run.known_files.values())
    return files[0].scalars if len(files) == 1 else dict.fromkeys(tag for file in files for tag in file.scalars)


def _hparams_tags(run: Run) -> list[str]:
    tags = {tag for file in run.known_files.values() for kind, tag in file.blobs if kind == HPARAMS}
    return sorted(tags, key=natural_key)


def _scalar(run: Run, tag: str, last_attempt: bool) -> ScalarFacts | None:
    parts = run.scalar_facts(tag, last_attempt=last_attempt)
    if not parts:
        return None
    last, lowest, highest = parts[-1], min(part.lowest for part in parts), max(part.highest for part in parts)
    return ScalarFacts(last.last_step, last.last, *((lowest, highest) if lowest <= highest else (None, None)))


def _told(facts: _Facts) -> _Told:
    """A file that cannot be read says nothing."""
    if not facts.hparams and facts.sessions is None:
        return _NOTHING
    messages, unread = _messages(facts.hparams)
    hparams: dict[str, Any] = {}
    for message in messages:
        hparams.update(message.values)
    shown = {_shown(name): _shown(value) for name, value in islice(hparams.items(), MOST_HPARAMS)}
    left_out = unread + len(hparams) - len(shown)
    finished = False
    if facts.sessions is not None:
        times = facts.sessions.wall_time
        # Of several writers, as of hyper-parameters, the last one to say something counts.
        place = len(times) - 1 - int(np.argmax(times[::-1]))
        last_recorded = facts.row.last_recorded
        ended = times[place] >= (-math.inf if last_recorded is None else last_recorded)
        latest = list(facts.sessions.readable([place])) if facts.sessions.length[place] <= MOST_BYTES else []
        finished = bool(ended) and any(isinstance(each, SessionLog) and each.status == "stop" for each in latest)
    declaring = tuple(message for message in messages if message.declared or message.metrics)
    return _Told(finished, shown, left_out, _session(messages), declaring)


def _messages(every: list[RecordedValues]) -> tuple[list[HParams], int]:
    """A run's messages of hyper-parameters, and how many were not looked at."""
    messages: list[HParams] = []
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
        messages += [each for each in values.readable(reversed(chosen)) if isinstance(each, HParams)]
    return messages, left_out


def _session(messages: list[HParams]) -> Session | None:
    """What the newest messages say of how the run began and ended."""
    starts = [message for message in messages if message.starts]
    ends = [message for message in messages if message.status]
    if not starts and not ends:
        return None
    start = starts[-1] if starts else HParams()
    end = ends[-1] if ends else HParams()
    # TensorBoard takes a session without an end for one of which nothing is known.
    return Session(
        status=end.status or "unknown",
        group=_cut(start.group),
        start=start.start_time,
        end=end.end_time,
        model_uri=_cut(start.model_uri),
        monitor_url=_cut(start.monitor_url),
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _shown(value: Any) -> Any:
    """A hyper-parameter's name or value, as much of it as a table has room for."""
    text = value if isinstance(value, str | float | bool | None) else repr(value)
    return _cut(text) if isinstance(text, str) and len(text) > MOST_CHARACTERS else value
