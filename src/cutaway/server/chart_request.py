"""Requests for charts: their content is checked, each refusal gives a reason; and the header that all answers share."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cutaway.server.queries import check_names, parse_object
from cutaway.server.responses import fail
from cutaway.store.curve import Axis
from cutaway.store.log_directory import LogDirectory
from cutaway.store.memory import NotReadError
from cutaway.store.reduce import GroupedChart, ReducedChart
from cutaway.store.segments import FilePoints
from cutaway.store.smoothing import KINDS, Smoothing
from cutaway.store.window import Range, Scale

#: The axes on which each record has a place, whatever else was recorded.
RECORDED_AXES = ("step", "aligned", "wall", "relative", "training")
MOST_CHARTS = 256
#: Of all charts of a request together.
MOST_LINES = 50_000
MOST_BUCKETS = 1_000_000
FEWEST_PIXELS, MOST_PIXELS = 16, 16_384
AXES = (*RECORDED_AXES, "tag")
ATTEMPTS = ("all", "last")
SCALES = ("linear", "log", "symlog")
#: The names in a chart that say which points are asked for, and how they are seen.
LINES = ("tag", "x_tag", "superseded", "attempts", "axis")
VIEW = ("scale", "range", "pixels", "smoothing")


class ChartLines(NamedTuple):
    """Which points of a chart's runs are asked for."""

    tag: str
    #: The tag on the x axis; None when steps or times are.
    x_tag: str | None
    #: Whether superseded points are asked for too.
    superseded: bool
    #: Whether of runs that were started several times the last attempt alone is asked for.
    last_attempt: bool = False
    #: Whether their places depend on where each run began, and on when it was at work.
    by_clock: bool = False


class ChartView(NamedTuple):
    """How a request sees a chart, beside its lines: by the names of the arguments of `cutaway.store.reduce`."""

    axis: Axis
    scale: Scale
    x_range: Range | None
    pixels: int
    smoothing: Smoothing | None


def describe_chart(tag: str, chart: ReducedChart | GroupedChart, pending: list[str]) -> dict[str, object]:
    """The members of a frame's header that every chart has; ``pending`` are the runs whose points are to come."""
    return {
        **({"pending": pending} if pending else {}),
        "tag": tag,
        "axis": chart.axis,
        "scale": chart.scale,
        "range": chart.range,
        "level": chart.level,
        "origin": chart.origin,
    }


def parse_charts(body: bytes, accepted: tuple[str, ...]) -> list[dict[str, Any]]:
    """The charts that a request asks for, each an object with accepted names. Fails with 400 and a reason otherwise."""
    charts = parse_object(body, ("charts",)).get("charts")
    if not isinstance(charts, list):
        fail(400, 'the request must be an object with a list named "charts"')
    if len(charts) > MOST_CHARTS:
        fail(400, f"{len(charts)} charts are asked for; at most {MOST_CHARTS} are accepted")
    for number, chart in enumerate(charts):
        if not isinstance(chart, dict):
            fail(400, f"charts[{number}] must be an object")
        check_names(chart, accepted, f"charts[{number}]")
    return charts


def parse_lines(chart: dict[str, Any], where: str) -> ChartLines:
    """The tag, the tag on its x axis, and whether superseded points and earlier attempts are asked for."""
    tag, x_tag, superseded = chart.get("tag"), chart.get("x_tag"), chart.get("superseded", False)
    if not isinstance(tag, str):
        fail(400, f"{where}.tag must be the id of a tag")
    if (chart.get("axis") == "tag") != isinstance(x_tag, str):
        fail(400, f'{where}.x_tag must be the id of a tag where the axis is "tag", and nowhere else')
    if not isinstance(superseded, bool):
        fail(400, f"{where}.superseded must be true or false")
    last_attempt = one_of(chart.get("attempts", "all"), ATTEMPTS, f"{where}.attempts") == "last"
    by_clock = chart.get("axis") in ("aligned", "relative", "training")
    return ChartLines(tag, x_tag, superseded, last_attempt, by_clock)


