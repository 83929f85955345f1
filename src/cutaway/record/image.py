"""Images: tensors of every order of dimensions, pictures of Pillow, files and figures."""

import io
import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.events.writer import RecordingWarning
from cutaway.record.arrays import describe, to_array
from cutaway.record.png import encode_png
from cutaway.record.scalar import to_number

_COLUMNS = 8
#: Pillow's names of the pictures' files that are read. It has more, one of which starts another program.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def image_value(tag: str, pixels: NDArray[np.uint8]) -> bytes:
    """The Summary.Value of uint8[height, width, channels]."""
    return encoded_value(tag, encode_png(np.ascontiguousarray(pixels)), *pixels.shape)


def encoded_value(tag: str, encoded: bytes, height: int, width: int, channels: int) -> bytes:
    """The Summary.Value of a picture that is encoded already."""
    content = {"height": height, "width": width, "colorspace": channels, "encoded_image_string": encoded}
    return encode(messages.VALUE, {"tag": tag, "image": content})


def to_pixels(image: Any, name: str, dataformats: str) -> NDArray[np.uint8]:
    """uint8[height, width, channels] of a tensor, a Pillow image or a picture's file.

    ``dataformats``: the order of the dimensions, of N (pictures, put side by side), C, H and W; without C it is grey.
    Pillow images and files have their own order, and ``dataformats`` is not looked at. Floats are in [0, 1]; what is
    beyond is clipped, and NaN is 0. Integers are in [0, 255]; but those of other dtypes than uint8 that are all 0 or 1
    are black and white, as masks and labels are. Raises TypeError or ValueError that begins with ``name``.
    """
    if isinstance(image, str | os.PathLike) or hasattr(image, "getbands"):
        return _of_pillow(image, name)
    array = to_array(image, name)
    letters = dataformats.upper()
    if sorted(letters) not in (["H", "W"], ["C", "H", "W"], ["C", "H", "N", "W"], ["H", "N", "W"]):
        raise ValueError(f"dataformats must be an order of HW, CHW or NCHW, got {dataformats!r}")
    if array.ndim != len(letters):
        raise ValueError(f"{name} must have the {len(letters)} dimensions {dataformats}, got {describe(array)}")
    if array.size == 0:
        raise ValueError(f"{name} must have pixels, got {describe(array)}")
    pixels = _to_uint8(array, name)
    if "C" not in letters:
        pixels, letters = pixels[..., None], letters + "C"
    if "N" in letters:
        return _checked(grid(pixels.transpose([letters.index(letter) for letter in "NHWC"])), name, array)
    return _checked(pixels.transpose([letters.index(letter) for letter in "HWC"]), name, array)


