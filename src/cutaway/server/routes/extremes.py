"""``POST ./api/extremes``: where the lowest and the highest value of a stretch were recorded, exactly."""

from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import (
    AXES,
    LINES,
    SCALES,
    ChartLines,
    check_lines,
    finite,
    one_of,
    parse_charts,
    parse_lines,
    parse_range,
    parse_runs,
    points_of,
    require_read,
)
from cutaway.server.context import Context
from cutaway.server.queries import check_names
from cutaway.server.responses import as_json, fail, json_body, json_response
from cutaway.server.routing import post
from cutaway.store.curve import Axis
from cutaway.store.extremes import find_extremes
from cutaway.store.log_directory import LogDirectory
from cutaway.store.window import Range, Window

#: Of a bucket's level and number: beyond these there is no float64.
_MOST_LEVEL, _MOST_NUMBER = 1100, 1 << 53


class ExtremesRequest(NamedTuple):
    """One stretch of a chart that is asked for, checked."""

    lines: ChartLines
    runs: tuple[str, ...]
    axis: Axis
    #: At most one of the two is given.
    x_range: Range | None
    bucket: Window | None
    near: float | None


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    return [post("/api/extremes", lambda body: _answer(context.log, _parse_request(context.log, body)))]


def _parse_request(log: LogDirectory, body: bytes) -> list[ExtremesRequest]:
    """Check a request. Fails with 400 and a reason for anything that the documentation does not accept."""
    charts = parse_charts(body, (*LINES, "runs", "range", "bucket", "near"))
    return [_parse(log, chart, f"charts[{number}]") for number, chart in enumerate(charts)]


def _parse(log: LogDirectory, chart: dict[str, Any], where: str) -> ExtremesRequest:
    axis: Axis = one_of(chart.get("axis", "step"), AXES, f"{where}.axis")
    lines, runs = parse_lines(chart, where), parse_runs(log, chart.get("runs"), f"{where}.runs")
    x_range = parse_range(chart.get("range"), f"{where}.range")
    bucket = _parse_bucket(chart.get("bucket"), f"{where}.bucket")
    if x_range is not None and bucket is not None:
        fail(400, f"{where} must have a range or a bucket, not both")
    near = finite(chart.get("near"))
    if near is None and chart.get("near") is not None:
        fail(400, f"{where}.near must be null or a finite number")
    return ExtremesRequest(lines, runs, axis, x_range, bucket, near)


def _parse_bucket(bucket: Any, where: str) -> Window | None:
    if bucket is None:
        return None
    if not isinstance(bucket, dict):
        fail(400, f"{where} must be null or an object with a scale, a level and a number")
    check_names(bucket, ("scale", "level", "number"), where)
    for name, most in (("level", _MOST_LEVEL), ("number", _MOST_NUMBER)):
        if type(bucket.get(name)) is not int or abs(bucket[name]) > most:
            fail(400, f"{where}.{name} must be a whole number from {-most:,} to {most:,}")
    return Window(one_of(bucket.get("scale"), SCALES, f"{where}.scale"), bucket["level"], bucket["number"], 1)


def _answer(log: LogDirectory, requests: list[ExtremesRequest]) -> Response:
    """The extremes of some stretches. Fails with 404 for an unknown id."""
    revision = log.revision
    check_lines(sum(len(request.runs) for request in requests))
    charts = []
    for lines, runs, axis, x_range, bucket, near in requests:
        points = points_of(log, lines, runs)
        require_read(log, runs)
        found = find_extremes(**points, axis=axis, x_range=x_range, bucket=bucket, near=near)
        charts.append({"tag": lines.tag, "series": [as_json(each) for each in found]})
    return json_response(json_body({"revision": revision, "charts": charts}))
