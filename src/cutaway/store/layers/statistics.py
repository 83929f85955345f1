"""What a watch recorded of one kind in one run, as arrays, and the statistics that are shown of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import COUNT, GRADIENT, UPDATE, WATCHED_KINDS, WatchLayout

Numbers = NDArray[np.floating]


@dataclass(frozen=True)
class LayerColumns:
    """The columns of every row at each logging step, or of several logging steps merged."""

    layout: WatchLayout
    #: int64[n], ascending: of merged steps, the first of each.
    steps: NDArray[np.int64]
    #: float64[n], seconds since the epoch.
    wall_time: NDArray[np.float64]
    #: float32[n, rows, columns]; a row that was not measured is NaN.
    values: NDArray[np.float32]

    def column(self, name: str) -> Numbers:
        """[n, rows] of one column. Raises KeyError."""
        if name not in self.layout.columns:
            raise KeyError(name)
        return self.values[..., self.layout.columns.index(name)]

    def measured(self) -> Numbers:
        """[n, rows]: how many elements were measured, not finite ones with them; NaN where a row was not."""
        if COUNT in self.layout.columns:
            return self.column(COUNT)
        sampled = np.broadcast_to(np.array(self.layout.sampled, np.float64), self.values.shape[:2])
        return np.where(np.isnan(self.values[..., 0]), np.nan, sampled)

    def not_finite(self) -> Numbers:
        """[n, rows]: how many elements are NaN, +Inf or -Inf; NaN where a row was not measured."""
        with np.errstate(all="ignore"):
            return self.column("nan") + self.column("pos_inf") + self.column("neg_inf")

    def rms(self) -> Numbers:
        """[n, rows]: root of the mean square of the finite elements; NaN where there is none."""
        with np.errstate(all="ignore"):
            return np.sqrt(self.column("sum_sq").astype(np.float64) / (self.measured() - self.not_finite()))

    def norm(self) -> Numbers:
        """[n, rows]: Euclidean norm of the whole tensor; an estimate from the rms where a sample was measured."""
        if COUNT in self.layout.columns:
            with np.errstate(all="ignore"):
                return np.sqrt(self.column("sum_sq").astype(np.float64))
        return self.rms() * np.sqrt(np.array(self.layout.numel, np.float64))

    def mean(self) -> Numbers:
        """[n, rows]: of the finite elements."""
        with np.errstate(all="ignore"):
            return self.column("sum").astype(np.float64) / (self.measured() - self.not_finite())

    def std(self) -> Numbers:
        """[n, rows]: of the finite elements, about their mean."""
        with np.errstate(all="ignore"):
            return np.sqrt(np.maximum(self.rms() ** 2 - self.mean() ** 2, 0.0))

    def abs_max(self) -> Numbers:
        """[n, rows]: the greatest magnitude of a finite element; NaN where there is none."""
        found = np.maximum(np.abs(self.column("min")), np.abs(self.column("max")))
        return np.where(np.isfinite(found), found, np.nan)

    def crest(self) -> Numbers:
        """[n, rows]: greatest magnitude over rms."""
        with np.errstate(all="ignore"):
            return self.abs_max() / self.rms()

    def zero_share(self) -> Numbers:
        """[n, rows]: the share of elements that are exactly zero, from 0 to 1."""
        with np.errstate(all="ignore"):
            return self.column("zeros") / self.measured()

    def marks(self) -> NDArray[np.uint8]:
        """[n, rows]: of each row the sum of the marks below; 0 where it was not measured."""
        with np.errstate(all="ignore"):
            found = np.where(np.isnan(self.values[..., 0]), 0, MEASURED).astype(np.uint8)
            for name, mark in (("nan", HAS_NAN), ("pos_inf", HAS_POS_INF), ("neg_inf", HAS_NEG_INF)):
                found |= np.where(self.column(name) > 0, mark, 0).astype(np.uint8)
            found |= np.where(self.column("zeros") < self.measured(), HAS_NONZERO, 0).astype(np.uint8)
        return found


#: What is marked of a row, whatever statistic is shown. A row that was measured and has no other number is zero.
HAS_NAN, HAS_POS_INF, HAS_NEG_INF, MEASURED, HAS_NONZERO = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class Statistic:
    """One number of each row that can be shown over steps."""

    name: str
    #: Which of several steps, or of several rows, counts as the worst: the greatest, the one that is farthest from
    #: zero, or all of them together.
    worst: Literal["greatest", "magnitude", "sum"]
    #: [n, rows] of some columns; None for a ratio to the weights, which needs two kinds.
    of: Callable[[LayerColumns], Numbers] | None
    #: The kinds that have it.
    kinds: tuple[str, ...] = WATCHED_KINDS


WEIGHT_RATIO = "weight_ratio"
STATISTICS = {
    each.name: each
    for each in (
        Statistic("rms", "greatest", LayerColumns.rms),
        Statistic("norm", "greatest", LayerColumns.norm),
        Statistic("mean", "magnitude", LayerColumns.mean),
        Statistic("std", "greatest", LayerColumns.std),
        Statistic("abs_max", "greatest", LayerColumns.abs_max),
        Statistic("crest", "greatest", LayerColumns.crest),
        Statistic("zero_share", "greatest", LayerColumns.zero_share),
        Statistic("not_finite", "sum", LayerColumns.not_finite),
        #: rms of the updates, or of the gradients, over that of the weights at the same step.
        Statistic(WEIGHT_RATIO, "greatest", None, (GRADIENT, UPDATE)),
    )
}
