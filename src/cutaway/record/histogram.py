"""Histograms: numbers in TensorFlow's bins, NumPy's, or any others."""

import _thread
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core, messages
from cutaway.events.histogram_message import Bins, counted_apart, histogram_message
from cutaway.events.kernel_types import Tallies
from cutaway.events.schema import encode
from cutaway.record.arrays import real_numbers

#: So many numbers are counted by two threads: a thread costs as much as some ten thousand of them.
_LARGE = 250_000
_PIECE = 1 << 16


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
    is_default = edges is tensorflow_edges()
    if is_default and max_bins is None and numbers.size < _LARGE:
        return core.histogram_value(tag, numbers, edges)
    found = _counted(numbers, edges)
    apart = counted_apart(numbers, edges, found)
    counts = found.counts
    # np.histogram's last bin is closed: what lies on the last edge belongs to the bin before it.
    on_last_edge = int((numbers == edges[-1]).sum()) if counts[-1] and not is_default else 0
    counts[-2] += on_last_edge
    counts[-1] -= on_last_edge
    return histogram_message(tag, found, edges, apart, None if max_bins is None else partial(_joined, max_bins))


def _counted(numbers: NDArray[Any], edges: NDArray[np.float64]) -> Tallies:
    """Many numbers are counted in pieces, by this thread and by another one as far as a core is free for it."""
    if numbers.size < _LARGE:
        return core.histogram(numbers, edges)
    pieces = [numbers[start : start + _PIECE] for start in range(0, numbers.size, _PIECE)]
    waiting = deque(range(len(pieces)))
    found: dict[int, Tallies] = {}

    def count(take: Callable[[], int]) -> None:
        with suppress(IndexError):
            while True:
                piece = take()
                found[piece] = core.histogram(pieces[piece], edges)

    # `Thread.start` would wait until it runs, which on a machine at work takes longer than to count everything here.
    _thread.start_new_thread(count, (waiting.pop,))
    count(waiting.popleft)
    # The piece that the other one is at is not waited for either. Sums are made in the order of the pieces, so that
    # they do not depend on who counted which.
    return _together([found.get(piece) or core.histogram(numbers, edges) for piece, numbers in enumerate(pieces)])


def _together(parts: list[Tallies]) -> Tallies:
    counts, total, squares = np.zeros_like(parts[0].counts), 0.0, 0.0
    for part in parts:
        counts += part.counts
        total += part.sum
        squares += part.sum_squares
    return Tallies(
        counts,
        float(np.fmin.reduce([part.lowest for part in parts])),
        float(np.fmax.reduce([part.highest for part in parts])),
        total,
        squares,
        sum(part.nan for part in parts),
        sum(part.pos_inf for part in parts),
        sum(part.neg_inf for part in parts),
    )


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


def _joined(max_bins: int, bins: Bins) -> Bins:
    limits, counts = bins
    if max_bins < 1:
        raise ValueError(f"max_bins must be at least 1, got {max_bins}")
    # The first bin is the empty one.
    together = -(-(len(counts) - 1) // max_bins)
    if together <= 1:
        return limits, counts
    starts = np.arange(1, len(counts), together)
    ends = np.minimum(starts + together, len(counts)) - 1
    return np.concatenate([limits[:1], limits[ends]]), np.concatenate([counts[:1], np.add.reduceat(counts, starts)])
