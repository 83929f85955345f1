"""Texts of logs do nothing where they are printed, and numbers come back from their texts."""

import csv
import io
import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cutaway.store.neutral_text import for_csv, for_terminal
from cutaway.store.recorded_rows import shortest

DIRECTIONS = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def test_known_texts() -> None:
    assert for_terminal("loss/train ü 漢") == "loss/train ü 漢"
    assert for_terminal("\x1b]0;title\x07\x9b2J\x7f") == "\\x1b]0;title\\x07\\x9b2J\\x7f"
    assert for_terminal("a\tb\r\nc\u202etxt.exe\u2066") == "a\\tb\\r\\nc\\u202etxt.exe\\u2066"
    for start in "=+-@":
        assert for_csv(f"{start}1+1") == f"'{start}1+1"
    assert (for_csv("\tx"), for_csv("\rx"), for_csv("a=b"), for_csv("")) == ("'\\tx", "'\\rx", "a=b", "")


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    for safe in (for_terminal(text), for_csv(text)):
        assert not any(unicodedata.category(character) == "Cc" for character in safe)
        assert not any(unicodedata.bidirectional(character) in DIRECTIONS for character in safe)
    assert not for_csv(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    (row,) = csv.reader(io.StringIO(",".join(['"' + for_csv(text).replace('"', '""') + '"', "1"])))
    assert row == [for_csv(text), "1"]


def digits(number: str) -> int:
    """How many significant digits a number is written with; zeros at its end only give the size."""
    mantissa = number.lstrip("-").split("e")[0].replace(".", "")
    return len(mantissa.strip("0")) if mantissa.isdecimal() else 0


@given(arrays.arrays(np.float32, st.integers(0, 50), elements=st.floats(width=32)))
def test_float32_comes_back_from_the_shortest_text(values: np.ndarray) -> None:
    texts = shortest(values)
    np.testing.assert_array_equal(np.array([np.float32(text) for text in texts], np.float32), values)
    for text, value in zip(texts, values.tolist(), strict=True):
        # Nine digits are always enough, and none has more than the float64 that it is.
        assert digits(text) <= min(9, digits(repr(value)))


@given(st.lists(st.floats()), st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_float64_and_int64_are_as_python_has_them(floats: list[float], integers: list[int]) -> None:
    assert shortest(np.array(floats, np.float64)) == [repr(value) for value in floats]
    assert shortest(np.array(integers, np.int64)) == [str(value) for value in integers]


def test_a_tenth() -> None:
    assert shortest(np.array([1e12], np.float32)) == ["1000000000000.0"]
    assert shortest(np.array([0.1, 16777216, 1e-7, np.nan, -np.inf], np.float32)) == [
        "0.1", "16777216.0", "1e-07", "nan", "-inf"
    ]  # fmt: skip
