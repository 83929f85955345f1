"""``tensorboardX.x2num``: values of any framework as arrays of NumPy."""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.torch_tensorboard import _convert_np

__all__ = ["check_nan", "make_np"]

_logger = logging.getLogger("tensorboardX.x2num")


def check_nan(array: NDArray[Any]) -> NDArray[Any]:
    """The array itself; a warning in the log ``tensorboardX.x2num`` where something in it is not finite."""
    if array.dtype.kind in "fc" and not np.isfinite(array).all():
        _logger.warning("NaN or Inf found in input tensor.")
    return array


def make_np(x: Any) -> NDArray[Any]:
    """An array from a tensor, an array, a list or a number. Raises NotImplementedError for other values."""
    if not hasattr(x, "__array__") and hasattr(x, "asnumpy"):
        # MXNet's.
        x = x.asnumpy()
    array = _convert_np.make_np(x)
    return check_nan(array.reshape(()) if np.isscalar(x) else array)
