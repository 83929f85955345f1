"""A run as a member of a group: its segments, sorted into the buckets of the group's grid."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buckets
from cutaway.store.curve import Curve
from cutaway.store.groups import Member, on_grid

#: How many finite values there are in each bucket, and their mean.
_Means = tuple[NDArray[np.uint32] | NDArray[np.int64], NDArray[np.float64]]


def member_of(
    curves: Sequence[Curve],
    smoothed: Sequence[NDArray[np.float64] | None],
    edges: NDArray[np.float64],
    known: Sequence[Buckets | None],
) -> Member:
    """A run on the grid of buckets between edges (float64[size + 1]), of all its curves together.

    ``smoothed`` has the values of each curve that are drawn in place of those that were recorded, or None, and
    ``known`` the buckets of curves that are not smoothed, as far as they are known.
    """
    recorded: list[Buckets] = []
    drawn: list[_Means] = []
    for curve, values, buckets in zip(curves, smoothed, known, strict=True):
        if buckets is not None:
            recorded.append(buckets)
            drawn.append((buckets.count, buckets.mean))
            continue
        reduction = curve.reduce(edges)
        part = reduction.buckets()
        recorded.append(part)
        drawn.append((part.count, part.mean) if values is None else _means(values, reduction.before, part, curve.huge))
    size = len(edges) - 1
    count, mean = _joined_means(drawn, size)
    row = on_grid(np.flatnonzero(count), mean, size)
    if len(drawn) > 1:
        row[_between_segments(drawn, size)] = np.nan
    lowest, highest, not_finite = _joined_extremes(recorded, size)
    mark = np.flatnonzero(not_finite.any(axis=0))
    return Member(
        row,
        # A run without a recorded value takes part with what is on its line.
        np.where(np.isnan(lowest), row, lowest),
        np.where(np.isnan(highest), row, highest),
        mark,
        *not_finite[:, mark],
    )


def _between_segments(parts: Sequence[_Means], size: int) -> NDArray[np.bool_]:
    """The buckets that no segment reaches: there is no line."""
    reached = np.zeros(size, np.bool_)
    for count, _ in parts:
        there = count > 0
        if there.any():
            reached[there.argmax() : size - there[::-1].argmax()] = True
    return ~reached


def _joined_extremes(
    parts: Sequence[Buckets], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint32]]:
    """The lowest and the highest values of some segments, NaN without any; uint32[3, size] of NaN, +Inf, −Inf."""
    not_finite = [np.array([part.nan, part.pos_inf, part.neg_inf]) for part in parts]
    if len(parts) == 1:
        return parts[0].min, parts[0].max, not_finite[0]
    lowest, highest = np.full(size, np.nan), np.full(size, np.nan)
    for part in parts:
        np.fmin(lowest, part.min, out=lowest)
        np.fmax(highest, part.max, out=highest)
    return lowest, highest, np.sum(not_finite, axis=0, dtype=np.uint32) if parts else np.zeros((3, size), np.uint32)


def _joined_means(parts: Sequence[_Means], size: int) -> _Means:
    """How many finite values some segments have in each bucket together, and their mean."""
    if len(parts) == 1:
        return parts[0]
    count, mean = np.zeros(size, np.int64), np.zeros(size)
    for part_count, part_mean in parts:
        there = part_count > 0
        count[there] += part_count[there]
        # A mean of means, of which no sum or difference of the largest numbers overflows.
        share = part_count[there] / count[there]
        mean[there] = mean[there] * (1 - share) + part_mean[there] * share
    return count, mean


def _means(values: NDArray[np.float64], before: int, recorded: Buckets, huge: bool) -> _Means:
    """The same of other values at all points of a curve, whose recorded ones lie in these buckets."""
    total = (recorded.count + recorded.nan + recorded.pos_inf + recorded.neg_inf).astype(np.int64)
    filled = np.flatnonzero(total)
    starts = (np.cumsum(total) - total)[filled]
    inside = values[before : before + int(total.sum())]
    count, mean = total, np.full(len(total), np.nan)
    finite = np.isfinite(inside)
    if not finite.all():
        count = np.zeros(len(total), np.int64)
        count[filled] = np.add.reduceat(finite, starts, dtype=np.int64)
        inside = np.where(finite, inside, 0.0)
    if len(filled):
        # Sums of the largest numbers would overflow.
        scale = 2.0**-64 if huge else 1.0
        sums = np.add.reduceat(inside * scale if huge else inside, starts)
        with np.errstate(invalid="ignore"):
            mean[filled] = sums / count[filled] / scale
    return count, mean
