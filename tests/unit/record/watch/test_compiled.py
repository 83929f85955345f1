"""Watches of models that are compiled: the same rows, one graph, and a word where it is too late."""

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.watch_records import recorded
from torch import Tensor, nn
from torch._dynamo.testing import CompileCounterWithBackend

import cutaway
from cutaway.events.recording_warning import RecordingWarning


def network() -> Any:
    torch.manual_seed(0)
    return Net()


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.relu, self.pair, self.last = nn.Linear(8, 16), nn.ReLU(), Pair(), nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Any:
        return self.last(self.pair(self.relu(self.first(x))))


class Pair(nn.Module):
    """Two outputs of one layer that is called twice, and takes both."""

    def __init__(self) -> None:
        super().__init__()
        self.split, self.join = Split(), Join()

    def forward(self, x: Tensor) -> Any:
        return self.join(self.split(x))


class Split(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.layer(x)
        return self.layer(y), y * 2


class Join(nn.Module):
    def forward(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        return pair[0] + pair[1]


def train(model: Any, optimizer: Any, steps: int, micro: int = 1) -> None:
    torch.manual_seed(1)
    for _ in range(steps):
        optimizer.zero_grad()
        for _ in range(micro):
            model(torch.randn(4, 8)).square().sum().backward()
        optimizer.step()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    torch._dynamo.reset()


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("micro", [1, 2])
@pytest.mark.parametrize("backend", ["eager", "aot_eager", pytest.param("inductor", marks=pytest.mark.slow)])
def test_a_compiled_model_has_the_rows_of_a_plain_one(tmp_path: Path, in_place: bool, micro: int, backend: str) -> None:
    plain, compiled = network(), network()
    counter = CompileCounterWithBackend(backend)
    if in_place:
        compiled.compile(backend=counter, fullgraph=True)
        model = compiled
    else:
        model = torch.compile(compiled, backend=counter, fullgraph=True)
    for name, each, holder in (("plain", plain, plain), ("compiled", model, compiled)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.watch(each, every=2)
            train(each, torch.optim.SGD(holder.parameters(), lr=0.01), 5, micro)
    assert counter.frame_count == 1
    found, expected = recorded(tmp_path / "compiled"), recorded(tmp_path / "plain")
    assert list(found.events) == list(expected.events) == [0, 2, 4]
    # What a module returns that is compiled in its place is what its last part does.
    rows = tuple(row for row in expected.layouts["watch/activation"].rows if row)
    assert {"first", "pair.split.layer", "pair.split.layer#2", "pair.split[1]", "pair.join", "last"} <= set(rows)
    assert tuple(row for row in found.layouts["watch/activation"].rows if row in rows) == rows
    for row in rows:
        for step in (0, 2, 4):
            mine, other = (each.row("watch/activation", row, step) for each in (found, expected))
            assert mine == pytest.approx(other, rel=1e-4, abs=1e-5), row
    for kind in ("gradient", "weight", "update"):
        assert found.layouts[f"watch/{kind}"].rows == expected.layouts[f"watch/{kind}"].rows
    left = [module for module in compiled.modules() if module._forward_hooks or module._forward_pre_hooks]
    assert left == []


def test_a_model_that_was_compiled_before_is_said_to_be_late(tmp_path: Path) -> None:
    inner = network()
    model: Any = torch.compile(inner, backend="eager")
    optimizer = torch.optim.SGD(inner.parameters(), lr=0.01)
    train(model, optimizer, 1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        with pytest.warns(RecordingWarning, match="watch what torch.compile returns, before its first forward"):
            train(model, optimizer, 5)
    found = recorded(tmp_path)
    assert "watch/activation" not in found.layouts
    assert list(found.events) == list(range(5))


def test_a_model_that_is_compiled_afterwards(tmp_path: Path) -> None:
    inner = network()
    with cutaway.SummaryWriter(tmp_path) as writer, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        writer.watch(inner, every=1)
        train(torch.compile(inner, backend="eager"), torch.optim.SGD(inner.parameters(), lr=0.01), 5)
    assert [each.category for each in said if "activations are not measured" in str(each.message)] == [RecordingWarning]
    assert list(recorded(tmp_path).events) == list(range(5))
