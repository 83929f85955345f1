"""``POST ./api/scalars``: the points of several charts, reduced to the screen."""

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
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import MOST_BUCKETS_IN_CHART, Known, ReducedChart, ReducedSeries, reduce_chart
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
        chart = reduce_chart(
            **points_of(log, request.lines, request.runs),
            **request.view._asdict(),
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
    every = [series for _, chart, _ in charts for series in chart.series]
    values = np.float32 if all(series.point_y.dtype == np.float32 for series in every) else np.float64
    columns = {}
    for name in _POINT_COLUMNS + _BUCKET_COLUMNS + _MARK_COLUMNS:
        dtype = values if name in _VALUE_COLUMNS else np.float64 if name == "point_x" else np.uint32
        parts = [getattr(series, name).astype(dtype, copy=False) for series in every]
        columns[name] = np.concatenate(parts) if parts else np.empty(0, dtype)
    if any(len(getattr(series, name)) for series in every for name in _SMOOTH_COLUMNS):
        for name, raw in _SMOOTH_COLUMNS.items():
            parts = [_smooth(series, name, raw).astype(values, copy=False) for series in every]
            columns[name] = np.concatenate(parts)
    if any(len(series.count_in_bucket) for series in every):
        for name in _DETAIL_COLUMNS:
            dtype = np.uint32 if name == "count_in_bucket" else values
            parts = [_detail(series, name).astype(dtype, copy=False) for series in every]
            columns[name] = np.concatenate(parts)
    points, buckets, marks = _Places(), _Places(), _Places()
    described = [
        {
            **describe_chart(tag, chart, pending),
            "unchanged": chart.unchanged,
            "series": [_describe(series, points, buckets, marks) for series in chart.series],
        }
        for tag, chart, pending in charts
    ]
    return frame_response({"revision": revision, "charts": described}, columns)


def _smooth(series: ReducedSeries, name: str, raw: str) -> NDArray[np.float64]:
    """The smoothed column; the plain one of a series that was not to be smoothed."""
    found: NDArray[np.float64] = getattr(series, name)
    plain: NDArray[np.float64] = getattr(series, raw)
    return found if len(found) == len(plain) else plain


def _detail(series: ReducedSeries, name: str) -> NDArray[Any]:
    """The column of details; zeros of a series that was asked for without."""
    found: NDArray[Any] = getattr(series, name)
    return found if len(found) == len(series.bucket) else np.zeros(len(series.bucket))


class _Places:
    """Hands out [start, end) one after the other."""

    def __init__(self) -> None:
        self._end = 0

    def next(self, length: int) -> tuple[int, int]:
        start, self._end = self._end, self._end + length
        return start, self._end


def _describe(series: ReducedSeries, points: _Places, buckets: _Places, marks: _Places) -> dict[str, object]:
    return {
        "run": series.run,
        "segment": series.segment,
        "count": series.count,
        "recorded": series.recorded,
        "left_out": series.left_out,
        "between": series.between,
        "points": points.next(len(series.point_x)),
        "buckets": buckets.next(len(series.bucket)),
        "marks": marks.next(len(series.mark_bucket)),
        **({"approximate": True} if series.approximate else {}),
    }
