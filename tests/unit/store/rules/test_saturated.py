"""Outputs at the ends of a tanh or sigmoid."""

from tests.layers import columns, found

ROWS = ["act", "head"]


def test_a_tanh_at_its_ends() -> None:
    (finding,) = found("saturated", columns("activation", ROWS, [0.99, 1.0], classes=["Tanh", "Linear"]))
    assert (finding.severity, finding.rows) == ("warning", ("act",))


def test_a_sigmoid_at_its_ends_is_worth_knowing() -> None:
    # Nine of ten outputs are 1, and the others 0.
    layers = columns("activation", ROWS, [0.9**0.5, 1.0], mean=[0.9, 0.0], classes=["Sigmoid", "Linear"])
    (finding,) = found("saturated", layers)
    assert finding.severity == "info"


def test_outputs_in_the_middle_are_none() -> None:
    layers = columns("activation", ROWS, [0.6, 1.0], mean=[0.55, 0.0], classes=["Sigmoid", "Linear"])
    assert found("saturated", layers) == []
    assert found("saturated", columns("activation", ROWS, [0.8, 1.0], classes=["Tanh", "Linear"])) == []


def test_the_end_of_a_model_may_be_certain() -> None:
    rows = ["head.0", "head.act", "head", ""]
    layers = columns("activation", rows, 0.999, classes=["Linear", "Tanh", "Sequential", "Net"])
    assert found("saturated", layers) == []
