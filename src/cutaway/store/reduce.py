"""Reducing the curves of one chart to as much as a screen shows: the chart contract of ``docs/http-api.md``.

The buckets at the ends of the range are whole ones, so that points are in them which lie beyond the range by less than
a bucket.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.against_tag import Between
from cutaway.store.curve import Axis, Curve
from cutaway.store.draw_lines import draw_lines, known_buckets
from cutaway.store.draw_rows import DrawnRows, draw_rows
from cutaway.store.drawn import View, in_order
from cutaway.store.group_members import member_of
from cutaway.store.groups import Gathering, GroupLine
from cutaway.store.line_columns import NO_COLUMNS, Lines
from cutaway.store.run_clock import RunClock
from cutaway.store.run_curves import curves_of
from cutaway.store.segments import FilePoints
from cutaway.store.smoothing import Smoothing, smooth
from cutaway.store.smoothing_cache import SmoothingCache
from cutaway.store.tag_points import TagPoints, TagRows
from cutaway.store.window import Range, Scale, Window, window_over

#: For all series of a chart together.
MOST_BUCKETS_IN_CHART = 60_000
#: More points than this are not told apart over time where there are buckets of them: of all curves of a chart.
MOST_EXACT_OVER_TIME = 10_000_000
#: Of all runs of all groups of a chart together.
MOST_PLACES_IN_GROUPS = 8_000_000
_NO_FLOATS, _NO_COUNTS = np.empty(0), np.empty(0, np.uint32)


class LineFacts(NamedTuple):
    """One line beside its columns."""

    run: str
    #: Number of the segment within its run, oldest first.
    segment: int
    #: Points within the range.
    in_range: int
    #: Points of the segment, wherever they are.
    recorded: int
    #: Points of the segment that the axis cannot show: x <= 0 on a log axis, x not finite, or none of another tag.
    left_out: int
    #: How the tag on the x axis was put between its steps; None on all axes but ``tag``.
    between: Between | None
    #: Whether it is over time, and buckets of steps were taken to lie where their first points do.
    approximate: bool


class ReducedChart(NamedTuple):
    """All curves of one tag. ``range`` is None when there is nothing and no range was asked for."""

    axis: Axis
    scale: Scale
    range: Range | None
    level: int
    origin: int
    #: Of each line its facts, and the columns of all.
    facts: tuple[LineFacts, ...]
    lines: Lines
    #: Runs that have no lines here, since the client already holds them as they are.
    unchanged: tuple[str, ...] = ()


class GroupedChart(NamedTuple):
    """Groups of runs of one tag, a line each. ``range`` is None when there is nothing and no range was asked for."""

    axis: Axis
    scale: Scale
    range: Range | None
    level: int
    origin: int
    groups: tuple[GroupLine, ...]
    #: How many points any run of each group has at the most, wherever they are.
    recorded: tuple[int, ...]
    #: Of all curves: how the tag on the x axis was put between its steps, and points that have no place on the axis.
    between: tuple[Between, ...] = ()
    left_out: int = 0
    #: Whether buckets of steps may have been taken to lie where their first points do.
    approximate: bool = False


class Known(NamedTuple):
    """Runs whose curves the client already holds as they are now, if the chart's buckets are still the same."""

    axis: Axis
    level: int
    origin: int
    runs: frozenset[str]


@dataclass
class _Request:
    """Whose points are drawn, and against what."""

    axis: Axis
    scale: Scale
    runs: Mapping[str, Sequence[FilePoints]]
    clocks: Mapping[str, RunClock]
    others: Mapping[str, Sequence[FilePoints]]

    def curves(self, run: str) -> list[Curve]:
        """The run's segments on the axis."""
        clock, other = self.clocks.get(run), self.others.get(run, ())
        return curves_of(run, self.runs[run], self.axis, self.scale, clock=clock, other=other, about=self.about)

    @cached_property
    def about(self) -> bool:
        """Whether there are too many points to tell them apart over time, and buckets of them."""
        if self.axis not in ("wall", "relative", "training"):
            return False
        every = [part.points for files in self.runs.values() for part in files]
        return sum(map(len, every)) > MOST_EXACT_OVER_TIME and any(points.have_buckets for points in every)

    def origin(self, run: str) -> tuple[object, ...]:
        """The states of the points that the run's curves are made of."""
        return tuple(part.points.state for part in (*self.runs[run], *self.others.get(run, ())))


