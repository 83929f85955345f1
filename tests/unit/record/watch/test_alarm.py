"""What an alarm does with a failure: it is said once, in each of the modes, and the training is as without a watch."""

import copy
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.record.watch.planted_faults import FAULTS, Convolutions, Spot
from tests.unit.record.watch.watched_training import WatchedTraining, backward, batch_of, cross_entropy, faulty, working
from torch import Tensor, nn

import cutaway
from cutaway import NonFiniteError, SummaryWriter
from cutaway.events.first_bad import FirstBad
from cutaway.record.watch import tensors
from cutaway.record.watch.alarm import OnNonFinite


def test_each_failure_is_found_once() -> None:
    model, spot = faulty()
    training = WatchedTraining(model)
    before = copy.deepcopy(model.state_dict())
    for fault in ("0/0", "0/0", "", "log of 0"):
        spot.function = FAULTS[fault].function if fault else torch.clone
        training.step()
        model.load_state_dict(before)
    assert [(found.step, found.operation) for found in training.findings] == [
        (0, "aten.div.Tensor"),
        (3, "aten.log.default"),
    ]


def test_the_report_is_printed_once_and_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    model, _ = faulty()
    training = WatchedTraining(model)
    training.step()
    training.step()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("Cutaway: The first values that were not finite") == 1
    assert max(map(len, printed.err.splitlines())) <= 80


def test_raise_ends_the_training_before_the_update(capsys: pytest.CaptureFixture[str]) -> None:
    model, _ = faulty()
    training = WatchedTraining(model, "raise")
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(NonFiniteError, match="aten\\.div\\.Tensor") as raised:
        training.step()
    assert raised.value.found == training.found
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert capsys.readouterr().err == ""


def test_a_finding_is_recorded_with_its_step(tmp_path: Path) -> None:
    model, _ = faulty()
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    with SummaryWriter(tmp_path) as writer, writer.watch(model, optimizer) as watch:
        watch.step = 40
        for _ in range(3):
            backward(cross_entropy(model(batch_of(0))))
            optimizer.step()
    run = cutaway.open(tmp_path)["."]
    texts = run.texts("watch/findings/text_summary")
    assert texts.step.tolist() == [40]
    found = FirstBad.from_markdown(texts[0])
    assert (found.step, found.phase, found.module, found.operation) == (40, "forward", "layers.3", "aten.div.Tensor")
    nonfinite = run.scalars("watch/nonfinite")
    assert nonfinite.step.tolist() == [40, 41, 42]
    assert min(nonfinite.value) > 0


@pytest.mark.parametrize("every", [1, 1000])
def test_failures_are_found_on_steps_that_are_not_logged_too(every: int) -> None:
    model, spot = faulty(fault="gradient of a root at 0")
    spot.function, function = torch.clone, spot.function
    training = WatchedTraining(model, every=every)
    for _ in range(13):
        training.step()
    spot.function = function
    training.step()
    assert (training.found.step, training.found.phase, training.found.module) == (13, "backward", "layers.3")


