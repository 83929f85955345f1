"""Pictures decoded by Pillow, within bounds: of five formats, of so many pixels, and of so many at a time.

A hundred bytes can promise a picture that no memory holds, and several of a size that is accepted can be asked for at
once. Pillow opens 43 formats, one of them by starting another program: those that are not named are not tried.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Condition, Lock
from typing import TYPE_CHECKING

import numpy as np

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.picture_size import FORMATS, picture_format, picture_size

if TYPE_CHECKING:
    from PIL import Image as PillowImage

#: More pixels than this are refused.
MOST_PIXELS = 1 << 27
#: Bytes of a pixel while it is decoded: Pillow's four, and as many of a copy in another mode.
PIXEL_BYTES = 8


class Room:
    """Memory that pictures take while they are decoded: one that finds none waits, in the order of asking."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._turn = Lock()
        self._changed = Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Hold so many bytes. A picture larger than the whole room gets it for itself."""
        with self._turn, self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + size <= self._size)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


#: For all pictures of the process that are decoded at the same time.
ROOM = Room(512 << 20)
#: Warnings are filtered for the whole process.
_OPENING = Lock()


def decode_picture(encoded: bytes) -> "PillowImage.Image":
    """A picture with its pixels; of an animation the first frame. Raises MalformedError."""
    picture = _opened(encoded)
    with _room_for(picture), decoding("the picture"):
        picture.load()
    return picture


def decode_thumbnail(encoded: bytes, width: int) -> "PillowImage.Image":
    """A picture that is at most so wide, in mode L, LA, RGB or RGBA. Raises MalformedError."""
    picture = _opened(encoded)
    # A JPEG is decoded to a fraction of its size at once.
    picture.draft(None, (2 * width, max(1, 2 * width * picture.height // max(1, picture.width))))
    with _room_for(picture), decoding("the picture"):
        height = max(1, round(picture.height * width / picture.width))
        picture = in_eight_bits(picture)
        return picture.resize((width, height)) if width < picture.width else picture


def in_eight_bits(picture: "PillowImage.Image") -> "PillowImage.Image":
    """The picture in mode L, LA, RGB or RGBA; of 16 bits a channel the higher eight."""
    from PIL import Image as PillowImage

    picture.load()
    if picture.mode in ("L", "LA", "RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):
        return PillowImage.fromarray((np.asarray(picture).astype(np.uint16) >> 8).astype(np.uint8))
    return picture.convert("RGBA" if "transparency" in picture.info or "A" in picture.getbands() else "RGB")


def _opened(encoded: bytes) -> "PillowImage.Image":
    """A picture without its pixels, whose size is known and accepted."""
    from PIL import Image as PillowImage
    from PIL import UnidentifiedImageError

    if picture_format(encoded) is None:
        raise MalformedError(f"the picture is none of {', '.join(FORMATS)}")
    promised = picture_size(encoded)
    if promised is not None:
        _check_size(*promised)
    with _OPENING, warnings.catch_warnings(), decoding("the picture"):
        # The bound is ours.
        warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
        try:
            picture = PillowImage.open(io.BytesIO(encoded), formats=FORMATS)
        except UnidentifiedImageError as error:
            # Whose own words name an object of this process.
            raise MalformedError("the picture cannot be decoded: its header is damaged") from error
    # Frames of an animation may reach beyond what its header says.
    _check_size(picture.width, picture.height)
    return picture


def _room_for(picture: "PillowImage.Image") -> AbstractContextManager[None]:
    return ROOM.taken(PIXEL_BYTES * picture.width * picture.height)


def _check_size(width: int, height: int) -> None:
    if width * height == 0:
        raise MalformedError(f"a picture of {width:,} x {height:,} pixels has none")
    if width * height > MOST_PIXELS:
        raise MalformedError(f"a picture of {width:,} x {height:,} pixels is too large: {MOST_PIXELS:,} are accepted")
