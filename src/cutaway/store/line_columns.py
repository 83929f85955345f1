"""What is sent of the lines of a chart, as columns: those of one line, and of many, one behind the other."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.ranges import ranges

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
        points = _edges(len(line.point_x) for line in lines)
        buckets = _edges(len(line.bucket) for line in lines)
        return cls(_joined(lines), points, buckets, _edges(len(line.mark_bucket) for line in lines))

    @classmethod
    def joined(cls, parts: "Sequence[Lines]") -> "Lines":
        """The lines of some, one behind the other."""
        if len(parts) == 1:
            return parts[0]
        edges: list[Any] = [
            np.concatenate([[0], *(np.diff(edges) for edges in column)]).cumsum()
            for column in list(zip(*parts, strict=True))[1:]
        ]
        return cls(_joined([part.columns for part in parts]), *edges)

    def in_order(self, order: NDArray[np.int64]) -> "Lines":
        """The same lines in another order, int64[n]: their places now."""
        edges = (self.point_edges, self.bucket_edges, self.mark_edges)
        places = [ranges(each[:-1][order], each[1:][order]) for each in edges]
        moved: list[Any] = []
        for column, at in zip(self.columns, _PLACES, strict=True):
            # Columns that were not asked for are empty.
            moved.append(column[places[at]] if len(column) == int(edges[at][-1]) else column)
        of_lines: list[Any] = [np.concatenate([[0], np.diff(each)[order]]).cumsum() for each in edges]
        return Lines(Columns(*moved), *of_lines)


#: Of each column whether it is one of points, of buckets or of marks: 0, 1, 2.
_PLACES = (0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 0, 1)

NO_COLUMNS = Columns(
    _NO_FLOATS, np.empty(0, np.float32), _NO_NUMBERS, _NO_FLOATS, _NO_FLOATS, _NO_FLOATS,
    _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS,
)  # fmt: skip


def _joined(parts: Sequence[Columns]) -> Columns:
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Columns(*columns)


def _edges(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(accumulate(lengths, initial=0)), np.int64)


NO_LINES = Lines(NO_COLUMNS, _edges([]), _edges([]), _edges([]))
