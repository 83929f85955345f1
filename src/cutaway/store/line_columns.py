"""What is sent of the lines of a chart, as columns: those of one line, and of many, one behind the other."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32] | NDArray[np.float64]

_NO_NUMBERS, _NO_FLOATS = np.empty(0, np.uint32), np.empty(0)


class Columns(NamedTuple):
    """Points and buckets are each in ascending order of x within a line."""

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
    #: uint32[b], and float64[b] twice: points in each bucket, also those that are not finite, its first and its last
    #: value; empty unless they are asked for.
    count_in_bucket: NDArray[np.uint32] = _NO_NUMBERS
    first: NDArray[np.float64] = _NO_FLOATS
    last: NDArray[np.float64] = _NO_FLOATS
    #: float64[p] and float64[b]: the smoothed curve at the points and its mean in the buckets; empty without smoothing.
    point_smooth: NDArray[np.float64] = _NO_FLOATS
    smooth: NDArray[np.float64] = _NO_FLOATS


class Lines(NamedTuple):
    """n lines."""

    columns: Columns
    #: int64[n + 1]: where the points, the buckets and the marks of each begin, and where those of the last one end.
    point_edges: NDArray[np.int64]
    bucket_edges: NDArray[np.int64]
    mark_edges: NDArray[np.int64]

    @classmethod
    def of(cls, lines: Sequence[Columns]) -> "Lines":
        """The columns of lines that were made one by one. ``point_y`` is float32 where that of all of them is."""
        if not lines:
            return NO_LINES
        joined: list[Any] = [np.concatenate(column) for column in zip(*lines, strict=True)]
        points = _edges(len(line.point_x) for line in lines)
        buckets = _edges(len(line.bucket) for line in lines)
        return cls(Columns(*joined), points, buckets, _edges(len(line.mark_bucket) for line in lines))

    def each(self) -> list[Columns]:
        """The columns of each line."""
        spans = (self.point_edges, self.bucket_edges, self.mark_edges)
        point, bucket, mark = ([slice(*span) for span in pairwise(edges.tolist())] for edges in spans)
        all_of = self.columns
        return [
            Columns(
                all_of.point_x[p], all_of.point_y[p],
                all_of.bucket[b], all_of.mean[b], all_of.min[b], all_of.max[b],
                all_of.mark_bucket[m], all_of.mark_nan[m], all_of.mark_pos_inf[m], all_of.mark_neg_inf[m],
                all_of.count_in_bucket[b], all_of.first[b], all_of.last[b],
                all_of.point_smooth[p], all_of.smooth[b],
            )
            for p, b, m in zip(point, bucket, mark, strict=True)
        ]  # fmt: skip


NO_COLUMNS = Columns(
    _NO_FLOATS, np.empty(0, np.float32), _NO_NUMBERS, _NO_FLOATS, _NO_FLOATS, _NO_FLOATS,
    _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS,
)  # fmt: skip


def _edges(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(accumulate(lengths, initial=0)), np.int64)


NO_LINES = Lines(NO_COLUMNS, _edges([]), _edges([]), _edges([]))
