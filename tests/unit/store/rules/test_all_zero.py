"""Weights, gradients and outputs of nothing but zeros."""

import numpy as np
from tests.layers import columns, found

ROWS = ["a.weight", "a.bias", "b.weight"]


def test_a_parameter_without_a_gradient() -> None:
    (finding,) = found("all-zero", columns("gradient", ROWS, zero_share=[0, 0, 1], steps=30))
    assert (finding.rows, finding.first_step, finding.kind) == (("b.weight",), 10, "gradient")
    assert "gets no gradient" in finding.sentence


def test_biases_may_be_zero() -> None:
    assert found("all-zero", columns("weight", ROWS, zero_share=[0, 1, 0], steps=30)) == []


def test_weights_that_begin_at_zero_leave_it() -> None:
    share = np.zeros((30, 3))
    share[:8, 2] = 1
    assert found("all-zero", columns("weight", ROWS, zero_share=share, steps=30)) == []


def test_normalisation_is_not_judged() -> None:
    layers = columns("weight", ROWS, zero_share=1.0, steps=30, classes="LayerNorm")
    assert found("all-zero", layers) == []


def test_a_dead_relu_is_said_once() -> None:
    layers = columns("activation", ["act"], zero_share=1.0, steps=30, classes="ReLU")
    assert found("all-zero", layers) == []
    assert len(found("dead", layers)) == 1


def test_what_is_right_behind_a_dead_relu_is_not_said_as_well() -> None:
    rows, classes = ["act", "pool", "flat", "linear", "other"], ["ReLU", "MaxPool2d", "Flatten", "Linear", "Linear"]
    layers = columns("activation", rows, zero_share=[1, 1, 1, 0, 1], steps=30, classes=classes)
    (finding,) = found("all-zero", layers)
    assert finding.rows == ("other",)
    # Without the ReLU it is.
    classes[0] = "Linear"
    (finding,) = found("all-zero", columns("activation", rows, zero_share=[1, 1, 1, 0, 1], steps=30, classes=classes))
    assert finding.rows == ("act", "pool", "flat", "other")
