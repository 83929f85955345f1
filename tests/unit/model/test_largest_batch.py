"""The largest batch: it fits and the next one does not, whatever the curve."""

import re
from typing import Any

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch import Tensor, nn

from cutaway.model.largest_batch import _search, largest_batch
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 4))


class Folds(nn.Module):
    """Takes batches of multiples of `size`."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.linear = size, nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.linear(x).view(x.shape[0] // self.size, self.size, 16)
        return found


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("memory", [100_000, "1 MB", "3GiB", 1e9])
def test_both_are_captured(train: bool, memory: Any) -> None:
    settings: dict[str, Any] = {"optimizer": "adamw"} if train else {}
    found = largest_batch(network(), (1, 16), memory=memory, train=train, **settings)
    for batch, peak in ((found.batch, found.peak), (found.next_batch, found.next_peak)):
        result = summary(network(), (batch, 16), train=train, verbose=False, **settings)
        assert result.memory is not None
        assert result.memory.peak == peak
    assert found.next_batch == found.batch + 1
    assert found.peak <= found.limit < found.next_peak
    assert f"a batch of {found.batch:,} fits into" in str(found)


def test_from_data_of_ones_own() -> None:
    assert (
        largest_batch(network(), input_data=torch.rand(3, 16), memory="1 MB").batch
        == largest_batch(network(), (7, 16), memory="1 MB").batch
    )


def test_multiples_of_what_the_forward_needs() -> None:
    found = largest_batch(Folds(6), (6, 16), memory="1 MB")
    assert found.batch % 6 == 0
    assert found.next_batch == found.batch + 6


# Where guesses on the line alone took a hundred captures.
@example([(0, 184), (130102, 2)], 1, 131744)
@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6)), min_size=1, max_size=4),
    st.integers(1, 40),
    st.integers(1, 10**11),
)
def test_any_curve(lines: list[tuple[int, int]], unit: int, limit: int) -> None:
    """A peak is the largest of what several moments need, each of which is linear in the batch."""

    def peak(batch: int) -> int:
        asked.append(batch)
        return max(base + slope * batch for base, slope in lines)

    asked: list[int] = []
    if max(base + slope * unit for base, slope in lines) > limit:
        with pytest.raises(ValueError, match=f"no batch fits into .*: one of {unit} needs"):
            _search(peak, unit, limit)
        return
    if peak(1 << 30) <= limit:
        return  # So far no search has to go.
    asked.clear()
    found = _search(peak, unit, limit)
    assert found.peak <= limit < found.next_peak
    assert found.next_batch == found.batch + unit
    assert all(batch % unit == 0 for batch in asked)
    assert len(asked) < 80


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"memory": "lots"}, ValueError, "memory is 'lots'; a size such as '24 GB'"),
        ({"memory": "1.2.3 GB"}, ValueError, "memory is '1.2.3 GB'"),
        ({"memory": 0}, ValueError, "memory is 0; a positive number"),
        ({"memory": None}, TypeError, "memory is of type NoneType"),
        ({"memory": 100}, ValueError, "no batch fits into 100 B: one of 1 needs"),
        ({"memory": 10**6, "optimizer": "lbfgs"}, ValueError, "not known without running the model: LBFGS"),
        ({"memory": 10**6, "input_size": None}, ValueError, "needs an input_size or input_data"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        largest_batch(network(), **{"input_size": (1, 16), **settings})


def test_what_does_not_grow() -> None:
    class Constant(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1000))

        def forward(self, x: Tensor) -> Tensor:
            return (self.weight * 2 * x.shape[0]).sum()

    with pytest.raises(ValueError, match="does not reach"):
        largest_batch(Constant(), (1, 0), memory="1 GB")


def test_a_forward_that_fails() -> None:
    with pytest.raises(ForwardError, match="with a batch of 1, layer 0 "):
        largest_batch(network(), (1, 17), memory="1 GB")


def test_a_model_that_must_run() -> None:
    class Branches(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * 2 if x.sum() > 0 else x

    with pytest.raises(ValueError, match="the forward depends on values"):
        largest_batch(Branches(), (1, 3), memory="1 GB")
