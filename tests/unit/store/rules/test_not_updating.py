"""Parameters that stay as they are."""

import numpy as np
from tests.layers import columns, found, names

ROWS = names(4, ".weight")
WEIGHT, GRADIENT = columns("weight", ROWS), columns("gradient", ROWS)


def test_no_update_although_there_is_a_gradient() -> None:
    update = columns("update", ROWS, [1e-4, 0, 1e-4, 1e-4])
    (finding,) = found("not-updating", update, WEIGHT, GRADIENT)
    assert (finding.rows, finding.first_step, finding.value) == (("layers.1.weight",), 0, 0)
    assert "does not change" in finding.sentence


def test_a_learning_rate_of_zero_updates_nothing() -> None:
    update = columns("update", ROWS, np.where(np.arange(20)[:, None] < 10, 0, 1e-4))
    assert found("not-updating", update, WEIGHT, GRADIENT, resting=range(10)) == []
    assert len(found("not-updating", update, WEIGHT, GRADIENT)) == 1


def test_without_a_gradient_there_is_nothing_to_update() -> None:
    update, gradient = columns("update", ROWS, [1e-4, 0, 1e-4, 1e-4]), columns("gradient", ROWS, [1, 0, 1, 1])
    assert found("not-updating", update, WEIGHT, gradient) == []
    tiny = columns("gradient", ROWS, [1, 1e-9, 1, 1])
    assert found("not-updating", update, WEIGHT, tiny) == []


def test_embeddings_use_few_rows() -> None:
    update = columns("update", ROWS, 0.0, classes="Embedding")
    assert found("not-updating", update, WEIGHT, GRADIENT) == []


def test_updates_that_bfloat16_rounds_away_have_their_own_sentence() -> None:
    update = columns("update", ROWS, 1e-4, zero_share=0.97, dtype="bfloat16")
    (finding,) = found("not-updating", update, WEIGHT, GRADIENT)
    assert "rounded away" in finding.sentence
    assert "bfloat16" in finding.sentence
    # Few elements of a float32 stay as they are for that reason.
    assert found("not-updating", columns("update", ROWS, 1e-4, zero_share=0.97), WEIGHT, GRADIENT) == []


def test_a_parameter_in_no_optimizer() -> None:
    update = np.full((80, 4), 1e-4)
    update[:, 2] = np.nan
    layers = columns("update", ROWS, update, steps=80), columns("weight", ROWS, steps=80)
    (finding,) = found("not-updating", *layers)
    assert (finding.rows, finding.last_step) == (("layers.2.weight",), 79)
    assert "no optimizer has it" in finding.sentence


def test_two_optimizers_that_take_turns() -> None:
    update = np.full((200, 4), 1e-4)
    update[np.arange(200) % 5 != 0, 2] = np.nan
    layers = columns("update", ROWS, update, steps=200), columns("weight", ROWS, steps=200)
    assert found("not-updating", *layers) == []


def test_steps_that_a_scaler_skips_are_not_there() -> None:
    steps = [0, 1, 2, 7, 8, 9]
    layers = [columns(kind, ROWS, steps=steps) for kind in ("update", "weight", "gradient")]
    assert found("not-updating", *layers) == []


def test_a_parameter_that_no_gradient_comes_to() -> None:
    update, gradient = columns("update", ROWS, [1e-4, 0, 1e-4, 1e-4]), columns("gradient", ROWS, [1, np.nan, 1, 1])
    (finding,) = found("not-updating", update, WEIGHT, gradient)
    assert finding.rows == ("layers.1.weight",)
    assert "no gradient comes there" in finding.sentence


def test_a_learning_rate_of_zero_for_long_is_told() -> None:
    kinds = {"update": 0.0, "weight": 0.1, "gradient": 1e-3}
    layers = [columns(kind, ROWS, rms, steps=80) for kind, rms in kinds.items()]
    (finding,) = found("not-updating", *layers, resting=range(80))
    assert (finding.rows, finding.first_step) == (tuple(ROWS), 49)
    assert "the learning rate has been 0" in finding.sentence


def test_all_updates_of_bfloat16_are_rounded_away() -> None:
    update = columns("update", ROWS, 0.0, zero_share=1.0, dtype="bfloat16")
    (finding,) = found("not-updating", update, WEIGHT, GRADIENT)
    assert "rounded away" in finding.sentence


def test_updates_that_are_not_finite_are_updates() -> None:
    rms = np.full((120, 4), 1e-4)
    bad = np.zeros((120, 4))
    bad[60:] = 1000
    layers = columns("update", ROWS, rms, nan=bad, steps=120), columns("weight", ROWS, steps=120)
    assert found("not-updating", *layers) == []
