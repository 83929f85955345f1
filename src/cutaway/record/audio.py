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

_MOST_CHANNELS = 8


def audio_value(tag: str, sound: Any, sample_rate: int) -> bytes:
    """The Summary.Value of a sound: [frames], or [channels, frames] or [frames, channels] with at most 8 channels.

    Floats are in [-1, 1]; what is beyond is clipped, with a warning. int16 is taken as it is. Raises TypeError or
    ValueError.
    """
    array = to_array(sound, "snd_tensor")
    if isinstance(sample_rate, bool) or int(sample_rate) < 1:
        raise ValueError(f"sample_rate must be a number of samples a second, got {sample_rate!r}")
    if array.ndim == 1:
        frames = array[:, None]
    elif array.ndim == 2 and min(array.shape) <= _MOST_CHANNELS:
        frames = array.T if array.shape[0] <= array.shape[1] else array
    else:
        raise ValueError(
            f"snd_tensor must have the shape [frames], [channels, frames] or [frames, channels] with at most "
            f"{_MOST_CHANNELS} channels, got {describe(sound)}"
        )
    samples = _to_int16(frames, sound)
    content = {
        "sample_rate": float(sample_rate),
        "num_channels": samples.shape[1],
        "length_frames": samples.shape[0],
        "encoded_audio_string": _wav(samples, int(sample_rate)),
        "content_type": "audio/wav",
    }
    return encode(messages.VALUE, {"tag": tag, "audio": content})


def _to_int16(frames: NDArray[Any], sound: Any) -> NDArray[np.int16]:
    if frames.dtype == np.int16:
        return frames
    if frames.dtype.kind != "f":
        raise TypeError(f"snd_tensor must be floats in [-1, 1] or int16, got {describe(sound)}")
    numbers = np.nan_to_num(frames.astype(np.float64), nan=0.0, posinf=2.0, neginf=-2.0)
    beyond = int((np.abs(numbers) > 1).sum())
    if beyond:
        warnings.warn(f"{beyond} samples of the sound are beyond [-1, 1] and clipped", RecordingWarning, stacklevel=4)
    return (np.clip(numbers, -1, 1) * 32767).astype(np.int16)


def _wav(samples: NDArray[np.int16], sample_rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(samples.shape[1])
        wav.setsampwidth(2)
        wav.setframerate(sample_rate)
        wav.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()
