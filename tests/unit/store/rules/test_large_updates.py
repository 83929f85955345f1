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
