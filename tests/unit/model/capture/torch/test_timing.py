"""Times: each call has one, they fit together, and the model is as it was. No time is asserted."""

import copy
import random
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cutaway.model.capture.torch import timing
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary


class Sleeper(nn.Module):
    """Takes a while."""

    def forward(self, x: Tensor) -> Tensor:
        time.sleep(0.002)
        return x


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.ModuleList([nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8)), Sleeper()])
        self.body.append(self.body[0])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.body:
            x = layer(x)
        return x


def timed(model: nn.Module, size: tuple[int, ...] = (4, 8), **settings: Any) -> ModelSummary:
    return summary(model, size, profile=3, verbose=False, **settings)


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "device_limits", lambda device, dtype: (1e11, 1e10))


def test_every_call_has_a_time() -> None:
    result = timed(Net())
    assert result.trace.timing is not None
    assert result.trace.timing.runs == 3
    for call in result.trace.calls:
        assert call.nanoseconds is not None
        assert call.own_nanoseconds is not None
        assert 0 <= call.own_nanoseconds <= call.nanoseconds
    by_key = {row.key: row for row in result.rows}
    assert (by_key["body.1"].own_nanoseconds or 0) >= 2_000_000
    assert (by_key[""].nanoseconds or 0) >= (by_key["body.1"].nanoseconds or 0)
    assert {"body.0", "body.0#2", "body.0.1#2"} <= set(by_key)
    # A list is no call: its time is that of the calls in it.
    inside = sum(row.nanoseconds or 0 for row in result.rows if row.depth == 2)
    assert by_key["body"].nanoseconds == inside
    assert by_key["body"].own_nanoseconds is None


def test_the_table() -> None:
    text = timed(Net(), columns="time,own_time,flops_per_second,bytes_per_second,bound").to_text(120)
    assert "the median of 3 forwards on cpu" in text
    assert "overhead" in text
    usual = timed(Net()).to_text(160)
    assert "% Time" in usual
    assert "Bound by" in usual


def test_what_binds() -> None:
    trace = timed(Net()).trace
    assert trace.timing is not None

    def bound(model: nn.Module, size: tuple[int, ...], nanoseconds: int) -> Any:
        found = summary(model, size, verbose=False)
        calls = tuple(replace(call, nanoseconds=nanoseconds, own_nanoseconds=0) for call in found.trace.calls)
        summed = ModelSummary(replace(found.trace, calls=calls, timing=trace.timing))
        return summed.to_dict()["rows"][0]["bound"]

    # 100 GFLOP/s and 10 GB/s: the ridge is at 10 FLOPs for each byte.
    assert bound(nn.Linear(1000, 1000, bias=False), (1000, 1000), 20_000_000) == "compute"
    assert bound(nn.Linear(1000, 1000, bias=False), (1, 1000), 400_000) == "memory"
    assert bound(nn.ReLU(), (1000, 1000), 800_000) == "memory"
    assert bound(nn.ReLU(), (10, 10), 800_000) == "overhead"
    assert bound(nn.Flatten(), (10, 10), 800) == ""


def test_the_model_is_as_it_was() -> None:
    class Writes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.BatchNorm1d(8)
            self.weight = nn.Parameter(torch.ones(8))

        def forward(self, x: Tensor) -> Tensor:
            with torch.no_grad():
                self.weight.mul_(2)
            result: Tensor = self.norm(x) * self.weight * torch.rand(8)
            return result

    model = Writes()
    before = copy.deepcopy(model.state_dict())
    states = torch.get_rng_state(), random.getstate()
    call = nn.Module.__call__
    timed(model, mode="train")
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert nn.Module.__call__ is call
    assert model.training


def test_other_threads_are_not_timed() -> None:
    other, stop = nn.Linear(8, 8), threading.Event()

    def work() -> None:
        while not stop.is_set():
            other(torch.rand(2, 8))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        result = timed(Net())
    finally:
        stop.set()
        thread.join()
    assert {row.type for row in result.rows} == {"Net", "ModuleList", "Sequential", "Linear", "BatchNorm1d", "Sleeper"}


def test_a_loop_of_other_length_is_left_out() -> None:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.Linear(8, 8)
            self.count = 5

        def forward(self, x: Tensor) -> Tensor:
            for _ in range(2 if type(x).__name__ == "Tensor" else 4):
                x = self.cell(x)
            return x

    times = [call.nanoseconds is not None for call in timed(Loop()).trace.calls]
    assert times == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (nn.Linear(8, 8, device="meta"), {}, "the weights are on the device meta"),
        (nn.Linear(8, 8), {"dtype": "bfloat16"}, "of another dtype"),
        (nn.Embedding(3, 3), {"dtypes": "float32"}, None),
    ],
)
def test_what_cannot_be_timed(model: nn.Module, settings: dict[str, Any], message: str | None) -> None:
    with pytest.raises((ValueError, RuntimeError), match=message):
        timed(model, **settings)


def test_without_a_forward() -> None:
    with pytest.raises(ValueError, match="profile is not possible: no inputs were given"):
        summary(Net(), profile=True, verbose=False)


@pytest.mark.parametrize(
    ("profile", "error", "message"),
    [(0, ValueError, "profile is 0"), (-1, ValueError, "profile is -1"), ("yes", TypeError, "profile is of type str")],
)
def test_bad_settings(profile: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        summary(Net(), (4, 8), profile=profile, verbose=False)


def test_limits_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    first = timing.device_limits(torch.device("cpu"), torch.float32)
    assert min(first) > 0
    assert timing.device_limits(torch.device("cpu"), torch.float32) is first
