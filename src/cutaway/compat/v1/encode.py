"""The bytes of TensorFlow 1's summaries, value by value, as its C++ operations make them.

Each function returns serialised ``Summary.Value`` messages. Where TensorFlow fails on what training may well produce
(NaN or infinities in a histogram), the numbers are counted apart instead, in field 1000.
"""

import io
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core, messages
from cutaway.events.histogram_message import counted_apart
from cutaway.events.schema import encode
from cutaway.events.wire import bytes_field
from cutaway.record.arrays import describe
from cutaway.record.histogram import tensorflow_edges
from cutaway.record.image import encoded_value
from cutaway.record.png import encode_png
from cutaway.record.tensor import strings_message, tensor_message

#: A pixel that is not finite is drawn in red, and opaque.
BAD_COLOR = np.array([255, 0, 0, 255], np.uint8)
_ALMOST_ZERO = 1e-6
_MOST = float(np.finfo(np.float64).max)


#: The sizes of a tensor, None for a size, or for all, that only a run shows.
Sizes = tuple[int | None, ...] | None


def _rank(shape: Sizes, *known: int) -> bool:
    """Whether a shape may be one of so many dimensions."""
    return shape is None or len(shape) in known


def _got(value: Any) -> str:
    return describe(value) if isinstance(value, np.ndarray) else repr(value)


def check_scalar(tag: str, shape: Sizes, dtype: np.dtype[Any], value: Any) -> None:
    """Raise ValueError for what cannot be one number."""
    if not _rank(shape, 0) or dtype.kind not in "fiub":
        raise ValueError(f"tensor of the scalar summary {tag!r} must be one real number, got {_got(value)}")


def scalar(tag: str, value: NDArray[Any]) -> list[bytes]:
    """One number, as float32."""
    check_scalar(tag, value.shape, value.dtype, value)
    with np.errstate(over="ignore"):
        return [encode(messages.VALUE, {"tag": tag, "simple_value": float(np.float32(value))})]


def check_image(tag: str, shape: Sizes, dtype: np.dtype[Any], value: Any) -> None:
    """Raise ValueError or TypeError for what cannot be pictures."""
    if not _rank(shape, 4) or (shape is not None and shape[3] not in (1, 3, 4, None)):
        raise ValueError(
            f"tensor of the image summary {tag!r} must have 4 dimensions, [batch, height, width, channels], with 1, 3 "
            f"or 4 channels, got {_got(value)}"
        )
    if dtype != np.uint8 and dtype.kind != "f":
        raise TypeError(f"tensor of the image summary {tag!r} must be uint8 or floats, got {_got(value)}")


def image(tag: str, value: NDArray[Any], max_outputs: int) -> list[bytes]:
    """Pictures [batch, height, width, channels], uint8 as they are and floats scaled each by itself."""
    check_image(tag, value.shape, value.dtype, value)
    if not value[0:1].size:
        raise ValueError(f"tensor of the image summary {tag!r} must have pixels, got {describe(value)}")
    values = []
    for i, picture in enumerate(value[:max_outputs]):
        pixels = picture if picture.dtype == np.uint8 else _scaled(picture)
        place = f"{tag}/image" if max_outputs == 1 else f"{tag}/image/{i}"
        values.append(encoded_value(place, encode_png(np.ascontiguousarray(pixels)), *pixels.shape))
    return values


