"""Gradients that explode, and those that only change."""

import numpy as np
from tests.layers import columns, found, names

ROWS = names(3, ".weight")


def noise(steps: int) -> np.ndarray:
    return 1e-3 * np.exp(0.3 * np.random.default_rng(0).standard_normal((steps, 3)))


def test_a_gradient_far_above_its_median_explodes() -> None:
    rms = noise(200)
    rms[150:160, 1:] *= 100
    (finding,) = found("exploding-gradient", columns("gradient", ROWS, rms, steps=200))
    assert (finding.severity, finding.first_step, finding.last_step) == ("warning", 150, 159)
    assert finding.rows == ("layers.1.weight", "layers.2.weight")
    assert finding.threshold == 10


def test_a_thousandfold_one_is_an_error() -> None:
    rms = noise(200)
    rms[150:, 0] *= 1e6
    (finding,) = found("exploding-gradient", columns("gradient", ROWS, rms, steps=200))
    assert finding.severity == "error"


def test_the_first_steps_are_not_judged() -> None:
    rms = noise(200)
    rms[:20] *= 1e-3
    rms[30:50] *= 100
    assert found("exploding-gradient", columns("gradient", ROWS, rms, steps=200)) == []


def test_warm_up_and_noise_are_none() -> None:
    rms = noise(2000) * np.geomspace(1, 1e3, 2000)[:, None]
    assert found("exploding-gradient", columns("gradient", ROWS, rms, steps=2000)) == []


def test_what_grows_steadily_behind_weights_that_began_at_zero_is_none() -> None:
    rms = noise(200)
    rms[20:] *= np.minimum(1.06 ** np.arange(180), 100)[:, None]
    assert found("exploding-gradient", columns("gradient", ROWS, rms, steps=200)) == []


def test_a_gradient_that_is_often_large_does_not_explode() -> None:
    rms = 1e-3 * np.exp(2.5 * np.random.default_rng(1).standard_normal((500, 3)))
    assert found("exploding-gradient", columns("gradient", ROWS, rms, steps=500)) == []


def test_single_spikes_are_none() -> None:
    rms = noise(200)
    rms[100:200:10] *= 100
    assert found("exploding-gradient", columns("gradient", ROWS, rms, steps=200)) == []
