"""Scripts, generators, jagged tensors and deep nesting: every row that ran has its numbers."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound
from torch import Tensor, nn

from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.summary import summary

pytestmark = pytest.mark.filterwarnings("ignore")


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Sequential(nn.Linear(8, 2)))


def scripted(traced: bool) -> nn.Module:
    jit: Any = torch.jit
    model: nn.Module = jit.trace(network(), torch.rand(1, 8)) if traced else jit.script(network())
    return model


def types_and_macs(result: ModelSummary) -> dict[str, tuple[str, int]]:
    return {row.path: (row.type, row.macs) for row in result.rows}


@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize("inside", [False, True])
def test_scripts_have_rows_of_what_ran(traced: bool, inside: bool) -> None:
    model = scripted(traced)
    holder = Bound(lambda self, x: self.held(x), held=model) if inside else model
    result = summary(holder, (4, 8), verbose=False)
    found = types_and_macs(result)
    root = "held" if inside else ""
    prefix = "held." if inside else ""
    assert found[root] == ("Sequential", 4 * 64 + 4 * 16)
    assert found[f"{prefix}0"] == ("Linear", 4 * 64)
    assert found[f"{prefix}2.0"] == ("Linear", 4 * 16)
    assert found[f"{prefix}1"] == ("ReLU", 0)
    assert "in a script" in result.to_text(120)
    assert "not called" not in result.to_text(120)
    assert [str(row.outputs.tensor.shape) for row in result.rows if row.path == f"{prefix}2.0" and row.outputs
            and row.outputs.tensor] == ["(4, 2)"]  # fmt: skip


def test_a_script_that_is_called_twice() -> None:
    model = Bound(lambda self, x: (self.held(x), self.held(x)), held=scripted(False))
    result = summary(model, (4, 8), verbose=False)
    assert [row.macs for row in result.rows if row.path == "held.0"] == [4 * 64, 4 * 64]
    assert result.totals.macs == 2 * (4 * 64 + 4 * 16)
    assert result.totals.parameters == 72 + 18


class Streaming(nn.Module):
    """A forward that yields what it has so far."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Iterator[Tensor]:
        for _ in range(3):
            x = self.layer(x)
            yield x


def test_a_forward_that_is_a_generator_runs_to_its_end() -> None:
    result = summary(Streaming(), (4, 8), backward=True, verbose=False)
    # Both gradients of each call, but that of the input.
    assert (result.totals.macs, result.totals.backward_macs) == (3 * 256, 5 * 256)
    assert [row.key for row in result.rows] == ["", "layer", "layer#2", "layer#3"]
    assert "(4×8, 4×8, 4×8)" in result.to_text(120)


def test_a_generator_inside_of_the_model_is_its_callers() -> None:
    model = Bound(lambda self, x: next(self.stream(x)), stream=Streaming())
    assert summary(model, (4, 8), verbose=False).totals.macs == 256


def test_deep_nesting_is_not_too_deep_for_a_recording() -> None:
    model: nn.Module = nn.Linear(8, 8)
    for _ in range(200):
        model = nn.Sequential(model)
    model(torch.rand(4, 8))
    limit = sys.getrecursionlimit()
    result = summary(model, (4, 8), verbose=False)
    assert (result.trace.method, result.totals.macs, len(result.rows)) == ("fake", 256, 201)
    assert str(result)
    assert sys.getrecursionlimit() == limit


def endless(self: Any, x: Tensor) -> Any:
    return self(x)


def test_a_recursion_without_an_end_is_the_models_own() -> None:
    with pytest.raises(ForwardError) as raised:
        summary(Bound(endless), (4, 8), verbose=False)
    assert isinstance(raised.value.__cause__, RecursionError)


def jagged(*lengths: int) -> Tensor:
    return torch.nested.nested_tensor([torch.rand(length, 8) for length in lengths], layout=torch.jagged)


def test_jagged_tensors_count_the_rows_that_they_have() -> None:
    result = summary(nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8)), input_data=jagged(2, 3), verbose=False)
    assert (result.totals.macs, result.totals.uncounted_ops) == (5 * 64, {})
    assert result.rows[1].macs == 5 * 64
    assert "2×?×8" in str(result)


def test_jagged_tensors_made_in_the_forward() -> None:
    def forward(self: Any, x: Tensor) -> Tensor:
        nested = torch.nested.nested_tensor([x[0, :2], x[1, :3]], layout=torch.jagged)
        result: Tensor = self.layer(nested)
        return result

    result = summary(Bound(forward, layer=nn.Linear(8, 8)), (2, 4, 8), verbose=False)
    assert (result.totals.macs, result.totals.uncounted_ops) == (5 * 64, {})
