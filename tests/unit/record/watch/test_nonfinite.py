"""Elements that are not finite: they are found on every step, recorded, and told to a listener before the change."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.watch_records import recorded
from torch import nn

import cutaway
from cutaway import NonFiniteError
from cutaway.events.first_bad import FirstBad
from cutaway.record.watch.finiteness import Measured
from cutaway.record.watch.records import WatchRecords
from cutaway.record.watch.schedule import Schedule
from cutaway.record.watch.watch import Watch


class Listener:
    """Remembers what it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.told: list[str] = []
        self.measured: list[Measured] = []
        self.weights: list[float] = []
        self.error = error
        self.model: Any = None

    is_replaying = waits_for_devices = False

    def take_spent(self) -> float:
        return 0.0

    def on_nonfinite(self, measured: Measured) -> bool:
        self.told.append("not finite")
        self.measured.append(measured)
        self.weights.append(self.model[0].weight.sum().item())
        if self.error:
            raise self.error
        return True

    def on_finite(self) -> None:
        self.told.append("finite")

    def step_done(self) -> None:
        self.told.append("done")

    def close(self) -> None:
        self.told.append("closed")


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))


class Run:
    """A model in training with a watch that has a listener."""

    def __init__(self, path: Path, every: int, error: Exception | None = None, model: Any = None) -> None:
        self.model, self.listener = model or network(), Listener(error)
        self.listener.model = self.model
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        self.writer = cutaway.SummaryWriter(path)
        self.watch = Watch(
            self.model,
            [self.optimizer],
            WatchRecords(self.writer._events, "watch"),
            Schedule(every, 0.02),
            kinds=("activation", "gradient", "weight", "update"),
            listener=self.listener,
        )

    def step(self, factor: float = 1.0, inputs: float = 1.0) -> None:
        self.optimizer.zero_grad()
        (self.model(torch.full((4, 8), inputs)).sum() * factor).backward()
        self.optimizer.step()


def test_the_first_step_that_is_not_finite_is_recorded_outside_the_schedule(tmp_path: Path) -> None:
    run = Run(tmp_path, every=100)
    for factor in (1.0, 1.0, float("nan"), 1.0):
        before = run.model[0].weight.sum().item()
        run.step(factor)
        if factor != factor:
            # It is asked before the optimizer changes anything.
            assert run.listener.weights == [before]
    (measured,) = run.listener.measured
    assert (measured.step, measured.activation_step) == (2, 0)
    nan = measured.statistics["gradient"][:, 5]
    # What a ReLU has made 0 stays 0 in the backward.
    assert nan[2:].tolist() == [64, 4]
    assert (nan[:2] > 0).all()
    assert measured.layouts["gradient"].rows == ("0.weight", "0.bias", "2.weight", "2.bias")
    assert measured.statistics["activation"].shape == (3, 9)
    assert run.listener.told[-5:] == ["finite", "done", "not finite", "done", "done"]
    run.watch.close()
    run.writer.close()
    assert run.listener.told[-1] == "closed"
    found = recorded(tmp_path)
    # The weights are not finite from there on, which is no news.
    assert list(found.events) == [0, 2]
    assert sorted(found.arrays["watch/activation"]) == [0]
    # Four gradients and four updates.
    assert found.scalars["watch/nonfinite"] == {0: 0, 2: 8}
    assert found.scalars["watch/gradient_norm"][2] != found.scalars["watch/gradient_norm"][2]
    assert found.row("watch/weight", "0.weight", 2)["nan"] == 0
    assert found.row("watch/update", "0.weight", 2)["nan"] == nan[0]


def test_activations_of_a_logging_step(tmp_path: Path) -> None:
    run = Run(tmp_path, every=1)
    run.step()
    run.step(inputs=float("inf"))
    (measured,) = run.listener.measured
    assert (measured.step, measured.activation_step) == (1, 1)
    bad = measured.statistics["activation"][:, 5:8].sum(axis=1)
    assert bad[0] == 64
    run.writer.close()


def test_steps_that_recover_are_told_again(tmp_path: Path) -> None:
    run = Run(tmp_path, every=100)
    state = {name: each.clone() for name, each in run.model.state_dict().items()}
    for factor in (1.0, float("inf"), float("inf"), 1.0, float("nan")):
        run.step(factor)
        run.model.load_state_dict(state)
    assert [measured.step for measured in run.listener.measured] == [1, 4]
    run.writer.close()


def test_an_error_of_the_listener_reaches_the_program(tmp_path: Path) -> None:
    run = Run(tmp_path, every=1, error=NonFiniteError(FirstBad(1, "backward", "0")))
    run.step()
    before = run.model[0].weight.clone()
    with pytest.raises(NonFiniteError, match="made by 0 in"):
        run.step(float("nan"))
    assert torch.equal(before, run.model[0].weight)
    run.watch.close()
    run.writer.close()


def test_a_first_layer_alone_that_is_not_finite(tmp_path: Path) -> None:
    run = Run(tmp_path, every=100)
    run.step()
    run.optimizer.zero_grad()
    run.model(torch.ones(4, 8)).sum().backward()
    run.model[2].bias.grad[3] = float("-inf")
    run.optimizer.step()
    (measured,) = run.listener.measured
    assert measured.statistics["gradient"][3, 7] == 1
    run.writer.close()


def test_infinities_of_masks_are_asked_about_and_hide_nothing(tmp_path: Path) -> None:
    class Mask(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.masked_fill(x < x.median(), float("-inf"))

    run = Run(tmp_path, every=1, model=nn.Sequential(nn.Linear(8, 16), Mask(), nn.Softmax(-1), nn.Linear(16, 4)))
    for factor in (1.0, 1.0, 1.0, float("nan"), 1.0):
        run.step(factor)
    measured = run.listener.measured
    assert [each.step for each in measured] == [0, 1, 2, 3, 4]
    assert [each.step for each in measured if not each.gradients_are_finite] == [3, 4]
    run.writer.close()
