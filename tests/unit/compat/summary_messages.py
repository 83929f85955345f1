"""Serialised summaries that must say the same, though their bytes may differ: PNG files, zeros that are left out."""

import io
import wave
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]


def pixels(image: Any) -> Any:
    """What the PNG file holds, and what is said about it."""
    picture = Image.open(io.BytesIO(image.encoded_image_string))
    assert (picture.width, picture.height) == (image.width, image.height)
    array = np.asarray(picture)
    assert image.colorspace == (1 if array.ndim == 2 else array.shape[2])
    return array


def sound(audio: Any) -> Any:
    """What the WAV file holds."""
    with wave.open(io.BytesIO(audio.encoded_audio_string)) as file:
        return file.getparams(), file.readframes(file.getnframes())


def check_same(our_bytes: bytes, their_bytes: bytes) -> None:
    """Compare two serialised summaries, field by field."""
    theirs, ours = Summary.FromString(their_bytes), Summary.FromString(our_bytes)
    assert [value.tag for value in ours.value] == [value.tag for value in theirs.value]
    for mine, other in zip(ours.value, theirs.value, strict=True):
        kind = other.WhichOneof("value")
        assert mine.WhichOneof("value") == kind
        assert mine.metadata == other.metadata
        if kind == "simple_value":
            assert mine.SerializeToString() == other.SerializeToString()
        elif kind == "image":
            np.testing.assert_array_equal(pixels(mine.image), pixels(other.image))
        elif kind == "audio":
            assert sound(mine.audio) == sound(other.audio)
            assert mine.audio.sample_rate == other.audio.sample_rate
            assert mine.audio.content_type == other.audio.content_type
            assert mine.audio.num_channels == other.audio.num_channels
            assert mine.audio.length_frames == other.audio.length_frames
        elif kind == "histo":
            assert list(mine.histo.bucket_limit) == list(other.histo.bucket_limit)
            assert list(mine.histo.bucket) == list(other.histo.bucket)
            for name in ("min", "max", "num", "sum", "sum_squares"):
                assert getattr(mine.histo, name) == pytest.approx(getattr(other.histo, name), rel=1e-12), name
        else:
            assert mine.tensor.dtype == other.tensor.dtype
            assert mine.tensor.tensor_shape == other.tensor.tensor_shape
            np.testing.assert_array_equal(make_ndarray(mine.tensor), make_ndarray(other.tensor))


def numbers(summary: bytes) -> dict[str, float]:
    """The scalars of a serialised Summary, by their tags."""
    return {value.tag: value.simple_value for value in Summary.FromString(summary).value}
