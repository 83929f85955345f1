"""Images: pictures as they were encoded, decoded when they are asked for."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, text_of

if TYPE_CHECKING:
    from PIL import Image as PillowImage

#: More pixels than this are refused: a small file may promise a picture that no memory holds.
MOST_PIXELS = 1 << 28

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"RIFF": "image/webp",
}


@dataclass(frozen=True)
class Image:
    """The pictures of one step, of one size: usually one."""

    width: int
    height: int
    #: Each as it is in the file: PNG, JPEG, GIF.
    encoded: tuple[bytes, ...]

    def mime_type(self, index: int = 0) -> str:
        """Such as ``image/png``; ``application/octet-stream`` when it is no picture that is known."""
        return mime_type(self.encoded[index])

    def to_pil(self, index: int = 0) -> "PillowImage.Image":
        """One picture for Pillow. Raises MalformedError when it is none."""
        from PIL import Image as PillowImage

        try:
            picture = PillowImage.open(io.BytesIO(self.encoded[index]))
            if picture.width * picture.height > MOST_PIXELS:
                raise MalformedError(f"a picture of {picture.width} x {picture.height} pixels is too large")
            picture.load()
        except (OSError, SyntaxError, ValueError, PillowImage.DecompressionBombError) as error:
            raise MalformedError(f"the picture cannot be decoded: {error}") from error
        return picture

    def to_array(self, index: int = 0) -> NDArray[np.uint8]:
        """One picture as uint8[height, width, channels]; of an animation the first frame."""
        picture = self.to_pil(index)
        if picture.mode not in ("L", "LA", "RGB", "RGBA"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        pixels = np.asarray(picture, np.uint8)
        return pixels[:, :, None] if pixels.ndim == 2 else pixels

    def describe(self) -> str:
        """In a few words."""
        size = sum(map(len, self.encoded))
        kind = self.mime_type().removeprefix("image/").upper() if self.encoded else "no picture"
        count = f"{len(self.encoded)} images" if len(self.encoded) != 1 else "image"
        return f"{count} {self.width}x{self.height} {kind}, {size:,} bytes"


def mime_type(encoded: bytes) -> str:
    """What the first bytes say."""
    return next((mime for start, mime in _SIGNATURES.items() if encoded.startswith(start)), "application/octet-stream")


def decode_image(value: Mapping[str, Any]) -> Image:
    """From TensorFlow 1's ``image``, or TensorFlow 2's tensor of width, height and pictures."""
    if "image" in value:
        image = value["image"]
        return Image(image.get("width", 0), image.get("height", 0), (image.get("encoded_image_string", b""),))
    parts = decode_tensor(value.get("tensor", {}))
    if parts.dtype != object or parts.ndim != 1 or len(parts) < 2:
        raise MalformedError("an image's tensor must hold its width, its height and its pictures")
    try:
        width, height = int(text_of(parts[0])), int(text_of(parts[1]))
    except ValueError as error:
        raise MalformedError("an image's width or height is no number") from error
    return Image(width, height, tuple(parts[2:].tolist()))
