"""Frames come back as they were."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from cutaway.server.column_frames import encode_frame

COLUMNS = st.dictionaries(
    st.text(max_size=5),
    st.sampled_from(["f8", "f4", "i8", "i4", "u4", "u1"]).flatmap(
        lambda dtype: hypothesis_numpy.arrays(dtype, st.integers(0, 9))
    ),
    max_size=5,
)


@given(COLUMNS, st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_round_trip(columns: dict[str, Any], header: dict[str, str]) -> None:
    body = encode_frame(header, columns)
    length = int.from_bytes(body[4:8], "little")
    assert (body[:4], length % 8, len(body) % 8) == (b"CTW1", 0, 0)
    read = json.loads(body[8 : 8 + length])
    described = read.pop("columns")
    assert read == {name: value for name, value in header.items() if name != "columns"}
    assert list(described) == list(columns)
    for name, column in columns.items():
        place = described[name]
        assert place["offset"] % 8 == 0
        values = np.frombuffer(body, "<" + place["dtype"], place["length"], 8 + length + place["offset"])
        np.testing.assert_array_equal(values, column)


def test_big_endian_columns_are_turned(decode: Callable[[bytes], Any]) -> None:
    assert decode(encode_frame({}, {"a": np.array([1, 2], ">f8")})).columns["a"].tolist() == [1, 2]


def test_other_dtypes_are_refused() -> None:
    with pytest.raises(TypeError, match="'a' has dtype float16; accepted are f8, f4"):
        encode_frame({}, {"a": np.zeros(1, np.float16)})
