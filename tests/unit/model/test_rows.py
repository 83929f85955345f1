"""Rows: sums that hold at every row, every module listed, each parameter counted once."""

import pytest
import torch
from tests.unit.model.networks import Convolutional, Custom, Language, Repeated
from torch import nn

from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary


def summaries() -> dict[str, ModelSummary]:
    return {
        "convolutional": summary(Convolutional(), (2, 3, 8, 8), verbose=False),
        "language": summary(Language(), {"ids": (2, 7)}, dtypes="int64", verbose=False),
        "repeated": summary(Repeated(5), (2, 4), verbose=False),
        "modules only": summary(Language(), verbose=False),
    }


@pytest.mark.parametrize("name", ["convolutional", "language", "repeated", "modules only"])
def test_every_row_is_the_sum_of_what_is_in_it(name: str) -> None:
    result = summaries()[name]
    own_macs = dict.fromkeys(range(len(result.trace.calls)), 0)
    for idx, row in enumerate(result.rows):
        below = [child for child in result.rows if child.parent == idx]
        assert row.parameters == row.own_parameters + sum(child.parameters for child in below)
        assert row.macs >= sum(child.macs for child in below)
        assert all(child.depth == row.depth + 1 for child in below)
        if row.call is not None:
            own_macs[row.call] = row.macs - sum(child.macs for child in below)
    assert sum(own_macs.values()) == result.totals.macs
    assert sum(row.own_parameters for row in result.rows) == result.totals.parameters


@pytest.mark.parametrize("make", [Convolutional, Language, lambda: Repeated(4)])
def test_totals_are_those_of_the_model(make: type[nn.Module]) -> None:
    model = make()
    next(iter(model.parameters())).requires_grad_(False)
    totals = summary(model, verbose=False).totals
    assert totals.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert totals.trainable_parameters == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert totals.parameter_bytes == sum(parameter.nbytes for parameter in model.parameters())
    assert totals.buffers == sum(buffer.numel() for buffer in model.buffers())
    assert totals.buffer_bytes == sum(buffer.nbytes for buffer in model.buffers())


@pytest.mark.parametrize("name", ["convolutional", "language", "modules only"])
def test_every_module_has_a_row(name: str) -> None:
    result = summaries()[name]
    assert {module.path for module in result.trace.modules} <= {row.path for row in result.rows}
    assert len({row.key for row in result.rows}) == len(result.rows)


def test_containers_stand_around_the_calls_of_their_children() -> None:
    rows = {row.path: row for row in summaries()["convolutional"].rows}
    assert list(rows) == ["", "stem", "stem.0", "stem.1", "stem.2", "blocks", "blocks.0", "blocks.1", "head"]
    assert rows["blocks"].call_number == 0
    assert rows["blocks"].contains_calls
    assert rows["blocks"].macs == 2 * (2 * 8 * 64 * 72)


def test_layers_that_were_not_called() -> None:
    rows = {row.path: row for row in summaries()["language"].rows}
    assert rows["unused"].call_number == 0
    assert not rows["unused"].weights_used
    assert rows["layer.self_attn.out_proj"].call_number == 0
    assert rows["layer.self_attn.out_proj"].weights_used


def test_tied_and_repeated_parameters_count_once() -> None:
    rows = {row.key: row for row in summaries()["language"].rows}
    assert (rows["tokens"].parameters, rows["tokens"].shared_parameters) == (800, 0)
    assert (rows["head"].parameters, rows["head"].shared_parameters) == (0, 800)
    repeated = summaries()["repeated"]
    assert [row.parameters for row in repeated.rows] == [20, 20, 0, 0, 0, 0]
    assert [row.macs for row in repeated.rows] == [160, 32, 32, 32, 32, 32]


def test_own_parameters_of_a_container() -> None:
    row = summaries()["language"].rows[0]
    assert row.own_parameters == 32 * 16
    assert [parameter.path for parameter in row.own] == ["positions"]


def test_memory_that_parameters_share_counts_once() -> None:
    block = torch.zeros(12)
    model = nn.ParameterList([block[:8], block[4:], torch.zeros(3)])
    totals = summary(model, verbose=False).totals
    assert totals.parameters == 19
    assert totals.parameter_bytes == 4 * (12 + 3)


def test_deep_and_wide_models() -> None:
    deep: nn.Module = nn.Identity()
    for _ in range(100):
        deep = nn.Sequential(deep)
    assert summary(deep, (2, 3), verbose=False).rows[-1].depth == 100
    wide = summary(Custom(lambda module, x: x), verbose=False)
    assert [row.depth for row in wide.rows] == [0, 1, 1, 1]
