"""Sounds: WAV files as they were written, decoded when they are asked for."""

import io
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.tensor import decode_tensor, strings_of, text_of


@dataclass(frozen=True)
class Audio:
    """The sounds of one step: usually one."""

    #: Each as it is in the file: WAV.
    encoded: tuple[bytes, ...]
    mime_type: str = "audio/wav"
    #: What TensorFlow 2 recorded beside each sound, in Markdown; empty where there is none.
    labels: tuple[str, ...] = ()

    def sample_rate(self, index: int = 0) -> int:
        """Samples a second. Raises MalformedError when it is not a PCM WAV file."""
        with decoding("the sound"):
            return self._read(index)[0]

    def to_array(self, index: int = 0) -> NDArray[np.float32]:
        """One sound as float32[frames, channels] in [-1, 1]. Raises MalformedError when it is not a PCM WAV file."""
        with decoding("the sound"):
            return self._read(index)[1]

    def _read(self, index: int) -> tuple[int, NDArray[np.float32]]:
        with wave.open(io.BytesIO(self.encoded[index])) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            # The samples that are there, not as many as the header says.
            frames = file.readframes(min(file.getnframes(), len(self.encoded[index])))
        samples: NDArray[Any]
        if width == 3:
            padded = np.zeros((len(frames) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(frames, np.uint8, len(frames) // 3 * 3).reshape(-1, 3)
            samples = padded.view("<i4")[:, 0] / np.float32(1 << 31)
        elif width in (1, 2, 4):
            dtype, middle, largest = {1: ("u1", 128, 1 << 7), 2: ("<i2", 0, 1 << 15), 4: ("<i4", 0, 1 << 31)}[width]
            numbers = np.frombuffer(frames, dtype, len(frames) // width)
            samples = numbers.astype(np.float32)
            samples -= middle
            samples /= np.float32(largest)
        else:
            raise MalformedError(f"the sound has samples of {width} bytes")
        usable = len(samples) // channels * channels
        return rate, samples[:usable].reshape(-1, channels).astype(np.float32, copy=False)

    def describe(self) -> str:
        """In a few words."""
        count = f"{len(self.encoded)} sounds" if len(self.encoded) != 1 else "sound"
        return f"{count}, {sum(map(len, self.encoded)):,} bytes of {self.mime_type}"


def decode_audio(value: Mapping[str, Any], budget: Budget) -> Audio:
    """From TensorFlow 1's ``audio``, or TensorFlow 2's tensor of sounds and labels."""
    if "audio" in value:
        audio = value["audio"]
        return Audio((audio.get("encoded_audio_string", b""),), audio.get("content_type") or "audio/wav")
    parts = decode_tensor(value.get("tensor", {}), budget)
    if parts.dtype != object or parts.ndim not in (1, 2):
        raise MalformedError("an audio tensor must hold sounds and labels")
    sounds = parts if parts.ndim == 1 else parts[:, 0] if parts.shape[1] else parts.reshape(-1)
    labels = parts[:, 1] if parts.ndim == 2 and parts.shape[1] > 1 else parts[:0]
    return Audio(tuple(strings_of(sounds, budget)), labels=tuple(map(text_of, strings_of(labels, budget))))
