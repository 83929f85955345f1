"""A model's structure, where a framework starts to train it."""

from pathlib import Path

import pytest
import torch

import cutaway
from cutaway.events.writer import RecordingWarning
from cutaway.integrations.structure import record_structure


def test_a_model_that_can_be_captured(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        assert record_structure(writer, torch.nn.Linear(4, 2), torch.zeros(1, 4))
    assert cutaway.open(tmp_path)["."].models()[0].summary.totals.parameters == 10


@pytest.mark.parametrize("model", [torch.nn.Linear(4, 2), object(), None])
def test_one_that_cannot_be_captured_raises_nothing(tmp_path: Path, model: object) -> None:
    said = f"^the structure of {type(model).__name__} is not recorded: "
    with cutaway.SummaryWriter(tmp_path) as writer, pytest.warns(RecordingWarning, match=said):
        assert not record_structure(writer, model, torch.zeros(1, 5))
