"""Gradients that vanish, and those that are small for other reasons."""

import numpy as np
from tests.layers import columns, found, names

ROWS = names(6, ".weight")


def test_a_gradient_far_below_the_others_vanishes() -> None:
    rms = np.full((20, 6), 1e-3)
    rms[5:, :2] = 1e-10
    (finding,) = found("vanishing-gradient", columns("gradient", ROWS, rms), columns("weight", ROWS))
    assert (finding.severity, finding.first_step, finding.last_step) == ("warning", 5, 19)
    assert finding.rows == ("layers.0.weight", "layers.1.weight")
    assert finding.kind == "gradient"
    assert "layers.0–1.weight (2 parameters)" in finding.sentence
    assert finding.value is not None
    np.testing.assert_allclose(finding.value, 1e-9, rtol=1e-5)


def test_small_gradients_everywhere_are_those_of_a_trained_model() -> None:
    weight = columns("weight", ROWS)
    assert found("vanishing-gradient", columns("gradient", ROWS, 1e-10), weight) == []


def test_a_small_gradient_of_small_weights_is_large_enough() -> None:
    rms, weights = np.full((20, 6), 1e-3), np.full((20, 6), 0.1)
    rms[:, 0], weights[:, 0] = 1e-10, 1e-6
    assert found("vanishing-gradient", columns("gradient", ROWS, rms), columns("weight", ROWS, weights)) == []


def test_behind_weights_that_begin_at_zero_nothing_vanishes_at_first() -> None:
    rms, weights = np.full((300, 6), 1e-3), np.full((300, 6), 0.1)
    rms[:, 0], weights[:, 1] = 1e-10, 0.0
    layers = columns("gradient", ROWS, rms, steps=300), columns("weight", ROWS, weights, steps=300)
    (finding,) = found("vanishing-gradient", *layers)
    assert finding.first_step == 100


def test_a_bias_in_front_of_a_normalisation_has_no_gradient() -> None:
    rows = [*ROWS[:5], "layers.5.bias"]
    rms = np.full((20, 6), 1e-3)
    rms[:, 5] = 1e-10
    assert found("vanishing-gradient", columns("gradient", rows, rms), columns("weight", rows)) == []


def test_two_logging_steps_are_too_few() -> None:
    rms = np.full((20, 6), 1e-3)
    rms[5:7, 0] = 1e-10
    assert found("vanishing-gradient", columns("gradient", ROWS, rms), columns("weight", ROWS)) == []
