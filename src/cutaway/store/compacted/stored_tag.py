"""The series of one tag in a shard: lines of a chart by step are drawn of their buckets all at once."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buckets
from cutaway.store.bucket_rows import BucketRows, joined
from cutaway.store.compacted.chunk_columns import BucketChunk, ChunkColumns
from cutaway.store.compacted.layout import END_POINTS, NARROWEST
from cutaway.store.line_columns import NO_LINES, Columns, Lines
from cutaway.store.ranges import ranges
from cutaway.store.selection_grid import Grid

Integers = NDArray[np.int64]


class EndPoints(NamedTuple):
    """The first and the last points of the chunks of a tag."""

    #: int64[n] each: their places among all points of the shard, in ascending order, and their steps.
    row: Integers
    step: Integers
    #: float64[n], to the nearest.
    value: NDArray[np.float64]


class TagRows(Protocol):
    """The rows of one tag, in its shard."""

    def buckets(self, width: int) -> BucketRows | None:
        """The buckets of a width, and maybe some of other tags; None where they cannot be read, or are too many."""

    def ends(self) -> EndPoints | None:
        """The ends of chunks, and maybe some of other tags; None where they cannot be read, or are too many."""


class StoredTag:
    """See BucketSource."""

    def __init__(self, rows: TagRows, coarsest: int) -> None:
        """``coarsest`` is the widest width of buckets, in steps."""
        self._rows, self._coarsest = rows, coarsest

    def draw(self, lines: Sequence[Sequence[BucketChunk]], grid: Grid, *, details: bool) -> tuple[list[int], Lines]:
        """See BucketSource."""
        return self.draw_chunks(ChunkColumns.of(lines), len(lines), grid, details=details)

    def draw_chunks(self, chunks: ChunkColumns, count: int, grid: Grid, *, details: bool) -> tuple[list[int], Lines]:
        """The same of so many lines."""
        found = self._complete(chunks, count, grid, lambda drawing: drawing.complete(self._rows.ends))
        return ([], NO_LINES) if found is None else (found[0], found[1].lines(details=details))

    def reduce(self, lines: Sequence[Sequence[BucketChunk]], grid: Grid) -> tuple[list[int], Iterator[Buckets]]:
        """See BucketSource."""
        chunks = ChunkColumns.of(lines)
        found = self._complete(chunks, len(lines), grid, lambda drawing: not drawing.is_lost.any())
        return ([], iter(())) if found is None else (found[0], found[1].buckets())

    def _complete(
        self, chunks: ChunkColumns, count: int, grid: Grid, is_complete: Callable[["_Drawing"], bool]
    ) -> "tuple[list[int], _Drawing] | None":
        """Those of so many lines that are complete, by their numbers; None without any."""
        width = NARROWEST
        while width * 4 <= min(grid.width, self._coarsest):
            width *= 4
        is_fit = np.ones(count, np.bool_)
        is_fit[chunks.line[(chunks.finest == 0) | (chunks.finest > width)]] = False
        places = np.flatnonzero(is_fit)
        rows = self._rows.buckets(width) if len(places) and width <= grid.width else None
        while rows is not None and len(places):
            drawing = _Drawing(chunks.of_lines(places), len(places), rows, grid, width)
            if is_complete(drawing):
                return places.tolist(), drawing
            places = places[~drawing.is_lost]
        return None


class _Drawing:
    """n lines of points whose positions are counted through all of them, on a grid of buckets."""

    def __init__(self, chunks: ChunkColumns, count: int, rows: BucketRows, grid: Grid, width: int) -> None:
        self._grid, self._size = grid, count
        self._single = bool(chunks.is_single.all())
        number, start, self._row, self._length = chunks.number, chunks.start, chunks.row, chunks.length
        #: The line that each chunk is of, the position of its first point, and that of each line, with the end.
        self._line = chunks.line
        self._begin = np.cumsum(self._length) - self._length
        self._line_begin = np.append(self._begin, self._length.sum())[self._edges(self._line)]
        #: Of each line, whether anything that is to be sent of it is in no rows.
        self.is_lost = np.zeros(count, np.bool_)
        low, high = rows.chunk.searchsorted(number), rows.chunk.searchsorted(number, "right")
        self.is_lost[self._line[low == high]] = True
        rows = rows.chosen(_spans(low, high))
        line, moved = (np.repeat(column, high - low) for column in (self._line, self._begin - start))
        #: The buckets that were made beforehand, and those of the grid.
        self._narrow = rows._replace(chunk=line, position=rows.position + moved)
        self._wide = joined(self._narrow, width, grid.width) if len(line) else self._narrow
        self._sent = np.empty(0, np.int64)

    def complete(self, ends: Callable[[], EndPoints | None]) -> bool:
        """Find what is sent as points; False where some of that is not known, and then which lines it is of."""
        if self.is_lost.any():
            return False
        self._choose()
        narrow, sent = self._narrow, self._sent
        at = narrow.position.searchsorted(sent, "right") - 1
        first = narrow.position[at]
        is_first, is_last = first == sent, first + narrow.total[at] - 1 == sent
        self._step = np.where(is_first, narrow.first_step[at], narrow.last_step[at])
        self._value = np.where(is_first, narrow.first[at], narrow.last[at])
        missing = np.flatnonzero(~(is_first | is_last))
        if len(missing):
            self._take_ends(missing, ends)
        return not self.is_lost.any()

    def _choose(self) -> None:
        """The buckets that are sent as points, as buckets and as marks, and the positions of all points."""
        wide, grid = self._wide, self._grid
        self._total = total = wide.total
        self._at = at = wide.bucket - grid.first
        inside = (at >= 0) & (at < grid.size)
        edges = self._edges(wide.chunk)
        begin, end = self._line_begin[:-1], self._line_begin[1:]
        before, stop = (
            begin + np.diff(np.append(0, np.cumsum(np.where(chosen, total, 0)))[edges])
            for chosen in (at < 0, at < grid.size)
        )
        few, many = np.flatnonzero(inside & (total <= grid.most)), inside & (total > grid.most)
        inner = ranges(wide.position[few], wide.position[few] + total[few])
        # With the points that the line comes from and goes to.
        self._sent = np.sort(np.concatenate([before[before > begin] - 1, inner, stop[stop < end]]))
        self._full = np.flatnonzero(many & (wide.finite > 0))
        self._marked = np.flatnonzero(many & (total > wide.finite))

    def _take_ends(self, missing: Integers, find: Callable[[], EndPoints | None]) -> None:
        """Points that are neither the first nor the last one of a bucket, where they are so of a chunk."""
        position = self._sent[missing]
        chunk = self._begin.searchsorted(position, "right") - 1
        place = position - self._begin[chunk]
        is_end = (place < END_POINTS) | (place >= self._length[chunk] - END_POINTS)
        self.is_lost[self._line[chunk[~is_end]]] = True
        ends = None if self.is_lost.all() else find()
        if ends is None:
            self.is_lost[self._line[chunk]] = True
            return
        row = self._row[chunk] + place
        at = np.minimum(ends.row.searchsorted(row), len(ends.row) - 1)
        self.is_lost[self._line[chunk[ends.row[at] != row]]] = True
        self._step[missing], self._value[missing] = ends.step[at], ends.value[at]

    def lines(self, *, details: bool) -> Lines:
        """What is sent."""
        wide, full, marked = self._wide, self._full, self._marked
        marks = [column[marked].astype(np.uint32) for column in (self._at, wide.nan, wide.pos_inf, wide.neg_inf)]
        columns = Columns(
            self._step.astype(np.float64),
            self._value.astype(np.float32) if self._single else self._value,
            self._at[full].astype(np.uint32),
            wide.mean[full],
            wide.min[full],
            wide.max[full],
            marks[0],
            marks[1],
            marks[2],
            marks[3],
        )
        if details:
            count = self._total[full].astype(np.uint32)
            columns = columns._replace(count_in_bucket=count, first=wide.first[full], last=wide.last[full])
        points = self._sent.searchsorted(self._line_begin)
        return Lines(columns, points, self._edges(wide.chunk[full]), self._edges(wide.chunk[marked]))

    def buckets(self) -> Iterator[Buckets]:
        """All buckets of the grid, of one line after the other."""
        wide, size = self._wide, self._grid.size
        at = wide.bucket - self._grid.first
        counts = np.array([wide.finite, wide.nan, wide.pos_inf, wide.neg_inf]).astype(np.uint32)
        statistics = np.array([wide.mean, wide.min, wide.max])
        for first, stop in pairwise(self._edges(wide.chunk).tolist()):
            low, high = (first + at[first:stop].searchsorted([0, size])).tolist()
            of_line, of_values = np.zeros((4, size), np.uint32), np.full((3, size), np.nan)
            of_line[:, at[low:high]] = counts[:, low:high]
            of_values[:, at[low:high]] = statistics[:, low:high]
            yield Buckets(*of_line, *of_values)

    def _edges(self, line: Integers) -> Integers:
        """Where the rows of each line begin among some, whose lines ascend, and where those of the last one end."""
        return line.searchsorted(np.arange(self._size + 1))


def _spans(low: Integers, high: Integers) -> Any:
    """All places from each one up to another: a slice where they follow each other."""
    if len(low) and (low[1:] == high[:-1]).all():
        return slice(int(low[0]), int(high[-1]))
    return ranges(low, high)
