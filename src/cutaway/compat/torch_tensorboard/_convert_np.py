"""``torch.utils.tensorboard._convert_np``: values of any framework as arrays of NumPy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.record.arrays import to_array

__all__ = ["make_np"]


def make_np(x: Any) -> NDArray[Any]:
    """An array from a tensor or an array; a number has the shape [1]. Raises NotImplementedError for other values."""
    try:
        array = to_array(x, "x")
    except TypeError as error:
        raise NotImplementedError(str(error)) from error
    if array.dtype.kind in "OSU" and not np.isscalar(x):
        raise NotImplementedError(f"x must be an array or a tensor, got {type(x).__name__}")
    return array.reshape(1) if np.isscalar(x) else array
