"""Every kind of summary with every argument: our bytes against those of TensorFlow's operations, field by field."""

import base64
import io
import json
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.fixtures.tensorflow1_summaries.cases import NAMES, Case, cases

from cutaway.compat import v1 as tf

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "tensorflow1_summaries"
RECORDED = json.loads((FOLDER / "summaries.json").read_text())


@pytest.fixture(autouse=True)
def new_graph() -> Iterator[None]:
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()


def pixels(image: Any) -> Any:
    """What the PNG file holds, and what is said about it."""
    picture = Image.open(io.BytesIO(image.encoded_image_string))
    assert (picture.width, picture.height) == (image.width, image.height)
    array = np.asarray(picture)
    assert image.colorspace == (1 if array.ndim == 2 else array.shape[2])
    return array


def sound(audio: Any) -> Any:
    with wave.open(io.BytesIO(audio.encoded_audio_string)) as file:
        return file.getparams(), file.readframes(file.getnframes())


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_the_bytes_of_tensorflow(case: Case) -> None:
    label, function, arguments, named = case
    if "refused" in RECORDED[label]:
        # Names with letters beyond ASCII, which we take.
        tf.summary.scalar(*arguments, **named)
        return
    theirs = Summary.FromString(base64.b64decode(RECORDED[label]["summary"]))
    ours = Summary.FromString(getattr(tf.summary, function)(*arguments, **named)())
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


def test_names_become_unique_as_in_tensorflow() -> None:
    operations = [tf.summary.scalar(name, 1.0, family=family) for name, family in NAMES]
    assert [Summary.FromString(operation()).value[0].tag for operation in operations] == RECORDED["names"]


def test_nothing_was_recorded_in_vain() -> None:
    assert set(RECORDED) == {"names", *(label for label, *_ in cases())}
    assert len(RECORDED) >= 70