def parse_runs(log: LogDirectory, runs: Any, where: str) -> tuple[str, ...]:
    """Ids of runs, by themselves or by words of their names. One that is named twice is there once."""
    if isinstance(runs, dict) and isinstance(runs.get("matching"), str):
        check_names(runs, ("matching",), where)
        return tuple(log.runs_matching(runs["matching"]))
    if not isinstance(runs, list) or not all(isinstance(run, str) for run in runs):
        fail(400, f'{where} must be a list of ids of runs, or an object with words of their names in "matching"')
    return tuple(dict.fromkeys(runs))


def check_lines(number: int) -> None:
    """Fail with 413 where a request is for too many lines."""
    if number > MOST_LINES:
        fail(413, f"{number:,} lines are asked for, of all runs in all charts; at most {MOST_LINES:,} are accepted")


def points_of(log: LogDirectory, lines: ChartLines, runs: tuple[str, ...], *, by_rows: bool = False) -> dict[str, Any]:
    """The points that are asked for, by the names of the arguments of `reduce_chart`; 404 for an unknown id.

    ``by_rows``: whether it may draw them as rows of tables (:func:`~cutaway.store.reduce.takes_rows`).
    Runs that are not in memory are not there: see `LogDirectory.unread`.
    """
    try:

        def points(tag: str) -> Mapping[str, Sequence[FilePoints]]:
            find = log.tag_points if by_rows else log.scalars
            return find(tag, runs, with_superseded=lines.superseded, last_attempt=lines.last_attempt)

        found = points(lines.tag)
        if lines.x_tag is None:
            clocks = log.clocks(found, last_attempt=lines.last_attempt) if lines.by_clock else None
            return {"runs": found, "clocks": clocks}
        return {"runs": found, "others": points(lines.x_tag)}
    except KeyError as error:
        fail(404, f"there is no scalar tag or run with the id {str(error.args[0])[:50]!r}")


def require_read(log: LogDirectory, runs: tuple[str, ...]) -> None:
    """Raise NotReadError where one of some runs is not in memory."""
    unread = log.unread(runs)
    if unread:
        raise NotReadError(log.run_name(unread[0]))


def parse_view(chart: dict[str, Any], where: str) -> ChartView:
    """Which part of a chart is to be seen, and how."""
    axis: Axis = one_of(chart.get("axis", "step"), AXES, f"{where}.axis")
    scale: Scale = one_of(chart.get("scale", "linear"), SCALES, f"{where}.scale")
    pixels = chart.get("pixels")
    if isinstance(pixels, bool) or not isinstance(pixels, int | float) or not FEWEST_PIXELS <= pixels <= MOST_PIXELS:
        fail(400, f"{where}.pixels must be a number from {FEWEST_PIXELS} to {MOST_PIXELS:,}")
    x_range = parse_range(chart.get("range"), f"{where}.range")
    return ChartView(axis, scale, x_range, int(pixels), _parse_smoothing(chart.get("smoothing"), f"{where}.smoothing"))


def _parse_smoothing(value: Any, where: str) -> Smoothing | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        fail(400, f"{where} must be null or an object with a kind and an amount")
    check_names(value, ("kind", "amount"), where)
    kind = one_of(value.get("kind"), KINDS, f"{where}.kind")
    amount = finite(value.get("amount"))
    if amount is None:
        fail(400, f"{where}.amount must be a finite number")
    try:
        return Smoothing(kind, amount)
    except ValueError as error:
        fail(400, f"{where}: {error}")


def one_of(value: Any, accepted: tuple[str, ...], where: str) -> Any:
    """A word of those that are accepted; fails with 400 for anything else."""
    if not isinstance(value, str) or value not in accepted:
        fail(400, f"{where} must be one of {', '.join(accepted)}")
    return value


def parse_range(value: Any, where: str) -> Range | None:
    """Two finite numbers, the smaller one first, or None; fails with 400 for anything else."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        fail(400, f"{where} must be null or a list of two numbers")
    low, high = finite(value[0]), finite(value[1])
    if low is None or high is None or low > high:
        fail(400, f"{where} must hold two finite numbers, the smaller one first")
    return low, high


def finite(value: Any) -> float | None:
    """A number of JSON as a finite float64; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
