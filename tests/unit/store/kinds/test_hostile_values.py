"""Small messages that took gigabytes, ended programs or showed numbers that nobody wrote: each with its right value."""

import contextlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.store.kinds.hostile import MANY, peak_of, shaped, tensor, value

import cutaway
from cutaway.events import graph_messages, messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.events.wire import MalformedError, bytes_field, double_field, float_field, varint, varint_field
from cutaway.store.kinds.decode import decode_value, describe
from cutaway.store.kinds.tensor import is_fill

#: What is allocated for a record of no bytes.
AMPLE = 8_000_000


# -- one element for many --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "elements", "expected"),
    [
        (2, {"double_val": [1.5]}, np.float64(1.5)),
        (18, {"dcomplex_val": [1.5, 2.5]}, np.complex128(1.5 + 2.5j)),
        (9, {"int64_val": [-7]}, np.int64(-7)),
        (14, {"half_val": [0x3FC0]}, np.float32(1.5)),
        (10, {"bool_val": [True]}, np.True_),
        (1, {}, np.float32(0)),
        (7, {"string_val": [b"x" * 1000]}, b"x" * 1000),
        (7, {}, b""),
    ],
)
def test_an_element_that_stands_for_many_is_kept_once(dtype: int, elements: dict[str, Any], expected: Any) -> None:
    data = tensor(dtype, (1 << 12, 1 << 12), **elements)
    found = decode_value("tensor", data)
    assert (found.shape, is_fill(found)) == ((1 << 12, 1 << 12), True)
    assert found[17, 4095] == found[4095, 0] == expected
    assert peak_of(lambda: describe(decode_value("tensor", data))) < AMPLE


def test_a_text_that_stands_for_many_is_kept_once() -> None:
    data = tensor(7, (MANY,), "text", string_val=["ü".encode() * 500])
    found = decode_value("text", data)
    assert (found.shape, found[0], found[-1]) == ((MANY,), "ü" * 500, "ü" * 500)
    assert describe(found).startswith(f"table of {MANY} texts: üü")
    assert peak_of(lambda: describe(decode_value("text", data))) < AMPLE


