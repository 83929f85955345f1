"""Formulas say at sizes that no capture has seen what a capture there finds."""

from typing import Any

import pytest
import torch
from tests.zoo import UNet
from torch import Tensor, nn

from cutaway.model.formulas import ROWS, TOTALS
from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.summary import summary


class Attends(nn.Module):
    """Quadratic in the length."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(16, 4, batch_first=True)
        self.blocks = nn.ModuleList(nn.Linear(16, 16) for _ in range(3))

    def forward(self, x: Tensor) -> dict[str, Any]:
        x, _ = self.attend(x, x, x)
        for block in self.blocks:
            x = block(x)
        return {"last": x, "mean": x.mean(1), "flat": x.flatten(0, 1)}


class Scores(nn.Module):
    """Quadratic in the length as well, of few ops."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.project(x)
        return torch.softmax(x @ x.transpose(1, 2), -1) @ x


CASES: dict[str, tuple[nn.Module, tuple[Any, ...], dict[str, int], dict[str, int]]] = {
    "linear": (nn.Linear(6, 5), ("B", 6), {"B": 3}, {"B": 1000}),
    "convolutions": (
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 2, 3, stride=2)),
        ("B", 3, "H", "W"),
        {"H": 32, "W": 64},
        {"B": 5, "H": 224, "W": 96},
    ),
    "scores": (Scores(), ("B", "T", 8), {}, {"B": 11, "T": 77}),
    "u-net": (UNet(), ("B", 3, "H", "W"), {"H": 32, "W": 64}, {"B": 5, "H": 224, "W": 96}),
    "attention": (Attends(), ("B", "T", 16), {}, {"B": 11, "T": 77}),
    "recurrent": (nn.LSTM(4, 8, 2, batch_first=True), ("B", "T", 4), {"T": 4}, {"B": 3, "T": 50}),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in ("u-net", "attention"))) for name in CASES]
)
def test_formulas_against_captures(name: str) -> None:
    model, size, sizes, elsewhere = CASES[name]
    settings: dict[str, Any] = {"backward": True, "verbose": False}
    result = summary(model, size, sizes=sizes, **settings)
    concrete = summary(model, tuple(elsewhere.get(each, each) for each in size), **settings)
    assert result.formulas is not None
    assert set(result.formulas.sizes) == set(elsewhere)
    for total in TOTALS:
        formula = result.formulas.totals[total]
        assert formula is not None
        assert formula(**elsewhere) == getattr(concrete.totals, total)
    for row, other in zip(result.rows, concrete.rows, strict=True):
        assert row.formulas is not None
        assert {"macs", "element_operations", "output_bytes"} <= set(row.formulas)
        for formula_name, formula in row.formulas.items():
            assert formula_name in ROWS
            if formula_name != "peak_bytes":
                assert formula(**elsewhere) == getattr(other, formula_name)


def test_the_plain_numbers_are_those_of_the_sizes() -> None:
    model = Attends()
    result = summary(model, ("B", "T", 16), sizes={"B": 2, "T": 12}, verbose=False)
    plain = summary(model, (2, 12, 16), verbose=False)
    assert result.totals == plain.totals
    assert [row.macs for row in result.rows] == [row.macs for row in plain.rows]


def test_the_table() -> None:
    text = summary(Attends(), ("B", "T", 16), sizes={"T": 16}, verbose=False).to_text(160)
    assert "{last: B×T×16, mean: B×16, flat: (B·T)×16}" in text
    assert "32·B·T² + 1,792·B·T" in text
    assert "blocks.0-2: 3 × Linear" in text
    assert "768·B·T" in text
    assert "through 9 captures, verified at B=32, T=64; numbers are at B=8, T=16" in text
    markdown = summary(Attends(), ("B", "T", 16), sizes={"T": 16}, verbose=False).to_markdown()
    assert "MACs as formula" in markdown


def test_a_size_that_is_the_largest() -> None:
    class Limited(nn.Module):
        def __init__(self, most: int) -> None:
            super().__init__()
            self.places = nn.Parameter(torch.zeros(most, 8))

        def forward(self, x: Tensor) -> Tensor:
            return x + self.places[: x.shape[1]].expand_as(x)

    result = summary(Limited(32), ("B", "T", 8), sizes={"T": 32}, verbose=False)
    assert result.formulas is not None
    assert result.formulas.verified == {"B": 6, "T": 24}
    with pytest.raises(ValueError, match=r"formulas need other sizes beside B=8, T=3, and with those"):
        summary(Limited(3), ("B", "T", 8), sizes={"T": 3}, verbose=False)


def test_what_is_no_polynomial_has_no_formula() -> None:
    class Steps(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            for _ in range(x.shape[0] // 10):
                x = self.linear(x)
            return x

    result = summary(Steps(), ("B", 4), sizes={"B": 15}, verbose=False)
    assert result.formulas is not None
    assert result.formulas.totals["macs"] is None
    assert "no polynomial: MACs" in result.to_text(120)
    assert "?" in result.to_text(120)


def test_sizes_that_are_rounded() -> None:
    result = summary(nn.Conv2d(3, 4, 3, stride=2), (1, 3, "H", 9), sizes={"H": 9}, verbose=False)
    assert result.rows[0].symbolic == "1×4×?×4"


@pytest.mark.parametrize(
    ("size", "settings", "error", "message"),
    [
        (("B", "C", "H", "W"), {}, ValueError, "has the letters B, C, H, W; at most 3"),
        (("B", 6), {"sizes": {"T": 3}}, ValueError, "sizes has 'T', which input_size does not have"),
        (("B", 6), {"sizes": {"B": 0}}, ValueError, "sizes has 0 for B"),
        (("B", 6), {"profile": True}, ValueError, "profile was given with letters"),
        ((2, 6), {"sizes": {"B": 3}}, ValueError, "sizes was given without letters"),
        (("B", "5x"), {}, TypeError, "input_size has '5x' where a whole number"),
        (("B", 7), {}, ForwardError, "Linear.* failed"),
    ],
)
def test_what_is_refused(size: Any, settings: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        summary(nn.Linear(6, 5), size, verbose=False, **settings)


def test_inputs_by_name() -> None:
    def totals(result: ModelSummary) -> str:
        assert result.formulas is not None
        return str(result.formulas.totals["macs"])

    model = nn.Bilinear(3, 4, 5)
    assert totals(summary(model, [("B", 3), ("B", 4)], verbose=False)) == "60·B"
    assert totals(summary(model, {"input1": ("B", 3), "input2": ("B", 4)}, verbose=False)) == "60·B"
