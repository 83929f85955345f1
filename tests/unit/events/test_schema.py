"""The table-driven codec against Google's protobuf with TensorBoard's message classes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2

from cutaway.events import messages
from cutaway.events.schema import Field, Message, decode, encode
from cutaway.events.wire import MalformedError, bytes_field, varint, varint_field

CLASSES: list[tuple[Message, Any]] = [
    (messages.EVENT, event_pb2.Event),
    (messages.VALUE, summary_pb2.Summary.Value),
    (messages.TENSOR, tensor_pb2.TensorProto),
    (messages.HPARAMS_PLUGIN, plugin_data_pb2.HParamsPluginData),
    (messages.MESH_PLUGIN, mesh_pb2.MeshPluginData),
    (messages.LAYOUT, layout_pb2.Layout),
]
_TYPES = {
    1: "double",
    2: "float",
    3: "int64",
    4: "uint64",
    5: "int32",
    8: "bool",
    9: "string",
    12: "bytes",
    13: "uint32",
}


@pytest.mark.parametrize(("message", "cls"), CLASSES, ids=lambda x: getattr(x, "__name__", ""))
def test_tables_are_those_of_tensorboard(message: Message, cls: Any) -> None:
    _compare(message, cls.DESCRIPTOR, set())


def _compare(message: Message, descriptor: Any, seen: set[str]) -> None:
    if descriptor.full_name in seen:
        return
    seen.add(descriptor.full_name)
    for name, field in message.fields.items():
        if message is messages.VALUE and name == "exact":
            continue
        theirs = descriptor.fields_by_name[name]
        assert field.number == theirs.number, name
        assert field.repeated == theirs.is_repeated, name
        if isinstance(field.type, Message):
            _compare(field.type, theirs.message_type, seen)
        elif theirs.type == theirs.TYPE_MESSAGE:
            assert field.type == "bytes", name
        elif theirs.type == theirs.TYPE_ENUM:
            assert field.type == "enum", name
        else:
            assert field.type == _TYPES[theirs.type], name


def test_what_google_writes_is_read() -> None:
    tensor = tensor_pb2.TensorProto(
        dtype=1, float_val=[1.5, -2.0], int_val=[-3, 4], bool_val=[True, False], string_val=[b"a", b""]
    )
    tensor.tensor_shape.dim.add(size=2, name="n")
    found = decode(messages.TENSOR, tensor.SerializeToString())
    assert found["dtype"] == 1
    assert found["tensor_shape"] == {"dim": [{"size": 2, "name": "n"}]}
    assert found["float_val"].tolist() == [1.5, -2.0]
    assert (found["int_val"].dtype, found["int_val"].tolist()) == (np.int32, [-3, 4])
    assert (found["bool_val"].dtype, found["bool_val"].tolist()) == (np.bool_, [True, False])
    assert found["string_val"] == [b"a", b""]


def test_what_is_written_google_reads() -> None:
    data = encode(
        messages.VALUE,
        {
            "tag": "h",
            "histo": {"min": -1.0, "num": 3.0, "bucket_limit": np.array([0.0, 1.0]), "bucket": [1.0, 2.0]},
            "metadata": {"plugin_data": {"plugin_name": "histograms"}, "display_name": None, "data_class": 2},
        },
    )
    value = summary_pb2.Summary.Value.FromString(data)
    assert list(value.histo.bucket_limit) == [0.0, 1.0]
    assert (value.histo.min, value.histo.num) == (-1.0, 3.0)
    assert value.metadata.plugin_data.plugin_name == "histograms"
    assert value.metadata.data_class == 2


def test_packed_and_unpacked_numbers_are_joined() -> None:
    message = Message(x=Field(1, "int32", repeated=True))
    data = varint_field(1, 7) + bytes_field(1, b"\x08\x09") + varint_field(1, -1)
    found = decode(message, data)["x"]
    assert (found.dtype, found.tolist()) == (np.int32, [7, 8, 9, -1])


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("int_val", np.int32), ("int64_val", np.int64), ("uint32_val", np.uint32), ("uint64_val", np.uint64)],
)
@given(data=st.data())
def test_numbers_are_those_that_google_reads(name: str, dtype: Any, data: st.DataObject) -> None:
    limits = np.iinfo(dtype)
    numbers = st.integers(int(limits.min), int(limits.max)) | st.integers(0, 200)
    written = tensor_pb2.TensorProto(**{name: data.draw(st.lists(numbers, max_size=20))})
    packed = written.SerializeToString()
    # The same, one by one, and once more packed behind it.
    number = messages.TENSOR.fields[name].number
    single = b"".join(varint(number << 3) + varint(int(item)) for item in getattr(written, name))
    for serialised in (packed, single, single + packed, packed + packed):
        theirs = list(getattr(tensor_pb2.TensorProto.FromString(serialised), name))
        found = decode(messages.TENSOR, serialised).get(name, np.empty(0, dtype))
        assert (found.dtype, found.tolist()) == (dtype, theirs)


def test_varints_that_are_longer_than_their_type_keep_their_low_bits() -> None:
    for value in (1 << 32, (1 << 40) + 5, (1 << 63) + 7, (1 << 64) - 1):
        for field, name in ((7, "int_val"), (16, "uint32_val"), (11, "bool_val")):
            serialised = varint(field << 3) + varint(value) + bytes_field(field, varint(value) * 2)
            theirs = list(getattr(tensor_pb2.TensorProto.FromString(serialised), name))
            assert decode(messages.TENSOR, serialised)[name].tolist() == theirs


def test_more_varints_than_are_taken_apart_at_a_time() -> None:
    numbers = np.random.default_rng(0).integers(0, 2**63, 100_000) >> np.arange(100_000) % 64
    found = decode(messages.TENSOR, encode(messages.TENSOR, {"int64_val": numbers}))["int64_val"]
    np.testing.assert_array_equal(found, numbers)


@pytest.mark.parametrize("packed", [b"\x80", b"\x01\x80", b"\xff" * 11 + b"\x01", b"\x01" + b"\x80" * 70_000 + b"\x01"])
def test_packed_varints_that_are_none(packed: bytes) -> None:
    with pytest.raises(MalformedError, match="varint"):
        decode(messages.TENSOR, bytes_field(10, packed))


def test_a_message_given_in_parts_is_merged() -> None:
    """As protobuf does it: one behind the other, lists joined, what is single overwritten; at every depth."""
    parts = [
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 2}]}, "float_val": [1.0], "string_val": [b"a"]},
        {"dtype": 2, "tensor_shape": {"dim": [{"size": 3}]}, "float_val": [2.0, 3.0], "string_val": [b"b"]},
    ]
    serialised = b"".join(encode(messages.VALUE, {"tensor": part}) for part in parts)
    theirs = summary_pb2.Summary.Value.FromString(serialised).tensor
    found = decode(messages.VALUE, serialised)["tensor"]
    assert found["dtype"] == theirs.dtype == 2
    assert found["float_val"].tolist() == list(theirs.float_val)
    assert found["string_val"] == list(theirs.string_val)
    assert [dim["size"] for dim in found["tensor_shape"]["dim"]] == [dim.size for dim in theirs.tensor_shape.dim]


def test_messages_in_a_thousand_parts_take_no_longer_than_their_bytes() -> None:
    serialised = bytes_field(8, encode(messages.TENSOR, {"float_val": [1.0]})) * 100_000
    assert decode(messages.VALUE, serialised)["tensor"]["float_val"].tolist() == [1.0] * 100_000


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(200):
        data = bytes_field(6, bytes_field(1, data))
    with pytest.raises(MalformedError, match="nested"):
        decode(messages.JSON_VALUE, data)


def test_a_field_that_a_message_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        encode(messages.IMAGE, {"colour": 1})
