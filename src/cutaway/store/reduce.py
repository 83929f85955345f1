"""Reducing the lines of one chart to what a screen shows: the chart contract of ``docs/http-api.md``.

The axis coordinate is c = x or log10 x, and bucket k of a level covers [k * 2**level, (k + 1) * 2**level) of c. The
edges never depend on the data, so that new points change the last bucket only. The buckets at the ends of the range are
whole ones, so that points are in them which lie beyond the range by less than a bucket.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.store.groups import GroupLine, aggregate, on_grid
from cutaway.store.segments import FilePoints, Segment, join
from cutaway.store.smoothing import Smoothing, smooth
from cutaway.store.smoothing_cache import SmoothingCache

Axis = Literal["step", "wall"]
Scale = Literal["linear", "log"]
Range = tuple[float, float]
Floats = NDArray[np.float32] | NDArray[np.float64]

#: A bucket of up to so many points is sent as those points.
MOST_POINTS_IN_BUCKET = 4
#: For all series of a chart together.
MOST_BUCKETS_IN_CHART = 60_000


@dataclass(frozen=True)
class ReducedSeries:
    """One segment, reduced. Points and buckets are each in ascending order of x."""

    run: str
    #: Number of the segment within its run, oldest first.
    segment: int
    #: Points within the range.
    count: int
    #: Points of the segment that have no place on the axis: x <= 0 on a log axis, or x not finite.
    left_out: int
    #: float64[p] and float32[p] or float64[p].
    point_x: NDArray[np.float64]
    point_y: Floats
    #: uint32[b]: index from the chart's origin; float64[b] of the bucket's finite values.
    bucket: NDArray[np.uint32]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    #: uint32[m]: the buckets not sent as points that hold values which are not finite, and how many of each.
    mark_bucket: NDArray[np.uint32]
    mark_nan: NDArray[np.uint32]
    mark_pos_inf: NDArray[np.uint32]
    mark_neg_inf: NDArray[np.uint32]
    #: float64[p] and float64[b]: the smoothed line at the points and its mean in the buckets; empty without smoothing.
    point_smooth: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    smooth: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class ReducedChart:
    """All lines of one tag. ``range`` is None when there is nothing and no range was asked for."""

    axis: Axis
    scale: Scale
    range: Range | None
    level: int
    origin: int
    series: tuple[ReducedSeries, ...]


@dataclass(frozen=True)
class GroupedChart:
    """Groups of runs of one tag, a line each. ``range`` is None when there is nothing and no range was asked for."""

    axis: Axis
    scale: Scale
    range: Range | None
    level: int
    origin: int
    groups: tuple[GroupLine, ...]


class _Line(NamedTuple):
    """A segment on its axis: x ascending and all of it with a place on the axis."""

    run: str
    segment: int
    x: NDArray[np.int64] | NDArray[np.float64]
    y: Floats
    left_out: int
    #: As long as `y`, when smoothing is asked for.
    smooth: NDArray[np.float64] | None = None


class _Window(NamedTuple):
    """``size`` buckets of 2**level from number ``origin`` on."""

    scale: Scale
    level: int
    origin: int
    size: int


def reduce_chart(
    runs: Mapping[str, Sequence[FilePoints]],
    *,
    axis: Axis = "step",
    scale: Scale = "linear",
    x_range: Range | None = None,
    pixels: int = 800,
    smoothing: Smoothing | None = None,
    cache: SmoothingCache | None = None,
) -> ReducedChart:
    """Reduce one tag of some runs to at most ``pixels / 2`` buckets a line and 60,000 in all.

    ``runs`` has each run's parts in the order of its files. ``x_range`` is in steps or in seconds since the
    epoch, ends included and finite. When all points (two or more) have one and the same step, the axis is linear
    wall time whatever was asked for, and covers everything. ``smoothing`` is applied to all points of a line, whatever
    the range is; ``cache`` has lines that were smoothed before.
    """
    if axis == "step" and _all_steps_are_equal(runs):
        axis, scale, x_range = "wall", "linear", None
    lines = [
        _place(run, number, segment, axis, scale)
        for run, files in runs.items()
        for number, segment in enumerate(join(list(files)))
    ]
    if smoothing is not None:
        lines = _smoothed(lines, runs, smoothing, (axis, scale), cache)
    shown = x_range or _extent(lines)
    if shown is None:
        return ReducedChart(axis, scale, None, 0, 0, tuple(_without_points(line) for line in lines))
    limit = max(2, min(pixels // 2, MOST_BUCKETS_IN_CHART // max(len(lines), 1)))
    window = _window(shown, scale, _extent(lines), limit)
    series = tuple(_reduce_line(line, window, shown) for line in lines)
    return ReducedChart(axis, scale, shown, window.level, window.origin, series)


def reduce_groups(
    groups: Sequence[Mapping[str, Sequence[FilePoints]]],
    *,
    axis: Axis = "step",
    scale: Scale = "linear",
    x_range: Range | None = None,
    pixels: int = 800,
    smoothing: Smoothing | None = None,
    cache: SmoothingCache | None = None,
) -> GroupedChart:
    """One tag of groups of runs, each group a line; the arguments are those of :func:`reduce_chart`.

    All lines share one grid of at most ``pixels / 2`` buckets. A run takes part with the mean of its finite values in
    a bucket, of all its segments together.
    """
    every = {run: files for group in groups for run, files in group.items()}
    if axis == "step" and _all_steps_are_equal(every):
        axis, scale, x_range = "wall", "linear", None
    lines = {
        run: [_place(run, number, segment, axis, scale) for number, segment in enumerate(join(list(files)))]
        for run, files in every.items()
    }
    flat = [line for each in lines.values() for line in each]
    shown = x_range or _extent(flat)
    if shown is None:
        nothing = aggregate(np.empty((0, 0)))
        return GroupedChart(axis, scale, None, 0, 0, tuple(nothing for _ in groups))
    if smoothing is not None:
        lines = {
            run: _smoothed(each, {run: every[run]}, smoothing, (axis, scale), cache) for run, each in lines.items()
        }
    window = _window(shown, scale, _extent(flat), max(2, min(pixels // 2, MOST_BUCKETS_IN_CHART)))
    rows = {run: _row(each, window) for run, each in lines.items()}
    found = (aggregate(np.array([rows[run] for run in group]).reshape(len(group), window.size)) for group in groups)
    return GroupedChart(axis, scale, shown, window.level, window.origin, tuple(found))


def _row(lines: list[_Line], window: _Window) -> NDArray[np.float64]:
    """A run's means on the grid, of all its segments."""
    count, mean = np.zeros(window.size), np.zeros(window.size)
    for line in lines:
        start, stop, coordinate = _within(line.x, window)
        values = line.y if line.smooth is None else line.smooth
        part = core.reduce(coordinate, values[start:stop], window.level, window.origin, window.size)
        there = part.count > 0
        count[there] += part.count[there]
        # A mean of means, of which no sum or difference of the largest numbers overflows.
        share = part.count[there] / count[there]
        mean[there] = mean[there] * (1 - share) + part.mean[there] * share
    bucket = np.flatnonzero(count)
    return on_grid(bucket.astype(np.uint32), mean[bucket], window.size)


