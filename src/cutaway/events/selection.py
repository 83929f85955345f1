"""The points and buckets of a reduced line that are sent."""

import numpy as np

from cutaway.events.kernel_types import Buckets, Selection


def selection_of(found: Buckets, before: int, most: int, length: int) -> Selection:
    """See ``core.Reduction.selection``; ``before`` is how many points are in front of the first bucket."""
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
