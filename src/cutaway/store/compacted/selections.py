"""What a chart sends of many chunks that are made of the same buckets: found for all of them at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Selection
from cutaway.store.bucket_rows import BucketRows, joined
from cutaway.store.selection_grid import Grid


class Selections:
    """The selections of all chunks of some rows, for one grid. Each is that of ``core.Reduction.selection`` for a curve
    that is the chunk and nothing else."""

    def __init__(self, rows: BucketRows, width: int, grid: Grid) -> None:
        """``rows`` are of a width up to that of the grid."""
        wide = joined(rows, width, grid.width) if len(rows.chunk) else rows
        at = wide.bucket - grid.first
        total = wide.total
        inside = (at >= 0) & (at < grid.size)
        #: Each chunk's place in what is below, and behind it that of the next one.
        self._chunks = np.unique(wide.chunk)
        edges = np.append(wide.chunk.searchsorted(self._chunks), len(at))
        #: Points of each chunk in front of the grid, and in front of its end.
        self._before, self._stop = (
            np.diff(np.concatenate([[0], np.cumsum(np.where(chosen, total, 0))])[edges])
            for chosen in (at < 0, at < grid.size)
        )
        many = inside & (total > grid.most)
        self._few_edges, self._few = _chosen(inside & (total <= grid.most), edges)
        self._first, self._last = wide.position, wide.position + total - 1
        self._bucket_edges, chosen = _chosen(many & (wide.finite > 0), edges)
        columns = (at.astype(np.uint32), wide.mean, wide.min, wide.max, total.astype(np.uint32))
        self._buckets = tuple(column[chosen] for column in (*columns, self._first, self._last))
        self._mark_edges, chosen = _chosen(many & (total > wide.finite), edges)
        marks = (at, wide.nan, wide.pos_inf, wide.neg_inf)
        self._marks = tuple(column[chosen].astype(np.uint32) for column in marks)
        self.nbytes = sum(column.nbytes for column in (*self._buckets, *self._marks, self._first, self._last))

    def of(self, chunk: int, start: int, length: int) -> tuple[int, Selection] | None:
        """The points in front of the grid and the selection of a chunk, by its number; None where it has no rows.

        ``start`` is the position of its first point, from which positions are counted here, and ``length`` how many it
        has.
        """
        at = int(self._chunks.searchsorted(chunk))
        if at == len(self._chunks) or self._chunks[at] != chunk:
            return None
        before, stop = int(self._before[at]), int(self._stop[at])
        few = self._few[self._few_edges[at] : self._few_edges[at + 1]]
        sent = [np.arange(max(before - 1, 0), before)]
        sent += [np.arange(self._first[row], self._last[row] + 1) - start for row in few.tolist()]
        sent.append(np.arange(stop, min(stop + 1, length)))
        bucket, mean, low, high, total, first, last = _of(self._buckets, self._bucket_edges, at)
        mark, nan, pos_inf, neg_inf = _of(self._marks, self._mark_edges, at)
        return before, Selection(
            stop, np.concatenate(sent), bucket, mean, low, high, mark, nan, pos_inf, neg_inf, total, first - start,
            last - start,
        )  # fmt: skip


def _chosen(mask: NDArray[np.bool_], edges: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of a mask, and where those of each chunk begin among them, with the end."""
    rows = np.flatnonzero(mask)
    return rows.searchsorted(edges), rows


def _of(columns: tuple[NDArray[Any], ...], edges: NDArray[np.int64], at: int) -> list[NDArray[Any]]:
    part = slice(int(edges[at]), int(edges[at + 1]))
    return [column[part] for column in columns]
