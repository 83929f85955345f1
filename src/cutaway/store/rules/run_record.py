"""What a run has that rules read, at one moment: cheap to take, while nothing else may change the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from cutaway.events.first_bad import FINDINGS
from cutaway.events.kind_names import CUTAWAY_WATCH, HISTOGRAMS, SESSION_LOG, TEXT
from cutaway.store.event_file import EventFile
from cutaway.store.rules.losses import MOST_LOSSES, Curve, is_loss
from cutaway.store.rules.other_writers import histogram_of, norm_of
from cutaway.store.run import RecordedPart, Run
from cutaway.store.segments import FilePoints
from cutaway.store.values import RecordedValues

#: Tags of other libraries that are read: beyond that nobody looks at single layers.
MOST_TAGS = 2000
#: The learning rate that a watch records has a tag with this end.
LEARNING_RATE = "lr"
_Role = Literal["loss", "norm", "rate", ""]
#: What `add_text` puts behind a tag, as PyTorch's does.
_TEXT_SUMMARY = "/text_summary"


@dataclass(frozen=True)
class RunRecord:
    """Snapshots of one run's last attempt. Nothing here is decoded yet."""

    name: str
    revision: int
    #: Of the watches, by tag.
    watches: Mapping[str, Sequence[RecordedPart]]
    #: By tag: losses, learning rates of watches, norms of layers; and the one of some scalars that has the most points.
    losses: Mapping[str, Sequence[FilePoints]]
    rates: Mapping[str, Sequence[FilePoints]]
    norms: Mapping[str, Sequence[FilePoints]]
    busiest: Sequence[FilePoints]
    #: By tag: histograms of layers, and what watches say of numbers that are not finite.
    histograms: Mapping[str, RecordedValues]
    reports: Mapping[str, RecordedValues]
    #: Starts and stops of sessions; None where nothing marks them.
    sessions: RecordedValues | None


def record_of(run: Run) -> RunRecord:
    """The record of a run, for a thread that holds the lock of its log directory."""
    files = run.files_of(last_attempt=True)
    tags: dict[str, None] = {}
    others: dict[str, dict[str, None]] = {}
    for file in files:
        tags |= dict.fromkeys(file.scalars)
        for kind, tag in list(file.blobs):
            others.setdefault(kind, {})[tag] = None
    of_files = {id(file) for file in files}
    watches = {
        tag: kept
        for tag, parts in (run.recorded(CUTAWAY_WATCH) if CUTAWAY_WATCH in others else {}).items()
        if (kept := [part for part in parts if id(part.file) in of_files])
    }
    prefixes = {tag.rpartition("/")[0] for tag in watches}
    # A run may have a hundred thousand tags, and nothing else of the log changes meanwhile.
    meant: dict[_Role, list[str]] = {"loss": [], "norm": [], "rate": [], "": []}
    for tag in tags:
        meant[_role(tag)].append(tag)
    rates = [tag for tag in meant["rate"] if _is_rate(tag, prefixes)]
    losses, norms = meant["loss"][:MOST_LOSSES], meant["norm"][:MOST_TAGS]
    busiest = max(losses or meant[""][:MOST_LOSSES], key=lambda tag: _points_of(files, tag), default=None)

    def points(names: Sequence[str]) -> dict[str, Sequence[FilePoints]]:
        return {tag: run.scalars(tag, last_attempt=True) for tag in names}

    def values(kind: str, names: Sequence[str]) -> dict[str, RecordedValues]:
        return {tag: _values(run, kind, tag, files) for tag in names}

    of_layers = [tag for tag in others.get(HISTOGRAMS, ()) if histogram_of(tag) is not None][:MOST_TAGS]
    reports = [tag for tag in others.get(TEXT, ()) if tag.removesuffix(_TEXT_SUMMARY).rpartition("/")[2] == FINDINGS]
    sessions = [_values(run, SESSION_LOG, tag, files) for tag in others.get(SESSION_LOG, ())]
    return RunRecord(
        run.name,
        run.revision,
        watches,
        points(losses),
        points(rates),
        # What a watch measures needs no other's norms.
        points(norms) if not watches else {},
        run.scalars(busiest, last_attempt=True) if busiest is not None else [],
        values(HISTOGRAMS, of_layers) if not watches else {},
        values(TEXT, reports),
        sessions[0] if sessions else None,
    )


@lru_cache(1 << 17)
def _role(tag: str) -> _Role:
    """What a scalar is to the rules, by its tag alone."""
    if is_loss(tag):
        return "loss"
    if tag.rpartition("/")[2].startswith(LEARNING_RATE):
        return "rate"
    return "norm" if norm_of(tag) is not None else ""


def _points_of(files: Sequence[EventFile], tag: str) -> int:
    return sum(len(file.scalars[tag]) for file in files if tag in file.scalars)


def _is_rate(tag: str, prefixes: set[str]) -> bool:
    return any(tag.startswith(f"{prefix}/{LEARNING_RATE}" if prefix else LEARNING_RATE) for prefix in prefixes)


def _values(run: Run, kind: str, tag: str, files: Sequence[EventFile]) -> RecordedValues:
    of_files = {id(file) for file in files}
    parts = [part for part in run.blobs(kind, tag) if id(part[0]) in of_files]
    return RecordedValues(run.name, kind, tag, parts, run.metadata(kind, tag))


def curve_of(tag: str, files: Sequence[FilePoints]) -> Curve:
    """The points of a scalar in the order of their steps; of several at one step the last."""
    # Columns of a series by their names would be kept unpacked with it.
    parts = [(file.points, len(file.points)) for file in files]
    step = np.concatenate([np.empty(0, np.int64), *(points.steps(0, count) for points, count in parts)])
    value = np.concatenate([np.empty(0), *(points.values(0, count).astype(np.float64) for points, count in parts)])
    wall_time = np.concatenate([np.empty(0), *(points.wall_times(0, count) for points, count in parts)])
    if len(step) and (np.diff(step) <= 0).any():
        order = np.argsort(step, kind="stable")
        last = np.append(np.diff(step[order]) > 0, True)
        order = order[last]
        step, value, wall_time = step[order], value[order], wall_time[order]
    return Curve(tag, step, value, wall_time)
