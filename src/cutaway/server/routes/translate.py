"""``POST ./api/translate``: a stretch of steps as one of time, and back, so that a zoom survives a change of axis."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import ChartLines, check_lines, one_of, parse_range, parse_runs, points_of, read_body
from cutaway.server.queries import checked, parse_object
from cutaway.server.responses import NO_STORE, fail, json_body
from cutaway.store.log_directory import LogDirectory
from cutaway.store.translate import translate

_AXES = ("step", "wall", "relative")


def routes(log: LogDirectory) -> list[Route]:
    """The routes of this group."""

    async def translated(request: Request) -> Response:
        checked(request.query_params, ())
        body = await run_in_threadpool(_answer, log, await read_body(request))
        return Response(body, media_type="application/json", headers=NO_STORE)

    return [Route("/api/translate", translated, methods=["POST"])]


def _answer(log: LogDirectory, body: bytes) -> bytes:
    asked = parse_object(body, ("tag", "runs", "from", "to", "range"))
    if not isinstance(asked.get("tag"), str):
        fail(400, 'the request must be an object with the id of a "tag"')
    source, target = one_of(asked.get("from"), _AXES, "from"), one_of(asked.get("to"), _AXES, "to")
    x_range = parse_range(asked.get("range"), "range")
    if x_range is None:
        fail(400, "range must be a list of two numbers")
    runs = parse_runs(log, asked.get("runs"), "runs")
    check_lines(len(runs))
    points = points_of(log, ChartLines(asked["tag"], None, superseded=False, from_start=True), runs)
    return json_body({"range": translate(points["runs"], points["starts"], source, target, x_range)})
