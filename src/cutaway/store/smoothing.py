"""Smoothing a line: on all of its points, in time linear in them, before anything is reduced.

Numbers that are not finite stay where they are and take part in nothing. A line is a segment: smoothing never reaches
over a restart. What each kind does:

* ``ema``: the exponential moving average that TensorBoard draws, without its bias at the start. `amount` is the weight
  of the points before, from 0 up to 1.
* ``time``: the same, in which the weight fades with the distance along the axis instead of with the number of points,
  as W&B's: `amount` is from 0 up to 1, and its root is the weight that is left after a thousandth of the axis' extent.
* ``gaussian``: a bell of the standard deviation `amount`, in points, made of three running means (Wells, 1986).
* ``mean``: the running mean of about `amount` points around each.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core

Kind = Literal["ema", "time", "gaussian", "mean"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Floats = NDArray[np.float32] | NDArray[np.float64]

#: W&B's: how finely the extent of an axis is divided, and the most that is kept.
_PARTS = 1000
_MOST_KEPT = 0.999
#: Wider windows than this are as wide.
MOST_POINTS = 1_000_000
_PASSES = 3


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a line is smoothed. ValueError for an amount that the kind does not take."""

    kind: Kind
    amount: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"smoothing is {self.kind!r}; one of {', '.join(KINDS)} is expected")
        if self.kind in ("ema", "time"):
            if not 0 <= self.amount < 1:
                raise ValueError(f"the amount of {self.kind} smoothing is {self.amount!r}; from 0 up to 1 is expected")
        elif not 0 <= self.amount <= MOST_POINTS:
            raise ValueError(
                f"the amount of {self.kind} smoothing is {self.amount!r}; from 0 to {MOST_POINTS:,} points is expected"
            )


def smooth(x: NDArray[np.int64] | NDArray[np.float64], y: Floats, smoothing: Smoothing) -> NDArray[np.float64]:
    """The smoothed line: float64[n], for x (n, ascending) and y (n)."""
    if len(x) != len(y):
        raise ValueError(f"x and y must be equally long, got {len(x)} and {len(y)}")
    if not smoothing.amount or not len(y):
        return y.astype(np.float64)
    if smoothing.kind == "ema":
        return core.decayed_means(y, np.where(np.isfinite(y), smoothing.amount, 1.0))
    if smoothing.kind == "time":
        return core.decayed_means(y, _fading(x, smoothing.amount))
    if smoothing.kind == "mean":
        return core.windowed_means(y, [max(0, round((smoothing.amount - 1) / 2))])
    return core.windowed_means(y, _boxes(smoothing.amount))


def _fading(x: NDArray[np.int64] | NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """The share that is kept from each point to the next."""
    # Halved, because the difference of two int64 may be none.
    places = x.astype(np.float64) / 2
    extent = places[-1] - places[0]
    if not extent > 0:
        return np.full(len(x), min(amount**0.5, _MOST_KEPT))
    passed = np.diff(places, prepend=places[0]) / extent * _PARTS
    kept: NDArray[np.float64] = min(amount**0.5, _MOST_KEPT) ** passed
    return kept


def _boxes(deviation: float) -> list[int]:
    """How far three running means reach to each side that together have this standard deviation, or about it."""
    # A mean of 2 r + 1 points has the variance ((2 r + 1)^2 - 1) / 12.
    ideal = (12 * deviation**2 / _PASSES + 1) ** 0.5
    low = max(0, int((ideal - 1) // 2))
    left = 12 * deviation**2 - _PASSES * ((2 * low + 1) ** 2 - 1)
    step = (2 * low + 3) ** 2 - (2 * low + 1) ** 2
    wider = min(_PASSES, max(0, round(left / step)))
    return [low + 1] * wider + [low] * (_PASSES - wider)
