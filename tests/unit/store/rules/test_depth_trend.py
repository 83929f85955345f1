"""Gradients that change from block to block."""

import numpy as np
from tests.layers import columns, found, names

ROWS = names(8, ".weight")


def test_a_gradient_that_grows_with_depth() -> None:
    (finding,) = found("depth-trend", columns("gradient", ROWS, 1e-9 * 10.0 ** np.arange(8)))
    assert (finding.rows, finding.first_step, finding.last_step) == (("layers.0.weight",), 0, 19)
    assert "grows with depth in layers.0–7.weight (8 parameters)" in finding.sentence
    assert finding.value is not None
    np.testing.assert_allclose(finding.value, 1.0, rtol=1e-5)


def test_one_that_shrinks() -> None:
    (finding,) = found("depth-trend", columns("gradient", ROWS, 1e-2 * 5.0 ** -np.arange(8)))
    assert "shrinks" in finding.sentence


def test_a_slope_that_residual_blocks_have_is_none() -> None:
    assert found("depth-trend", columns("gradient", ROWS, 1e-3 * 1.5 ** np.arange(8))) == []


def test_embeddings_and_heads_are_apart() -> None:
    rows = ["embedding.weight", *names(4, ".weight"), "head.weight"]
    assert found("depth-trend", columns("gradient", rows, [1e-9, 1e-4, 1e-4, 1e-4, 1e-4, 1.0])) == []


def test_layers_of_other_sizes_are_not_compared() -> None:
    sizes = [10, 20, 30, 40, 50, 60, 70, 80]
    assert found("depth-trend", columns("gradient", ROWS, 1e-9 * 10.0 ** np.arange(8), numel=sizes)) == []


def test_one_odd_block_is_no_trend() -> None:
    rms = np.full(8, 1e-3)
    rms[3] = 1e-8
    assert found("depth-trend", columns("gradient", ROWS, rms)) == []
