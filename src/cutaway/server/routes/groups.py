"""``POST ./api/groups``: groups of runs, each as one line with its spread."""

from typing import NamedTuple

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import (
    LINES,
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
from cutaway.server.responses import fail
from cutaway.server.routing import post
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import GroupedChart, reduce_groups
from cutaway.store.smoothing_cache import SmoothingCache

MOST_GROUPS = 1000
_STATISTICS = ("mean", "median", "min", "max", "lowest_mean", "highest_mean", "deviation", "error", "confidence")
_COLUMNS = (
    *("bucket", "runs", *_STATISTICS),
    *("mark_bucket", "mark_run", "mark_nan", "mark_pos_inf", "mark_neg_inf"),
)


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
    charts = parse_charts(body, (*LINES, *VIEW, "groups"))
    return [_parse(log, chart, f"charts[{number}]") for number, chart in enumerate(charts)]


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
        runs = tuple(dict.fromkeys(run for group in request.groups for run in group))
        points = points_of(log, request.lines, runs)
        every = points.pop("runs")
        groups = [{run: every[run] for run in group if run in every} for group in request.groups]
        chart = reduce_groups(groups, **points, **request.view._asdict(), cache=cache)
        reduced.append((request.lines.tag, chart, [tuple(group) for group in groups], log.unread(runs)))
    return _encode(revision, reduced)


def _encode(revision: int, charts: list[tuple[str, GroupedChart, list[tuple[str, ...]], list[str]]]) -> Response:
    """The frame of some charts: each with its tag, and the ids of the runs in its groups and of those to come."""
    columns = {name: [np.empty(0, np.float64 if name in _STATISTICS else np.uint32)] for name in _COLUMNS}
    buckets = marks = 0
    described = []
    for tag, chart, members, pending in charts:
        marked: dict[str, int] = {}
        groups = []
        for line, recorded, runs in zip(chart.groups, chart.recorded, members, strict=True):
            for name in _COLUMNS:
                columns[name].append(getattr(line, name))
            named = [marked.setdefault(runs[place], len(marked)) for place in line.mark_run.tolist()]
            columns["mark_run"][-1] = np.array(named, np.uint32)
            ends = buckets + len(line.bucket), marks + len(named)
            groups.append({"recorded": recorded, "buckets": [buckets, ends[0]], "marks": [marks, ends[1]]})
            buckets, marks = ends
        described.append(
            {
                **describe_chart(tag, chart, pending),
                "groups": groups,
                "marked": list(marked),
                "between": chart.between,
                "left_out": chart.left_out,
                **({"approximate": True} if chart.approximate else {}),
            }
        )
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return frame_response({"revision": revision, "charts": described}, joined)
