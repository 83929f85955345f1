"""A stretch of one kind's logging steps, as the rules of layers see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import WatchLayout
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.names import families
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import Usual, usual

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Magnitudes:
    """The magnitudes of every row at some logging steps."""

    layout: WatchLayout
    #: int64[n], ascending, and float64[n], seconds since the epoch.
    steps: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    #: uint16[n, rows, bins].
    counts: NDArray[np.uint16]


@dataclass(frozen=True)
class Window:
    """Logging steps to judge, and in front of them those that the rules look back to.

    All statistics are [n, rows], of the logging steps looked back to as well.
    """

    columns: LayerColumns
    #: How many logging steps in front are looked back to only: a multiple of what blocks of the usual have.
    context: int = 0
    #: The other kinds that were measured in these steps.
    others: Mapping[str, "Window"] = field(default_factory=dict)
    #: uint16[n, rows, bins] of the magnitudes, where they were measured; else None.
    magnitudes: NDArray[np.uint16] | None = None
    #: Steps at which the learning rate was zero.
    resting: frozenset[int] = frozenset()
    _usual_norm: Usual | None = None

    @cached_property
    def rms(self) -> Floats:
        """Root of the mean square of the finite elements."""
        return self.columns.rms()

    @cached_property
    def norm(self) -> Floats:
        """Euclidean norm."""
        return self.columns.norm()

    @cached_property
    def log_norm(self) -> Floats:
        """Its decimal logarithm; NaN for a norm of zero."""
        return decades(self.norm)

    def usual_norm(self, settings: RuleSettings) -> Usual:
        """What is usual of its logarithm: worked out once."""
        if self._usual_norm is None:
            found = usual(self.log_norm, settings.history, settings.least_history)
            object.__setattr__(self, "_usual_norm", found)
            return found
        return self._usual_norm

    @cached_property
    def abs_max(self) -> Floats:
        """The greatest magnitude."""
        return self.columns.abs_max()

    @cached_property
    def zero_share(self) -> Floats:
        """The share of zeros."""
        return self.columns.zero_share()

    @cached_property
    def not_finite(self) -> Floats:
        """How many elements are not finite."""
        return self.columns.not_finite()

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """[n, 1], so that it compares with statistics."""
        return self.columns.steps[:, None]

    def row_mask(self, classes: frozenset[str]) -> Mask:
        """[rows]: those of modules of these classes."""
        return np.array([name in classes for name in self.columns.layout.classes], bool)

    @cached_property
    def biases(self) -> Mask:
        """[rows]: biases, and parameters of normalisation layers."""
        layout = self.columns.layout
        return np.array(
            [
                row.rpartition(".")[2].startswith("bias") or "Norm" in name
                for row, name in zip(layout.rows, layout.classes, strict=True)
            ],
            bool,
        )

    def beside(self, kind: str, statistic: str = "rms") -> Floats:
        """A statistic of another kind at the same rows, at these steps or at the last before; NaN where there is none.

        ``statistic``: the name of one of this class.
        """
        other = self.others.get(kind)
        mine = self.columns
        if other is None or not len(other.columns.steps):
            return np.full(mine.values.shape[:2], np.nan)
        found: Floats = getattr(other, statistic)
        theirs = other.columns
        if theirs.layout.rows == mine.layout.rows and np.array_equal(theirs.steps, mine.steps):
            return found
        places = {row: place for place, row in enumerate(theirs.layout.rows)}
        rows = np.array([places.get(row, -1) for row in mine.layout.rows], np.int64)
        steps = np.searchsorted(theirs.steps, mine.steps, "right") - 1
        chosen = found[np.maximum(steps, 0)][:, np.maximum(rows, 0)]
        return np.where((steps[:, None] < 0) | (rows < 0), np.nan, chosen)

    @cached_property
    def blocks(self) -> dict[str, NDArray[np.int64]]:
        """Rows of blocks that repeat, in the order of their numbers, by the first of them."""
        return blocks(self.columns.layout)


@lru_cache(64)
def blocks(layout: WatchLayout) -> dict[str, NDArray[np.int64]]:
    """The rows of one class and size whose names differ in one number alone, two or more, by the first of them."""
    alike: dict[tuple[str, int], list[int]] = {}
    for place, key in enumerate(zip(layout.classes, layout.numel, strict=True)):
        alike.setdefault(key, []).append(place)
    found = {}
    for places in alike.values():
        for family in families([layout.rows[place] for place in places]):
            if len(family.members) > 1:
                order = np.argsort(family.numbers, kind="stable")
                found[layout.rows[places[family.members[0]]]] = np.array(places, np.int64)[family.members][order]
    return found


def decades(values: Floats) -> Floats:
    """Decimal logarithms as float32; NaN of numbers that are not above zero."""
    with np.errstate(all="ignore"):
        found = np.log10(values.astype(np.float32))
    found[~np.isfinite(found)] = np.nan
    return found
