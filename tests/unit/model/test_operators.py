"""Costs by kind of operation, and the columns of what a layer says of itself."""

import pytest
from tests.unit.model.networks import Convolutional
from torch import nn

from cutaway.model.summary import summary
from cutaway.model.view import TableView, lines


def test_costs_by_operation() -> None:
    result = summary(Convolutional().eval(), (2, 3, 8, 8), backward=True, verbose=False)
    operators = result.by_operator()
    # 3 x 3 windows over 8 x 8 places of two pictures: 3 to 8 channels, then twice 8 to 8.
    places = 2 * 8 * 8 * 9
    convolutions = operators["aten.convolution"]
    assert (convolutions.count, convolutions.macs) == (3, places * (3 * 8 + 2 * 8 * 8))
    # Read and written in bytes: pictures, weights, biases.
    pictures = 2 * 8 * 8 * 4
    weights = (9 * (3 * 8 + 2 * 8 * 8) + 3 * 8) * 4
    assert convolutions.bytes_moved == pictures * (3 + 8 + 2 * (8 + 8)) + weights
    # Both gradients of each, but that of the input.
    backward = operators["aten.convolution_backward"]
    assert (backward.count, backward.backward_count) == (0, 3)
    assert backward.backward_macs == places * (3 * 8 + 2 * 2 * 8 * 8)
    assert (operators["aten.addmm"].count, operators["aten.addmm"].macs) == (1, 2 * 8 * 5)
    assert operators["aten.relu"].element_operations == 2 * 8 * 8 * 8


def test_they_add_up_to_the_totals() -> None:
    result = summary(Convolutional(), (2, 3, 8, 8), backward=True, verbose=False)
    operators = result.by_operator()
    totals = result.totals
    assert sum(each.macs for each in operators) == totals.macs
    assert sum(each.backward_macs for each in operators) == totals.backward_macs
    assert sum(each.element_operations for each in operators) == totals.element_operations
    assert sum(each.bytes_moved for each in operators) == result.rows[0].bytes_moved
    assert sum(each.count + each.backward_count for each in operators) == len(result.trace.ops)


def test_the_table_and_the_data() -> None:
    operators = summary(nn.Linear(4, 3), (2, 4), verbose=False).by_operator()
    assert str(operators).splitlines() == [
        "Operation   Runs  MACs  Element ops  Moved  Backward runs  Backward MACs",
        "aten.addmm     1    24            –  116 B              –              –",
        "aten.t         1     –            –      –              –              –",
    ]
    assert operators.to_dict()[0]["name"] == "aten.addmm"
    assert len(operators) == 2
    with pytest.raises(KeyError, match=r"aten\.mm.*aten\.addmm, aten\.t"):
        operators["aten.mm"]


def test_columns_of_windows() -> None:
    model = nn.Sequential(
        nn.Conv2d(4, 8, (3, 5), stride=2, groups=2), nn.Conv1d(8, 8, 1), nn.MaxPool2d(2), nn.Linear(4, 4), nn.LSTM(4, 4)
    )
    result = summary(model, verbose=False)
    found = lines(result, TableView(columns=("kernel_size", "stride", "groups")))
    assert [line.cells for line in found[1:]] == [
        ("3×5", "2×2", "2"),
        ("1", "1", "1"),
        ("2", "2", ""),
        ("", "", ""),
        ("", "", ""),
    ]
