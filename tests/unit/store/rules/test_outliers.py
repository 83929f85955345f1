"""Single elements that grow beyond the others."""

import numpy as np
from tests.layers import columns, found

ROWS = ["a", "b"]


def grown(factor: float, crest: float) -> np.ndarray:
    greatest = np.full((200, 2), 3.0)
    greatest[150:, 1] = min(3.0 * factor, crest)
    return greatest


def test_an_outlier_that_grows() -> None:
    layers = columns("activation", ROWS, 1.0, steps=200, abs_max=grown(100, 1000))
    (finding,) = found("outlier-growth", layers)
    assert (finding.rows, finding.first_step, finding.kind) == (("b",), 150, "activation")


def test_outliers_that_were_always_there_and_small_ones_are_none() -> None:
    assert found("outlier-growth", columns("activation", ROWS, 1.0, steps=200, abs_max=500.0)) == []
    assert found("outlier-growth", columns("activation", ROWS, 1.0, steps=200, abs_max=grown(20, 1000))) == []


def test_all_elements_that_grow_are_none() -> None:
    rms = np.where(np.arange(200)[:, None] < 150, 1.0, 100.0)
    layers = columns("weight", ROWS, np.broadcast_to(rms, (200, 2)), steps=200)
    assert found("outlier-growth", layers) == []


def test_embeddings_of_rare_tokens_are_not_judged() -> None:
    layers = columns("weight", ROWS, 1.0, steps=200, abs_max=grown(100, 1000), classes="Embedding")
    assert found("outlier-growth", layers) == []
