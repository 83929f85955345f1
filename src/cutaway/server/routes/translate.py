"""``POST ./api/translate``: a stretch of steps as one of time, and back, so that a zoom survives a change of axis."""

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import (
    ATTEMPTS,
    RECORDED_AXES,
    ChartLines,
    check_lines,
    one_of,
    parse_range,
    parse_runs,
    points_of,
)
from cutaway.server.context import Context
from cutaway.server.queries import parse_object
from cutaway.server.responses import fail, json_body, json_response
from cutaway.server.routing import post
from cutaway.store.log_directory import LogDirectory
from cutaway.store.translate import translate


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    return [post("/api/translate", lambda body: _answer(context.log, body))]


def _answer(log: LogDirectory, body: bytes) -> Response:
    asked = parse_object(body, ("tag", "runs", "from", "to", "range", "attempts"))
    if not isinstance(asked.get("tag"), str):
        fail(400, 'the request must be an object with the id of a "tag"')
    source, target = one_of(asked.get("from"), RECORDED_AXES, "from"), one_of(asked.get("to"), RECORDED_AXES, "to")
    x_range = parse_range(asked.get("range"), "range")
    if x_range is None:
        fail(400, "range must be a list of two numbers")
    runs = parse_runs(log, asked.get("runs"), "runs")
    check_lines(len(runs))
    last_attempt = one_of(asked.get("attempts", "all"), ATTEMPTS, "attempts") == "last"
    lines = ChartLines(asked["tag"], None, superseded=False, last_attempt=last_attempt, by_clock=True)
    points = points_of(log, lines, runs)
    return json_response(json_body({"range": translate(points["runs"], points["clocks"], source, target, x_range)}))