def _checked(pixels: NDArray[np.uint8], name: str, array: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.shape[2] not in (1, 2, 3, 4):
        raise ValueError(f"{name} must have 1 to 4 channels, got {pixels.shape[2]}: {describe(array)}")
    return pixels


def _to_uint8(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind in "iu" and array.max() <= 1:
        array = array > 0
    if array.dtype.kind == "b":
        return np.where(array, np.uint8(255), np.uint8(0))
    if array.dtype.kind in "iu":
        limited: NDArray[np.uint8] = np.clip(array, 0, 255).astype(np.uint8)
        return limited
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must be numbers, got {describe(array)}")
    if array.dtype.itemsize < 4:
        array = array.astype(np.float32)
    scaled = np.nan_to_num(array * array.dtype.type(255), nan=0.0, posinf=255.0, neginf=0.0)
    pixels: NDArray[np.uint8] = np.clip(scaled, 0, 255).astype(np.uint8)
    return pixels


def pictures_to_pixels(images: Any, name: str, dataformats: str) -> NDArray[np.uint8]:
    """uint8[height, width, channels] of several pictures side by side: an array, or a list of what `to_pixels` takes.

    ``dataformats`` of a list may have an N or not. Pictures of a list may differ in size, and the smaller ones have
    black below and to the right, and in channels. Raises TypeError or ValueError that begins with ``name``.
    """
    if not isinstance(images, list | tuple) or not images or not _is_picture(images[0]):
        return to_pixels(images, name, dataformats)
    letters = dataformats.upper().replace("N", "")
    pictures = [to_pixels(image, f"{name}[{i}]", letters) for i, image in enumerate(images)]
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    channels = {picture.shape[2] for picture in pictures}
    most = max(channels) if len(channels) == 1 else 4 if channels & {2, 4} else 3
    canvas = np.zeros((len(pictures), height, width, most), np.uint8)
    for place, picture in zip(canvas, pictures, strict=True):
        place[: picture.shape[0], : picture.shape[1]] = _with_channels(picture, most)
    return grid(canvas)


def _is_picture(item: Any) -> bool:
    """Whether it is a picture by itself, and not a row of a picture's numbers."""
    return isinstance(item, str | os.PathLike) or hasattr(item, "getbands") or getattr(item, "ndim", 0) > 1


def _with_channels(picture: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """A picture with 3 or 4 channels instead of its own, or as it is."""
    own = picture.shape[2]
    if own == channels:
        return picture
    color = np.repeat(picture[:, :, :1], 3, axis=2) if own < 3 else picture[:, :, :3]
    if channels == 3:
        return color
    alpha = picture[:, :, -1:] if own in (2, 4) else np.full_like(picture[:, :, :1], 255)
    return np.concatenate([color, alpha], axis=2)


def grid(pictures: NDArray[Any], columns: int = _COLUMNS) -> NDArray[Any]:
    """Pictures [n, height, width, channels] as one of their dtype, so many in a row; places without one are zeros."""
    count, height, width, channels = pictures.shape
    columns = min(count, columns)
    rows = math.ceil(count / columns)
    canvas = np.zeros((rows * columns, height, width, channels), pictures.dtype)
    canvas[:count] = pictures
    joined = canvas.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return joined.reshape(rows * height, columns * width, channels)


def _of_pillow(image: Any, name: str) -> NDArray[np.uint8]:
    from PIL import Image

    if isinstance(image, str | os.PathLike):
        try:
            with Image.open(Path(image), formats=_FORMATS) as opened:
                opened.load()
                image = opened.copy()
        except FileNotFoundError as error:
            raise ValueError(
                f"{name} must be a tensor or a picture's file, got {os.fspath(image)!r}, which is none"
            ) from error
        except OSError as error:
            accepted = ", ".join(_FORMATS)
            raise ValueError(
                f"{name} must be a picture's file ({accepted}), got {os.fspath(image)!r}: {error}"
            ) from error
    if image.mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    pixels = np.asarray(image, np.uint8)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def with_boxes(
    pixels: NDArray[np.uint8], boxes: Any, labels: list[str] | None, rescale: float, name: str
) -> NDArray[np.uint8]:
    """A picture with red boxes [n, 4] (left, top, right, bottom in pixels), and their labels."""
    from PIL import Image, ImageDraw

    places = to_array(boxes, name)
    if places.ndim != 2 or places.shape[1] != 4:
        raise ValueError(f"{name} must have the shape [n, 4], got {describe(boxes)}")
    if labels is not None and len(labels) != len(places):
        message = f"{len(labels)} labels for {len(places)} boxes: which is whose is not known, the boxes have none"
        warnings.warn(message, RecordingWarning, stacklevel=3)
        labels = None
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).convert("RGB")
    if rescale != 1:
        picture = picture.resize((max(1, round(picture.width * rescale)), max(1, round(picture.height * rescale))))
    draw = ImageDraw.Draw(picture)
    width = max(1, round(min(picture.size) / 150))
    for i, (left, top, right, bottom) in enumerate((places * rescale).tolist()):
        draw.rectangle(
            (min(left, right), min(top, bottom), max(left, right), max(top, bottom)), outline="red", width=width
        )
        if labels is not None:
            corner = (min(left, right) + width, min(top, bottom) + width)
            draw.rectangle(draw.textbbox(corner, str(labels[i])), fill="red")
            draw.text(corner, str(labels[i]), fill="white")
    return np.asarray(picture, np.uint8)


def figure_pixels(figure: Any, name: str) -> NDArray[np.uint8]:
    """A matplotlib figure as uint8[height, width, 4]."""
    if not hasattr(figure, "savefig") or not hasattr(figure, "canvas"):
        raise TypeError(f"{name} must be a matplotlib figure or a list of them, got {describe(figure)}")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # type: ignore[import-not-found, unused-ignore]

    before = figure.canvas
    try:
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba()).copy()
    finally:
        # The figure is its owner's: drawing it here must not take it off its window.
        figure.set_canvas(before)


def video_value(tag: str, video: Any, fps: float, dataformats: str) -> bytes:
    """The Summary.Value of an animation: a GIF, which TensorBoard shows as a moving image.

    A GIF's frames last whole hundredths of a second. Raises TypeError or ValueError.
    """
    from PIL import Image

    array = to_array(video, "vid_tensor")
    letters = dataformats.upper()
    if sorted(letters) != sorted("NTCHW"):
        raise ValueError(f"dataformats must be an order of NTCHW, got {dataformats!r}")
    if array.ndim != 5 or not array.size:
        raise ValueError(f"vid_tensor must have the 5 dimensions {dataformats}, got {describe(video)}")
    rate = to_number(fps, "fps")
    if not rate > 0:
        raise ValueError(f"fps must be above 0, got {fps!r}")
    pixels = _to_uint8(array, "vid_tensor").transpose([letters.index(letter) for letter in "TNHWC"])
    frames = [_checked(grid(frame), "vid_tensor", array) for frame in pixels]
    height, width, channels = frames[0].shape
    pictures = [Image.fromarray(f[:, :, 0] if channels == 1 else f).convert("RGB") for f in frames]
    file = io.BytesIO()
    duration = max(10, round(100 / rate) * 10)
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=duration, loop=0)
    return encoded_value(tag, file.getvalue(), height, width, 3)
