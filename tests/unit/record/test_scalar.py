"""What counts as a number and what is refused, with the message a user sees."""

import math
from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from cutaway.record.scalar import flatten, to_number, to_step


class ArrayOnly:
    """As TensorFlow's eager tensors: nothing but __array__, and a shape."""

    shape = (1,)

    def __init__(self, *values: float) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.values, dtype)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (2**60 + 1, 2**60 + 1),
        (True, 1),
        (0.1, 0.1),
        (np.float16(0.5), 0.5),
        (np.float32(0.1), float(np.float32(0.1))),
        (np.float64(0.1), 0.1),
        (np.longdouble(0.25), 0.25),
        (np.int8(-3), -3),
        (np.int64(2**60 + 1), 2**60 + 1),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.bool_(True), 1),
        (np.array(0.5), 0.5),
        (np.array([[7]]), 7),
        (torch.tensor(0.1, dtype=torch.float64), 0.1),
        (torch.tensor([0.5], requires_grad=True), 0.5),
        (torch.tensor(1.5, dtype=torch.bfloat16), 1.5),
        (torch.tensor(2**60 + 1), 2**60 + 1),
        (torch.tensor(True), 1),
        (torch.nn.Parameter(torch.tensor(0.25)), 0.25),
        (torch.tensor([0.5], requires_grad=True) * 2, 1.0),
        (ArrayOnly(0.5), 0.5),
        (Fraction(1, 4), 0.25),
        (Decimal("0.5"), 0.5),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
    ],
)
def test_numbers(value: Any, expected: float) -> None:
    number = to_number(value, "scalar_value")
    assert isinstance(number, (int, float))
    assert number == expected


@pytest.mark.parametrize("value", [math.nan, np.float32("nan"), torch.tensor(math.nan)])
def test_nan_is_a_number(value: Any) -> None:
    assert math.isnan(to_number(value, "scalar_value"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, r"scalar_value must be a real number, got None \(NoneType\); accepted are a number"),
        ("half", r"got 'half' \(str\)"),
        (b"one", r"got b'one' \(bytes\)"),
        (1j, r"got 1j \(complex\)"),
        ([None], r"got \[None\] \(list\)"),
        ({"a": 1}, r"got {'a': 1} \(dict\)"),
        (np.array("x"), r"got numpy.ndarray of shape \(\) and dtype <U1"),
        (np.complex64(1), r"got numpy.complex64 of shape \(\) and dtype complex64"),
        (torch.tensor(1j), r"got torch.Tensor of shape \(\) and dtype torch.complex64"),
        (np.datetime64("2020-01-01"), r"got numpy.datetime64"),
        ("x" * 500, r"got 'x{56}\.\.\. \(str\)"),
    ],
)
def test_what_is_no_number(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        to_number(value, "scalar_value")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros(3), r"loss must be one number, got numpy.ndarray of shape \(3,\) and dtype float64"),
        (np.zeros(0), r"got numpy.ndarray of shape \(0,\)"),
        (torch.zeros(2, 2), r"got torch.Tensor of shape \(2, 2\) and dtype torch.float32"),
        (torch.zeros(1, device="meta"), r"got torch.Tensor of shape \(1,\) .* on device meta"),
        (ArrayOnly(1, 2), r"must be one number, got"),
        (10**400, r"loss must be within the range of float64, got an int of 1329 bits"),
    ],
)
def test_what_is_not_one_number(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_number(value, "loss")


def test_nested_mappings_are_joined() -> None:
    values = OrderedDict(a=1, b={"c": np.float32(2), "d": {"e": torch.tensor(3)}})
    assert list(flatten(values, "values")) == [("a", 1), ("b/c", 2.0), ("b/d/e", 3)]


def test_the_message_says_which_value_it_was() -> None:
    with pytest.raises(TypeError, match=r"^values\['a'\]\['b'\] must be a real number, got None"):
        list(flatten({"a": {"b": None}}, "values"))
    with pytest.raises(TypeError, match=r"the keys of values\['a'\] must be strings, got 3 \(int\)"):
        list(flatten({"a": {3: 1.0}}, "values"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 0), (0, 0), (-5, -5), (np.int32(7), 7), (torch.tensor(9), 9), (3.0, 3), (2.9, 2), (True, 1)],
)
def test_steps(value: Any, expected: int) -> None:
    step = to_step(value, "global_step")
    assert type(step) is int
    assert step == expected


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, math.nan, math.inf, np.float32("inf")])
def test_steps_out_of_range(value: Any) -> None:
    with pytest.raises(ValueError, match="global_step must be a number within the range of int64, got"):
        to_step(value, "global_step")


def test_steps_that_are_none() -> None:
    with pytest.raises(TypeError, match="global_step must be a real number, got 'one'"):
        to_step("one", "global_step")
