"""Smoothing by exponential decay, for the pure twin: see ``core.decayed_means``."""

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
