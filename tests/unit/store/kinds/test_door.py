"""The door through which every value is decoded says what went wrong, and lets nothing else out."""

import io
import struct
import wave
import zlib

import numpy as np
import pytest
from PIL import Image as PillowImage

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.audio import Audio
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.image import Image


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("image file is truncated"), "image file is truncated"),
        (SyntaxError("broken PNG file"), "broken PNG file"),
        (wave.Error("file does not start with RIFF id"), "file does not start with RIFF id"),
        (EOFError(), "it ends too early"),
        (struct.error("unpack requires a buffer of 4 bytes"), "it ends too early"),
        (zlib.error("Error -3 while decompressing data"), "its compressed data is damaged"),
        (RecursionError("maximum recursion depth exceeded"), "it is nested too deep"),
        (MemoryError(), "there is not enough memory for it"),
        (KeyError("shape"), "its content is not what its format says"),
        (IndexError("list index out of range"), "its content is not what its format says"),
        (ValueError(), "its content is not what its format says"),
    ],
)
def test_whatever_fails_is_a_malformed_value(error: Exception, said: str) -> None:
    with pytest.raises(MalformedError) as caught, decoding("the picture"):
        raise error
    assert str(caught.value) == f"the picture cannot be decoded: {said}"
    assert caught.value.__cause__ is error


def test_what_is_malformed_already_is_said_as_it_is() -> None:
    with pytest.raises(MalformedError) as caught, decoding("the picture"):
        raise MalformedError("a picture of no pixels")
    assert str(caught.value) == "a picture of no pixels"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_program_is_not_held_up(end: type[BaseException]) -> None:
    with pytest.raises(end), decoding("the picture"):
        raise end


def _problem_of(value: Image | Audio) -> str:
    with pytest.raises(MalformedError) as caught:
        value.to_array()
    return str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_damaged_picture_is_told_in_words(kind: str, share: float) -> None:
    whole = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    PillowImage.fromarray(noise).save(whole, kind)
    data = whole.getvalue()
    assert "Error" not in _problem_of(Image(64, 64, (data[: int(share * len(data))],)))


@pytest.mark.parametrize("length", [0, 4, 10, 20, 30, 40])
def test_a_damaged_sound_is_told_in_words(length: int) -> None:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(200))
    assert "Error" not in _problem_of(Audio((whole.getvalue()[:length],)))
