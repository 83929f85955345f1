"""Histograms: counts between edges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, written_out

_Floats = NDArray[np.float64]
#: Edges that were computed twice may differ by as much, relative to the widest.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Histogram:
    """Counts of bins. Edges ascend; every bin holds its left edge, the last one also its right."""

    #: float64[k + 1], or float64[0] when there are no bins.
    edges: _Floats
    #: float64[k].
    counts: _Floats
    #: Of the numbers themselves; None where the file doesn't say it.
    min: float | None = None
    max: float | None = None
    sum: float | None = None
    sum_squares: float | None = None
    #: Numbers that are in no bin.
    nan_count: int = 0
    positive_infinity_count: int = 0
    negative_infinity_count: int = 0
    #: Of the numbers in the bins those that are exactly 0; None where the bins of 0 have some and the file doesn't say.
    zero_count: int | None = 0
    #: There were numbers that are not finite, and the file doesn't say how many, nor the other numbers: TensorFlow 2
    #: writes edges that are NaN then. There are no bins.
    not_finite: bool = False

    @property
    def count(self) -> float:
        """How many numbers are in the bins; NaN when the file doesn't say it, see ``not_finite``."""
        return float("nan") if self.not_finite else float(self.counts.sum())

    def describe(self) -> str:
        """In a few words."""
        if self.not_finite:
            return "histogram of values that are not finite, number unknown"
        text = f"histogram of {self.count:,.0f} values in {len(self.counts)} bins"
        if len(self.edges):
            text += f" from {self.edges[0]:.4g} to {self.edges[-1]:.4g}"
        left_out = self.nan_count + self.positive_infinity_count + self.negative_infinity_count
        return text + (f", {left_out:,} not finite" if left_out else "")


_NONE = np.empty(0)


def decode_histogram(value: Mapping[str, Any], budget: Budget) -> Histogram:
    """From TensorFlow 1's ``histo``, or TensorFlow 2's tensor of (left, right, count).

    Raises MalformedError for counts and edges that no numbers give: negative counts, edges that go back, bins that
    overlap.
    """
    if "histo" in value:
        return _from_message(value["histo"], value.get("exact", {}))
    return _from_tensor(decode_tensor(value.get("tensor", {}), budget), budget)


def _from_message(message: Mapping[str, Any], exact: Mapping[str, Any]) -> Histogram:
    """Bins without their empty ends."""
    right = np.asarray(message.get("bucket_limit", _NONE), np.float64)
    counts = np.asarray(message.get("bucket", _NONE), np.float64)
    if len(right) != len(counts):
        raise MalformedError(f"a histogram has {len(counts)} counts for {len(right)} bins")
    _check_counts(counts)
    if np.isnan(right).any() or (right[1:] < right[:-1]).any():
        raise MalformedError("a histogram's edges go back, or are no numbers")
    total, sum_squares = message.get("sum", 0.0), message.get("sum_squares", 0.0)
    left_out = (
        exact.get("nan_count", 0),
        exact.get("positive_infinity_count", 0),
        exact.get("negative_infinity_count", 0),
    )
    full = np.flatnonzero(counts > 0)
    if not len(full):
        unknown = bool(np.isnan(total)) and not any(left_out)
        return Histogram(_NONE, _NONE, None, None, total, sum_squares, *left_out, not_finite=unknown)
    least, most = message.get("min", 0.0), message.get("max", 0.0)
    if least > most and "min" in message and "max" in message:
        raise MalformedError(f"a histogram's smallest number, {least:g}, is above its largest, {most:g}")
    first, last = int(full[0]), int(full[-1])
    left = float(right[first - 1]) if first else -np.inf
    edges = np.concatenate([[left], right[first : last + 1]])
    # TensorFlow's outermost edges are ±1.8e308: the numbers' own ends stand there, where they lie in those bins.
    if edges[0] <= least <= edges[1]:
        edges[0] = least
    if edges[-2] <= most <= edges[-1]:
        edges[-1] = most
    if edges[0] == -np.inf and np.isclose(least, edges[1]):
        # The end of the first bin, rounded.
        edges[0] = edges[1]
    if not np.isfinite(edges).all():
        raise MalformedError(f"a histogram's outermost bins have no ends: its numbers go from {least:g} to {most:g}")
    if least > most:
        # One of them is not there, and is not 0 either.
        least, most = message.get("min"), message.get("max")
    counts = counts[first : last + 1]
    at_zero, zeros = _count_at_zero(edges, counts), exact.get("zero_count", 0)
    # Without any the writer says nothing; and there are no more than the bins of 0 hold.
    zero_count = zeros if 0 < zeros <= at_zero else None if at_zero else 0
    return Histogram(edges, counts, least, most, total, sum_squares, *left_out, zero_count)


def _from_tensor(bins: NDArray[Any], budget: Budget) -> Histogram:
    if bins.dtype.kind not in "fiu" or bins.ndim != 2 or bins.shape[1] != 3:
        raise MalformedError(f"a histogram's tensor must have the shape [bins, 3], not {list(bins.shape)}")
    if not any(bins.strides) and not bins.any():
        # Zeros that stand for all of a tensor, as of a histogram of no numbers.
        return Histogram(_NONE, _NONE)
    left, right, counts = np.ascontiguousarray(written_out(bins, np.float64, budget).T)
    _check_counts(counts)
    finite = np.isfinite(left) & np.isfinite(right)
    if not finite.all():
        if finite.any():
            raise MalformedError("a histogram has edges that are not finite")
        return Histogram(_NONE, _NONE, not_finite=True)
    if not counts.any():
        return Histogram(_NONE, _NONE)
    between = left[1:] - right[:-1]
    if (right < left).any() or (left[1:] < left[:-1]).any():
        raise MalformedError("a histogram's edges go back")
    if not between.any():
        return _without_sums(np.append(left, right[-1]), counts)
    rounding = _ROUNDING * max(abs(float(left[0])), abs(float(right[-1])))
    if (between < -rounding).any():
        raise MalformedError("a histogram's bins overlap")
    gaps = np.flatnonzero(between > rounding)
    if not len(gaps):
        return _without_sums(np.append(left, right[-1]), counts)
    # Nothing is between bins that do not touch.
    edges = np.append(np.insert(left, gaps + 1, right[gaps]), right[-1])
    return _without_sums(edges, np.insert(counts, gaps + 1, 0.0))


def _without_sums(edges: _Floats, counts: _Floats) -> Histogram:
    return Histogram(edges, counts, zero_count=None if _count_at_zero(edges, counts) else 0)


def _count_at_zero(edges: _Floats, counts: _Floats) -> float:
    """How many numbers are in the bins that 0 is in or at the end of, whose ends writers count differently."""
    return float(counts[(edges[:-1] <= 0.0) & (edges[1:] >= 0.0)].sum())


def _check_counts(counts: _Floats) -> None:
    # NaN is neither.
    if not ((counts >= 0) & (counts < np.inf)).all():
        raise MalformedError("a histogram has counts that are negative or no numbers")
