"""Records of a watch: what was recorded comes back, and everything else is malformed."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.unit.store.kinds.hostile import peak_of, tensor
from tests.watch_log import layout, watch_value

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.events.watch_layout import MAGNITUDE_BINS, WatchLayout
from cutaway.events.wire import MalformedError
from cutaway.record.tensor import plugin
from cutaway.store.kinds.decode import decode_value, describe

LAYOUT = layout("gradient", ["0.weight", "0.bias", "1.weight"])
VALUES = np.arange(24, dtype=np.float32).reshape(3, 8)
METADATA = encode(messages.SUMMARY_METADATA, plugin("cutaway_watch", LAYOUT.to_json()))


@pytest.mark.parametrize("metadata", [METADATA, b""])
def test_statistics_with_their_layout(metadata: bytes) -> None:
    """The layout is in the value, or in the first one of its tag."""
    own = None if metadata else LAYOUT
    found = decode_value("cutaway_watch", watch_value("watch/gradient", VALUES, own), metadata)
    assert found.layout == LAYOUT
    np.testing.assert_array_equal(found.values, VALUES)
    assert describe(found) == "statistics of 3 rows, gradient"


def test_magnitudes() -> None:
    counts = np.arange(3 * MAGNITUDE_BINS, dtype=np.uint16).reshape(3, MAGNITUDE_BINS)
    found = decode_value("cutaway_watch", watch_value("watch/gradient/magnitude", counts, LAYOUT))
    np.testing.assert_array_equal(found.values, counts)
    assert describe(found) == "magnitudes of 3 rows, gradient"


def test_columns_beyond_the_known_ones() -> None:
    more = replace(LAYOUT, columns=(*LAYOUT.columns, "median"))
    found = decode_value("cutaway_watch", watch_value("watch/gradient", np.zeros((3, 9), np.float32), more))
    assert found.layout.columns[-1] == "median"


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        ("watch/gradient", VALUES[:2]),
        ("watch/gradient", VALUES[:, :7]),
        ("watch/gradient", VALUES.astype(np.float64)),
        ("watch/gradient", VALUES.reshape(-1)),
        ("watch/gradient/magnitude", VALUES),
        ("watch/gradient/magnitude", np.zeros((3, 63), np.uint16)),
    ],
)
def test_tensors_that_are_not_as_the_layout_says(tag: str, values: Any) -> None:
    with pytest.raises(MalformedError, match="must be"):
        decode_value("cutaway_watch", watch_value(tag, values, LAYOUT))


def test_a_value_without_a_tensor() -> None:
    data = encode(messages.VALUE, {"tag": "watch/gradient"})
    with pytest.raises(MalformedError, match="holds no tensor"):
        decode_value("cutaway_watch", data, METADATA)


def test_one_element_for_all() -> None:
    with pytest.raises(MalformedError, match="in full"):
        decode_value("cutaway_watch", tensor(1, (3, 8), "cutaway_watch", LAYOUT.to_json(), float_val=[1.0]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"version":2}',
        b'{"version":1}',
        b'{"version":1,"rows":["a"]}',
        b'{"version":1,"rows":' + b"9" * 5000 + b"}",
    ],
)
def test_layouts_that_are_none(content: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_value("cutaway_watch", tensor(1, (1, 8), "cutaway_watch", content, tensor_content=bytes(32)))


@pytest.mark.parametrize(
    "change",
    [
        {"rows": "abc"},
        {"rows": [1, 2, 3]},
        {"classes": ["Linear"]},
        {"numel": [1, 2, -3]},
        {"numel": [1, 2, 2**70]},
        {"sampled": [1, 2, 0.5]},
        {"kind": 7},
        {"rank": "0"},
        {"columns": ["sum"]},
        {"columns": [*reversed(LAYOUT.columns)]},
    ],
)
def test_layouts_with_a_wrong_member(change: dict[str, Any]) -> None:
    content = json.dumps(json.loads(LAYOUT.to_json()) | change).encode()
    with pytest.raises(MalformedError):
        decode_value("cutaway_watch", tensor(1, (3, 8), "cutaway_watch", content, tensor_content=bytes(96)))


def test_keys_that_nobody_knows_are_passed_over() -> None:
    content = json.dumps(json.loads(LAYOUT.to_json()) | {"colour": "red"})
    assert WatchLayout.from_json(content) == LAYOUT


@pytest.mark.parametrize("inner", [b"{},", b"[],", b'"",', b"[[[]]],"])
def test_layouts_of_many_small_parts(inner: bytes) -> None:
    content = b'{"version":1,"rows":[' + inner * 400_000 + b"0]}"

    def read() -> None:
        with pytest.raises(MalformedError):
            decode_value("cutaway_watch", tensor(1, (1, 8), "cutaway_watch", content, tensor_content=bytes(32)))

    assert peak_of(read) < 4_000_000 + 40 * len(content)
