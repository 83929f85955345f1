"""Branches and loops of PyTorch's own: the larger branch, and a loop's body as often as it runs."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound
from torch import Tensor, nn
from torch import _higher_order_ops as loops

from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary

pytestmark = pytest.mark.filterwarnings("ignore")
map_rows: Any = loops.map
scan: Any = loops.scan
while_loop: Any = loops.while_loop
#: MACs of one row of 8 in a layer of 8 x 8.
ROW = 64


def of(function: Callable[[Any, Tensor], Any], given: Tensor | None = None, **settings: Any) -> ModelSummary:
    model = Bound(function, layer=nn.Linear(8, 8))
    how = {"input_size": (4, 8)} if given is None else {"input_data": given}
    return summary(model, **how, verbose=False, **settings)


def branch(self: Any, x: Tensor) -> Any:
    return torch.cond(x.sum() > 0, lambda x: self.layer(x), lambda x: self.layer(self.layer(x)), (x,))


def test_the_larger_branch() -> None:
    result = of(branch, backward=True)
    # Twice; the gradient of the input of the first call is not needed.
    assert (result.totals.macs, result.totals.backward_macs) == (2 * 4 * ROW, 3 * 4 * ROW)
    assert result.totals.saved_bytes == 2 * 4 * 8 * 4
    assert (result.trace.method, result.trace.reason) == ("fake", "torch.cond counts its larger branch")
    assert result.totals.uncounted_ops == {}


def test_branches_in_a_process_of_their_own() -> None:
    """PyTorch would compile a branch, which nothing has prepared there."""
    code = (
        "import torch, cutaway\n"
        "class M(torch.nn.Module):\n"
        "    def forward(self, x): return torch.cond(x.sum() > 0, lambda x: x @ x, lambda x: x, (x,))\n"
        "print(cutaway.summary(M(), (4, 4), verbose=False).totals.macs, torch.compile.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["64", "compile"]


@pytest.mark.parametrize(
    "function",
    [
        lambda self, x: map_rows(lambda row: self.layer(row), x),
        lambda self, x: map_rows(lambda row: {"a": self.layer(row), "b": row}, x)["a"],
        lambda self, x: scan(lambda carry, row: (carry + row, self.layer(row)), torch.zeros(8), x),
        lambda self, x: scan(lambda carry, row: (carry + row, self.layer(row)), torch.zeros(8), x, reverse=True),
    ],
)
def test_loops_of_a_known_length(function: Callable[[Any, Tensor], Any]) -> None:
    result = of(function, backward=True)
    # Four rounds; the gradient of the weight alone.
    assert (result.totals.macs, result.totals.backward_macs) == (4 * ROW, 4 * ROW)
    assert result.totals.uncounted_ops == {}
    assert result.totals.saved_is_least
    assert "Saved        ≥ " in result.to_text(120)
    assert result.trace.reason == ""


def counted_loop(self: Any, x: Tensor) -> Any:
    return while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, self.layer(x)), (torch.tensor(0), x))[1]


def test_a_loop_that_counts_ends_as_it_does() -> None:
    result = of(counted_loop)
    assert (result.totals.macs, result.totals.uncounted_ops) == (3 * 4 * ROW, {})
    assert [row.key for row in result.rows] == ["", "layer", "layer#2", "layer#3"]


def open_loop(self: Any, x: Tensor) -> Any:
    return while_loop(lambda x: x.sum() > 1, lambda x: (self.layer(x) * 0,), (x,))[0]


def test_a_loop_that_values_end_is_counted_once_and_says_so() -> None:
    result = of(open_loop)
    assert (result.totals.macs, result.totals.uncounted_ops) == (4 * ROW, {"while_loop": 1})
    assert result.trace.reason == "of torch.while_loop one round is counted"
    text = result.to_text(120)
    assert "MACs         ≥ 256" in text
    assert "Saved        ≥ " in text


def test_no_loop_is_exact() -> None:
    result = of(lambda self, x: self.layer(x))
    assert not result.totals.saved_is_least
    assert "≥" not in result.to_text(120)


COMPARISONS: dict[str, Callable[[Any, Tensor], Any]] = {
    "equal": lambda self, x: torch.equal(x, x),
    "allclose": lambda self, x: torch.allclose(x, x),
    "isclose": lambda self, x: torch.isclose(x, x).all(),
    "_is_all_true": lambda self, x: torch._is_all_true(x > 0),
    "_is_any_true": lambda self, x: torch._is_any_true(x > 0),
    "ctc": lambda self, x: nn.functional.ctc_loss(
        x.log_softmax(-1), torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2])
    ),
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_have_no_macs(name: str) -> None:
    result = of(lambda self, x: (COMPARISONS[name](self, x), self.layer(x))[1], torch.rand(4, 8))
    assert (result.totals.macs, result.totals.uncounted_ops) == (4 * ROW, {})
