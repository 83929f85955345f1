"""Buckets of steps as columns: made of points, and joined to wider ones.

Bucket k of a width has the steps from k · width up to (k + 1) · width, as those of a chart by step
(``docs/decisions/bucket-grid.md``). So buckets of a chart are exactly those of several narrower ones.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Of larger values a sum of many might overflow.
_LARGE = 2.0**900
_SCALE = 2.0**-64


class BucketRows(NamedTuple):
    """b buckets of one width, each of one point or more, in the order of their points. Buckets of one chunk of points
    lie side by side, and a bucket has points of one chunk only."""

    #: int64[b]: a number for each chunk, which goes up.
    chunk: NDArray[np.int64]
    #: int64[b]: the number of the bucket.
    bucket: NDArray[np.int64]
    #: int64[b]: where its first point is among those of the series.
    position: NDArray[np.int64]
    #: int64[b] each: how many values are finite, NaN, +Inf and -Inf.
    finite: NDArray[np.int64]
    nan: NDArray[np.int64]
    pos_inf: NDArray[np.int64]
    neg_inf: NDArray[np.int64]
    #: float64[b] each, of the finite values: NaN without any.
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    #: int64[b] and float64[b]: steps and values of the first and the last point.
    first_step: NDArray[np.int64]
    last_step: NDArray[np.int64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    #: float64[b]: their wall times.
    first_time: NDArray[np.float64]
    last_time: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.int64]:
        """int64[b]: points in each bucket, finite or not."""
        return self.finite + self.nan + self.pos_inf + self.neg_inf

    def chosen(self, places: NDArray[np.bool_] | slice) -> "BucketRows":
        """Some of them."""
        columns: list[Any] = [column[places] for column in self]
        return BucketRows(*columns)


def rows_of(
    chunk: NDArray[np.int64],
    position: NDArray[np.int64],
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    value: NDArray[np.float64],
    width: int,
) -> BucketRows:
    """The buckets of n points, n > 0; ``chunk`` and ``position`` are those of the points. ``width`` is a power of two.

    Steps ascend within a chunk.
    """
    bucket = step >> _exponent(width)
    starts = _starts(chunk, bucket)
    lasts = np.append(starts[1:], len(step)) - 1
    total = lasts - starts + 1
    nothing = np.zeros(len(starts), np.int64)
    finite = np.isfinite(value)
    count, nan, pos_inf, neg_inf, lowest, highest, summed = total, nothing, nothing, nothing, value, value, value
    if not finite.all():
        count = np.add.reduceat(finite, starts, dtype=np.int64)
        nan = np.add.reduceat(np.isnan(value), starts, dtype=np.int64)
        pos_inf = np.add.reduceat(value == np.inf, starts, dtype=np.int64)
        neg_inf = total - count - nan - pos_inf
        lowest, highest = np.where(finite, value, np.inf), np.where(finite, value, -np.inf)
        summed = np.where(finite, value, 0.0)
    low, high = np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts)
    low[count == 0] = high[count == 0] = np.nan
    mean = _mean(summed, starts, count, low, high)
    return BucketRows(
        chunk[starts], bucket[starts], position[starts], count, nan, pos_inf, neg_inf, mean, low, high,
        step[starts], step[lasts], value[starts], value[lasts], wall_time[starts], wall_time[lasts],
    )  # fmt: skip


def joined(rows: BucketRows, width: int, wider: int) -> BucketRows:
    """Buckets of a width, one or more, as wider ones; both widths are powers of two."""
    return joined_by(rows, rows.bucket >> (_exponent(wider) - _exponent(width)))


def joined_by(rows: BucketRows, bucket: NDArray[np.int64]) -> BucketRows:
    """Buckets, one or more, as others of which they are parts: int64[b], neighbours of one number are one."""
    starts = _starts(rows.chunk, bucket)
    if len(starts) == len(bucket):
        return rows._replace(bucket=bucket)
    lasts = np.append(starts[1:], len(bucket)) - 1
    count, nan, pos_inf, neg_inf = (
        np.add.reduceat(column, starts) for column in (rows.finite, rows.nan, rows.pos_inf, rows.neg_inf)
    )
    low, high = np.fmin.reduceat(rows.min, starts), np.fmax.reduceat(rows.max, starts)
    weighted = np.where(rows.finite > 0, rows.mean, 0.0)
    mean = _mean(weighted, starts, count, low, high, rows.finite)
    return BucketRows(
        rows.chunk[starts], bucket[starts], rows.position[starts], count, nan, pos_inf, neg_inf, mean, low, high,
        rows.first_step[starts], rows.last_step[lasts], rows.first[starts], rows.last[lasts],
        rows.first_time[starts], rows.last_time[lasts],
    )  # fmt: skip


def _starts(chunk: NDArray[np.int64], bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where another chunk or another bucket begins."""
    changes = np.ones(len(bucket), np.bool_)
    np.not_equal(bucket[1:], bucket[:-1], out=changes[1:])
    changes[1:] |= chunk[1:] != chunk[:-1]
    return np.flatnonzero(changes)


def _mean(
    value: NDArray[np.float64],
    starts: NDArray[np.int64],
    count: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    weight: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """The mean of finite values, or of means with weights, from each start up to the next; NaN without any."""
    summed, scale = value, np.ones(1)
    large = np.fmax(np.abs(low), np.abs(high)) > _LARGE
    if large.any():
        # Of those buckets alone: the smallest numbers would lose digits.
        scale = np.where(large, _SCALE, 1.0)
        summed = value * np.repeat(scale, np.diff(np.append(starts, len(value))))
    if weight is not None:
        summed = summed * weight
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = np.add.reduceat(summed, starts) / count / scale
    # Rounding may lead out of the values: of three equal ones, for example.
    return np.minimum(np.maximum(mean, low), high)


def _exponent(width: int) -> int:
    return width.bit_length() - 1
