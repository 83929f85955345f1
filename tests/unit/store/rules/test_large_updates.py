"""Updates that are no small part of the weights."""

import numpy as np
import pytest
from tests.layers import columns, found, names

ROWS = [*names(2, ".weight"), "layers.0.bias"]


@pytest.mark.parametrize(("rms", "severity"), [(0.02, "warning"), (0.5, "error")])
def test_a_large_update(rms: float, severity: str) -> None:
    layers = columns("update", ROWS, [rms, 1e-4, 1e-4], steps=60), columns("weight", ROWS, steps=60)
    (finding,) = found("large-updates", *layers)
    assert (finding.severity, finding.rows, finding.first_step) == (severity, ("layers.0.weight",), 20)


def test_the_first_steps_and_biases_are_not_judged() -> None:
    rms = np.full((60, 3), 1e-4)
    rms[:20, 0] = rms[:, 2] = 1.0
    assert found("large-updates", columns("update", ROWS, rms, steps=60), columns("weight", ROWS, steps=60)) == []


def test_a_weight_of_zero_has_no_ratio() -> None:
    layers = columns("update", ROWS, 1e-4, steps=60), columns("weight", ROWS, 0.0, steps=60)
    assert found("large-updates", *layers) == []


def test_a_step_that_changes_most_of_a_model_by_more_than_itself_is_enough() -> None:
    """Adam at a rate of 0.5: weights of 0.1 become such of 0.6, and then the ratio is an ordinary one."""
    rows = names(5, ".weight")
    update, weight = np.full((60, 5), 0.01), np.full((60, 5), 0.6)
    update[0], weight[0] = 0.5, 0.1
    update[0, 4] = 1e-4
    layers = columns("update", rows, update, steps=60), columns("weight", rows, weight, steps=60)
    (finding,) = found("large-updates", *layers)
    assert (finding.severity, finding.rows, finding.first_step, finding.last_step) == ("error", tuple(rows[:4]), 0, 0)
    # Of one layer that is no most of a model.
    assert (
        found("large-updates", *(columns(each.layout.kind, rows[:1], each.rms()[:, :1], steps=60) for each in layers))
        == []
    )


def test_weights_that_begin_at_zero_change_by_more_than_themselves() -> None:
    rows = names(5, ".weight")
    update, weight = np.full((60, 5), 1e-4), np.full((60, 5), 1e-3)
    update[0], update[1], weight[0] = 1e-3, 1.9e-3, 0
    layers = columns("update", rows, update, steps=60), columns("weight", rows, weight, steps=60)
    assert found("large-updates", *layers) == []
