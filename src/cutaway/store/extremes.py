"""The points of a stretch that a bucket's numbers come from: where its lowest and its highest value were recorded.

A bucket says how low and how high its values are, and a stretch of steps at which that may have been. This says the
step, for one bucket or any other stretch of a curve.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutaway.store.curve import Axis, Curve
from cutaway.store.run_clock import RunClock
from cutaway.store.run_curves import curves_of
from cutaway.store.segments import FilePoints
from cutaway.store.window import Range, Scale, Window

#: Longer stretches are reduced to so many parts first, so that few of their points are read.
_PARTS = 256
_SHORT = 4096


@dataclass(frozen=True, slots=True)
class RecordedPoint:
    """One point as it was recorded, and its place on the axis."""

    x: float
    step: int
    #: Seconds since the epoch.
    wall_time: float
    value: float


@dataclass(frozen=True, slots=True)
class NotFinite:
    """Values of one sort that are not finite: how many, and the first; None where there are none."""

    count: int
    first: RecordedPoint | None


@dataclass(frozen=True, slots=True)
class Extremes:
    """What one segment has in the stretch. Of several equal values the first along x counts."""

    run: str
    #: Number of the segment within its run, oldest first.
    segment: int
    #: Points in the stretch, also those that are not finite.
    count: int
    #: None where no value is finite.
    min: RecordedPoint | None
    max: RecordedPoint | None
    nan: NotFinite
    pos_inf: NotFinite
    neg_inf: NotFinite
    #: The point nearest to the x that was asked for; of two that are as near the one before it, and of several at one x
    #: the last in the order of the files.
    near: RecordedPoint | None


def find_extremes(
    runs: Mapping[str, Sequence[FilePoints]],
    *,
    axis: Axis,
    x_range: Range | None = None,
    bucket: Window | None = None,
    near: float | None = None,
    clocks: Mapping[str, RunClock] | None = None,
    others: Mapping[str, Sequence[FilePoints]] | None = None,
) -> list[Extremes]:
    """The extremes of each run's segments that have points in a stretch of the axis.

    The stretch is ``x_range``, in units of the axis with both ends, or the buckets of ``bucket``, exactly as they are
    drawn; everything without either. ``runs``, ``clocks`` and ``others`` are those of `cutaway.store.reduce`.
    """
    scale: Scale = "linear" if bucket is None else bucket.scale
    found = []
    for run, files in runs.items():
        clock, other = (clocks or {}).get(run), (others or {}).get(run, ())
        for curve in curves_of(run, files, axis, scale, clock=clock, other=other):
            first, stop = _stretch(curve, x_range, bucket)
            if first < stop:
                found.append(_extremes(curve, first, stop, near))
    return found


def _stretch(curve: Curve, x_range: Range | None, bucket: Window | None) -> tuple[int, int]:
    """The positions of the points in a stretch: from the first up to the second."""
    if bucket is not None:
        start, end = (curve.reduce(edge).before for edge in np.split(bucket.edges(), [1]))
        return start, end
    if x_range is None:
        return 0, len(curve)
    return curve.reduce(np.array([x_range[0]])).before, curve.count(-math.inf, x_range[1])


def _extremes(curve: Curve, first: int, stop: int, near: float | None) -> Extremes:
    positions, unread = _read(curve, first, stop)
    values = curve.y_at(positions).astype(np.float64)
    finite = np.isfinite(values)
    sorts = {"nan": np.isnan(values), "pos_inf": values == np.inf, "neg_inf": values == -np.inf}
    places = {name: int(positions[there.argmax()]) for name, there in sorts.items() if there.any()}
    if finite.any():
        places["min"] = int(positions[np.where(finite, values, np.inf).argmin()])
        places["max"] = int(positions[np.where(finite, values, -np.inf).argmax()])
    if near is not None:
        places["near"] = _nearest(curve, first, stop, near)
    points = _recorded(curve, places)
    not_finite = {name: NotFinite(int(there.sum()) + unread[name], points.get(name)) for name, there in sorts.items()}
    least, most, nearest = points.get("min"), points.get("max"), points.get("near")
    return Extremes(curve.run, curve.segment, stop - first, least, most, near=nearest, **not_finite)


def _recorded(curve: Curve, places: dict[str, int]) -> dict[str, RecordedPoint]:
    """The points at some positions, each by its name."""
    wanted = np.unique(np.array(list(places.values()), np.int64))
    x, (step, wall_time), value = curve.x_at(wanted), curve.recorded_at(wanted), curve.y_at(wanted)
    columns = zip(x.tolist(), step.tolist(), wall_time.tolist(), value.astype(np.float64).tolist(), strict=True)
    points = {place: RecordedPoint(*point) for place, point in zip(wanted.tolist(), columns, strict=True)}
    return {name: points[place] for name, place in places.items()}


def _read(curve: Curve, first: int, stop: int) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Ascending positions of which one each has the extremes and the first of each sort of value that is not finite.

    And how many of each sort there are at all others.
    """
    low, high = curve.x_at(np.array([first, stop - 1])).tolist()
    is_short = stop - first <= _SHORT
    # Halved, since the difference of two of the largest numbers is none. One edge alone makes no part.
    edges = np.array([low]) if is_short else np.unique(np.linspace(low / 2, high / 2, _PARTS + 1) * 2)
    reduction = curve.reduce(edges)
    parts = reduction.buckets()
    sorts = {"nan": parts.nan, "pos_inf": parts.pos_inf, "neg_inf": parts.neg_inf}
    total = parts.count + sum(sorts.values())
    bounds = np.clip(reduction.before + np.concatenate([[0], np.cumsum(total, dtype=np.int64)]), first, stop)
    chosen = {int(counts.argmax()) for counts in (sort > 0 for sort in sorts.values()) if counts.any()}
    if parts.count.any():
        chosen |= {int(np.nanargmin(parts.min)), int(np.nanargmax(parts.max))}
    spans = [(first, bounds[0]), *((bounds[part], bounds[part + 1]) for part in sorted(chosen)), (bounds[-1], stop)]
    positions = np.concatenate([np.arange(start, end, dtype=np.int64) for start, end in spans])
    unread = {name: int(sort.sum() - sort[list(chosen)].sum()) for name, sort in sorts.items()}
    return positions, unread


def _nearest(curve: Curve, first: int, stop: int, near: float) -> int:
    behind = min(max(curve.count(-math.inf, near), first), stop)
    around = np.arange(max(behind - 1, first), min(behind + 1, stop), dtype=np.int64)
    x = curve.x_at(around)
    nearest = int(np.abs(x - near).argmin())
    # Of those at its x the last.
    return min(curve.count(-math.inf, float(x[nearest])), stop) - 1