def _scaled(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Floats to 0–255: non-negative ones by their largest, others around 128 by their largest magnitude.

    The arithmetic is that of the numbers' own type, as in TensorFlow; limits are float32.
    """
    finite = np.isfinite(picture).all(axis=2)
    pixels = np.broadcast_to(BAD_COLOR[: picture.shape[2]], picture.shape).copy()
    if finite.any():
        good, real = picture[finite], picture.dtype.type
        with np.errstate(over="ignore"):
            lowest, highest = np.float32(good.min()), np.float32(good.max())
            offset, span = (128, 127) if lowest < 0 else (0, 255)
            largest = max(abs(lowest), abs(highest)) if lowest < 0 else highest
            scale = real(0 if largest < _ALMOST_ZERO else np.float32(span) / largest)
            pixels[finite] = np.clip(good * scale + real(offset), 0, 255).astype(np.uint8)
    return pixels


def check_audio(tag: str, shape: Sizes, dtype: np.dtype[Any], value: Any) -> None:
    """Raise ValueError for what cannot be sounds."""
    if not _rank(shape, 2, 3) or dtype.kind != "f":
        raise ValueError(
            f"tensor of the audio summary {tag!r} must be floats of 2 or 3 dimensions, [batch, frames] or [batch, "
            f"frames, channels], got {_got(value)}"
        )


def audio(tag: str, value: NDArray[Any], sample_rate: float, max_outputs: int) -> list[bytes]:
    """Sounds [batch, frames, channels] or [batch, frames] in [-1, 1], as WAV files of 16 bits."""
    check_audio(tag, value.shape, value.dtype, value)
    sounds = value if value.ndim == 3 else value[:, :, None]
    values = []
    for i, sound in enumerate(sounds[:max_outputs]):
        content = {
            "sample_rate": float(np.float32(sample_rate)),
            "num_channels": sound.shape[1],
            "length_frames": sound.shape[0],
            "encoded_audio_string": _wav(sound, round(sample_rate)),
            "content_type": "audio/wav",
        }
        place = f"{tag}/audio" if max_outputs == 1 else f"{tag}/audio/{i}"
        values.append(encode(messages.VALUE, {"tag": place, "audio": content}))
    return values


def _wav(sound: NDArray[Any], sample_rate: int) -> bytes:
    # Halves away from zero, as C's roundf has it.
    scaled = np.nan_to_num(sound.astype(np.float32)) * np.float32(1 << 15)
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(sound.shape[1])
        wav.setsampwidth(2)
        wav.setframerate(sample_rate)
        wav.writeframes(np.clip(rounded, -(1 << 15), (1 << 15) - 1).astype("<i2").tobytes())
    return file.getvalue()


def check_histogram(tag: str, shape: Sizes, dtype: np.dtype[Any], value: Any) -> None:
    """Raise TypeError for what cannot be numbers."""
    if dtype.kind not in "fiub":
        raise TypeError(f"values of the histogram summary {tag!r} must be real numbers, got {_got(value)}")


def histogram(tag: str, value: NDArray[Any]) -> list[bytes]:
    """Numbers of any shape, counted in TensorFlow's bins; numbers that are not finite are counted apart."""
    check_histogram(tag, value.shape, value.dtype, value)
    numbers = value.reshape(-1)
    if numbers.dtype not in (np.float32, np.float64):
        numbers = numbers.astype(np.float64)
    found = core.histogram(numbers, tensorflow_edges())
    # TensorFlow's outermost edges are the largest numbers; the lowest bin ends with the lower of them, and is empty.
    limits = np.concatenate(([-_MOST], tensorflow_edges(), [_MOST]))
    counts = np.concatenate(([0], found.counts))
    empty = counts == 0
    # The last one of several empty bins in a row stays.
    kept = ~(empty & np.append(empty[1:], False))
    count = int(counts.sum())
    fields: dict[str, Any] = {
        "tag": tag,
        "histo": {
            "min": found.lowest if count else _MOST,
            "max": found.highest if count else -_MOST,
            "num": float(count),
            "sum": found.sum,
            "sum_squares": found.sum_squares,
            "bucket_limit": limits[kept],
            "bucket": counts[kept].astype(np.float64),
        },
    }
    exact = counted_apart(numbers, tensorflow_edges(), found)
    if exact:
        fields["exact"] = exact
    return [encode(messages.VALUE, fields)]


def check_text(tag: str, shape: Sizes, dtype: np.dtype[Any], value: Any) -> None:
    """Raise TypeError for what cannot be texts."""
    if dtype.kind not in "OSU":
        raise TypeError(f"tensor of the text summary {tag!r} must be strings, got {dtype}")


def text(tag: str, value: NDArray[Any], metadata: bytes) -> list[bytes]:
    """Texts of any shape, with a serialised SummaryMetadata."""
    check_text(tag, value.shape, value.dtype, value)
    return tensor(tag, np.asarray(value), metadata)


def tensor(tag: str, value: NDArray[Any], metadata: bytes) -> list[bytes]:
    """Numbers or strings of any shape, as they are, with a serialised SummaryMetadata."""
    if value.dtype.kind in "OSU":
        if not all(isinstance(item, str | bytes) for item in value.reshape(-1).tolist()):
            raise TypeError(f"tensor of the summary {tag!r} must be numbers or strings, got {describe(value)}")
        message = strings_message(value)
    else:
        message = tensor_message(value)
    return [encode(messages.VALUE, {"tag": tag, "tensor": message}) + bytes_field(9, metadata)]
