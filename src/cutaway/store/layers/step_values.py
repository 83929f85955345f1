"""One statistic of every row at every logging step, made once from a file's columns and kept for the next request."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import RLock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.layers.contents import WatchContents
from cutaway.store.layers.statistics import STATISTICS, LayerColumns

#: Bytes that are kept of all runs; the values that were not asked for the longest go first.
MOST_BYTES = 256 << 20
#: Bytes of columns that are read at a time.
_CHUNK_BYTES = 2 << 20

#: Values of one step in one file, of which the nearest is looked for.
_MOST_ALIKE = 16

#: The logging steps, by their numbers, that a block of values is of.
Span = tuple[int, int]


class Block(NamedTuple):
    """Some logging steps of one tag in one file."""

    #: float32[n, rows]; NaN where a row was not measured, or has no such number.
    values: NDArray[np.float32]
    #: uint8[n, rows], see `LayerColumns.marks`.
    marks: NDArray[np.uint8]


class _Kept:
    """Values that grow with their file."""

    def __init__(self, rows: int) -> None:
        self.count = 0
        self._values = np.empty((0, rows), np.float32)
        self._marks = np.empty((0, rows), np.uint8)

    @property
    def nbytes(self) -> int:
        return self._values.nbytes + self._marks.nbytes

    @property
    def block(self) -> Block:
        return Block(self._values[: self.count], self._marks[: self.count])

    def append(self, block: Block, expected: int) -> None:
        """Add logging steps; ``expected`` are as many as there will be for now."""
        end = self.count + len(block.values)
        if end > len(self._values):
            size = max(end, expected if not self.count else expected + expected // 4)
            values, marks = self._values, self._marks
            self._values = np.empty((size, values.shape[1]), np.float32)
            self._marks = np.empty((size, values.shape[1]), np.uint8)
            self._values[: self.count], self._marks[: self.count] = values[: self.count], marks[: self.count]
        self._values[self.count : end], self._marks[self.count : end] = block
        self.count = end


class StepValues:
    """Statistics over all logging steps. Any thread asks."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[tuple[int, str], tuple[WatchContents, _Kept]] = OrderedDict()
        self._lock = RLock()

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        return sum(kept.nbytes for _, kept in self._kept.values())

    def blocks(
        self, contents: WatchContents, name: str, span: Span, weights: Sequence[WatchContents] = ()
    ) -> Iterator[tuple[int, Block]]:
        """The values from one logging step to another, by their numbers: in blocks, each with the number it begins at.

        There is one block where they are kept, and several of bounded size where they are too many for that.
        ``weights``: those of the same file, for ratios.
        """
        start, stop = span
        rows = contents.shape[0]
        if len(contents.starts) * rows * 5 > self.most_bytes // 2:
            size = max(1, _CHUNK_BYTES // max(1, contents.size))
            for begin in range(start, stop, size):
                yield begin, self._made(contents, name, (begin, min(begin + size, stop)), weights)
            return
        with self._lock:
            key = id(contents), name
            _, kept = self._kept.setdefault(key, (contents, _Kept(rows)))
            self._kept.move_to_end(key)
            size = max(1, _CHUNK_BYTES // max(1, contents.size))
            waits = not weights and STATISTICS[name].of is None
            settled = kept.count if waits else _settled(contents, weights, kept.count)
            while kept.count < settled:
                end = min(kept.count + size, settled)
                kept.append(self._made(contents, name, (kept.count, end), weights), settled)
            block = kept.block
            while self.nbytes > self.most_bytes and len(self._kept) > 1:
                self._kept.popitem(last=False)
        if start < kept.count:
            yield start, Block(block.values[start:stop], block.marks[start:stop])
        if stop > len(block.values):
            begin = max(start, len(block.values))
            yield begin, self._made(contents, name, (begin, stop), weights)

    def _made(self, contents: WatchContents, name: str, span: Span, weights: Sequence[WatchContents]) -> Block:
        which = np.arange(*span)
        columns = _columns(contents, which)
        of = STATISTICS[name].of
        if of is not None:
            return Block(of(columns).astype(np.float32), columns.marks())
        with np.errstate(all="ignore"):
            ratio = columns.rms() / _rms_of_weights(contents, which, weights)
        return Block(ratio.astype(np.float32), columns.marks())


def _columns(contents: WatchContents, which: NDArray[np.int64]) -> LayerColumns:
    places = contents.series.places
    return LayerColumns(contents.layout, places.step[which], places.wall_time[which], contents.read(which))


def _settled(contents: WatchContents, weights: Sequence[WatchContents], known: int) -> int:
    """How many logging steps have all that they need: the weights of the last may not have been read yet.

    So much is known of the first ``known``.
    """
    count = len(contents.starts)
    if not weights or known >= count:
        return count
    places = contents.series.places
    is_open = np.ones(count - known, bool)
    for each in weights:
        theirs = each.series.places
        if len(each.starts):
            is_open &= places.offset[known:count] > theirs.offset[: len(each.starts)].max()
            is_open &= ~np.isin(places.step[known:count], theirs.step[: len(each.starts)])
    # Of those that wait, the ones at the end.
    complete = np.flatnonzero(~is_open)
    return known + (int(complete[-1]) + 1 if len(complete) else 0)


def _rms_of_weights(
    contents: WatchContents, which: NDArray[np.int64], weights: Sequence[WatchContents]
) -> NDArray[np.floating]:
    """[n, rows]: of the weights of the same name that were recorded next to these values at the same step; else NaN."""
    found = np.full((len(which), contents.shape[0]), np.nan)
    places = contents.series.places
    for each in weights:
        chosen = _at_same_step(each, places.step[which], places.offset[which])
        matched = np.flatnonzero(chosen >= 0)
        own = {name: row for row, name in enumerate(each.layout.rows)}
        pairs = [(row, own[name]) for row, name in enumerate(contents.layout.rows) if name in own]
        if len(matched) and pairs:
            mine, other_rows = np.array(pairs, np.int64).T
            found[matched[:, None], mine] = _columns(each, chosen[matched]).rms()[:, other_rows]
    return found


def _at_same_step(weights: WatchContents, steps: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[n]: the number of the value of the same step, -1 for none.

    Of several, as of a training that started again in the same file, it is the nearest in it.
    """
    count = len(weights.starts)
    theirs = weights.series.places
    order = np.lexsort((theirs.offset[:count], theirs.step[:count]))
    ordered, where = theirs.step[order], theirs.offset[order]
    left, right = np.searchsorted(ordered, steps), np.searchsorted(ordered, steps, "right")
    best = np.minimum(left, max(count - 1, 0))
    for further in range(1, min(int((right - left).max(initial=0)), _MOST_ALIKE)):
        other = np.minimum(left + further, right - 1)
        best = np.where(np.abs(where[other] - offsets) < np.abs(where[best] - offsets), other, best)
    return np.where(right > left, order[best] if count else -1, -1)