def reduce_chart(
    runs: Mapping[str, Sequence[FilePoints]],
    *,
    axis: Axis = "step",
    scale: Scale = "linear",
    x_range: Range | None = None,
    pixels: int = 800,
    smoothing: Smoothing | None = None,
    cache: SmoothingCache | None = None,
    clocks: Mapping[str, RunClock] | None = None,
    others: Mapping[str, Sequence[FilePoints]] | None = None,
    known: Known | None = None,
    details: bool = False,
    most_buckets: int = MOST_BUCKETS_IN_CHART,
) -> ReducedChart:
    """Reduce one tag of some runs to at most ``pixels / 2`` buckets a curve and ``most_buckets`` in all.

    ``runs`` has each run's parts in the order of its files; where they are :class:`TagPoints`, a chart by step without
    smoothing is drawn of the tables that they are in. ``x_range`` is in units of the axis, ends included and
    finite. When all points have one and the same step, and any run has two or more of them, the axis is linear wall
    time though steps were asked for, and covers everything. ``smoothing`` is applied to all points of a curve, for any
    range; ``cache`` has curves that were smoothed before. ``clocks`` says where each run began and when it was at work,
    for the axes ``aligned``, ``relative`` and ``training``, and ``others`` has its points of the tag that the axis
    ``tag`` is of. ``known`` names the runs that need not be reduced again. ``details`` are counts, first and last
    values of the buckets.
    """
    request, x_range = _requested(axis, scale, x_range, runs, clocks, others)
    axis, scale = request.axis, request.scale
    rows = _rows(runs) if takes_rows(axis, scale, smoothing) else ()
    in_rows = {run for each in rows for run in each.runs}
    curves = [curve for run in runs if run not in in_rows for curve in request.curves(run)]
    shown = x_range or _extent(curves, rows)
    if shown is None:
        lines = Lines.of([NO_COLUMNS._replace(point_y=np.empty(0, curve.dtype)) for curve in curves])
        return ReducedChart(axis, scale, None, 0, 0, tuple(_facts(curve, 0) for curve in curves), lines)
    limit = max(2, min(pixels // 2, most_buckets // max(len(curves) + len(in_rows), 1)))
    window = _window(shown, scale, curves, limit)
    unchanged: tuple[str, ...] = ()
    if known is not None and (known.axis, known.level, known.origin) == (axis, window.level, window.origin):
        unchanged = tuple(run for run in runs if run in known.runs)
        curves = [curve for curve in curves if curve.run not in known.runs]
        rows = [each.without(known.runs) for each in rows]
    view = View(window.edges(), shown, details)
    by_rows = draw_rows(rows, view)
    left = {run for each in rows for run in each.runs}.difference(*(each.runs for each in by_rows))
    if left and isinstance(runs, TagPoints):
        runs.make(left)
        curves += [curve for run in left for curve in request.curves(run)]
    smoothed = _smoothed(curves, request, smoothing, cache)
    drawn = draw_lines(curves, smoothed, view)
    facts = [line for each in by_rows for line in _row_facts(each)]
    facts += map(_facts, curves, drawn.in_range, drawn.approximate)
    place_of = {run: place for place, run in enumerate(runs)}
    parts = [each.drawn for each in by_rows] + ([drawn] if curves else [])
    order, (lines, _, _) = in_order([place_of[line.run] for line in facts], parts)
    return ReducedChart(
        axis, scale, shown, window.level, window.origin, tuple(map(facts.__getitem__, order)), lines, unchanged
    )


def takes_rows(axis: Axis, scale: Scale, smoothing: Smoothing | None) -> bool:
    """Whether a chart can be drawn of the tables that points are in, without series of them."""
    return axis == "step" and scale == "linear" and smoothing is None


def reduce_groups(
    groups: Sequence[Mapping[str, Sequence[FilePoints]]],
    *,
    axis: Axis = "step",
    scale: Scale = "linear",
    x_range: Range | None = None,
    pixels: int = 800,
    smoothing: Smoothing | None = None,
    cache: SmoothingCache | None = None,
    clocks: Mapping[str, RunClock] | None = None,
    others: Mapping[str, Sequence[FilePoints]] | None = None,
) -> GroupedChart:
    """One tag of groups of runs, each group a line; the arguments are those of :func:`reduce_chart`.

    All curves share one grid of at most ``pixels / 2`` buckets. A run takes part with the mean of its finite values in
    a bucket, of all its segments together; with ``smoothing`` of the smoothed ones, while the lowest and the highest
    value stay those that were recorded. A mark's run is its place in its group.
    """
    every = {run: files for group in groups for run, files in group.items()}
    request, x_range = _requested(axis, scale, x_range, every, clocks, others)
    axis, scale = request.axis, request.scale
    curves = {run: request.curves(run) for run in every}
    flat = [curve for each in curves.values() for curve in each]
    shown = x_range or _extent(flat)
    between = tuple(sorted({curve.between for curve in flat if curve.between is not None}))
    left_out = sum(curve.left_out for curve in flat)
    points = {run: sum(_recorded(curve) for curve in each) for run, each in curves.items()}
    recorded = tuple(max((points[run] for run in group), default=0) for group in groups)
    if shown is None:
        nothing = tuple(Gathering(0, 0).line() for _ in groups)
        return GroupedChart(axis, scale, None, 0, 0, nothing, recorded, between, left_out)
    limit = max(2, min(pixels // 2, MOST_PLACES_IN_GROUPS // max(len(every), 1)))
    window = _window(shown, scale, flat, limit)
    edges = window.edges()
    gatherings = [Gathering(len(group), window.size) for group in groups]
    places: dict[str, list[tuple[Gathering, int]]] = {run: [] for run in every}
    for gathering, group in zip(gatherings, groups, strict=True):
        for place, run in enumerate(group):
            places[run].append((gathering, place))
    known = known_buckets(flat, edges) if smoothing is None else repeat(None)
    for run, each in curves.items():
        smoothed = _smoothed(each, request, smoothing, cache)
        member = member_of(each, smoothed, edges, list(islice(known, len(each))))
        for gathering, place in places[run]:
            gathering.add(place, member)
    lines = tuple(gathering.line() for gathering in gatherings)
    return GroupedChart(
        axis, scale, shown, window.level, window.origin, lines, recorded, between, left_out, request.about
    )


def _requested(
    axis: Axis,
    scale: Scale,
    x_range: Range | None,
    runs: Mapping[str, Sequence[FilePoints]],
    clocks: Mapping[str, RunClock] | None,
    others: Mapping[str, Sequence[FilePoints]] | None,
) -> tuple[_Request, Range | None]:
    """The points that are drawn, and their range: all of it, over time, where all steps are the same."""
    if axis in ("step", "aligned") and _all_steps_are_equal(runs):
        axis, scale, x_range = "wall", "linear", None
    return _Request(axis, scale, runs, clocks or {}, others or {}), x_range


def _all_steps_are_equal(runs: Mapping[str, Sequence[FilePoints]]) -> bool:
    """Whether all points have one step that says nothing: where each run has one point, runs are told apart by that."""
    only: int | None = None
    is_several = False
    rows = _rows(runs)
    for each in rows:
        lowest, highest = int(each.facts["lowest_step"].min()), int(each.facts["highest_step"].max())
        if lowest != highest or only not in (None, lowest):
            return False
        only = lowest
        is_several = is_several or bool((each.facts["points"] > 1).any())
    in_rows = {run for each in rows for run in each.runs}
    for run in runs:
        if run in in_rows:
            continue
        count = 0
        for points, _, _ in runs[run]:
            if not len(points):
                continue
            if points.lowest_step != points.highest_step or only not in (None, points.lowest_step):
                return False
            only = points.lowest_step
            count += len(points)
        is_several = is_several or count > 1
    return is_several


def _smoothed(
    curves: Sequence[Curve], request: _Request, smoothing: Smoothing | None, cache: SmoothingCache | None
) -> list[NDArray[np.float64] | None]:
    """The smoothed values of each curve, from all of its points."""
    if smoothing is None:
        return [None] * len(curves)

    def each(curve: Curve) -> NDArray[np.float64]:
        whole = curve.whole

        def make() -> NDArray[np.float64]:
            return smooth(whole.x(0, len(whole)), whole.y(), smoothing)

        settings = (whole.segment, smoothing, request.axis, request.scale)
        smoothed = make() if cache is None else cache.get(request.origin(curve.run), settings, make)
        return smoothed[curve.start : curve.start + len(curve)]

    return [each(curve) for curve in curves]


def _recorded(curve: Curve) -> int:
    return len(curve) + curve.left_out


def _rows(runs: Mapping[str, Sequence[FilePoints]]) -> Sequence[TagRows]:
    """The runs among them that may be drawn as rows of tables."""
    return runs.rows if isinstance(runs, TagPoints) else ()


def _extent(curves: Sequence[Curve], rows: Sequence[TagRows] = ()) -> Range | None:
    ends = [extent for curve in curves if (extent := curve.extent) is not None]
    ends += [(float(each.facts["lowest_step"].min()), float(each.facts["last_step"].max())) for each in rows]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _window(shown: Range, scale: Scale, curves: Sequence[Curve], limit: int) -> Window:
    extent = _extent(curves) if scale == "log" and shown[0] <= 0 else None
    return window_over(shown, scale, extent[0] if extent else None, limit)


def _row_facts(rows: DrawnRows) -> Iterator[LineFacts]:
    counts = rows.drawn.in_range
    fields = zip(rows.runs, repeat(0), counts, rows.recorded, repeat(0), repeat(None), repeat(False), strict=False)
    return map(LineFacts._make, fields)


def _facts(curve: Curve, in_range: int, approximate: bool = False) -> LineFacts:
    return LineFacts(curve.run, curve.segment, in_range, _recorded(curve), curve.left_out, curve.between, approximate)
