"""The table of runs: what each was run with, what its scalars came to, when it was, and whether it still is.

Rows are made once for each change of a run, and read the disk only for hyper-parameters and for how a session ended.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Any

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


@dataclass(frozen=True, slots=True)
class ScalarFacts:
    """One scalar of a run. `last` may be NaN or infinite; `min` and `max` are of finite values, None without any."""

    step: int
    last: float
    min: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run; times in seconds since the epoch. `scalars` are by the ids of their tags."""

    id: str
    revision: int
    #: The times of the first event and of the newest value.
    start: float | None
    end: float | None
    #: Whether the last session that was told of ended in order, with nothing recorded since.
    finished: bool
    points: int
    bytes: int
    damaged_bytes: int
    hparams: dict[str, Any]
    #: Hyper-parameters that are not among them, and records that were too many or too large to look for more.
    hparams_left_out: int
    scalars: dict[str, ScalarFacts]

    def state(self, now: float) -> str:
        """``finished``, ``running`` or ``stalled``."""
        if self.finished:
            return "finished"
        return "running" if self.end is not None and now - self.end < STALLED_AFTER else "stalled"


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of a run that need no disk, and where the rest is."""

    row: RunRow
    hparams: list[RecordedValues]
    sessions: RecordedValues | None


class RunTable:
    """The rows of a log directory. Any thread may ask; the disk is read outside every lock of the directory."""

    def __init__(self, log: LogDirectory, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._clock = clock
        self._rows: dict[str, RunRow] = {}
        self._lock = Lock()

    def rows(self) -> tuple[int, list[tuple[str, RunRow]]]:
        """The revision, and each run's state and row, in the order of the catalogue."""
        with self._lock:
            known = {run_id: row.revision for run_id, row in self._rows.items()}
            revision, order, found = self._log.of_runs(self._facts, known)
            for run_id, facts in found.items():
                self._rows[run_id] = _completed(facts)
            self._rows = {run_id: self._rows[run_id] for run_id in order}
            now = self._clock()
            return revision, [(row.state(now), row) for row in self._rows.values()]

    def _facts(self, run: Run) -> _Facts:
        kinds = run.kinds()
        info = run.info()
        row = RunRow(
            id=run.id,
            revision=run.revision,
            start=info.first_wall_time,
            end=info.last_wall_time,
            finished=False,
            points=info.points,
            bytes=sum(file.size for file in run.files.values()),
            damaged_bytes=info.damaged_bytes,
            hparams={},
            hparams_left_out=0,
            scalars={self._log.tag_id(tag): facts for tag in kinds.get(SCALARS, ()) if (facts := _scalar(run, tag))},
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


def _scalar(run: Run, tag: str) -> ScalarFacts | None:
    parts = [part.points for part in run.scalars(tag) if len(part.points)]
    if not parts:
        return None
    step, _, last = parts[-1].last
    lowest, highest = min(part.lowest for part in parts), max(part.highest for part in parts)
    return ScalarFacts(step, last, *((lowest, highest) if lowest <= highest else (None, None)))


def _completed(facts: _Facts) -> RunRow:
    """With what only the files know. One that cannot be read says nothing."""
    hparams, left_out = _hparams(facts.hparams)
    finished = False
    if facts.sessions is not None:
        times = facts.sessions.wall_time
        # Of several writers, as of hyper-parameters, the last one to say something counts.
        place = len(times) - 1 - int(np.argmax(times[::-1]))
        ended = times[place] >= (-math.inf if facts.row.end is None else facts.row.end)
        latest = list(facts.sessions.readable([place])) if facts.sessions.length[place] <= MOST_BYTES else []
        finished = bool(ended) and any(isinstance(each, SessionLog) and each.status == "stop" for each in latest)
    return replace(facts.row, finished=finished, hparams=hparams, hparams_left_out=left_out)


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
