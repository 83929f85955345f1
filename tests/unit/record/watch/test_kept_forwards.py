"""What is kept of a step for its replay, and what becomes of the replay where something is not."""

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.record.watch.planted_faults import (
    ARCHITECTURES,
    FAULTS,
    WIDTH,
    Perceptron,
    Spot,
    path_of,
)
from tests.unit.record.watch.watched_training import WatchedTraining, backward, batch_of, cross_entropy, faulty, working
from torch import Tensor, nn
from torch._dynamo.eval_frame import OptimizedModule

from cutaway.record.watch import kept_forwards
from cutaway.record.watch.kept_forwards import KeptForwards

_PAIRS = list(product(FAULTS, range(len(ARCHITECTURES))))
#: Each fault in one architecture, and each architecture twice.
_QUICK = {(name, idx % len(ARCHITECTURES)) for idx, name in enumerate(FAULTS)}


def test_parts_of_a_model_that_is_never_called_itself() -> None:
    """As frameworks do: the step is a method that calls the parts."""
    torch.manual_seed(0)
    spot = Spot(torch.clone)
    model = nn.ModuleDict({"body": Perceptron(spot), "head": nn.Linear(4, 4)})
    training = WatchedTraining(model)

    def step() -> None:
        backward(cross_entropy(model["head"](model["body"](batch_of(0)))))
        training.update()

    step()
    assert training.findings == []
    spot.function = FAULTS["gradient of a root at 0"].function
    step()
    assert (training.found.phase, training.found.module) == ("backward", "body.layers.3")


def test_arguments_that_were_written_into_are_not_replayed() -> None:
    model, _ = faulty()
    training = WatchedTraining(model)
    batch = batch_of(0)
    backward(cross_entropy(model(batch)))
    batch.zero_()
    training.update()
    assert "arguments were written into" in training.found.origin


def test_a_gradient_that_is_too_large_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forwards, "MOST_GRADIENTS", 100)
    model, spot = faulty()
    training = WatchedTraining(model)
    training.step()
    assert (training.found.phase, training.found.module) == ("forward", path_of(model, spot))
    model, spot = faulty(fault="gradient of a root at 0")
    training = WatchedTraining(model)
    training.step()
    assert "the gradient at the model's output was too large to be kept" in training.found.origin


def test_a_loss_of_the_models_own_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is made of is an output too, whose gradient is larger."""
    monkeypatch.setattr(kept_forwards, "MOST_GRADIENTS", 100)

    class WithLoss(nn.Module):
        def __init__(self, model: nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(self, values: Tensor) -> Any:
            made = self.model(values)
            return {"loss": cross_entropy(made), "logits": made}

    model, spot = faulty(fault="gradient of a root at 0")
    training = WatchedTraining(WithLoss(model))
    training.step(loss=lambda result: result["loss"])
    assert (training.found.phase, training.found.module) == ("backward", f"model.{path_of(model, spot)}")


def test_arguments_that_are_too_large_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forwards, "MOST_ARGUMENTS", 2 * batch_of(0).nbytes)
    model, spot = faulty()
    spot.function = torch.clone
    training = WatchedTraining(model)
    bad = batch_of(0)
    bad[0] = torch.nan
    training.step(bad, batch_of(1), batch_of(2), batch_of(3))
    assert "the first 1 of 4 forwards of this step were too large to be kept" in training.found.origin


def test_a_step_that_a_scaler_skipped_is_not_blamed() -> None:
    model = working()
    training = WatchedTraining(model)
    backward(cross_entropy(model(batch_of(0))) * torch.inf)
    training.optimizer.zero_grad()
    spot: Any = model.get_submodule("layers.3")
    spot.function = FAULTS["0/0"].function
    training.step()
    assert (training.found.phase, training.found.module) == ("forward", "layers.3")


def test_random_numbers_of_python_and_numpy_are_as_in_the_forward() -> None:
    """A branch that is taken at random, and fails."""

    def sometimes(values: Tensor) -> Tensor:
        drawn = random.random() + np.random.random()
        return values * drawn if drawn > 0.4 else values / 0

    random.seed(3)
    np.random.seed(3)
    spot = Spot(sometimes)
    training = WatchedTraining(nn.Sequential(nn.Linear(WIDTH, WIDTH), spot, nn.Linear(WIDTH, 4)))
    while not training.findings:
        training.step()
    assert (training.found.phase, training.found.module) == ("forward", "1")


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("in_place", [False, True])
def test_however_a_model_is_compiled_its_calls_are_seen(in_place: bool, is_late: bool) -> None:
    """Where it is compiled after the watch has begun, from the second step on."""

    def compiled() -> Any:
        if in_place:
            model.compile(backend="eager")
            return model
        return torch.compile(model, backend="eager")

    model, before = working(), OptimizedModule.__call__
    called = model if is_late else compiled()
    kept = KeptForwards(called)
    if is_late:
        called = compiled()
    for _ in range(3):
        backward(cross_entropy(called(batch_of(0))))
        seen = [(forward.module is model, len(forward.gradients)) for forward in kept.forwards]
        kept.step_over()
    assert seen == [(True, 1)]
    kept.close()
    assert not model._forward_hooks
    assert OptimizedModule.__call__ is before
