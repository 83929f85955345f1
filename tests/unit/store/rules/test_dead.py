"""Layers whose output is nearly all zero."""

import numpy as np
from tests.layers import columns, found

ROWS = ["fc", "act", "drop"]
CLASSES = ["Linear", "ReLU", "Dropout"]


def test_a_relu_of_zeros_is_dead() -> None:
    share = np.zeros((20, 3))
    share[4:, 1] = 0.97
    (finding,) = found("dead", columns("activation", ROWS, zero_share=share, classes=CLASSES))
    assert (finding.rows, finding.first_step, finding.severity) == (("act",), 4, "warning")
    assert finding.sentence == "act is dead at steps 4–19: up to 97.0% of the outputs are zero."


def test_half_of_a_relu_is_usual() -> None:
    assert found("dead", columns("activation", ROWS, zero_share=[0, 0.6, 0], classes=CLASSES)) == []


def test_what_is_sparse_on_purpose_is_not_judged() -> None:
    layers = columns("activation", ROWS, zero_share=[0.99, 0, 0.99], classes=CLASSES)
    assert found("dead", layers) == []


def test_blocks_are_folded() -> None:
    rows = [f"blocks.{number}.act" for number in range(12)]
    (finding,) = found("dead", columns("activation", rows, zero_share=1.0, classes="ReLU"))
    assert finding.sentence == "blocks.0–11.act (12 layers) are dead at steps 0–19: every output is zero."
