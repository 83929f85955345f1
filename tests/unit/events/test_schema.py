"""The table-driven codec against Google's protobuf with TensorBoard's message classes."""

from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2

from cutaway.events import messages
from cutaway.events.schema import Field, Message, decode, encode
from cutaway.events.wire import MalformedError, bytes_field, varint_field

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
    assert found["int_val"] == [-3, 4]
    assert found["bool_val"] == [True, False]
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
    assert decode(message, data) == {"x": [7, 8, 9, -1]}


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(200):
        data = bytes_field(6, bytes_field(1, data))
    with pytest.raises(MalformedError, match="nested"):
        decode(messages.JSON_VALUE, data)


def test_a_field_that_a_message_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        encode(messages.IMAGE, {"colour": 1})
