"""Which layer is named where numbers are not finite."""

import numpy as np
import pytest
from tests.layers import columns, found, judged, names

from cutaway.events.first_bad import FirstBad
from cutaway.store.rules.finding import Finding

ROWS = names(4)
PARAMETERS = names(4, ".weight")


def bad(step: int, rows: list[int], steps: int = 20) -> np.ndarray:
    """The number of bad elements: from a step on, in some rows."""
    count = np.zeros((steps, 4))
    count[step:, rows] = 7
    return count


def test_the_first_layer_in_the_order_of_execution() -> None:
    (finding,) = found("non-finite", columns("activation", ROWS, nan=bad(8, [1, 2, 3])))
    assert (finding.severity, finding.first_step, finding.last_step, finding.value) == ("error", 8, 19, 7)
    assert finding.rows == ("layers.1", "layers.2", "layers.3")
    assert "in the output of layers.1 (Linear)" in finding.sentence
    assert "2 more layers are not finite" in finding.sentence


def test_of_gradients_the_last() -> None:
    layers = columns("activation", ROWS), columns("gradient", PARAMETERS, nan=bad(8, [0, 1, 2]))
    (finding,) = found("non-finite", *layers)
    assert finding.rows[0] == "layers.2.weight"
    assert "in the backward" in finding.sentence


def test_all_gradients_come_from_the_loss() -> None:
    (finding,) = found(
        "non-finite", columns("activation", ROWS), columns("gradient", PARAMETERS, nan=bad(8, [0, 1, 2, 3]))
    )
    assert "come from the loss" in finding.sentence


def test_weights_alone_come_from_the_update() -> None:
    layers = columns("gradient", PARAMETERS), columns("weight", PARAMETERS, pos_inf=bad(8, [2]))
    (finding,) = found("non-finite", *layers)
    assert "of layers.2.weight (Linear), from its update" in finding.sentence


def test_one_logging_step_is_enough_and_two_stretches_are_two_findings() -> None:
    count = np.zeros((20, 4))
    count[3, 1] = count[12, 2] = 1
    first, second = found("non-finite", columns("activation", ROWS, nan=count))
    assert (first.first_step, first.last_step, first.rows) == (3, 3, ("layers.1",))
    assert (second.first_step, second.rows) == (12, ("layers.2",))


def test_minus_infinity_of_a_mask_is_none_unless_it_reaches_a_gradient() -> None:
    masked = columns("activation", ROWS, neg_inf=bad(8, [1]))
    assert found("non-finite", masked) == []
    assert found("non-finite", masked, columns("gradient", PARAMETERS)) == []
    (finding,) = found("non-finite", masked, columns("gradient", PARAMETERS, nan=bad(8, [1])))
    assert finding.rows == ("layers.1",)


def test_what_the_recording_found_is_said_instead() -> None:
    report = FirstBad(8, "forward", "layers.1", "Log", "aten.log.default")
    judge = judged(columns("activation", ROWS, nan=bad(8, [1, 2, 3])))
    (finding,) = of_rule(judge.findings([report]))
    assert "aten.log.default in layers.1 (Log)" in finding.sentence


@pytest.mark.parametrize("step", [9, 3])
def test_a_report_of_another_step_is_a_finding_of_its_own(step: int) -> None:
    judge = judged(columns("activation", ROWS, steps=range(0, 20, 10)))
    report = FirstBad(step, "backward", "layers.1", "Linear", "aten.div.Tensor", "DivBackward0")
    (finding,) = of_rule(judge.findings([report]))
    assert (finding.first_step, finding.rows) == (step, ("layers.1",))


def of_rule(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == "non-finite"]
