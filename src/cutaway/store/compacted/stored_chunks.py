"""The facts of all chunks of a shard, as columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.store.compacted.chunk_columns import ChunkColumns
from cutaway.store.compacted.chunked import ChunkFacts
from cutaway.store.compacted.layout import MOST_PLAIN
from cutaway.store.compacted.parquet_file import numbers_of
from cutaway.store.ranges import ranges

Integers = NDArray[np.int64]


class StoredChunks:
    """c chunks of n series, one series behind the other."""

    def __init__(self, column: Any, points: Integers) -> None:
        """``column`` is a list for each series, of structs as ``ChunkFacts``, an Arrow array; ``points`` is int64[n].
        Raises ValueError where the chunks have other points."""
        array = column.combine_chunks()
        facts = array.values
        #: int64[n + 1]: where the chunks of each series begin, and where those of the last one end.
        self.edges: Integers = numbers_of(array.offsets).astype(np.int64) if len(array) else np.zeros(1, np.int64)
        #: bool[c]: whether all steps of the chunk are evenly spaced.
        self.is_even: NDArray[np.bool_] = numbers_of(facts.field("is_even")) != 0
        #: Each int64[c], but for `last`, which is float64[c]; the stride of one that is not even is 0.
        self.columns: dict[str, NDArray[Any]] = {name: numbers_of(facts.field(name)) for name in ChunkFacts._fields}
        ends = np.append(0, np.cumsum(self.columns["points"]))
        count = np.diff(self.edges)
        if (count < 1).any() or (np.diff(ends[self.edges]) != points).any():
            raise ValueError("chunks are not where they should be")
        #: int64[c]: the position of its first point within its series.
        self.start: Integers = ends[:-1] - np.repeat(ends[self.edges[:-1]], count)

    def of(self, series: int) -> list[ChunkFacts]:
        """Those of one."""
        chosen = slice(*self.edges[series : series + 2].tolist())
        strides = zip(self.columns["stride"][chosen].tolist(), self.is_even[chosen].tolist(), strict=True)
        columns: dict[str, list[Any]] = {name: column[chosen].tolist() for name, column in self.columns.items()}
        columns["stride"] = [stride if even else None for stride, even in strides]
        return list(map(ChunkFacts._make, zip(*columns.values(), strict=True)))

    def lines(
        self, series: Integers, row: Integers, is_single: NDArray[np.bool_], is_huge: NDArray[np.bool_]
    ) -> "Lines":
        """Some series, each as one line; the other arguments are those of :class:`Lines`."""
        begin, end = self.edges[series], self.edges[series + 1]
        at, line = ranges(begin, end), np.repeat(np.arange(len(series)), end - begin)
        start = self.start[at]
        chunks = ChunkColumns(
            line, at, start, row[line] + start, self.columns["points"][at], self.columns["finest"][at], is_single[line]
        )
        return Lines(
            {name: column[at] for name, column in self.columns.items()},
            self.is_even[at],
            chunks,
            row,
            is_single,
            is_huge,
        )


class Lines:
    """k lines, one behind the other."""

    def __init__(
        self,
        facts: dict[str, NDArray[Any]],
        is_even: NDArray[np.bool_],
        chunks: ChunkColumns,
        row: Integers,
        is_single: NDArray[np.bool_],
        is_huge: NDArray[np.bool_],
    ) -> None:
        """``facts`` and ``is_even`` are those of the chunks."""
        self._facts, self._is_even = facts, is_even
        self.chunks = chunks
        #: int64[k] and bool[k] twice: the place of the first point of each among all of the shard, whether values are
        #: float32, and whether they may be beyond 2**900 in magnitude.
        self.row, self.is_single, self.is_huge = row, is_single, is_huge

    @property
    def points(self) -> Integers:
        """int64[k]."""
        return np.bincount(self.chunks.line, self.chunks.length, len(self.row)).astype(np.int64)

    def are_short(self, width: int) -> NDArray[np.bool_]:
        """bool[k]: which are drawn of their points, together: all their chunks are short, and of none there are buckets
        of so many steps or narrower ones."""
        finest = self.chunks.finest
        is_other = (self.chunks.length > MOST_PLAIN) | ((finest > 0) & (finest <= width))
        found = np.ones(len(self.row), np.bool_)
        found[self.chunks.line[is_other]] = False
        return found

    def points_within(self, low: float, high: float) -> Integers:
        """int64[k]: how many points of each have a step from one number to another; -1 where only they tell."""
        first, last, points, stride = (self._facts[name] for name in ("first_step", "last_step", "points", "stride"))
        # Steps of chunks that have buckets are exact as float64.
        lowest, highest = (np.int64(np.clip(edge, -(2.0**60), 2.0**60)) for edge in (np.ceil(low), np.floor(high)))
        step = np.maximum(stride, 1)
        begin, end = np.maximum(first, lowest) - first, np.minimum(last, highest) - first
        found = np.maximum(end // step + (-begin) // step + 1, 0)
        is_whole = (first >= lowest) & (last <= highest)
        is_out = (last < lowest) | (first > highest)
        found = np.where(is_whole, points, np.where(is_out, 0, found))
        line = self.chunks.line
        total = np.bincount(line, found, len(self.row)).astype(np.int64)
        unknown = ~(is_whole | is_out | (self._is_even & (stride > 0)))
        total[line[unknown]] = -1
        return total
