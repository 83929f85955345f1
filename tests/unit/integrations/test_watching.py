"""A model that a framework trains is watched where that is asked for, and nothing about it stops the training."""

from pathlib import Path
from typing import Any

import pytest
import torch

import cutaway
from cutaway.events.writer import RecordingWarning
from cutaway.integrations.watching import begin_watch, to_watch


@pytest.mark.parametrize(("watch", "options"), [(False, None), (None, None), (True, {}), ({"every": 5}, {"every": 5})])
def test_what_is_meant(watch: Any, options: Any) -> None:
    assert to_watch(watch) == options


@pytest.mark.parametrize("watch", ["auto", 5, ["activation"]])
def test_anything_else_is_refused(watch: Any) -> None:
    with pytest.raises(TypeError, match="watch must be a bool, or a mapping of arguments"):
        to_watch(watch)


def test_a_watch_begins_at_a_step(tmp_path: Path) -> None:
    model = torch.nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        assert begin_watch(writer, None, model) is None
        watch = begin_watch(writer, {"every": 2, "kinds": ("gradient",)}, model, optimizer, 7)
        assert watch is not None
        assert (watch.step, watch.interval) == (7, 2)
        for _ in range(3):
            model(torch.ones(1, 4)).sum().backward()
            optimizer.step()
    assert cutaway.open(tmp_path)["."].scalars("watch/gradient_norm").step.tolist() == [7, 9]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"every": 0}, "Linear is not watched: every must be "),
        ({"colour": "red"}, "Linear is not watched: .* unexpected keyword argument 'colour'"),
    ],
)
def test_one_that_cannot_be_watched_raises_nothing(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer, pytest.warns(RecordingWarning, match=said):
        assert begin_watch(writer, options, torch.nn.Linear(4, 2)) is None