@pytest.mark.parametrize("every", [1, 1000])
@pytest.mark.parametrize("mode", ["report", "locate"])
def test_on_other_devices_a_step_is_replayed_where_that_is_asked_for(
    every: int, mode: OnNonFinite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CPU is taken for such a device."""
    monkeypatch.setattr(tensors, "HOST_TYPES", set())
    model, spot = faulty(fault="gradient of a root at 0")
    spot.function, function = torch.clone, spot.function
    training = WatchedTraining(model, mode, every=every)
    for step in range(6):
        spot.function = function if step >= 3 else torch.clone
        training.step()
    found = training.found
    if mode == "locate":
        assert (found.step, found.phase, found.module) == (3, "backward", "layers.3")
        assert found.operation == "aten.div.Tensor"
    else:
        assert (found.phase, found.operation) == ("backward" if every == 1 else found.phase, "")
        assert "elsewhere than on the CPU a step is replayed with on_nonfinite='locate'" in found.origin


def test_off_finds_nothing_and_keeps_nothing() -> None:
    model, _ = faulty()
    writer = SummaryWriter(write_to_disk=False)
    hooks = len(model._forward_pre_hooks)
    writer.watch(model, on_nonfinite="off").close()
    assert len(model._forward_pre_hooks) == hooks


def test_another_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="on_nonfinite must be one of report, locate, raise, off, got 'no'"):
        SummaryWriter(write_to_disk=False).watch(working(), on_nonfinite="no")


def test_nothing_is_kept_after_a_step_or_left_after_the_end() -> None:
    model, before = working(), _global_hooks()
    training = WatchedTraining(model)
    training.step()
    assert training.alarm._kept is not None
    assert training.alarm._kept.forwards == []
    training.watch.close()
    _check_no_hooks(model, before)


def test_nothing_is_left_of_a_watch_that_was_refused() -> None:
    model, before = working(), _global_hooks()
    others = torch.optim.SGD(working().parameters(), 0.1)
    with pytest.raises(ValueError, match="optimizer must have parameters of the model"):
        SummaryWriter(write_to_disk=False).watch(model, others)
    _check_no_hooks(model, before)


def _global_hooks() -> list[Any]:
    """Those of watches that were not closed among them."""
    hooks = torch.nn.modules.module
    return [*hooks._global_forward_hooks.values(), *hooks._global_forward_pre_hooks.values()]


def _check_no_hooks(model: nn.Module, before: list[Any]) -> None:
    assert all(not module._forward_hooks and not module._forward_pre_hooks for module in model.modules())
    assert _global_hooks() == before


def test_overflows_of_a_scaler_are_no_failure() -> None:
    model = working()
    training = WatchedTraining(model)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**100)
    for step in range(4):
        backward(scaler.scale(cross_entropy(model(batch_of(step))) * 1e20))
        scaler.step(training.optimizer)
        scaler.update()
        training.optimizer.zero_grad()
    assert scaler.get_scale() < 2.0**100
    assert training.findings == []


class _Moody(nn.Module):
    """Everything that a forward may do to its surroundings."""

    seen: Tensor

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.convolutions = Convolutions(spot)
        self.drop = nn.Dropout(0.3)
        self.count = 0
        self.register_buffer("seen", torch.zeros(()))
        self.gain = nn.Parameter(torch.ones(1))
        self.scratch = nn.Parameter(torch.zeros(1), requires_grad=False)

    def forward(self, values: Tensor) -> Any:
        self.count += 1
        self.seen += 1
        self.scratch.data += 1
        noise = random.random() + np.random.random()
        return self.convolutions(self.drop(values) * self.gain + 0.01 * noise)


class _SkippedError(Exception):
    pass


@pytest.mark.parametrize("fault", ["", "0/0", "gradient of a root at 0", "raises"])
def test_the_training_is_bit_for_bit_as_without_a_watch(fault: str) -> None:
    """Five steps, with a replay in the middle."""

    def train(watched: bool) -> tuple[list[Any], int]:
        torch.manual_seed(0)
        random.seed(0)
        np.random.seed(0)
        spot = Spot(torch.clone)
        model = _Moody(spot)
        hooked: list[int] = []
        model.gain.register_hook(lambda gradient: hooked.append(0))  # type: ignore[no-untyped-call]
        training = WatchedTraining(model, "report" if watched else None)
        forwards: list[int] = []
        gradients: list[Tensor | None] = []

        def planted(values: Tensor) -> Tensor:
            forwards.append(0)
            if fault == "raises" and len(forwards) > 1:
                raise OSError
            return FAULTS[fault if fault in FAULTS else "0/0"].function(values)

        def skip(*_: Any) -> None:
            """What the user does about it, behind the watch."""
            for weight, gradient in zip(model.parameters(), gradients, strict=True):
                torch.testing.assert_close(weight.grad, gradient, rtol=0, atol=0, equal_nan=True)
            if any(gradient is not None and not gradient.isfinite().all() for gradient in gradients):
                raise _SkippedError

        training.optimizer.register_step_pre_hook(skip)
        for step in range(5):
            spot.function = planted if fault and step == 2 else torch.clone
            backward(cross_entropy(model(batch_of(step))))
            gradients = [None if weight.grad is None else weight.grad.clone() for weight in model.parameters()]
            with suppress(_SkippedError):
                training.update()
            training.optimizer.zero_grad()
        numpy_state: Any = np.random.get_state(legacy=False)
        random_states = [torch.get_rng_state(), random.getstate(), numpy_state["state"]["key"].tolist()]
        return [*model.state_dict().values(), *random_states, model.count, len(hooked)], len(training.findings)

    (alone, _), (watched, findings) = train(False), train(True)
    assert findings == bool(fault)
    for one, other in zip(alone, watched, strict=True):
        assert torch.equal(one, other) if isinstance(one, Tensor) else one == other
