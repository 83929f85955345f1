"""Many runs as one line: statistics of a group in each bucket of a common grid, and the number of runs behind each.

The grid is that of a chart's buckets, which all its lines share. A run takes part with the mean of its finite values in
a bucket; in a bucket in which it has none, between two in which it has, with the value on the straight line between
those. Before its first and behind its last bucket it takes part in nothing: the line's mean may then jump, and `runs`
says why.

Nothing that a run recorded is averaged away: `min` and `max` are of the recorded values, also where lines are smoothed,
and values that are not finite are counted with the run that they belong to.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The 97.5 % point of Student's distribution for 1 to 30 degrees of freedom.
_STUDENT = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
    2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
    2.0452, 2.0423,
)  # fmt: skip
_NORMAL = 1.959964


class Member(NamedTuple):
    """One run on the whole grid, of all its segments together."""

    #: float64[size]: the mean of its finite values, recorded or smoothed; NaN where it takes no part.
    mean: NDArray[np.float64]
    #: float64[size] each: of its recorded finite values; in a bucket without any as `mean`.
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    #: int64[m]: the buckets with values that are not finite, ascending; uint32[m] each: how many of these.
    mark_bucket: NDArray[np.int64]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]


class GroupLine(NamedTuple):
    """One group: columns of the buckets in which any run takes part, in ascending order, and its marks.

    `min` and `max` are the lowest and the highest value of any run, all others are of the runs' means. `deviation` is
    the standard deviation of a sample (n - 1 below), `error` that of the mean, `confidence` half the width of the
    mean's interval of 95 % by Student's distribution. All three are NaN where there is one run.
    """

    #: uint32[b]: the numbers of the buckets on the grid.
    bucket: NDArray[np.uint32]
    #: uint32[b]: how many runs are behind each.
    runs: NDArray[np.uint32]
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    lowest_mean: NDArray[np.float64]
    highest_mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    error: NDArray[np.float64]
    confidence: NDArray[np.float64]
    #: uint32[m] each, by bucket and then by run: a bucket, a run of the group by its place there, and how many of its
    #: values in the bucket are not finite.
    mark_bucket: NDArray[np.uint32]
    mark_run: NDArray[np.uint32]
    mark_nan: NDArray[np.uint32]
    mark_pos_inf: NDArray[np.uint32]
    mark_neg_inf: NDArray[np.uint32]


class Gathering:
    """A group's members, put together one by one."""

    def __init__(self, members: int, size: int) -> None:
        self._means = np.full((members, size), np.nan)
        self._lowest, self._highest = np.full(size, np.nan), np.full(size, np.nan)
        self._marks: list[tuple[int, Member]] = []

    def add(self, place: int, member: Member) -> None:
        """Add the run at this place of the group."""
        self._means[place] = member.mean
        np.fmin(self._lowest, member.lowest, out=self._lowest)
        np.fmax(self._highest, member.highest, out=self._highest)
        if len(member.mark_bucket):
            self._marks.append((place, member))

    def line(self) -> GroupLine:
        """The group's line of all members that were added."""
        statistics = _statistics(self._means)
        bucket = statistics["bucket"]
        return GroupLine(**statistics, min=self._lowest[bucket], max=self._highest[bucket], **self._marks_by_bucket())

    def _marks_by_bucket(self) -> dict[str, NDArray[Any]]:
        marks = self._marks
        none = np.empty(0, np.uint32)
        bucket = np.concatenate([none, *(member.mark_bucket for _, member in marks)])
        run = np.concatenate([none, *(np.full(len(member.mark_bucket), place) for place, member in marks)])
        order = np.lexsort((run, bucket))
        columns = {
            "mark_bucket": bucket,
            "mark_run": run,
            "mark_nan": np.concatenate([none, *(member.nan for _, member in marks)]),
            "mark_pos_inf": np.concatenate([none, *(member.pos_inf for _, member in marks)]),
            "mark_neg_inf": np.concatenate([none, *(member.neg_inf for _, member in marks)]),
        }
        return {name: column[order].astype(np.uint32) for name, column in columns.items()}


def on_grid(bucket: NDArray[np.int64], mean: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """One run on the whole grid: float64[size], NaN where it takes no part.

    `bucket` are those with finite values, ascending, and `mean` is float64[size] of all buckets, anything elsewhere.
    """
    row = np.full(size, np.nan)
    row[bucket] = mean[bucket]
    if len(bucket):
        first, last = int(bucket[0]), int(bucket[-1])
        if len(bucket) <= last - first:
            between = np.flatnonzero(np.isnan(row[first:last])) + first
            # Halved, since the difference of two of the largest numbers is none.
            row[between] = np.interp(between, bucket, mean[bucket] / 2) * 2
    return row


def _statistics(rows: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Of the runs' means, float64[runs, buckets], NaN where a run takes no part."""
    there = ~np.isnan(rows)
    runs = there.sum(axis=0)
    bucket = np.flatnonzero(runs)
    kept, counts = rows[:, bucket], runs[bucket]
    # Sums of the largest numbers would overflow.
    scale = 2.0**-64 if np.abs(np.where(there[:, bucket], kept, 0)).max(initial=0) > 2.0**400 else 1.0
    values = np.where(there[:, bucket], kept * scale, 0)
    mean = values.sum(axis=0) / counts if len(bucket) else np.empty(0)
    away = np.where(there[:, bucket], values - mean, 0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Scaled by itself, so that squares of large and of tiny numbers are in range.
        largest = np.abs(away).max(axis=0, initial=0)
        unit = np.where(largest > 0, largest, 1.0)
        deviation = np.sqrt(((away / unit) ** 2).sum(axis=0) / np.where(counts > 1, counts - 1, np.nan)) * unit / scale
        error = deviation / np.sqrt(counts)
    ordered = np.sort(kept, axis=0)
    columns = np.arange(len(bucket))
    low, high = ordered[(counts - 1) // 2, columns], ordered[counts // 2, columns]
    lowest = ordered[0] if len(bucket) else mean
    highest = ordered[counts - 1, columns]
    return {
        "bucket": bucket.astype(np.uint32),
        "runs": counts.astype(np.uint32),
        "mean": np.clip(mean / scale, lowest, highest),
        "median": low / 2 + high / 2,
        "lowest_mean": lowest,
        "highest_mean": highest,
        "deviation": deviation,
        "error": error,
        "confidence": error * _students(counts - 1),
    }


def _students(freedom: NDArray[np.int64]) -> NDArray[np.float64]:
    """By the table, and beyond it by the first terms of the expansion towards the normal distribution."""
    table = np.array((np.nan, *_STUDENT))
    z = _NORMAL
    beyond = np.maximum(freedom, len(_STUDENT))
    expanded = z + (z**3 + z) / (4 * beyond) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * beyond**2)
    return np.where(freedom <= len(_STUDENT), table[np.clip(freedom, 0, len(_STUDENT))], expanded)
