"""Requests for the values of many tags and runs at one place: bounds, checks, and which values are meant."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.server.chart_request import RECORDED_AXES, finite, one_of, parse_runs
from cutaway.server.queries import check_names, parse_object, values_of
from cutaway.server.responses import fail
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_clock import RunClock
from cutaway.store.values import RecordedValues

#: Of one answer: pairs of a tag and a run, and places of values.
MOST_PAIRS = 10_000
MOST_PLACES = 1_000_000


class Place(NamedTuple):
    """A place on an axis, at or before which values are asked for."""

    axis: str
    #: A step, as it is or from the run's first on; seconds since the epoch or the run's start, or of work.
    x: float


class ValuesRequest(NamedTuple):
    """Which tags and runs are asked for, checked."""

    tags: tuple[str, ...]
    runs: tuple[str, ...]
    #: None for the newest values.
    at: Place | None
    #: Whether the values are asked for themselves, beside their places.
    values: bool


class AskedSeries(NamedTuple):
    """The values of one tag in one run, by their ids, and which of them is at the place; None before the first."""

    tag: str
    run: str
    values: RecordedValues
    at: int | None


def parse_values_request(log: LogDirectory, body: bytes, accepted: tuple[str, ...]) -> ValuesRequest:
    """Check a request. Fails with 400 and a reason for anything that the documentation does not accept."""
    asked = parse_object(body, accepted)
    tags, values = asked.get("tags"), asked.get("values", False)
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        fail(400, "tags must be a list of ids of tags")
    if not isinstance(values, bool):
        fail(400, "values must be true or false")
    tags, runs = tuple(dict.fromkeys(tags)), parse_runs(log, asked.get("runs"), "runs")
    if len(tags) * len(runs) > MOST_PAIRS:
        fail(
            413,
            f"{len(tags):,} tags of {len(runs):,} runs are asked for; at most {MOST_PAIRS:,} pairs are accepted",
        )
    return ValuesRequest(tags, runs, parse_place(asked.get("at")), values)


def series_of(log: LogDirectory, asked: ValuesRequest) -> list[AskedSeries]:
    """The tags and runs that have values, by the order of tags, then of runs. Fails with 404 for an unknown id.

    Without the runs that are not in memory: see `LogDirectory.unread`.
    """
    unread = frozenset(log.unread(asked.runs))
    clocks = clocks_of(log, asked.at, asked.runs)
    every: list[AskedSeries] = []
    places = 0
    for tag, run in ((tag, run) for tag in asked.tags for run in asked.runs if run not in unread):
        _, found = values_of(log, {"tag": tag, "run": run})
        places += len(found)
        if places > MOST_PLACES:
            fail(413, f"there are more than {MOST_PLACES:,} values in these tags and runs; ask for fewer")
        if len(found):
            every.append(AskedSeries(tag, run, found, index_at(asked.at, found, clocks.get(run))))
    return every


def pending_of(log: LogDirectory, asked: ValuesRequest) -> dict[str, list[str]]:
    """For the header of an answer: ``pending``, the runs whose values are to come, where there are any."""
    pending = log.unread(asked.runs)
    return {"pending": pending} if pending else {}


def columns_of(every: Sequence[AskedSeries]) -> dict[str, NDArray[Any]]:
    """Where the values are: ``step``, ``wall_time`` and ``bytes`` of all series, one behind the other."""
    none = np.empty(0)
    return {
        "step": np.concatenate([none.astype(np.int64), *(each.values.step for each in every)]),
        "wall_time": np.concatenate([none, *(each.values.wall_time for each in every)]),
        "bytes": np.concatenate([none, *(each.values.length.astype(np.float64) for each in every)]),
    }


def clocks_of(log: LogDirectory, at: Place | None, runs: Sequence[str]) -> dict[str, RunClock]:
    """What `index_at` needs to know of some runs, by their ids. Fails with 404 for an unknown id."""
    if at is None:
        return {}
    try:
        return log.clocks(runs)
    except KeyError as error:
        fail(404, f"there is no run with the id {str(error.args[0])[:50]!r}")


def parse_place(at: Any) -> Place | None:
    """Check a place: an axis and an x, or None. Fails with 400 and a reason for anything else."""
    if at is None:
        return None
    if not isinstance(at, dict):
        fail(400, "at must be null or an object with an axis and an x")
    check_names(at, Place._fields, "at")
    axis: str = one_of(at.get("axis"), RECORDED_AXES, "at.axis")
    if finite(at.get("x")) is None:
        fail(400, "at.x must be a finite number")
    return Place(axis, at["x"])


def index_at(at: Place | None, values: RecordedValues, clock: RunClock | None) -> int | None:
    """Which value is meant: the last of those at the greatest x that is not beyond the place; without one the last."""
    if at is None:
        return len(values) - 1
    if clock is None and at.axis not in ("step", "wall"):
        return None
    along: NDArray[Any] = (clock or RunClock(0.0)).places(at.axis, values.step, values.wall_time)
    if along.dtype == np.int64:
        # Exact also beyond 2^53.
        x, limits = math.floor(at.x), np.iinfo(np.int64)
        if x < limits.min:
            return None
        reached = along <= min(x, limits.max)
    else:
        reached = along <= float(at.x)
    candidates = np.flatnonzero(reached)
    if not len(candidates):
        return None
    backwards = candidates[::-1]
    return int(backwards[np.argmax(along[backwards])])
