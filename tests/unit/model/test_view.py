"""What is shown: folding, sorting, filtering, columns, shares; whatever it is, it adds up to the totals."""

from typing import Any

import pytest
from tests.unit.model.networks import Convolutional, Language, Repeated
from torch import Tensor, nn

from cutaway.model.columns import COLUMNS
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary
from cutaway.model.view import TableLine, TableView, changed, lines, make_view


class Block(nn.Module):
    def __init__(self, experts: int = 0) -> None:
        super().__init__()
        self.attn = nn.Linear(4, 4)
        self.mlp = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))
        self.experts = nn.ModuleList(nn.Linear(4, 4) for _ in range(experts))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.mlp(self.attn(x))
        for expert in self.experts:
            x = x + expert(x)
        return x


class Stack(nn.Module):
    def __init__(self, depth: int, experts: int = 0) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Block(experts) for _ in range(depth))
        self.head = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Any:
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class Loop(nn.Module):
    """A cell and an output layer called in turn."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.cell, self.out, self.steps = nn.GRUCell(4, 4), nn.Linear(4, 4), steps

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(self.steps):
            x = self.out(self.cell(x))
        return x


def shown(model: nn.Module, *size: int, **view: Any) -> list[TableLine]:
    return lines(summary(model, size, verbose=False), make_view(**view))


def labels(found: list[TableLine]) -> list[str]:
    return [f"{'  ' * line.depth}{line.label}" for line in found]


def test_equal_blocks_are_one_line_and_what_is_in_them_too() -> None:
    assert labels(shown(Stack(32), 3, 4)) == [
        "Stack",
        "  layers.0-31: 32 × Block",
        "    attn: 32 × Linear",
        "    mlp: 32 × Sequential",
        "      0: 32 × Linear",
        "      1: 32 × ReLU",
        "      2: 32 × Linear",
        "    experts: 32 × ModuleList",
        "  head: Linear",
    ]


def test_blocks_within_blocks() -> None:
    found = shown(Stack(3, experts=4), 3, 4)
    assert "    experts.0-3: 12 × Linear" in labels(found)
    line = next(line for line in found if line.name == "experts.0-3")
    assert line.count == 12
    assert line.cells[1] == 12 * 20


def test_a_block_that_differs_is_on_its_own() -> None:
    model = Stack(6)
    model.layers[2] = Block(experts=1)
    assert [line.label for line in shown(model, 3, 4) if line.type == "Block"] == [
        "0-1: 2 × Block",
        "2: Block",
        "3-5: 3 × Block",
    ]


def test_frozen_blocks_are_not_those_that_learn() -> None:
    model = Stack(4)
    model.layers[:2].requires_grad_(False)
    assert [line.label for line in shown(model, 3, 4) if line.type == "Block"] == ["0-1: 2 × Block", "2-3: 2 × Block"]


@pytest.mark.parametrize("steps", [2, pytest.param(3000, marks=pytest.mark.slow)])
def test_a_loop_is_one_line_for_each_module_in_it(steps: int) -> None:
    found = shown(Loop(steps), 3, 4)
    assert labels(found) == [
        "Loop",
        f"  cell#1-{steps}: {steps:,} × GRUCell",
        f"  out#1-{steps}: {steps:,} × Linear",
    ]
    # The module is one, however often it is called.
    assert found[2].cells[1] == 20
    assert found[2].cells[2] == steps * 3 * 4 * 4


def test_unequal_calls_of_a_module_are_not_folded() -> None:
    class Growing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> list[Tensor]:
            return [self.layer(x[:length]) for length in (1, 2, 3)]

    assert [line.name for line in shown(Growing(), 3, 4)] == ["", "layer", "layer#2", "layer#3"]


MODELS: list[tuple[nn.Module, tuple[int, ...], str | None]] = [
    (Stack(5, experts=3), (3, 4), None),
    (Loop(7), (3, 4), None),
    (Convolutional(), (2, 3, 8, 8), None),
    (Language(), (2, 7), "int64"),
    (Repeated(4), (2, 4), None),
]


@pytest.mark.parametrize("idx", range(len(MODELS)))
@pytest.mark.parametrize("fold", [True, False])
@pytest.mark.parametrize("column", [name for name, column in COLUMNS.items() if column.adds_up])
def test_lines_add_up_to_the_totals(idx: int, fold: bool, column: str) -> None:
    model, size, dtype = MODELS[idx]
    result = summary(model, size, dtypes=dtype, backward=True, verbose=False)
    found = [line for line in lines(result, make_view(fold=fold, columns=[column])) if line.state != "parameter"]
    read = COLUMNS[column].read
    assert found[0].cells[0] == read(result.rows[0])
    if column == "output_bytes":
        return  # What a call returns is not the sum of what is in it.
    for idx, line in enumerate(found):
        inner = []
        for other in found[idx + 1 :]:
            if other.depth <= line.depth:
                break
            if other.depth == line.depth + 1:
                inner.append(int(other.cells[0] or 0))
        assert sum(inner) <= int(line.cells[0] or 0)
    assert _total_of_leaves(result, column, fold) == int(read(result.rows[0]) or 0)


def _total_of_leaves(result: ModelSummary, column: str, fold: bool) -> int:
    """Each line without what is in it, added up."""
    found = [line for line in lines(result, make_view(fold=fold, columns=[column])) if line.state != "parameter"]
    total = 0
    for idx, line in enumerate(found):
        own = int(line.cells[0] or 0)
        for other in found[idx + 1 :]:
            if other.depth <= line.depth:
                break
            if other.depth == line.depth + 1:
                own -= int(other.cells[0] or 0)
        total += own
    return total


def test_depth() -> None:
    assert labels(shown(Stack(3), 3, 4, depth=1)) == ["Stack", "  layers.0-2: 3 × Block", "  head: Linear"]
    assert labels(shown(Stack(3), 3, 4, depth=0)) == ["Stack"]


def test_sorted_within_each_row() -> None:
    found = shown(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 9), nn.Linear(9, 2)), 3, 4, sort_by="macs")
    assert [line.name for line in found] == ["", "1", "2", "0"]
    assert [line.stem for line in found] == ["", "├─ ", "├─ ", "└─ "]


def test_filtered() -> None:
    found = shown(Stack(3), 3, 4, filter="*.mlp.*", sort_by="parameters")
    assert [line.name for line in found][:2] == ["layers.0.mlp.0", "layers.1.mlp.0"]
    assert {line.stem for line in found} == {""}
    assert len(found) == 9
    assert shown(Stack(3), 3, 4, filter="nothing") == []


def test_shares() -> None:
    found = shown(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 12)), 3, 4)
    assert [line.share for line in found] == [1.0, 0.25, 0.75]
    found = shown(nn.Sequential(nn.Linear(4, 4), nn.ReLU()), 3, 4, cost="parameters")
    assert [line.share for line in found] == [1.0, 1.0, 0.0]
    # Where nothing is multiplied, parameters.
    assert [line.share for line in shown(nn.Sequential(nn.BatchNorm1d(4), nn.ReLU()), 3, 4)] == [1.0, 1.0, 0.0]


def test_columns_that_need_a_backward_make_it() -> None:
    assert summary(Stack(2), (3, 4), columns="macs,backward_macs", verbose=False).totals.backward_macs is not None
    assert summary(Stack(2), (3, 4), sort_by="backward_flops", verbose=False).totals.backward_macs is not None
    assert summary(Stack(2), (3, 4), verbose=False).totals.backward_macs is None


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"columns": ["mac"]}, ValueError, r"columns has 'mac' \(did you mean 'macs'\?\); choose from inputs, outputs"),
        ({"columns": "macs,,"}, ValueError, "columns has ''; choose from"),
        ({"depth": -1}, ValueError, "depth is -1; None or a whole number from 0 is expected"),
        ({"depth": True}, ValueError, "depth is True"),
        ({"sort_by": "outputs"}, ValueError, "sort_by is 'outputs'"),
        ({"cost": "parameter"}, ValueError, r"cost is 'parameter' \(did you mean 'parameters'\?\); one of parameters"),
        ({"filter": 3}, TypeError, r"filter is of type int; a pattern such as '\*attn\*' is expected"),
        ({"fold": 1}, TypeError, "fold is 1; True or False is expected"),
        ({"dept": 1}, TypeError, r"there is no setting 'dept' \(did you mean 'depth'\?\)"),
    ],
)
def test_bad_settings(settings: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make_view(**settings)
    with pytest.raises(error, match=message):
        summary(nn.ReLU(), verbose=False).to_text(**settings)


def test_settings_are_changed_one_by_one() -> None:
    view = changed(TableView(depth=3), columns="macs, outputs,macs", fold=False)
    assert view == TableView(depth=3, columns=("macs", "outputs"), fold=False)
