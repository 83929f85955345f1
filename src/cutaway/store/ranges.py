"""Ranges of numbers, one behind the other."""

import numpy as np
from numpy.typing import NDArray


def ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each one up to another: of int64[n] and int64[n], none of which is below the other."""
    count = high - low
    return np.repeat(high - np.cumsum(count), count) + np.arange(int(count.sum()))
