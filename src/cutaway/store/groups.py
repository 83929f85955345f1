"""Many runs as one line: statistics of a group in each bucket of a common grid, and the number of runs behind each.

The grid is that of a chart's buckets, which all its lines share. A run takes part with the mean of its finite values in
a bucket; in a bucket in which it has none, between two in which it has, with the value on the straight line between
those. Before its first and behind its last bucket it takes part in nothing: the line's mean may then jump, and `runs`
says why.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: The 97.5 % point of Student's distribution for 1 to 30 degrees of freedom.
_STUDENT = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
    2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
    2.0452, 2.0423,
)  # fmt: skip
_NORMAL = 1.959964


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: columns of the buckets in which any run takes part, in ascending order.

    `deviation` is the standard deviation of a sample (n - 1 below), `error` that of the mean, `confidence` half the
    width of the mean's interval of 95 % by Student's distribution. All three are NaN where there is one run.
    """

    #: uint32[b]: the numbers of the buckets on the grid.
    bucket: NDArray[np.uint32]
    #: uint32[b]: how many runs are behind each.
    runs: NDArray[np.uint32]
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    deviation: NDArray[np.float64]
    error: NDArray[np.float64]
    confidence: NDArray[np.float64]


def on_grid(bucket: NDArray[np.uint32], mean: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """One run on the whole grid of `size` buckets: float64[size], NaN where it takes no part.

    `bucket` are those with finite values, ascending, and `mean` is of those.
    """
    row = np.full(size, np.nan)
    if len(bucket):
        first, last = int(bucket[0]), int(bucket[-1])
        # Halved, since the difference of two of the largest numbers is none.
        row[first : last + 1] = np.interp(np.arange(first, last + 1), bucket, mean / 2) * 2
        row[bucket] = mean
    return row


def aggregate(rows: NDArray[np.float64]) -> GroupLine:
    """A group's line of its runs' rows, float64[runs, buckets], NaN where a run takes no part."""
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
    return GroupLine(
        bucket=bucket.astype(np.uint32),
        runs=counts.astype(np.uint32),
        mean=np.clip(mean / scale, ordered[0], ordered[counts - 1, columns]) if len(bucket) else mean,
        median=low / 2 + high / 2,
        min=ordered[0] if len(bucket) else mean,
        max=ordered[counts - 1, columns],
        deviation=deviation,
        error=error,
        confidence=error * _students(counts - 1),
    )


def _students(freedom: NDArray[np.int64]) -> NDArray[np.float64]:
    """By the table, and beyond it by the first terms of the expansion towards the normal distribution."""
    table = np.array((np.nan, *_STUDENT))
    z = _NORMAL
    beyond = np.maximum(freedom, len(_STUDENT))
    expanded = z + (z**3 + z) / (4 * beyond) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * beyond**2)
    return np.where(freedom <= len(_STUDENT), table[np.clip(freedom, 0, len(_STUDENT))], expanded)
