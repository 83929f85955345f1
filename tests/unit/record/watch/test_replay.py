"""The first operation that was not finite is named, whatever the model and however it is trained."""

from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.record.watch.planted_faults import (
    ARCHITECTURES,
    BATCH,
    FAULTS,
    WIDTH,
    Checkpointed,
    Convolutions,
    ResidualNet,
    Spot,
    path_of,
)
from tests.unit.record.watch.watched_training import WatchedTraining, backward, batch_of, cross_entropy, faulty, working
from torch import Tensor, nn

_PAIRS = list(product(FAULTS, range(len(ARCHITECTURES))))
#: Each fault in one architecture, and each architecture twice.
_QUICK = {(name, idx % len(ARCHITECTURES)) for idx, name in enumerate(FAULTS)}


def _check(fault_name: str, architecture: Callable[[nn.Module], nn.Module]) -> None:
    torch.manual_seed(0)
    fault = FAULTS[fault_name]
    spot = Spot(torch.clone)
    model = architecture(spot)
    training = WatchedTraining(model)
    training.step()
    assert training.findings == []
    spot.function = fault.function
    training.step()
    found = training.found
    assert (found.step, found.phase, found.module, found.class_name) == (1, fault.phase, path_of(model, spot), "Spot")
    # A product of matrices is one of batches of them, or not.
    assert found.operation.endswith(fault.operation)
    assert found.autograd_node == fault.node
    assert "planted_faults.py:" in found.source
    assert found.inputs.startswith("finite" if fault.finite_inputs else "not all finite")


@pytest.mark.parametrize(("fault", "architecture"), sorted(_QUICK))
def test_a_planted_fault_is_named(fault: str, architecture: int) -> None:
    _check(fault, ARCHITECTURES[architecture])


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "architecture"), sorted(set(_PAIRS) - _QUICK))
def test_a_planted_fault_is_named_in_every_architecture(fault: str, architecture: int) -> None:
    _check(fault, ARCHITECTURES[architecture])


def test_infinities_of_masks_are_no_failure() -> None:
    training = WatchedTraining(ARCHITECTURES[3](Spot(torch.clone)))
    for _ in range(3):
        training.step()
    assert training.findings == []


def test_a_loss_that_is_not_finite() -> None:
    model, _ = faulty(fault="log of 0")
    model.layers[3].function = torch.clone
    training = WatchedTraining(model)
    training.step(loss=lambda result: (result * 0).log().sum())
    found = training.found
    assert (found.phase, found.module, found.operation) == ("loss", None, "")
    assert found.origin.startswith("The outputs of the model are finite, and the gradient at the model's output has ")


def test_an_infinite_output_that_the_loss_makes_nan_of_is_of_the_model() -> None:
    model, spot = faulty()
    spot.function = torch.clone
    model.layers.append(last := Spot(lambda x: (x.abs() * 1e6).exp()))
    training = WatchedTraining(model)
    training.step()
    found = training.found
    assert (found.phase, found.module, found.operation) == ("forward", path_of(model, last), "aten.exp.default")


def test_a_bad_batch() -> None:
    model, spot = faulty()
    spot.function = torch.clone
    batch = batch_of(0)
    batch[2, 3] = torch.nan
    training = WatchedTraining(model)
    training.step(batch)
    found = training.found
    assert (found.phase, found.module, found.class_name) == ("input", "", "Perceptron")
    assert found.origin == "Before the forward, the model's argument 0 has 1 NaN of 128."


def test_an_update_that_is_not_finite() -> None:
    model, spot = faulty(ResidualNet)
    spot.function = torch.clone
    training = WatchedTraining(model)
    training.step()
    with torch.no_grad():
        model.blocks[2].inner.bias[1] = torch.inf
    training.step()
    found = training.found
    assert (found.step, found.phase, found.module, found.class_name) == (1, "optimizer", "blocks.2.inner", "Linear")
    assert "the weight blocks.2.inner.bias has 1 +Inf of 16" in found.origin


def test_a_learning_rate_that_is_too_high() -> None:
    training = WatchedTraining(working(), lr=1e6)
    for _ in range(20):
        training.step(loss=lambda result: result.pow(2).mean())
    found = training.found
    assert found.phase in ("forward", "backward", "loss", "optimizer")
    assert "e+" in found.inputs or found.phase in ("loss", "optimizer")


