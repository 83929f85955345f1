"""``torch.utils.tensorboard._utils``: figures, pictures and videos as arrays in the orders that PyTorch uses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.record.image import figure_pixels, grid

__all__ = ["convert_to_HWC", "figure_to_image", "make_grid"]


def figure_to_image(figures: Any, close: bool = True) -> NDArray[np.uint8]:
    """A matplotlib figure as uint8[3, height, width], or a list of figures of one size as [n, 3, height, width]."""
    many = isinstance(figures, list | tuple)
    pictures = [
        figure_pixels(figure, "figures")[:, :, :3].transpose(2, 0, 1) for figure in (figures if many else [figures])
    ]
    if close:
        from matplotlib import pyplot

        for figure in figures if many else [figures]:
            pyplot.close(figure)
    return np.stack(pictures) if many else pictures[0]


def make_grid(I: Any, ncols: int = 8) -> NDArray[Any]:  # noqa: E741, N803
    """Pictures [n, 1, 3 or 4 channels, height, width] as one [3 or 4 channels, height, width], ``ncols`` in a row."""
    pictures = np.asarray(I)
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3, 4):
        raise ValueError(f"I must have the shape [n, 1, 3 or 4 channels, height, width], got {pictures.shape}")
    return grid(_colored(pictures.transpose(0, 2, 3, 1)), ncols).transpose(2, 0, 1)


def convert_to_HWC(tensor: Any, input_format: str) -> NDArray[Any]:  # noqa: N802
    """A picture in any order of HW, CHW or NCHW as [height, width, channels] of its dtype; grey has three channels."""
    array, letters = np.asarray(tensor), input_format.upper()
    if sorted(letters) not in (["H", "W"], ["C", "H", "W"], ["C", "H", "N", "W"]):
        raise ValueError(f"input_format must be an order of HW, CHW or NCHW, got {input_format!r}")
    if array.ndim != len(letters):
        raise ValueError(f"tensor must have the {len(letters)} dimensions {input_format}, got the shape {array.shape}")
    if "C" not in letters:
        array, letters = array[..., None], letters + "C"
    if "N" not in letters:
        array, letters = array[None], "N" + letters
    return grid(_colored(array.transpose([letters.index(letter) for letter in "NHWC"])))


def _prepare_video(V: Any) -> NDArray[Any]:  # noqa: N803
    """Videos [n, time, channels, height, width] as frames [time, height, width, channels], each a grid of n pictures.

    Numbers are floats in [0, 1]. Black ones are added until n is a power of two.
    """
    videos = np.asarray(V)
    if videos.dtype == np.uint8:
        videos = videos.astype(np.float32) / 255
    count = len(videos)
    padded = 1 << (count - 1).bit_length()
    videos = np.concatenate([videos, np.zeros((padded - count, *videos.shape[1:]), videos.dtype)])
    columns = padded >> (count.bit_length() - 1) // 2
    return np.stack([grid(frame, columns) for frame in videos.transpose(1, 0, 3, 4, 2)])


def _colored(pictures: NDArray[Any]) -> NDArray[Any]:
    return np.repeat(pictures, 3, axis=3) if pictures.shape[3] == 1 else pictures
