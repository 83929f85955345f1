"""``POST ./api/groups``: groups of runs, each as one line with its spread."""

from typing import NamedTuple

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import (
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
from cutaway.server.responses import fail
from cutaway.server.routing import post
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import GroupedChart, reduce_groups
from cutaway.store.smoothing_cache import SmoothingCache

MOST_GROUPS = 1000
_COLUMNS = ("bucket", "runs", "mean", "median", "min", "max", "deviation", "error", "confidence")


class GroupsRequest(NamedTuple):
    """One chart that is asked for, checked."""

    lines: ChartLines
    groups: tuple[tuple[str, ...], ...]
    view: ChartView


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log, cache = context.log, context.smoothed
    return [post("/api/groups", lambda body: answer(log, parse_request(log, body), cache))]


def parse_request(log: LogDirectory, body: bytes) -> list[GroupsRequest]:
    """Check a request. Fails with 400 and a reason for anything that the documentation does not accept."""
    return [_parse(log, chart, f"charts[{number}]") for number, chart in enumerate(parse_charts(body, ("groups",)))]


def _parse(log: LogDirectory, chart: dict[str, object], where: str) -> GroupsRequest:
    groups = chart.get("groups")
    if not isinstance(groups, list) or len(groups) > MOST_GROUPS:
        fail(400, f"{where}.groups must be a list of at most {MOST_GROUPS:,} groups of ids of runs")
    parsed = tuple(parse_runs(log, group, f"{where}.groups[{number}]") for number, group in enumerate(groups))
    return GroupsRequest(parse_lines(chart, where), parsed, parse_view(chart, where))


def answer(log: LogDirectory, requests: list[GroupsRequest], cache: SmoothingCache) -> Response:
    """The frame for some charts. Fails with 404 for an unknown id."""
    revision = log.revision
    check_lines(sum(len(group) for request in requests for group in request.groups))
    reduced = []
    for request in requests:
        points = points_of(log, request.lines, tuple(dict.fromkeys(run for group in request.groups for run in group)))
        every = points.pop("runs")
        chart = reduce_groups(
            [{run: every[run] for run in group if run in every} for group in request.groups],
            **points,
            **request.view._asdict(),
            cache=cache,
        )
        reduced.append((request.lines.tag, chart))
    return _encode(revision, reduced)


def _encode(revision: int, charts: list[tuple[str, GroupedChart]]) -> Response:
    every = [line for _, chart in charts for line in chart.groups]
    columns = {}
    for name in _COLUMNS:
        dtype = np.uint32 if name in ("bucket", "runs") else np.float64
        parts = [getattr(line, name).astype(dtype, copy=False) for line in every]
        columns[name] = np.concatenate(parts) if parts else np.empty(0, dtype)
    end = 0
    described = []
    for tag, chart in charts:
        places = []
        for line in chart.groups:
            places.append([end, end + len(line.bucket)])
            end += len(line.bucket)
        described.append(
            {
                **describe_chart(tag, chart),
                "groups": places,
                "between": chart.between,
                "left_out": chart.left_out,
            }
        )
    return frame_response({"revision": revision, "charts": described}, columns)
