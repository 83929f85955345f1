"""The message of a histogram: what was counted between edges, as every reader takes it.

NaN and infinities are counted apart, in field 1000, as are exact zeros, which are in a bin too.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.kernel_types import Tallies
from cutaway.events.schema import encode

#: Right edges, float64[k], and counts, int64[k].
Bins = tuple[NDArray[np.float64], NDArray[np.int64]]


def histogram_message(
    tag: str,
    found: Tallies,
    edges: NDArray[np.float64],
    apart: dict[str, int],
    join: Callable[[Bins], Bins] | None = None,
) -> bytes:
    """The Summary.Value of numbers between edges; ``join`` makes fewer bins of them."""
    counts = found.counts
    if not counts.any():
        limits, kept = np.zeros(1), np.zeros(1, np.int64)
    else:
        limits, kept = trimmed(counts, edges, found.highest)
        if join is not None:
            limits, kept = join((limits, kept))
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


def trimmed(counts: NDArray[np.int64], edges: NDArray[np.float64], highest: float) -> Bins:
    """(right edges, counts) from one empty bin before the first that isn't, whose right edge is the next one's left."""
    limits = np.append(edges, max(highest, edges[-1]))
    full = np.flatnonzero(counts)
    first, last = int(full[0]), int(full[-1])
    if first:
        return limits[first - 1 : last + 1], np.concatenate([[0], counts[first : last + 1]])
    return limits[: last + 1], counts[: last + 1]
