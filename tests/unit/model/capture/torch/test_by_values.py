"""Sizes that values decide: those of the data at hand, or a range between nothing and everything."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound
from torch import Tensor, nn

from cutaway.model.capture.torch import capture, forward
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary
from cutaway.model.trace import Trace


class Experts(nn.Module):
    """Each row goes to one of three layers of 8 x 8, all of them to a last one of 8 x 2."""

    def __init__(self) -> None:
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor, route: Tensor) -> Tensor:
        found = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            rows = torch.where(route == number)[0]
            found = found.index_add(0, rows, expert(x[rows]))
        result: Tensor = self.head(found)
        return result


ROUTE = torch.tensor([0, 2, 2, 0, 2])


def counts(result: ModelSummary) -> dict[str, int]:
    return {row.path: row.macs for row in result.rows}


def test_routing_with_data() -> None:
    result = summary(Experts(), input_data=[torch.rand(5, 8), ROUTE], backward=True, verbose=False)
    expected = {"experts.0": 2 * 64, "experts.1": 0, "experts.2": 3 * 64, "head": 5 * 16, "": 5 * 64 + 5 * 16}
    assert {path: count for path, count in counts(result).items() if path != "experts"} == expected
    totals = result.totals
    # Both gradients of each layer, but those of the input, which takes none.
    assert (totals.backward_macs, totals.uncounted_ops, totals.fewest_macs) == (5 * 64 + 2 * 5 * 16, {}, None)
    # All rows before and behind the experts, what `head` is given, and the indices by which rows are added.
    assert totals.saved_bytes == 3 * 5 * 8 * 4 + 5 * 8
    assert result.trace.method == "real"


def test_routing_on_shapes_alone_gives_a_range() -> None:
    result = summary(Experts(), {"x": (5, 8), "route": (5,)}, dtypes={"route": "int64"}, verbose=False)
    totals = result.totals
    assert (totals.fewest_macs, totals.macs) == (5 * 16, 3 * 5 * 64 + 5 * 16)
    assert totals.uncounted_ops == {}
    assert Trace.from_dict(result.trace.to_dict()) == result.trace
    assert "all elements are assumed to be chosen" in result.trace.reason
    assert "MACs         80 to 1,040 (160 FLOPs to 2.080 kFLOPs, two for each MAC)" in result.to_text(200)


@pytest.mark.parametrize(
    ("choose", "fewest", "most"),
    [
        (lambda x: x[x[:, 0] > 0.5], 0, 6 * 40),
        (lambda x: x[:, :1][x[:, 0] > 0.5].expand(-1, 8), 0, 6 * 40),
        (lambda x: x.masked_select(x > 0.5).view(-1, 1).expand(-1, 8), 0, 6 * 8 * 40),
        (lambda x: x[(x[:, 0] > 0.5).nonzero()[:, 0]], 0, 6 * 40),
        (lambda x: x[:, 0].unique().view(-1, 1).expand(-1, 8), 40, 6 * 40),
        (lambda x: x[x > 0.5].view(-1, 1).expand(-1, 8), 0, 6 * 8 * 40),
    ],
)
def test_ranges(choose: Callable[[Tensor], Tensor], fewest: int, most: int) -> None:
    model = Bound(lambda self, x: self.layer(choose(x)), layer=nn.Linear(8, 5))
    totals = summary(model, (6, 8), verbose=False).totals
    assert (totals.fewest_macs, totals.macs) == (fewest, most)


@pytest.mark.parametrize("function", [lambda x: x[x > 0.5].numel(), lambda x: (x > 0.5).nonzero().shape[0]])
def test_data_decide_even_where_the_weights_cannot_be_copied(function: Callable[[Tensor], int]) -> None:
    given = torch.tensor([[0.9, 0.1, 0.8], [0.2, 0.7, 0.6]])
    model = Bound(lambda self, x: self.layer(x.new_zeros(function(x), 3)), layer=nn.Linear(3, 5))
    result = summary(model, input_data=given, verbose=False)
    assert (result.totals.macs, result.totals.uncounted_ops) == (4 * 15, {})


def test_a_branch_on_values_keeps_what_the_backward_needs() -> None:
    """The branch is the real forward's; memory and gradients are those on shapes."""
    model = Bound(lambda self, x: self.layer(x) if x.sum() > 0 else x, layer=nn.Linear(4, 5))
    result = summary(model, input_data=torch.ones(3, 4), backward=True, verbose=False)
    assert (result.totals.macs, result.totals.backward_macs, result.totals.saved_bytes) == (60, 60, 48)
    other = summary(model, input_data=-torch.ones(3, 4), verbose=False)
    assert other.totals.macs == 0


class Shy(nn.Module):
    """Does something else on shapes than on values."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Any:
        kept = x.masked_select(x > 0.5).view(-1, 4) if type(x) is Tensor else x[x[:, 0].nonzero()[:, 0]]
        return self.layer(kept)


def test_a_forward_that_does_something_else_on_shapes_is_taken_as_it_is_for_real() -> None:
    result = summary(Shy(), input_data=torch.ones(3, 4), verbose=False)
    assert (result.trace.method, result.totals.macs, result.totals.saved_bytes) == ("real", 60, None)


def test_without_weights_data_decide_nothing() -> None:
    model = Bound(lambda self, x: self.layer(x[x[:, 0] > 0.5]), layer=nn.Linear(4, 5, device="meta"))
    totals = summary(model, input_data=torch.ones(3, 4), verbose=False).totals
    assert (totals.fewest_macs, totals.macs) == (0, 60)


def test_a_forward_that_needs_too_much_memory_leaves_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: Any) -> Any:
        raise forward.CannotRunError("a forward needs more memory")

    monkeypatch.setattr(capture, "for_real", too_large)
    totals = summary(Experts(), input_data=[torch.rand(5, 8), ROUTE], verbose=False).totals
    assert (totals.fewest_macs, totals.macs) == (5 * 16, 3 * 5 * 64 + 5 * 16)
