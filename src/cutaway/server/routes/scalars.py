"""``POST ./api/scalars``: the points of several charts, reduced to the screen."""

from collections.abc import Callable
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import (
    LINES,
    MOST_BUCKETS,
    VIEW,
    ChartLines,
    ChartView,
    check_lines,
    describe_chart,
    parse_charts,
    parse_lines,
    parse_runs,
    parse_view,
    points_of,
)
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.queries import check_names
from cutaway.server.responses import fail
from cutaway.server.routing import post
from cutaway.store.collection import collection_held
from cutaway.store.curve import Axis
from cutaway.store.line_columns import Columns
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import MOST_BUCKETS_IN_CHART, Known, ReducedChart, reduce_chart, takes_rows
from cutaway.store.smoothing_cache import SmoothingCache

_POINT_COLUMNS = ("point_x", "point_y")
_BUCKET_COLUMNS = ("bucket", "mean", "min", "max")
#: There when any chart is smoothed: of the same places as `_POINT_COLUMNS` and `_BUCKET_COLUMNS`.
_SMOOTH_COLUMNS = {"point_smooth": "point_y", "smooth": "mean"}
#: There when any chart has details; of the same places as `_BUCKET_COLUMNS`.
_DETAIL_COLUMNS = ("count_in_bucket", "first", "last")
_MARK_COLUMNS = ("mark_bucket", "mark_nan", "mark_pos_inf", "mark_neg_inf")
#: Columns that are float32 when nothing in the frame needs more.
_VALUE_COLUMNS = ("point_y", "mean", "min", "max")


class KnownChart(NamedTuple):
    """What the client already holds of the chart: its buckets, and its lines as they were at a revision."""

    axis: Axis
    level: int
    origin: int
    revision: int


class ChartRequest(NamedTuple):
    """One chart that is asked for, checked."""

    lines: ChartLines
    runs: tuple[str, ...]
    view: ChartView
    known: KnownChart | None
    details: bool


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log, cache = context.log, context.smoothed
    return [post("/api/scalars", lambda body: answer(log, parse_request(log, body), cache))]


def parse_request(log: LogDirectory, body: bytes) -> list[ChartRequest]:
    """Check a request. Fails with 400 and a reason for anything that the documentation does not accept."""
    return [
        ChartRequest(
            parse_lines(chart, f"charts[{number}]"),
            parse_runs(log, chart.get("runs"), f"charts[{number}].runs"),
            parse_view(chart, f"charts[{number}]"),
            _parse_known(chart.get("known"), f"charts[{number}].known"),
            _parse_details(chart.get("details", False), f"charts[{number}].details"),
        )
        for number, chart in enumerate(parse_charts(body, (*LINES, *VIEW, "runs", "known", "details")))
    ]


def _parse_known(known: object, where: str) -> KnownChart | None:
    if known is None:
        return None
    fields = {name: known.get(name) for name in KnownChart._fields} if isinstance(known, dict) else {}
    if isinstance(known, dict):
        check_names(known, KnownChart._fields, where)
    numbers = [number for name, number in fields.items() if name != "axis" and type(number) is int]
    if not isinstance(fields.get("axis"), str) or len(numbers) < len(KnownChart._fields) - 1:
        fail(400, f"{where} must be null or an object with {', '.join(KnownChart._fields)} of an earlier answer")
    return KnownChart(cast("Axis", fields["axis"]), *numbers)


def _parse_details(details: object, where: str) -> bool:
    if not isinstance(details, bool):
        fail(400, f"{where} must be true or false")
    return details


@collection_held()
def answer(log: LogDirectory, requests: list[ChartRequest], cache: SmoothingCache) -> Response:
    """The frame for some charts. Fails with 404 for an unknown id."""
    revision = log.revision
    check_lines(sum(len(request.runs) for request in requests))
    most_buckets = min(MOST_BUCKETS_IN_CHART, MOST_BUCKETS // max(len(requests), 1))
    reduced = []
    for request in requests:
        view = request.view
        by_rows = takes_rows(view.axis, view.scale, view.smoothing)
        chart = reduce_chart(
            **points_of(log, request.lines, request.runs, by_rows=by_rows),
            **view._asdict(),
            cache=cache,
            known=_known(log, request),
            details=request.details,
            most_buckets=most_buckets,
        )
        reduced.append((request.lines.tag, chart, log.unread(request.runs)))
    return _encode(revision, reduced)


def _known(log: LogDirectory, request: ChartRequest) -> Known | None:
    if request.known is None:
        return None
    axis, level, origin, revision = request.known
    return Known(axis, level, origin, frozenset(log.unchanged_since(revision, request.runs)))


def _encode(revision: int, charts: list[tuple[str, ReducedChart, list[str]]]) -> Response:
    every = [chart.lines.columns for _, chart, _ in charts]
    values = np.float32 if all(columns.point_y.dtype == np.float32 for columns in every) else np.float64

    def joined(name: str, dtype: Any, instead: Callable[[Columns], NDArray[Any]] | None = None) -> NDArray[Any]:
        """A column of all charts; of those that were asked for without it, something else."""
        parts: list[NDArray[Any]] = []
        for columns in every:
            part: NDArray[Any] = getattr(columns, name)
            other = part if instead is None else instead(columns)
            parts.append((part if len(part) == len(other) else other).astype(dtype, copy=False))
        return np.concatenate([np.empty(0, dtype), *parts])

    found = {}
    for name in _POINT_COLUMNS + _BUCKET_COLUMNS + _MARK_COLUMNS:
        found[name] = joined(name, values if name in _VALUE_COLUMNS else np.float64 if name == "point_x" else np.uint32)
    if any(len(getattr(columns, name)) for columns in every for name in _SMOOTH_COLUMNS):
        for name, plain in _SMOOTH_COLUMNS.items():
            found[name] = joined(name, values, attrgetter(plain))
    if any(len(columns.count_in_bucket) for columns in every):
        for name in _DETAIL_COLUMNS:
            dtype = np.uint32 if name == "count_in_bucket" else values
            found[name] = joined(name, dtype, lambda columns: np.zeros(len(columns.bucket)))
    described = []
    points = buckets = marks = 0
    for tag, chart, pending in charts:
        members = {**describe_chart(tag, chart, pending), "unchanged": chart.unchanged}
        described.append({**members, "series": _describe(chart, points, buckets, marks)})
        points += len(chart.lines.columns.point_x)
        buckets += len(chart.lines.columns.bucket)
        marks += len(chart.lines.columns.mark_bucket)
    return frame_response({"revision": revision, "charts": described}, found)


def _describe(chart: ReducedChart, points: int, buckets: int, marks: int) -> list[dict[str, object]]:
    """The lines of a chart whose columns begin behind so many points, buckets and marks of those before it."""
    _, point_edges, bucket_edges, mark_edges = chart.lines
    spans = (
        pairwise((edges + begin).tolist())
        for edges, begin in ((point_edges, points), (bucket_edges, buckets), (mark_edges, marks))
    )
    return [
        {
            "run": facts.run,
            "segment": facts.segment,
            "count": facts.in_range,
            "recorded": facts.recorded,
            "left_out": facts.left_out,
            "between": facts.between,
            "points": of_points,
            "buckets": of_buckets,
            "marks": of_marks,
            **({"approximate": True} if facts.approximate else {}),
        }
        for facts, of_points, of_buckets, of_marks in zip(chart.facts, *spans, strict=True)
    ]
