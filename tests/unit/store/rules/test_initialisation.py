"""Outputs of equal layers in the first steps."""

from tests.layers import columns, found, names

ROWS = names(6)


def test_outputs_that_shrink_with_depth() -> None:
    (finding,) = found("poor-initialisation", columns("activation", ROWS, [1, 0.3, 0.1, 0.03, 0.01, 0.003]))
    assert (finding.first_step, finding.last_step, finding.rows) == (0, 1, ("layers.0",))
    assert "layers.0–5 (6 layers)" in finding.sentence


def test_a_residual_stream_grows_slowly() -> None:
    assert found("poor-initialisation", columns("activation", ROWS, [1, 1.4, 1.7, 2, 2.2, 2.4])) == []


def test_layers_of_two_kinds_are_not_compared() -> None:
    classes = ["Linear", "ReLU"] * 3
    assert found("poor-initialisation", columns("activation", ROWS, [1, 0.001] * 3, classes=classes)) == []


def test_what_was_learned_is_no_initialisation() -> None:
    layers = columns("activation", ROWS, [1, 0.1, 0.01, 0.001, 1, 1], steps=range(5000, 5020))
    assert found("poor-initialisation", layers) == []
