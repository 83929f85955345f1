"""The Summary.Values of ``tf.summary`` of TensorFlow 2, several pictures or sounds in one."""

from typing import Any

import numpy as np

from cutaway.compat.v1 import encode as v1
from cutaway.compat.v1.messages import Summary
from cutaway.events import messages
from cutaway.events.kind_names import AUDIO, IMAGES, TEXT
from cutaway.events.schema import Field, Message, encode
from cutaway.record.arrays import describe, to_array
from cutaway.record.histogram import histogram_value
from cutaway.record.image import to_pixels
from cutaway.record.png import encode_png
from cutaway.record.tensor import plugin, strings_message

_AUDIO_PLUGIN = Message(version=Field(1, "int32"), encoding=Field(2, "enum"))
_WAV = 11
_USUAL_BUCKETS = 30


def image(tag: str, data: Any, max_outputs: int, description: str) -> bytes:
    """Pictures [batch, height, width, channels], uint8 or floats in [0, 1], in one value."""
    pictures = to_array(data, "data")
    if pictures.ndim != 4 or pictures.shape[3] not in (1, 2, 3, 4):
        raise ValueError(
            f"data must have the shape [batch, height, width, channels] with 1 to 4 channels, got {describe(data)}"
        )
    height, width = pictures.shape[1:3]
    files = [encode_png(np.ascontiguousarray(to_pixels(picture, "data", "HWC"))) for picture in pictures[:max_outputs]]
    strings = np.array([str(width).encode(), str(height).encode(), *files], object)
    return _value(tag, strings_message(strings), IMAGES, description)


def audio(tag: str, data: Any, sample_rate: float, max_outputs: int, description: str) -> bytes:
    """Sounds [batch, frames, channels], floats in [-1, 1], as WAV of 16 bits in one value."""
    sounds = to_array(data, "data")
    if sounds.ndim != 3 or sounds.dtype.kind != "f":
        raise ValueError(f"data must be floats of the shape [batch, frames, channels], got {describe(data)}")
    values = v1.audio("", sounds, sample_rate, max_outputs)
    files = [Summary.Value.FromString(value).audio.encoded_audio_string for value in values]
    strings = np.array([[file, b""] for file in files], object).reshape(-1, 2)
    content = encode(_AUDIO_PLUGIN, {"version": 0, "encoding": _WAV})
    return _value(tag, strings_message(strings), AUDIO, description, content)


def histogram(tag: str, data: Any, buckets: int | None, description: str) -> bytes:
    """Numbers of any shape in buckets of one width. NaN and infinities are counted apart."""
    value = histogram_value(tag, data, _USUAL_BUCKETS if buckets is None else buckets, None)
    metadata = {"summary_description": description} if description else None
    return value + encode(messages.VALUE, {"metadata": metadata})


def text(tag: str, data: Any, description: str) -> bytes:
    """A text (Markdown), or texts of any shape."""
    strings = np.asarray(data.numpy() if hasattr(data, "numpy") else data, object)
    if not all(isinstance(item, str | bytes) for item in strings.reshape(-1).tolist()):
        raise TypeError(f"data must be a text or texts, got {describe(data)}")
    return _value(tag, strings_message(strings), TEXT, description)


def tensor(tag: str, data: Any, metadata: bytes) -> bytes:
    """Numbers or texts of any shape, with a serialised SummaryMetadata."""
    array = np.asarray(data, object) if isinstance(data, str | bytes) else np.asarray(to_array(data, "tensor"))
    (value,) = v1.tensor(tag, array, metadata)
    return value


def _value(tag: str, tensor: dict[str, Any], kind: str, description: str, content: bytes | None = None) -> bytes:
    metadata = {**plugin(kind, content), "summary_description": description or None}
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor, "metadata": metadata})
