"""Sounds, as WAV files of 16 bits."""

import io
import warnings
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.events.writer import RecordingWarning
from cutaway.record.arrays import describe, to_array
from cutaway.record.scalar import to_number

_MOST_CHANNELS = 8


def audio_value(tag: str, sound: Any, sample_rate: Any) -> bytes:
    """The Summary.Value of a sound: [frames], or [channels, frames] or [frames, channels] with at most 8 channels.

    Floats are in [-1, 1]; what is beyond is clipped, with a warning. Integers are samples of their dtype's width, of
    which uint8 and uint16 have their zero in the middle. What int64 and uint64 hold are samples of 16 bits where
    they fit, else of 32; where they are no more than 1 they are taken for floats. Raises TypeError or ValueError.
    """
    array = to_array(sound, "snd_tensor")
    rate = _rate(sample_rate)
    if array.ndim > 2:
        array = array.squeeze()
    if array.ndim < 2:
        frames = array.reshape(-1, 1)
    elif array.ndim == 2 and min(array.shape) <= _MOST_CHANNELS:
        frames = array.T if array.shape[0] <= array.shape[1] else array
    else:
        raise ValueError(
            f"snd_tensor must have the shape [frames], [channels, frames] or [frames, channels] with at most "
            f"{_MOST_CHANNELS} channels, got {describe(sound)}"
        )
    samples = _to_int16(frames, sound)
    content = {
        "sample_rate": float(rate),
        "num_channels": samples.shape[1],
        "length_frames": samples.shape[0],
        "encoded_audio_string": _wav(samples, rate),
        "content_type": "audio/wav",
    }
    return encode(messages.VALUE, {"tag": tag, "audio": content})


def _rate(sample_rate: Any) -> int:
    rate = to_number(sample_rate, "sample_rate")
    # A WAV file has 32 bits for the bytes of a second.
    if not 1 <= rate < 1 << 28:
        raise ValueError(f"sample_rate must be a number of samples a second from 1 to 2^28 - 1, got {sample_rate!r}")
    return int(rate)


def _to_int16(frames: NDArray[Any], sound: Any) -> NDArray[np.int16]:
    if frames.dtype.kind in "iu":
        width, zero = _width(frames, sound)
        if width:
            samples = frames.astype(np.int64) - zero
            scaled = samples << (16 - width) if width < 16 else samples >> (width - 16)
            return scaled.astype(np.int16)
    elif frames.dtype.kind not in "fb":
        raise TypeError(f"snd_tensor must be floats in [-1, 1] or integers, got {describe(sound)}")
    numbers = np.nan_to_num(frames.astype(np.float64), nan=0.0, posinf=2.0, neginf=-2.0)
    beyond = int((np.abs(numbers) > 1).sum())
    if beyond:
        warnings.warn(f"{beyond} samples of the sound are beyond [-1, 1] and clipped", RecordingWarning, stacklevel=4)
    return (np.clip(numbers, -1, 1) * 32767).astype(np.int16)


def _width(frames: NDArray[Any], sound: Any) -> tuple[int, int]:
    """(bits, zero) of the samples; 0 bits where they are floats in [-1, 1] without a fraction."""
    if frames.dtype.itemsize < 8:
        bits = 8 * frames.dtype.itemsize
        return bits, 1 << (bits - 1) if frames.dtype.kind == "u" else 0
    least, most = (int(frames.min()), int(frames.max())) if frames.size else (0, 0)
    for bits in (0, 16, 32):
        limit = 1 << bits >> 1
        if -max(1, limit) <= least and most <= max(1, limit - 1):
            return bits, 0
    raise ValueError(
        f"snd_tensor must be samples of at most 32 bits, got numbers from {least} to {most}: {describe(sound)}"
    )


def _wav(samples: NDArray[np.int16], sample_rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(samples.shape[1])
        wav.setsampwidth(2)
        wav.setframerate(sample_rate)
        wav.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()
