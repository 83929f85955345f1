"""Sorting points into the buckets of a chart where buckets of many of them were made beforehand."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_objects import Values1D
from cutaway.events.kernel_types import Buckets, Packed, Selection, Summary, Values
from cutaway.events.selection import selection_of
from cutaway.store.bucket_rows import BucketRows, joined, joined_by

#: From here on steps are not exact as float64.
_LARGEST = 2.0**53


def width_of(edges: NDArray[np.float64]) -> int:
    """How many steps wide the buckets between edges are, where all are equally many, a power of two, and begin at a
    multiple of that; else 0."""
    if len(edges) < 2 or not np.abs(edges[[0, -1]]).max() < _LARGEST:
        return 0
    width = float(edges[1] - edges[0])
    if width < 1 or not width.is_integer() or int(width) & (int(width) - 1):
        return 0
    # Buckets that are not equally wide become ever wider: on a logarithmic axis.
    is_grid = edges[0] % width == 0 and edges[-1] - edges[0] == width * (len(edges) - 1)
    return int(width) if is_grid else 0


def duration_of(edges: NDArray[np.float64]) -> float:
    """How many seconds long the buckets between edges are, where all are equally long; else 0."""
    if len(edges) < 2:
        return 0.0
    lengths = np.diff(edges)
    return float(lengths[0]) if np.allclose(lengths, lengths[0], rtol=1e-3, atol=0) else 0.0


class BucketReduction:
    """A ``core.Reduction`` that takes buckets of steps as well, in ascending order of all.

    By step these are parts of its own, so that the result is that of the points. Over time each lies where its first
    point does.
    """

    def __init__(self, edges: NDArray[np.float64], axis: Literal["step", "wall"], *, huge: bool = False) -> None:
        """``edges`` are those of which :func:`width_of` or :func:`duration_of` tells the length."""
        self._points = core.new_reduction(edges, huge=huge)
        self._edges, self.axis = edges, axis
        #: Steps, by step; seconds, over time.
        self.width, self.duration = (width_of(edges), 0.0) if axis == "step" else (0, duration_of(edges))
        self.low, self.high = float(edges[0]), float(edges[-1])
        self._size = len(edges) - 1
        self._before = 0
        self._rows: list[BucketRows] = []

    @property
    def has_rows(self) -> bool:
        """Whether any buckets were added."""
        return bool(self._rows)

    @property
    def before(self) -> int:
        """See ``core.Reduction``."""
        return self._before + self._points.before

    def skip(self, count: int) -> None:
        """See ``core.Reduction``."""
        self._points.skip(count)

    def add(self, x: NDArray[np.float64] | NDArray[np.int64], value: Values1D) -> None:
        """See ``core.Reduction``."""
        self._points.add(x, value)

    def add_packed(
        self, packed: Packed, value: Values, summaries: tuple[Summary, Summary], start: int, stop: int
    ) -> None:
        """See ``core.Reduction``."""
        self._points.add_packed(packed, value, summaries, start, stop)

    def add_rows(self, rows: BucketRows, width: int) -> None:
        """Add buckets of a width in steps that is a power of two, by step up to that of the reduction."""
        if self.axis == "step":
            wide = joined(rows, width, self.width)
            at = wide.bucket - int(self.low) // self.width
        else:
            at = self._edges.searchsorted(rows.first_time, "right") - 1
            wide = joined_by(rows, at)
            at = self._edges.searchsorted(wide.first_time, "right") - 1
        self._before += int(wide.total[at < 0].sum())
        inside = (at >= 0) & (at < self._size)
        self._rows.append(wide.chosen(inside)._replace(bucket=at[inside]))

    def buckets(self) -> Buckets:
        """See ``core.Reduction``."""
        found = self._points.buckets()
        counts = np.array([found.count, found.nan, found.pos_inf, found.neg_inf], np.int64)
        mean, low, high = found.mean.copy(), found.min.copy(), found.max.copy()
        for rows in self._rows:
            # Of one chunk, so each bucket is there once.
            at = rows.bucket
            known = counts[0, at]
            counts[:, at] += [rows.finite, rows.nan, rows.pos_inf, rows.neg_inf]
            with np.errstate(invalid="ignore"):
                share = rows.finite / counts[0, at]
            # A mean of means, of which no sum or difference of the largest numbers overflows.
            mixed = mean[at] * (1 - share) + rows.mean * share
            mean[at] = np.where(known == 0, rows.mean, np.where(rows.finite == 0, mean[at], mixed))
            low[at], high[at] = np.fmin(low[at], rows.min), np.fmax(high[at], rows.max)
        np.clip(mean, low, high, out=mean)
        finite, nan, pos_inf, neg_inf = counts.astype(np.uint32)
        return Buckets(finite, nan, pos_inf, neg_inf, mean, low, high)

    def selection(self, most: int, length: int) -> Selection:
        """See ``core.Reduction``."""
        if not self._rows and not self._before:
            return self._points.selection(most, length)
        return selection_of(self.buckets(), self.before, most, length)
