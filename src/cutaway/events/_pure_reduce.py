"""Points to buckets, for the pure twin: see ``core.reduce``."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buckets


def reduce(
    coordinate: NDArray[np.float64],
    value: NDArray[np.float32] | NDArray[np.float64],
    level: int,
    origin: int,
    size: int,
) -> Buckets:
    """See ``core.reduce``."""
    if len(coordinate) != len(value):
        lengths = f"{len(coordinate)} and {len(value)}"
        raise ValueError(f"coordinate and value must be equally long, got {lengths}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        place = np.floor(np.ldexp(coordinate, -level))
        known = np.abs(place) < 2.0**62
        index = np.where(known, place, 0).astype(np.int64) - origin
        inside = known & (index >= 0) & (index < size)
        index, numbers = index[inside], value[inside].astype(np.float64)
        finite = np.isfinite(numbers)
        lowest = np.full(size, np.inf)
        highest = np.full(size, -np.inf)
        kept_index, kept = index[finite], numbers[finite]
        np.minimum.at(lowest, kept_index, kept)
        np.maximum.at(highest, kept_index, kept)
        count = np.bincount(kept_index, minlength=size)
        empty = count == 0
        lowest[empty] = highest[empty] = np.nan
        # Scaled where a sum could overflow; the second sum, of what the first mean leaves over, corrects its
        # rounding.
        scale = 2.0**-64 if kept.size and np.abs(kept).max() > 2.0**900 else 1.0
        kept = kept * scale
        mean = np.bincount(kept_index, kept, size) / count
        mean += np.bincount(kept_index, kept - mean[kept_index], size) / count
        mean = np.clip(mean / scale, lowest, highest)
    return Buckets(
        count.astype(np.uint32),
        _count(index, np.isnan(numbers), size),
        _count(index, numbers == np.inf, size),
        _count(index, numbers == -np.inf, size),
        mean,
        lowest,
        highest,
    )


def _count(index: NDArray[np.int64], chosen: NDArray[np.bool_], size: int) -> NDArray[np.uint32]:
    return cast("NDArray[np.uint32]", np.bincount(index[chosen], minlength=size).astype(np.uint32))
