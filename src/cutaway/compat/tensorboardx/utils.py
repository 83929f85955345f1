"""``tensorboardX.utils``: figures, pictures and videos as arrays in the orders that tensorboardX uses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.torch_tensorboard._utils import _prepare_video, convert_to_HWC, figure_to_image, make_grid

__all__ = ["_prepare_video", "convert_to_HWC", "convert_to_NTCHW", "figure_to_image", "make_grid"]


def convert_to_NTCHW(tensor: Any, input_format: str) -> NDArray[Any]:  # noqa: N802
    """A video of any order of its five dimensions as [batch, time, channels, height, width]."""
    array, letters = np.asarray(tensor), input_format.upper()
    if sorted(letters) != sorted("NTCHW") or array.ndim != 5:
        raise ValueError(
            f"input_format must be an order of NTCHW, and tensor have 5 dimensions, got {input_format!r} and the shape "
            f"{array.shape}"
        )
    return array.transpose([letters.index(letter) for letter in "NTCHW"])