def choose_level(low: float, high: float, limit: int) -> int:
    """The smallest level at which [low, high] touches at most ``limit`` (2 or more) buckets.

    No level is finer than the float64 numbers of the range are, so that bucket numbers stay below 2**53.
    """
    largest = max(abs(low), abs(high))
    finest = max(math.frexp(largest)[1] - 53, -52)
    # Halved before they are subtracted, and multiplied by two again, because the difference may be infinite.
    half_span = high / 2 - low / 2
    level = max(finest, math.frexp(half_span / limit)[1] - 1) if half_span else finest
    while bucket_of(high, level) - bucket_of(low, level) >= limit:
        level += 1
    while level > finest and bucket_of(high, level - 1) - bucket_of(low, level - 1) < limit:
        level -= 1
    return level


def bucket_of(coordinate: float, level: int) -> int:
    """The number of the bucket that a finite coordinate is in."""
    return math.floor(math.ldexp(coordinate, -level))


def _all_steps_are_equal(runs: Mapping[str, Sequence[FilePoints]]) -> bool:
    points = [part.points for files in runs.values() for part in files if len(part.points)]
    lowest = min((p.lowest_step for p in points), default=0)
    highest = max((p.highest_step for p in points), default=0)
    return lowest == highest and sum(len(p) for p in points) > 1


def _place(run: str, number: int, segment: Segment, axis: Axis, scale: Scale) -> _Line:
    """Put a segment on its axis: sorted by x (points of equal x in file order), without what has no place there."""
    x = segment.step if axis == "step" else segment.wall_time
    y: Floats
    if segment.value.dtype == np.float32:
        y = cast("Floats", segment.value)
    else:
        y = segment.value.astype(np.float64, copy=False)
    if not (segment.step_ascending if axis == "step" else segment.wall_ascending):
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    # NaN sorts behind +Inf. On an ascending column each of these is a search or a look at an end.
    start, stop = 0, len(x)
    if x.dtype == np.float64 and not (np.isfinite(x[0]) and np.isfinite(x[-1])):
        start, stop = int(np.searchsorted(x, -np.inf, "right")), int(np.searchsorted(x, np.inf, "left"))
    if scale == "log":
        start = max(start, int(np.searchsorted(x, x.dtype.type(0), "right")))
    stop = max(start, stop)
    return _Line(run, number, x[start:stop], y[start:stop], len(x) - (stop - start))


def _smoothed(
    lines: list[_Line],
    runs: Mapping[str, Sequence[FilePoints]],
    smoothing: Smoothing,
    place: tuple[Axis, Scale],
    cache: SmoothingCache | None,
) -> list[_Line]:
    """The lines with what smoothing makes of them."""
    origins = {run: tuple(part.points.state for part in files) for run, files in runs.items()}

    def each(line: _Line) -> _Line:
        def make() -> NDArray[np.float64]:
            return smooth(line.x, line.y, smoothing)

        if cache is None:
            return line._replace(smooth=make())
        return line._replace(smooth=cache.get(origins[line.run], (line.segment, smoothing, *place), make))

    return [each(line) for line in lines]


