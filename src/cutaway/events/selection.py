"""The points and buckets of a reduced line that are sent."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buckets


class Selection(NamedTuple):
    """What is sent of a reduced line: the points of buckets with few, and buckets with more."""

    #: The position of the first point behind the last edge.
    stop: int
    #: int64[p]: positions of the points of buckets with few, between the last one before the first edge and the first
    #: one behind the last edge, where there are any.
    sent: NDArray[np.int64]
    #: uint32[b]: the buckets with more points, and float64[b]: mean, smallest and largest of their finite values.
    #: Those without any finite value are left out.
    bucket: NDArray[np.uint32]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    #: uint32[m]: the buckets with more points that have values which are not finite, and how many of each.
    mark: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]
    #: uint32[b]: points in each of ``bucket``, finite or not; int64[b]: positions of the first and the last.
    total: NDArray[np.uint32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def selection_of(found: Buckets, before: int, most: int, length: int) -> Selection:
    """The buckets of a line's points, those of up to ``most`` points as their points.

    Positions are among the ``length`` points of the line: those ``before`` the first edge, those in the buckets, and
    more behind the last edge.
    """
    total = (found.count + found.nan + found.pos_inf + found.neg_inf).astype(np.int64)
    ends = np.cumsum(total) + before
    stop = before + int(total.sum())
    # The points of a bucket lie side by side, because x ascends.
    few = np.flatnonzero((total <= most) & (total > 0))
    inside = np.repeat((ends - total)[few] - np.cumsum(total[few]) + total[few], total[few]) + np.arange(
        int(total[few].sum())
    )
    in_front, behind = range(max(before - 1, 0), before), range(stop, min(stop + 1, length))
    many = total > most
    bucket, mark = np.flatnonzero(many & (found.count > 0)), np.flatnonzero(many & (total > found.count))
    return Selection(
        stop,
        np.concatenate([in_front, inside, behind]).astype(np.int64),
        bucket.astype(np.uint32),
        found.mean[bucket],
        found.min[bucket],
        found.max[bucket],
        mark.astype(np.uint32),
        found.nan[mark],
        found.pos_inf[mark],
        found.neg_inf[mark],
        total[bucket].astype(np.uint32),
        (ends - total)[bucket],
        ends[bucket] - 1,
    )