def test_gradients_that_are_spoilt_after_the_backward() -> None:
    training = WatchedTraining(working())
    backward(cross_entropy(training.model(batch_of(0))))
    # Clipped by a norm that overflowed.
    for weight in training.model.parameters():
        assert weight.grad is not None
        weight.grad *= torch.nan
    training.update()
    assert training.found.phase == "after the backward"
    assert "clipping" in training.found.origin


def test_clipping_does_not_hide_where_gradients_came_from() -> None:
    model, spot = faulty(ResidualNet, "gradient of a root at 0")
    training = WatchedTraining(model)
    backward(cross_entropy(model(batch_of(0))))
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    training.update()
    assert (training.found.phase, training.found.module) == ("backward", path_of(model, spot))


@pytest.mark.parametrize("use_reentrant", [False, True])
@pytest.mark.parametrize("fault", ["0/0", "gradient of a root at 0"])
def test_checkpointing_of_both_kinds(fault: str, use_reentrant: bool) -> None:
    model, _ = faulty(partial(Checkpointed, use_reentrant=use_reentrant), fault)
    training = WatchedTraining(model)
    training.step()
    found = training.found
    assert (found.phase, found.module, found.operation) == (FAULTS[fault].phase, "block.2", FAULTS[fault].operation)
    assert "planted_faults.py:" in found.source


def test_the_forward_among_several_of_one_step_is_named() -> None:
    spot = Spot(lambda values: (values.detach().amax() - 2).log() + values)
    training = WatchedTraining(nn.Sequential(spot, nn.Linear(WIDTH, 4)))
    large, small = torch.full((BATCH, WIDTH), 9.0), torch.ones(BATCH, WIDTH)
    training.step(large, large, small, large)
    found = training.found
    assert (found.phase, found.module, found.operation) == ("forward", "0", "aten.log.default")
    assert found.origin == "The result has 1 NaN of 1. It is forward 3 of 4 in this step."


def test_forwards_before_their_backwards() -> None:
    """The loss of several forwards: the first in time is named."""
    model, spot = faulty(fault="gradient of a root at 0")
    training = WatchedTraining(model)
    first, second = model(batch_of(0)), model(batch_of(1))
    backward(cross_entropy(first) + cross_entropy(second))
    training.update()
    assert (training.found.phase, training.found.module) == ("backward", path_of(model, spot))


class _Scaled(nn.Module):
    """Takes its inputs by name."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(WIDTH, 4)

    def forward(self, *, values: Tensor, scales: dict[str, Tensor]) -> Any:
        return self.linear(values) / scales["all"]


@pytest.mark.parametrize("scale", [0.0, torch.nan])
def test_inputs_by_name(scale: float) -> None:
    training = WatchedTraining(_Scaled())
    result = training.model(values=batch_of(0), scales={"all": torch.full((1,), scale)})
    backward(cross_entropy(result))
    training.update()
    found = training.found
    if scale == 0:
        assert (found.phase, found.module, found.operation) == ("forward", "", "aten.div.Tensor")
        assert found.inputs.endswith("other all 0")
    else:
        assert found.phase == "input"
        assert "scales" in found.origin


def test_autocast_is_as_in_the_forward() -> None:
    """In float32 nothing overflows."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 4))
    with torch.no_grad():
        for weight, value in zip(model.parameters(), (2.0, 0.0, 60000.0, 0.0), strict=True):
            weight.fill_(value)
    training = WatchedTraining(model)
    with torch.autocast("cpu", torch.float16):
        result = model(torch.ones(BATCH, WIDTH))
    backward(cross_entropy(result.float()))
    training.update()
    found = training.found
    assert (found.phase, found.module, found.class_name) == ("forward", "1", "Linear")
    assert found.shapes.endswith("-> float16 [8, 4]")


def test_weights_that_are_frozen_or_shared() -> None:
    model, spot = faulty(ARCHITECTURES[6], "gradient behind a mask")
    training = WatchedTraining(model)
    training.step()
    assert training.found.module == path_of(model, spot)
    model, spot = faulty(Convolutions, "gradient behind a mask")
    model.features.requires_grad_(False)
    training = WatchedTraining(model)
    training.step()
    assert training.found.module == path_of(model, spot)


def test_a_compiled_model_is_replayed_as_it_is_written() -> None:
    model, spot = faulty(fault="gradient of a root at 0")
    training = WatchedTraining(torch.compile(model, backend="eager"))  # type: ignore[arg-type]
    training.step()
    found = training.found
    assert (found.phase, found.module, found.autograd_node) == ("backward", path_of(model, spot), "SqrtBackward0")


