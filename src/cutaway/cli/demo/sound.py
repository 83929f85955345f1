"""The sound of the demo: a tone whose pitch follows the loss, which is heard, and seen in the spectrogram, to fall."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
SECONDS = 0.5

#: The pitch of a loss of 1, in Hz. It is an octave lower for a tenth of the loss, and an octave higher for ten times.
PITCH_OF_ONE = 880.0
LOWEST_PITCH, HIGHEST_PITCH = 55.0, 3520.0
_VOLUME = 0.4
#: Seconds in which the sound begins and ends, so that nothing clicks.
_FADE = 0.02


def tone(losses: Sequence[float]) -> NDArray[np.float32]:
    """Half a second of sound that goes through the losses, of which there is one at least: float32[frames] in [-1, 1].

    A loss of 0 has the lowest pitch; NaN and infinite losses are silence.
    """
    frames = int(SAMPLE_RATE * SECONDS)
    values = np.asarray(losses, np.float64)
    at = np.minimum(np.arange(frames) * len(values) // frames, len(values) - 1)
    is_finite = np.isfinite(values)
    pitches = PITCH_OF_ONE * 2 ** np.log10(np.clip(np.where(is_finite, values, 1.0), 1e-9, 1e9))
    phase = 2 * np.pi * np.cumsum(np.clip(pitches, LOWEST_PITCH, HIGHEST_PITCH)[at]) / SAMPLE_RATE
    since_edge = np.minimum(np.arange(frames), np.arange(frames)[::-1]) / SAMPLE_RATE
    volume = _VOLUME * np.minimum(1.0, since_edge / _FADE) * is_finite[at]
    return (volume * np.sin(phase)).astype(np.float32)
