"""Trainings that go well, to the end: no rule finds an error in them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tests.conformance import trainings
from tests.conformance.trainings import HEALTHY, Training

import cutaway
from cutaway.store.rules.layer_judge import LAYER_RULES

#: What a training that goes well may be told: that it learns its examples by heart, that its loss or a gradient has
#: jumped for some steps, and that a narrow tanh is at its ends.
ALLOWED = {"overfitting", "loss-spike", "exploding-gradient", "saturated"}
QUICK = {trainings.perceptron, trainings.adapters, trainings.transformer}


@pytest.mark.parametrize(
    "make",
    [pytest.param(make, marks=() if make in QUICK else pytest.mark.slow, id=make.__name__) for make in HEALTHY],
)
def test_no_error_is_found_in_a_training_that_goes_well(make: Callable[[], Training], tmp_path: Path) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        trainings.run(make(), tmp_path / "run")
    found = cutaway.open(tmp_path)["run"].findings()
    told = {finding.rule: finding.sentence for finding in found if finding.severity in ("error", "warning")}
    assert [finding.sentence for finding in found if finding.severity == "error"] == []
    assert told.keys() <= ALLOWED, told
    # Of two random beginnings of each of these, one has two warnings and all others have none.
    assert sum(finding.severity == "warning" for finding in found) <= 2, told
    # Nothing was passed over: what was not judged is said.
    unknown = {finding.rule for finding in found if finding.severity == "unknown"}
    assert unknown <= {"loss-not-falling", "loss-spike"}, unknown
    assert len(LAYER_RULES) > 10
