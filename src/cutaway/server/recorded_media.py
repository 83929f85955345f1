"""What pictures and sounds of a log are sent as: bounds, media types, and pictures that were made smaller."""

import io

from cutaway.store.kinds.image import Image

#: A larger value is not sent.
MOST_BYTES = 256 << 20
#: Widths that a picture can be made smaller to, in pixels.
NARROWEST, WIDEST = 16, 2048
#: Media types that a browser shows without running anything.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp"})


def smaller_png(image: Image, part: int, width: int) -> bytes:
    """A PNG of at most so many pixels in width. Fails with ``MalformedError`` for a picture that cannot be decoded."""
    data = io.BytesIO()
    image.thumbnail(part, width).save(data, "PNG")
    return data.getvalue()