def test_the_last_of_several_stands_for_what_a_record_has_room_for() -> None:
    found = decode_value("tensor", tensor(2, (100_000,), double_val=[1.0, 2.0]))
    assert (found[0], found[1:].min(), found[1:].max()) == (1.0, 2.0, 2.0)
    with pytest.raises(MalformedError, match="many times its own size"):
        decode_value("tensor", tensor(2, (MANY,), double_val=[1.0, 2.0]))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("histograms", tensor(2, (MANY // 3, 3), "histograms", double_val=[1.5])),
        ("pr_curves", tensor(1, (6, MANY // 6), "pr_curves", float_val=[1.0])),
        ("images", tensor(7, (MANY,), "images", string_val=[b"1"])),
        ("audio", tensor(7, (MANY, 1), "audio", string_val=[b"RIFF"])),
    ],
)
def test_what_has_no_use_for_one_element_many_times_refuses_it(kind: str, data: bytes) -> None:
    def read() -> None:
        with pytest.raises(MalformedError, match="many times its own size"):
            decode_value(kind, data)

    assert peak_of(read) < AMPLE


def test_zeros_that_stand_for_a_histogram_are_an_empty_one() -> None:
    found = decode_value("histograms", tensor(2, (MANY // 3, 3), "histograms"))
    assert (found.count, len(found.edges), found.not_finite) == (0, 0, False)
    mesh = encode(messages.MESH_PLUGIN, {"name": "m", "content_type": 1})
    part = decode_value("mesh", tensor(1, (1, MANY // 3, 3), "mesh", mesh, float_val=[1.0]))
    assert (part.data.shape, is_fill(part.data)) == ((1, MANY // 3, 3), True)


# -- shapes and dtypes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ((1 << 40,), "a tensor of 1099511627776 elements has 1"),
        ((1 << 62, 1 << 62, 0), "is too large"),
        ((0, (1 << 63) - 1), "is too large"),
        ((1,) * 33, "33 dimensions"),
        ((-1,), "shape is not known"),
    ],
)
def test_shapes_that_no_array_has(sizes: tuple[int, ...], reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        decode_value("tensor", tensor(1, sizes, float_val=[1.0]))


def test_shapes_that_an_array_has() -> None:
    assert decode_value("tensor", tensor(1, (1,) * 32, float_val=[3.0])).reshape(-1).tolist() == [3]
    assert decode_value("tensor", tensor(1, (1 << 40, 0))).shape == (1 << 40, 0)


@pytest.mark.parametrize("size", [7, 8, 13, 16])
def test_contents_have_as_many_bytes_as_their_shape_says(size: int) -> None:
    with pytest.raises(MalformedError, match=rf"3 elements of 4 bytes has {size} bytes"):
        decode_value("tensor", tensor(1, (3,), tensor_content=bytes(size)))


@pytest.mark.parametrize(
    ("data", "dtype", "expected"),
    [
        (tensor(23, (2,), uint64_val=[1, 2**64 - 1]), np.uint64, [1, 2**64 - 1]),
        (tensor(23, (2,), tensor_content=struct.pack("<QQ", 1, 2**63 + 5)), np.uint64, [1, 2**63 + 5]),
        (tensor(9, (2,), int64_val=[1, 2**53 + 1]), np.int64, [1, 2**53 + 1]),
        (tensor(9, (2,), int64_val=[-(2**63), 2**63 - 1]), np.int64, [-(2**63), 2**63 - 1]),
        (tensor(22, (2,), uint32_val=[1, 2**32 - 1]), np.uint32, [1, 2**32 - 1]),
        (tensor(10, (2,), tensor_content=b"\x05\x00"), np.bool_, [True, False]),
        (tensor(101, (2,), float_val=[1.0, 2.0]), np.float32, [1, 2]),
        (tensor(12, (2,), int_val=[0, 255]), np.uint8, [0, 255]),
        (tensor(11, (2,), tensor_content=b"\x80\x7f"), np.int8, [-128, 127]),
        (tensor(14, (2,), tensor_content=b"\xc0\x3f\x00\xc0"), np.float32, [1.5, -2]),
        (tensor(8, (1,), scomplex_val=[1.0, -0.5]), np.complex64, [1 - 0.5j]),
    ],
)
def test_numbers_are_those_that_were_written(data: bytes, dtype: Any, expected: list[Any]) -> None:
    found = decode_value("tensor", data)
    assert (found.dtype, found.tolist()) == (dtype, expected)
    # True is 1 in whatever is computed from it.
    assert found.view(np.uint8).max() <= 1 or dtype is not np.bool_


@pytest.mark.parametrize("unpacked", [False, True])
def test_unsigned_numbers_however_they_are_stored(unpacked: bool) -> None:
    numbers = [1, 2**64 - 1]
    stored = b"".join(varint(17 << 3) + varint(number) for number in numbers) if unpacked else b""
    stored = stored or bytes_field(17, b"".join(map(varint, numbers)))
    data = bytes_field(8, encode(messages.TENSOR, shaped(23, 2)) + stored)
    assert decode_value("tensors", data).tolist() == numbers


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tensor(-1, (1,), float_val=[1.0]), "dtype -1"),
        (tensor(201, (1,), float_val=[1.0]), "dtype 201"),
        (tensor(18, (1,), dcomplex_val=[1.0, 2.0, 3.0]), "second half"),
        (tensor(4, (2,), int_val=[1, 300]), "element 300"),
        (tensor(19, (1,), half_val=[1 << 20]), "element 1048576"),
    ],
)
def test_elements_that_are_none(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        decode_value("tensor", data)


# -- curves ------------------------------------------------------------------------------------------------------------


def test_counts_of_curves_that_float32_does_not_hold() -> None:
    counts = np.array([2**24 + 1, 5])
    rows = np.tile(counts, (6, 1))
    curve = decode_value("pr_curves", tensor(9, (6, 2), "pr_curves", tensor_content=rows.tobytes()))
    assert curve.true_positives.tolist() == [2**24 + 1, 5]


@pytest.mark.parametrize("sizes", [(5, 4), (6,), (6, 2, 1), ()])
def test_curves_of_wrong_shapes(sizes: tuple[int, ...]) -> None:
    content = bytes(4 * int(np.prod(sizes)))
    with pytest.raises(MalformedError, match=r"shape \[6, thresholds\]"):
        decode_value("pr_curves", tensor(1, sizes, "pr_curves", tensor_content=content))


# -- nesting ---------------------------------------------------------------------------------------------------------


def nested_list(depth: int) -> bytes:
    inner = double_field(2, 1.0)
    for _ in range(depth):
        inner = bytes_field(6, bytes_field(1, inner))
    pair = bytes_field(1, b"k") + bytes_field(2, inner)
    return value("hparams", bytes_field(3, bytes_field(1, pair)))


def test_lists_of_lists() -> None:
    found = decode_value("hparams", nested_list(45)).values["k"]
    for _ in range(45):
        (found,) = found
    assert found == 1.0
    with pytest.raises(MalformedError, match="nested more than 100 deep"):
        decode_value("hparams", nested_list(3000))


def test_attributes_of_nodes_are_not_gone_into() -> None:
    attribute = bytes_field(8, b"z")
    for _ in range(3000):
        attribute = bytes_field(1, bytes_field(5, bytes_field(1, b"k") + bytes_field(2, bytes_field(1, attribute))))
    (node,) = decode_value("graph", attribute).nodes
    assert (node.name, node.inputs) == ("", ())


@pytest.mark.parametrize("depth", [101, 900, 200_000])
def test_json_that_is_nested_too_deep(depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    mesh = encode(messages.MESH_PLUGIN, {"content_type": 1, "json_config": deep.decode()})
    for kind, data in (
        ("mesh", tensor(1, (1, 1, 3), "mesh", mesh, float_val=[1.0])),
        ("graph_keras_model", tensor(7, (), "graph_keras_model", string_val=[deep])),
    ):
        with pytest.raises(MalformedError, match=r"nested|recursion"):
            decode_value(kind, data)


# -- many small parts ------------------------------------------------------------------------------------------------

SIZE = 1 << 15
TENSOR = {dtype: encode(messages.TENSOR, shaped(dtype, 1)) for dtype in (1, 3, 7)}


LIST = bytes_field(6, bytes_field(1, b"") * (SIZE // 2))


def hparams(content: bytes) -> bytes:
    return value("hparams", bytes_field(3, content))


def string(kind: str, content: bytes) -> bytes:
    return tensor(7, (), kind, string_val=[content])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("tensor", bytes_field(8, TENSOR[3] + (varint(7 << 3) + b"\x01") * (SIZE // 2))),
        ("tensor", bytes_field(8, TENSOR[3] + bytes_field(7, b"\x01" * SIZE))),
        ("tensor", bytes_field(8, TENSOR[3] + bytes_field(7, b"\xff\x01" * (SIZE // 2)))),
        ("tensor", bytes_field(8, TENSOR[3] + (bytes_field(7, b"\x01") + bytes_field(7, b"")) * (SIZE // 5))),
        ("tensor", bytes_field(8, TENSOR[1] + float_field(5, 1.0) * (SIZE // 5))),
        ("tensor", bytes_field(8, varint_field(1, 1) + bytes_field(2, bytes_field(2, b"") * (SIZE // 2)))),
        ("tensor", bytes_field(8, TENSOR[1]) * (SIZE // 12)),
        ("tensor", bytes_field(8, bytes_field(8, b"\xff\xff") * (SIZE // 4) + TENSOR[7])),
        ("text", tensor(7, (SIZE // 2,), "text", string_val=[b""] * (SIZE // 2))),
        ("text", tensor(7, (SIZE // 4,), "text", string_val=[b"\xff\xff"] * (SIZE // 4))),
        ("hparams", hparams(bytes_field(1, b"") * (SIZE // 2))),
        ("hparams", hparams(bytes_field(1, bytes_field(1, b"k") + bytes_field(2, LIST)))),
        ("hparams", value("hparams", bytes_field(2, bytes_field(4, bytes_field(5, b"")) * (SIZE // 4)))),
        ("custom_scalars", string("custom_scalars", bytes_field(2, b"") * (SIZE // 2))),
        ("custom_scalars", string("custom_scalars", bytes_field(2, bytes_field(2, b"") * (SIZE // 2)))),
        ("graph", bytes_field(1, b"") * (SIZE // 2)),
        ("graph", bytes_field(1, bytes_field(3, b"\xff\xff") * (SIZE // 4))),
        ("unknown", bytes_field(9, bytes_field(1, b"")) * (SIZE // 4)),
        ("graph_keras_model", string("graph_keras_model", b"[" + b"{}," * (SIZE // 3) + b"0]")),
    ],
)  # fmt: skip
def test_many_small_parts_take_memory_by_their_bytes(kind: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value or MalformedError, and no more than 64 times the record, beside what is granted to every one."""
    monkeypatch.setattr("cutaway.events.budget.SMALL", 0)

    def read() -> None:
        with contextlib.suppress(MalformedError):
            describe(decode_value(kind, data))

    read()
    assert peak_of(read) < 64 * len(data) + 200_000


def test_what_real_programs_write_is_within_the_budget() -> None:
    """Many nodes, hyper-parameters and charts with short names: the most that a record can ask for in good faith."""
    nodes = [{"name": f"n{i}", "op": "Add", "input": [f"n{i - 1}"]} for i in range(20_000)]
    assert len(decode_value("graph", encode(graph_messages.GRAPH_DEF, {"node": nodes})).nodes) == 20_000
    pairs = [{"key": f"p{i}", "value": {"number_value": 1.0 + i}} for i in range(20_000)]
    start = encode(messages.HPARAMS_PLUGIN, {"session_start_info": {"hparams": pairs}})
    assert decode_value("hparams", value("hparams", start)).values["p19999"] == 20_000
    charts = [{"title": f"c{i}", "multiline": {"tag": [f"t{i}"]}} for i in range(20_000)]
    layout = encode(messages.LAYOUT, {"category": [{"title": "all", "chart": charts}]})
    found = decode_value("custom_scalars", tensor(7, (), "custom_scalars", string_val=[layout]))
    assert len(found.categories[0].charts) == 20_000


# -- one bad record among others -------------------------------------------------------------------------------------


def event(step: int, summary_value: bytes) -> bytes:
    return frame(double_field(1, 1.7e9) + varint_field(2, step) + bytes_field(5, bytes_field(1, summary_value)))


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Good values on both sides of a bad one, of every way to be bad."""
    bad = {
        "shape": tensor(1, (1 << 62, 1 << 62, 0)),
        "content": tensor(1, (3,), tensor_content=bytes(8)),
        "rank": tensor(1, (1,) * 40, float_val=[1.0]),
        "fill": tensor(7, (MANY,), string_val=[b"x" * 1000]),
        "empty_rows": tensor(1, (MANY, 0)),
    }
    path = tmp_path / "log" / "events.out.tfevents.1700000000.h.1.0"
    path.parent.mkdir()
    records = []
    for tag, middle in bad.items():
        good = tensor(2, (2,), double_val=[1.0, 2.0])
        for step, data in enumerate((good, middle, good)):
            records.append(event(step, data.replace(b"\x0a\x01t", bytes_field(1, tag.encode()), 1)))
    path.write_bytes(b"".join(records))
    return path.parent


def test_iteration_goes_on_behind_a_bad_value(logdir: Path) -> None:
    values = cutaway.open(logdir)["."].tensors("shape")
    each = iter(values)
    assert next(each).tolist() == [1, 2]
    with pytest.raises(MalformedError):
        next(each)
    assert next(each).tolist() == [1, 2]
    with pytest.raises(StopIteration):
        next(each)
    assert [found.tolist() for found in values.readable()] == [[1, 2], [1, 2]]


def test_a_bad_message_keeps_no_hyper_parameter(tmp_path: Path) -> None:
    pair = {"key": "lr", "value": {"number_value": 0.5}}
    good = value("hparams", encode(messages.HPARAMS_PLUGIN, {"session_start_info": {"hparams": [pair]}}))
    path = tmp_path / "tfevents"
    path.write_bytes(event(0, nested_list(200)) + event(0, good))
    assert cutaway.open(tmp_path)["."].hparams() == {"lr": 0.5}
