"""How values and numbers read."""

import pytest

from cutaway.model.records import Tensor, Value
from cutaway.model.values_text import dtype_text, shape_text, si, size_text


def tensor(*shape: int, dtype: str = "float32") -> Value:
    return Value("tensor", "Tensor", tensor=Tensor(shape, dtype, "cpu", 4))


def group(kind: str, *items: tuple[str, Value]) -> Value:
    return Value("group", kind, items=items)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (tensor(2, 3), "2×3"),
        (tensor(-1, 3), "?×3"),
        (tensor(), "()"),
        (Value("none", "None"), "None"),
        (Value("object", "Opaque"), "Opaque"),
        (Value("scalar", "int", text="3"), "3"),
        (group("tuple", ("0", tensor(1)), ("1", Value("none", "None"))), "(1, None)"),
        (group("list", ("0", tensor(1))), "[1]"),
        (group("Output", ("logits", tensor(1, 2))), "{logits: 1×2}"),
        (group("dict", ("logits", tensor(1, 2))), "{logits: 1×2}"),
        (group("list", ("0", Value("scalar", "int", text="3"))), "list of 1"),
        (group("tuple", *((str(i), tensor(1)) for i in range(9))), "(1, 1, 1, 1, 1, 1, … 9 in all)"),
        (group("arguments", ("x", tensor(4))), "4"),
        (group("arguments", ("0", tensor(4)), ("mask", tensor(5))), "4, mask=5"),
        (group("arguments"), "–"),
    ],
)
def test_shape_text(value: Value | None, text: str) -> None:
    assert shape_text(value) == text


def test_dtypes_are_named_once() -> None:
    assert dtype_text(group("tuple", ("0", tensor(1)), ("1", tensor(2)), ("2", tensor(1, dtype="int64")))) == (
        "float32, int64"
    )
    assert dtype_text(None) == ""


def test_numbers() -> None:
    assert [si(number) for number in (0, 7, 999, 1000, 1234, 999_960, 4_089_184_256)] == [
        "0", "7", "999", "1.000 k", "1.234 k", "1.000 M", "4.089 G",
    ]  # fmt: skip
    assert si(1_500_000, "B") == "1.500 MB"
    assert size_text((1, 2)) == "1×2"