def _extent(lines: Sequence[_Line]) -> Range | None:
    ends = [(float(line.x[0]), float(line.x[-1])) for line in lines if len(line.x)]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _window(shown: Range, scale: Scale, extent: Range | None, limit: int) -> _Window:
    low, high = shown
    if scale == "log":
        # A range that starts at or below zero has no start on this axis: it is taken from the first point on.
        if low <= 0:
            low = extent[0] if extent else 1.0
        low, high = np.log10([low, max(low, high)]).tolist()
    level = choose_level(low, high, limit)
    origin = bucket_of(low, level)
    return _Window(scale, level, origin, bucket_of(high, level) - origin + 1)


def _reduce_line(line: _Line, window: _Window, shown: Range) -> ReducedSeries:
    x, y = line.x, line.y
    start, stop, coordinate = _within(x, window)
    reduced = core.reduce(coordinate, y[start:stop], window.level, window.origin, window.size)
    total = (reduced.count + reduced.nan + reduced.pos_inf + reduced.neg_inf).astype(np.int64)
    few = total <= MOST_POINTS_IN_BUCKET
    # Points of a bucket lie side by side because x ascends.
    sent = np.flatnonzero(np.repeat(few, total)) + start
    before = [start - 1] if start > 0 else []
    after = [stop] if stop < len(x) else []
    sent = np.concatenate([np.array(before, np.int64), sent, np.array(after, np.int64)])
    bucket = np.flatnonzero(~few & (reduced.count > 0))
    mark = np.flatnonzero(~few & (total > reduced.count))
    point_smooth = smooth_mean = np.empty(0)
    if line.smooth is not None:
        smoothed = core.reduce(coordinate, line.smooth[start:stop], window.level, window.origin, window.size)
        point_smooth, smooth_mean = line.smooth[sent], smoothed.mean[bucket]
    return ReducedSeries(
        line.run,
        line.segment,
        _count(x, shown),
        line.left_out,
        x[sent].astype(np.float64),
        y[sent],
        bucket.astype(np.uint32),
        reduced.mean[bucket],
        reduced.min[bucket],
        reduced.max[bucket],
        mark.astype(np.uint32),
        reduced.nan[mark],
        reduced.pos_inf[mark],
        reduced.neg_inf[mark],
        point_smooth,
        smooth_mean,
    )


def _without_points(line: _Line) -> ReducedSeries:
    no_floats, no_counts = np.empty(0), np.empty(0, np.uint32)
    y = line.y[:0]
    return ReducedSeries(
        line.run, line.segment, 0, line.left_out, no_floats, y, no_counts, no_floats, no_floats, no_floats,
        no_counts, no_counts, no_counts, no_counts,
    )  # fmt: skip


def _ldexp(number: int, level: int) -> float:
    """``number * 2**level``, infinite where float64 ends."""
    try:
        return math.ldexp(number, level)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _within(x: NDArray[np.int64] | NDArray[np.float64], window: _Window) -> tuple[int, int, NDArray[np.float64]]:
    """[start, stop) of the points in the window's buckets, and their coordinates."""
    low, high = _ldexp(window.origin, window.level), _ldexp(window.origin + window.size, window.level)
    if window.scale == "linear":
        start, stop = _search(x, low, "left"), _search(x, high, "left")
        coordinate = x[start:stop].astype(np.float64)
        # Steps beyond 2**53 are rounded, maybe over an edge.
        return start, stop, np.clip(coordinate, low, math.nextafter(high, -math.inf), out=coordinate)
    # A power of ten is rounded, so the edges are found in two steps: nearly, in x; then exactly, in the logarithms.
    nearly = _search(x, _power_of_ten(low) * (1 - 1e-9), "left")
    behind = _search(x, _power_of_ten(high) * (1 + 1e-9), "right")
    coordinate = np.maximum.accumulate(np.log10(x[nearly:behind].astype(np.float64)))
    start, stop = np.searchsorted(coordinate, [low, high], "left").tolist()
    return nearly + start, nearly + stop, coordinate[start:stop]


def _power_of_ten(exponent: float) -> float:
    return math.pow(10.0, exponent) if exponent < 308.25 else math.inf


def _count(x: NDArray[np.int64] | NDArray[np.float64], shown: Range) -> int:
    return max(0, _search(x, shown[1], "right") - _search(x, shown[0], "left"))


def _search(x: NDArray[np.int64] | NDArray[np.float64], key: float, side: Literal["left", "right"]) -> int:
    """``searchsorted``; int64 is searched with an integer, since with a float NumPy would convert all of the column."""
    if x.dtype == np.float64:
        return int(np.searchsorted(x, key, side))
    # The side fits: x >= key is x >= ceil(key), and x > key is x > floor(key).
    whole = math.ceil if side == "left" else math.floor
    if key >= 2.0**63:
        return len(x)
    if key < -(2.0**63):
        return 0
    return int(np.searchsorted(x, np.int64(whole(key)), side))
