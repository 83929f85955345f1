"""The buckets of a chart: where their edges are.

The axis coordinate is c = x, log10 x or asinh(x) / ln 10 ("symlog": a logarithm on both sides of zero, linear about
it), and bucket k of a level covers [k * 2**level, (k + 1) * 2**level) of c. The edges never depend on the
data, so that new points change the last bucket only.
"""

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Scale = Literal["linear", "log", "symlog"]
Range = tuple[float, float]

#: Of lower levels all edges are float64 numbers, whatever bucket it is: these have 53 bits.
_LARGE_LEVEL = 900


class Window(NamedTuple):
    """``size`` buckets of 2**level from number ``origin`` on."""

    scale: Scale
    level: int
    origin: int
    size: int

    def edges(self) -> NDArray[np.float64]:
        """float64[size + 1]: the smallest x of each bucket, and of the one behind the last; may be infinite."""
        numbers = np.arange(self.origin, self.origin + self.size + 1, dtype=np.float64)
        if self.scale == "linear" and self.level < _LARGE_LEVEL:
            return numbers * 2.0**self.level
        with np.errstate(over="ignore"):
            edges = np.ldexp(numbers, self.level)
            if self.scale == "symlog":
                return np.sinh(edges * math.log(10))
        return edges if self.scale == "linear" else _powers_of_ten(edges)


def window_over(shown: Range, scale: Scale, first: float | None, limit: int) -> Window:
    """At most ``limit`` buckets over a range of x; ``first`` is the smallest x there is.

    On the scale ``symlog`` a few more where the ends of the range differ in their last digits only.
    """
    low, high = shown
    if scale == "log":
        # A range that starts at or below zero has no start on this axis: it is taken from the first point on.
        if low <= 0:
            low = 1.0 if first is None else first
        low, high = np.log10([low, max(low, high)]).tolist()
    if scale == "symlog":
        low, high = (np.arcsinh([low, high]) / math.log(10)).tolist()
        limit = max(limit - 2, 2)
    level = choose_level(low, high, limit)
    origin = bucket_of(low, level)
    window = Window(scale, level, origin, bucket_of(high, level) - origin + 1)
    return window if scale != "symlog" else _widened(window, shown)


def choose_level(low: float, high: float, limit: int) -> int:
    """The smallest level at which [low, high] touches at most ``limit`` (2 or more) buckets.

    No level is finer than the float64 numbers of the range are, so that bucket numbers stay below 2**53.
    """
    largest = max(abs(low), abs(high))
    finest = max(math.frexp(largest)[1] - 53, -52)
    # Halved before they are subtracted, and multiplied by two again, because the difference may be infinite.
    half_span = high / 2 - low / 2
    level = max(finest, math.frexp(half_span / limit)[1] - 1) if half_span else finest
    while bucket_of(high, level) - bucket_of(low, level) >= limit:
        level += 1
    while level > finest and bucket_of(high, level - 1) - bucket_of(low, level - 1) < limit:
        level -= 1
    return level


def bucket_of(coordinate: float, level: int) -> int:
    """The number of the bucket that a finite coordinate is in."""
    number = math.floor(math.ldexp(coordinate, -level))
    # The smallest numbers below zero are rounded to zero, which is in the bucket behind theirs.
    return -1 if coordinate < 0 and number == 0 else number


def _widened(window: Window, shown: Range) -> Window:
    """With more buckets at an end that a rounded coordinate has left outside."""
    while True:
        edges = window.edges()
        before, behind = int(edges[0] > shown[0]), int(edges[-1] <= shown[1])
        if not before and not behind:
            return window
        window = window._replace(origin=window.origin - before, size=window.size + before + behind)


def _powers_of_ten(exponents: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest x each whose rounded log10 is at least the exponent; infinite beyond float64.

    Powers of ten are rounded too, so what they give is only where the search starts: a logarithm's last digit stands
    for up to some hundred neighbouring x.
    """
    with np.errstate(over="ignore"):
        nearly = np.minimum(np.power(10.0, exponents), np.finfo(np.float64).max).view(np.int64)
    # Bits of positive float64 are in the numbers' order; those of +Inf come behind the largest number.
    low, high = np.maximum(nearly - 2048, 1), np.minimum(nearly + 2048, np.float64(np.inf).view(np.int64))
    while (low < high).any():
        middle = low + ((high - low) >> 1)
        reached = (low == high) | (np.log10(middle.view(np.float64)) >= exponents)
        low, high = np.where(reached, low, middle + 1), np.where(reached, middle, high)
    return low.view(np.float64)
