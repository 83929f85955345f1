"""Histograms: counts between edges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor


@dataclass(frozen=True)
class Histogram:
    """Counts of bins. Edges ascend; every bin holds its left edge, the last one also its right."""

    #: float64[k + 1], or float64[0] when there are no bins.
    edges: NDArray[np.float64]
    #: float64[k].
    counts: NDArray[np.float64]
    #: Of the numbers themselves; None where the file doesn't say it.
    min: float | None = None
    max: float | None = None
    sum: float | None = None
    sum_squares: float | None = None
    #: What the bins leave out.
    nan_count: int = 0
    positive_infinity_count: int = 0
    negative_infinity_count: int = 0

    @property
    def count(self) -> float:
        """How many numbers are in the bins."""
        return float(self.counts.sum())

    def describe(self) -> str:
        """In a few words."""
        text = f"histogram of {self.count:,.0f} values in {len(self.counts)} bins"
        if len(self.edges):
            text += f" from {self.edges[0]:.4g} to {self.edges[-1]:.4g}"
        left_out = self.nan_count + self.positive_infinity_count + self.negative_infinity_count
        return text + (f", {left_out:,} not finite" if left_out else "")


def decode_histogram(value: Mapping[str, Any]) -> Histogram:
    """From TensorFlow 1's ``histo``, or TensorFlow 2's tensor of (left, right, count)."""
    return _from_message(value["histo"], value.get("exact", {})) if "histo" in value else _from_tensor(value)


def _from_message(message: Mapping[str, Any], exact: Mapping[str, Any]) -> Histogram:
    """Bins without their empty ends. TensorFlow's outermost edges are ±1.8e308: the numbers' own ends stand there."""
    right = np.asarray(message.get("bucket_limit", []), np.float64)
    counts = np.asarray(message.get("bucket", []), np.float64)
    if len(right) != len(counts):
        raise MalformedError(f"a histogram has {len(counts)} counts for {len(right)} bins")
    least, most = message.get("min", 0.0), message.get("max", 0.0)
    edges = np.empty(0)
    full = np.flatnonzero(counts > 0)
    if len(full):
        first, last = int(full[0]), int(full[-1])
        counts = counts[first : last + 1]
        left = right[first - 1] if first else -np.inf
        edges = np.concatenate([[max(left, least)], right[first : last + 1]])
        edges[-1] = min(edges[-1], most)
        # Rounded ends must not make a bin of negative width.
        edges = np.maximum.accumulate(edges)
    else:
        counts = counts[:0]
    return Histogram(
        edges,
        counts,
        least if len(full) else None,
        most if len(full) else None,
        message.get("sum", 0.0),
        message.get("sum_squares", 0.0),
        exact.get("nan_count", 0),
        exact.get("positive_infinity_count", 0),
        exact.get("negative_infinity_count", 0),
    )


def _from_tensor(value: Mapping[str, Any]) -> Histogram:
    bins = decode_tensor(value.get("tensor", {}))
    if bins.dtype.kind not in "fiu" or bins.ndim != 2 or bins.shape[1] != 3:
        raise MalformedError(f"a histogram's tensor must have the shape [bins, 3], not {list(bins.shape)}")
    bins = bins.astype(np.float64)
    if not len(bins) or not bins[:, 2].any():
        return Histogram(np.empty(0), np.empty(0))
    return Histogram(np.append(bins[:, 0], bins[-1, 1]), bins[:, 2].copy())
