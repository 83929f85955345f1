"""Histograms: numbers in TensorFlow's bins, NumPy's, or any others."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core, messages
from cutaway.events.kernel_types import Tallies
from cutaway.events.schema import encode
from cutaway.record.arrays import real_numbers


def histogram_value(tag: str, values: Any, bins: Any, max_bins: int | None) -> bytes:
    """The Summary.Value of numbers of any shape.

    ``bins``: ``tensorflow``, the name of a rule of ``numpy.histogram_bin_edges``, a number of bins, or ascending
    edges. Numbers beyond the edges get bins of their own; NaN and infinities are counted apart, in field 1000, as are
    exact zeros, which are in a bin too.
    ``max_bins``: neighbours are joined until there are no more. Raises TypeError or ValueError.
    """
    numbers = real_numbers(values, "values").reshape(-1)
    if numbers.dtype not in (np.float32, np.float64):
        exact = np.float32 if numbers.dtype.itemsize < 4 else np.float64
        numbers = numbers.astype(exact)
    edges = _edges(numbers, bins)
    found = core.histogram(numbers, edges)
    apart = counted_apart(numbers, edges, found)
    counts = found.counts
    # np.histogram's last bin is closed: what lies on the last edge belongs to the bin before it.
    on_last_edge = int((numbers == edges[-1]).sum()) if counts[-1] and edges is not tensorflow_edges() else 0
    counts[-2] += on_last_edge
    counts[-1] -= on_last_edge
    if not counts.any():
        limits, kept = np.zeros(1), np.zeros(1, np.int64)
    else:
        limits, kept = _trimmed(counts, edges, found.highest)
        if max_bins is not None:
            limits, kept = _joined(limits, kept, max_bins)
    fields: dict[str, Any] = {
        "tag": tag,
        "histo": {
            "min": found.lowest if counts.any() else 0.0,
            "max": found.highest if counts.any() else 0.0,
            "num": float(counts.sum()),
            "sum": found.sum,
            "sum_squares": found.sum_squares,
            "bucket_limit": limits,
            "bucket": kept.astype(np.float64),
        },
    }
    if apart:
        fields["exact"] = apart
    return encode(messages.VALUE, fields)


def counted_apart(numbers: NDArray[Any], edges: NDArray[np.float64], found: Tallies) -> dict[str, int]:
    """The counts of a histogram that field 1000 has, without those that are 0. ``found``: of the numbers and edges."""
    # Without anything in the bin of 0 there is none, and nothing is read again.
    zeros = numbers.size - np.count_nonzero(numbers) if found.counts[np.searchsorted(edges, 0.0, "right")] else 0
    every = {
        "nan_count": found.nan,
        "positive_infinity_count": found.pos_inf,
        "negative_infinity_count": found.neg_inf,
        "zero_count": int(zeros),
    }
    return {name: count for name, count in every.items() if count}


def raw_histogram_value(
    tag: str, least: Any, most: Any, num: Any, total: Any, sum_squares: Any, bucket_limits: Any, bucket_counts: Any
) -> bytes:
    """The Summary.Value of a histogram that was counted elsewhere. Raises ValueError when limits and counts differ."""
    limits = real_numbers(bucket_limits, "bucket_limits").reshape(-1)
    counts = real_numbers(bucket_counts, "bucket_counts").reshape(-1)
    if len(limits) != len(counts):
        raise ValueError(f"bucket_limits and bucket_counts must be equally many, got {len(limits)} and {len(counts)}")
    content = {
        "min": float(least),
        "max": float(most),
        "num": float(num),
        "sum": float(total),
        "sum_squares": float(sum_squares),
        "bucket_limit": limits,
        "bucket": counts,
    }
    return encode(messages.VALUE, {"tag": tag, "histo": content})


@lru_cache(maxsize=1)
def tensorflow_edges() -> NDArray[np.float64]:
    """0 and ±1e-12 · 1.1^k below 1e20, ascending."""
    positive = []
    edge = 1e-12
    while edge < 1e20:
        positive.append(edge)
        edge *= 1.1
    edges = np.array([-edge for edge in reversed(positive)] + [0.0] + positive)
    edges.setflags(write=False)
    return edges


def _edges(numbers: NDArray[Any], bins: Any) -> NDArray[np.float64]:
    if isinstance(bins, str) and bins == "tensorflow":
        return tensorflow_edges()
    if isinstance(bins, str | int | np.integer) and not isinstance(bins, bool):
        finite = numbers[np.isfinite(numbers)].astype(np.float64)
        try:
            return np.histogram_bin_edges(finite, bins)
        except (ValueError, TypeError) as error:
            message = f"bins must be 'tensorflow', a rule of NumPy, a number or edges, got {bins!r}: {error}"
            raise ValueError(message) from error
    edges = real_numbers(bins, "bins").reshape(-1).astype(np.float64)
    if len(edges) < 2 or not (edges[1:] >= edges[:-1]).all() or not np.isfinite(edges).all():
        raise ValueError(f"bins must be at least two ascending, finite edges, got {bins!r}")
    return edges


def _trimmed(
    counts: NDArray[np.int64], edges: NDArray[np.float64], highest: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(right edges, counts) from one empty bin before the first that isn't, whose right edge is the next one's left."""
    limits = np.append(edges, max(highest, edges[-1]))
    full = np.flatnonzero(counts)
    first, last = int(full[0]), int(full[-1])
    if first:
        return limits[first - 1 : last + 1], np.concatenate([[0], counts[first : last + 1]])
    return limits[: last + 1], counts[: last + 1]


def _joined(
    limits: NDArray[np.float64], counts: NDArray[np.int64], max_bins: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if max_bins < 1:
        raise ValueError(f"max_bins must be at least 1, got {max_bins}")
    # The first bin is the empty one.
    together = -(-(len(counts) - 1) // max_bins)
    if together <= 1:
        return limits, counts
    starts = np.arange(1, len(counts), together)
    ends = np.minimum(starts + together, len(counts)) - 1
    return np.concatenate([limits[:1], limits[ends]]), np.concatenate([counts[:1], np.add.reduceat(counts, starts)])
