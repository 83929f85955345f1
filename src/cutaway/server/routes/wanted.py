"""``POST ./api/wanted``: the runs that somebody looks at, which are to be in memory before others."""

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import parse_runs
from cutaway.server.context import Context
from cutaway.server.queries import parse_object
from cutaway.server.responses import json_body, json_response
from cutaway.server.routing import post
from cutaway.store.log_directory import LogDirectory


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    return [post("/api/wanted", lambda body: _answer(context.log, body))]


def _answer(log: LogDirectory, body: bytes) -> Response:
    runs = parse_runs(log, parse_object(body, ("runs",)).get("runs"), "runs")
    return json_response(json_body({"unread": log.want(runs)}))
