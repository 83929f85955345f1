"""Images: pictures as they were encoded, decoded when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.picture_size import picture_format, picture_size
from cutaway.store.kinds.pictures import decode_picture, decode_thumbnail, in_eight_bits
from cutaway.store.kinds.tensor import decode_tensor, strings_of, text_of

if TYPE_CHECKING:
    from PIL import Image as PillowImage


@dataclass(frozen=True)
class Image:
    """The pictures of one step, of one size: usually one."""

    #: As the record says, which need not be the size of the pictures.
    width: int
    height: int
    #: Each as it is in the file: PNG, JPEG, GIF.
    encoded: tuple[bytes, ...]

    def mime_type(self, index: int = 0) -> str:
        """The media type, as ``image/png``; ``application/octet-stream`` for data that is not a known picture."""
        return mime_type(self.encoded[index])

    def to_pil(self, index: int = 0) -> "PillowImage.Image":
        """One picture for Pillow: PNG, JPEG, GIF, BMP or WebP. Raises MalformedError for other data."""
        return decode_picture(self.encoded[index])

    def to_array(self, index: int = 0) -> NDArray[np.uint8]:
        """One picture as uint8[height, width, channels]; of an animation the first frame. Raises MalformedError."""
        picture = self.to_pil(index)
        with decoding("the picture"):
            pixels = np.asarray(in_eight_bits(picture), np.uint8)
        return pixels[:, :, None] if pixels.ndim == 2 else pixels

    def thumbnail(self, index: int, width: int) -> "PillowImage.Image":
        """One picture at most so many pixels wide. Raises MalformedError."""
        return decode_thumbnail(self.encoded[index], width)

    def describe(self) -> str:
        """In a few words."""
        size = sum(map(len, self.encoded))
        kind = (picture_format(self.encoded[0]) or "of no known format") if self.encoded else "no picture"
        count = f"{len(self.encoded)} images" if len(self.encoded) != 1 else "image"
        width, height = (picture_size(self.encoded[0]) if self.encoded else None) or (self.width, self.height)
        said = "" if (width, height) == (self.width, self.height) else f" (recorded as {self.width}x{self.height})"
        return f"{count} {width}x{height} {kind}, {size:,} bytes{said}"


def mime_type(encoded: bytes) -> str:
    """The media type by the first bytes."""
    found = picture_format(encoded)
    return "application/octet-stream" if found is None else f"image/{found.lower()}"


def decode_image(value: Mapping[str, Any], budget: Budget) -> Image:
    """From TensorFlow 1's ``image``, or TensorFlow 2's tensor of width, height and pictures."""
    if "image" in value:
        image = value["image"]
        return Image(image.get("width", 0), image.get("height", 0), (image.get("encoded_image_string", b""),))
    parts = decode_tensor(value.get("tensor", {}), budget)
    if parts.dtype != object or parts.ndim != 1 or len(parts) < 2:
        raise MalformedError("an image's tensor must hold its width, its height and its pictures")
    try:
        width, height = int(text_of(parts[0])), int(text_of(parts[1]))
    except ValueError as error:
        raise MalformedError("an image's width or height is no number") from error
    return Image(width, height, tuple(strings_of(parts[2:], budget)))
