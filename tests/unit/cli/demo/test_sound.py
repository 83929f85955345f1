"""The tone of the demo: its pitch is that of the loss."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cutaway.cli.demo.sound import SAMPLE_RATE, tone


def pitch(sound: NDArray[np.float32]) -> float:
    """The loudest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)[spectrum.argmax()])


@pytest.mark.parametrize(
    ("loss", "expected"), [(1.0, 880), (0.1, 440), (0.01, 220), (10, 1760), (0.0, 55), (1e9, 3520)]
)
def test_an_octave_for_each_factor_of_ten(loss: float, expected: float) -> None:
    assert pitch(tone([loss])) == pytest.approx(expected, abs=2)


def test_it_goes_through_the_losses() -> None:
    sound = tone([1.0, 1.0, 0.1, np.nan, np.inf])
    fifth = len(sound) // 5
    assert [pitch(part) for part in np.split(sound, 5)[:3]] == pytest.approx([880, 880, 440], abs=5)
    assert not sound[3 * fifth :].any()


def test_it_is_a_sound_that_begins_and_ends_quietly() -> None:
    for losses in ([2.3], [2.0, 1.0], np.linspace(3, 0.01, 5000).tolist(), [np.nan]):
        sound = tone(losses)
        assert sound.shape == (SAMPLE_RATE // 2,)
        assert sound.dtype == np.float32
        assert np.abs(sound).max() <= 0.4
        assert np.abs(sound[[0, -1]]).max() < 1e-3
