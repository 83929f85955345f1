"""Smoothing, for the pure twin: see ``core.decayed_means`` and ``core.windowed_means``."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def decayed_means(value: NDArray[np.float32] | NDArray[np.float64], keep: NDArray[np.float64]) -> NDArray[np.float64]:
    """See ``core.decayed_means``."""
    if len(value) != len(keep):
        raise ValueError(f"value and keep must be equally long, got {len(value)} and {len(keep)}")
    numbers = value.astype(np.float64)
    finite = np.isfinite(numbers)
    largest = float(np.abs(numbers[finite]).max(initial=0))
    scale = 1.0 if largest <= 2.0**900 else 2.0**-64
    means = numbers.copy()
    total = weight = 0.0
    # NumPy has no recursion, and a product of many factors no place in float64: this is the plain loop.
    for idx, (number, factor, is_finite) in enumerate(
        zip(numbers.tolist(), keep.tolist(), finite.tolist(), strict=True)
    ):
        total *= factor
        weight *= factor
        if is_finite:
            total += number * scale
            weight += 1.0
            means[idx] = total / weight / scale
    return means


def windowed_means(value: NDArray[np.float32] | NDArray[np.float64], reaches: Sequence[int]) -> NDArray[np.float64]:
    """See ``core.windowed_means``."""
    finite = np.isfinite(value)
    scale = 2.0**-64 if float(np.abs(np.where(finite, value, 0)).max(initial=0)) > 2.0**900 else 1.0
    sums, weights = np.where(finite, value, 0).astype(np.float64) * scale, finite.astype(np.float64)
    # A window that reaches over everything on each side reaches no further.
    for reach in (min(reach, len(value)) for reach in reaches):
        sums, weights = _window_sums(sums, reach), _window_sums(weights, reach)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(finite, sums / weights / scale, value)


def _window_sums(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The sum of the `reach` values on each side and of each itself.

    Sums from the begin and to the end of blocks as long as the window, put together (van Herk, 1992), are never
    subtracted: a spike leaves nothing behind it, as it would in differences of one running sum.
    """
    if not reach:
        return values
    width, count = 2 * reach + 1, len(values)
    blocks = -(-(count + 2 * reach) // width)
    padded = np.zeros(blocks * width)
    padded[reach : reach + count] = values
    table = padded.reshape(blocks, width)
    to_here = np.cumsum(table, axis=1).ravel()
    from_here = np.cumsum(table[:, ::-1], axis=1)[:, ::-1].ravel()
    starts = np.arange(count)
    ends = starts + width - 1
    # A window that is exactly a block is in both.
    whole = starts % width == 0
    return from_here[starts] + np.where(whole, 0.0, to_here[ends])
