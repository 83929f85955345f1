"""Bytes that ops move, by hand."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from cutaway.model.costs.traffic import bytes_moved, element_bytes
from cutaway.model.records import Op, OpInput, OpOutput
from cutaway.model.summary import summary


class Function(nn.Module):
    def __init__(self, then: Any) -> None:
        super().__init__()
        self.then = then

    def forward(self, x: torch.Tensor) -> Any:
        return self.then(self, x)


@pytest.mark.parametrize(
    ("then", "moved"),
    [
        (lambda _, x: x + 1, 2 * 48),
        (lambda _, x: x.view(4, 3), 0),
        (lambda _, x: x.transpose(0, 1), 0),
        (lambda _, x: x.clone().mul_(2), 2 * 48 + 2 * 48),
        (lambda _, x: x.half(), 48 + 24),
        (lambda _, x: x.sum(), 48 + 4),
        (lambda _, x: x @ torch.ones(4, 5), 48 + (80 + 60) + 80),
    ],
)
def test_by_hand(then: Any, moved: int) -> None:
    assert summary(Function(then), (3, 4), verbose=False).rows[0].bytes_moved == moved


def test_a_table_that_is_looked_up() -> None:
    result = summary(nn.Embedding(1000, 8), (5,), dtypes="int64", verbose=False)
    assert result.rows[0].bytes_moved == 2 * 5 * 8 * 4 + 5 * 8


def test_functions_count_with_what_calls_them() -> None:
    result = summary(Function(lambda _, x: functional.relu(x)), (3, 4), verbose=False)
    assert result.rows[0].bytes_moved == 2 * 48


@pytest.mark.parametrize(
    "dtype", [each for each in vars(torch).values() if isinstance(each, torch.dtype) and "quint" not in str(each)]
)
def test_sizes_of_elements(dtype: torch.dtype) -> None:
    name = str(dtype).removeprefix("torch.")
    if name in ("uint1", "uint2", "uint3", "uint4", "uint5", "uint6", "uint7") or (
        name[:3] == "int" and name[3:] in "1234567"
    ):
        return  # Shells without arithmetic of their own.
    assert element_bytes(name) == dtype.itemsize


@pytest.mark.parametrize("name", ["aten.embedding", "onnx.Gather", "jax.gather"])
def test_a_table_is_looked_up_in_every_framework(name: str) -> None:
    """Of a table of 1000 rows, five are read."""
    operands = (OpInput("0", (1000, 8), "float32"), OpInput("1", (5,), "int64"))
    op = Op(0, None, "forward", name, None, operands, (OpOutput((5, 8), "float32", "cpu", 160),), times=3)
    assert bytes_moved(op) == 3 * (160 + 160 + 40)