def test_a_replay_that_raises_says_why() -> None:
    model, spot = faulty()
    calls = []

    def once(values: Tensor) -> Tensor:
        calls.append(0)
        if len(calls) > 1:
            raise OSError("the file is at its end")
        return values * torch.nan

    spot.function = once
    training = WatchedTraining(model)
    weights = [weight.clone() for weight in model.parameters()]
    training.step()
    found = training.found
    assert (found.phase, found.module, found.operation) == ("forward", path_of(model, spot), "")
    assert found.origin == (
        "The output of layers.3 has 128 NaN, and what was computed before it is finite. "
        "This is from statistics alone, since OSError: the file is at its end."
    )
    assert len(weights) == len(list(model.parameters()))


def test_gradients_that_are_sparse() -> None:
    torch.manual_seed(0)
    spot = Spot(FAULTS["gradient of a root at 0"].function)
    model = nn.Sequential(nn.Embedding(32, WIDTH, sparse=True), spot, nn.Flatten(), nn.Linear(3 * WIDTH, 4))
    training = WatchedTraining(model)
    training.step(torch.arange(BATCH * 3).view(BATCH, 3))
    assert (training.found.phase, training.found.module) == ("backward", "1")


def test_gradients_of_gradients_are_not_taken_for_finite_ones() -> None:
    """A penalty on the length of a gradient, which is 0 where the model is constant."""
    training = WatchedTraining(working())
    batch = batch_of(0).requires_grad_()
    for weight in training.model.parameters():
        weight.data.zero_()
    result = training.model(batch)
    (gradient,) = torch.autograd.grad(result.sum(), batch, create_graph=True)
    backward(cross_entropy(result) + gradient.pow(2).sum().sqrt())
    training.update()
    found = training.found
    assert found.phase == "backward"
    assert "since gradients of gradients, which the loss has, are not computed again" in found.origin


def test_distributed_data_parallel(tmp_path: Path) -> None:
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        model, spot = faulty(fault="gradient of a root at 0")
        training = WatchedTraining(nn.parallel.DistributedDataParallel(model))
        training.step(batch_of(0), batch_of(1))
        assert (training.found.phase, training.found.module) == ("backward", path_of(model, spot))
    finally:
        torch.distributed.destroy_process_group()


def test_an_optimizer_that_computes_gradients_itself() -> None:
    model, spot = faulty(fault="0/0")
    training = WatchedTraining(model, optimizer=torch.optim.LBFGS(model.parameters()))

    def closure() -> Tensor:
        loss = cross_entropy(model(batch_of(0)))
        backward(loss)
        return loss

    training.optimizer.step(closure)  # type: ignore[arg-type]
    assert (training.found.phase, training.found.module) == ("forward", path_of(model, spot))


def test_a_mask_that_is_a_frozen_weight() -> None:
    class Masked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(WIDTH, 4)
            self.mask = nn.Parameter(torch.full((4, 4), -torch.inf).triu(1), requires_grad=False)

        def forward(self, values: Tensor) -> Any:
            return (self.linear(values)[:, None] + self.mask).softmax(-1).sum(1)

    training = WatchedTraining(Masked())
    for _ in range(3):
        training.step()
    assert training.findings == []
    training.step(loss=lambda result: (result * 0).log().sum())
    assert training.found.phase == "loss"


@pytest.mark.parametrize("fault", ["0/0", "log of 0", "gradient of a root at 0"])
def test_a_buffer_that_the_failure_has_reached_is_not_the_cause(fault: str) -> None:
    torch.manual_seed(0)
    spot = Spot(torch.clone)
    training = WatchedTraining(nn.Sequential(nn.Linear(WIDTH, WIDTH), spot, nn.BatchNorm1d(WIDTH), nn.Linear(WIDTH, 4)))
    training.step()
    spot.function = FAULTS[fault].function
    training.step(batch_of(0), batch_of(1))
    assert (training.found.phase, training.found.module) == (FAULTS[fault].phase, "1")


def test_a_buffer_that_is_the_cause() -> None:
    model = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.BatchNorm1d(WIDTH), nn.Linear(WIDTH, 4))
    training = WatchedTraining(model)
    training.step()
    model[1].eval()
    model.get_buffer("1.running_mean")[2] = torch.nan
    training.step()
    found = training.found
    assert (found.phase, found.module, found.class_name) == ("input", "1", "BatchNorm1d")
    assert found.origin == "Before the forward, the buffer 1.running_mean has 1 NaN of 16."
