"""Events to columns: every scalar form, exactness, and what isn't a scalar."""

import struct
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import types_pb2  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.event_pb2 import Event, SessionLog  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.tensor_pb2 import TensorProto  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto  # type: ignore[import-untyped, unused-ignore]

from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Decoded
from cutaway.events.wire import MalformedError, bytes_field, double_field, key, varint, varint_field
from cutaway.store.kinds.decode import decode_value

EMPTY = b""


def decode(kernel: Kernel, *events: Any) -> Decoded:
    """Decode payloads that lie one behind the other."""
    payloads = [event if isinstance(event, bytes) else event.SerializeToString() for event in events]
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    return kernel.decode(b"".join(payloads), np.cumsum(lengths) - lengths, lengths)


def others(found: Decoded) -> dict[str, int]:
    """Data that is not scalar, counted by kind."""
    counts = {"malformed": found.malformed, "empty": found.empty}
    for i, (kind, _) in enumerate(found.blobs.keys):
        counts[kind] = counts.get(kind, 0) + int(found.blobs.starts[i + 1] - found.blobs.starts[i])
    return {kind: count for kind, count in counts.items() if count}


def summary(*values: Any, step: int = 3) -> Event:
    return Event(wall_time=1.5, step=step, summary=Summary(value=values))


def tensor_event(tensor: TensorProto, plugin: str | None = "scalars") -> Event:
    metadata = None
    if plugin is not None:
        metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    return summary(Summary.Value(tag="t", tensor=tensor, metadata=metadata))


def test_nothing(kernel: Kernel) -> None:
    found = decode(kernel)
    assert found.tags == []
    assert found.starts.tolist() == [0]
    assert others(found) == {}


def test_points_are_grouped_by_tag_in_file_order(kernel: Kernel) -> None:
    events = [
        summary(
            Summary.Value(tag="b", simple_value=step),
            Summary.Value(tag="a", simple_value=-step),
            step=step,
        )
        for step in (5, 2, 9)
    ]
    found = decode(kernel, *events)
    assert found.tags == ["b", "a"]
    assert found.starts.tolist() == [0, 3, 6]
    assert found.step.tolist() == [5, 2, 9] * 2
    assert found.value.tolist() == [5, 2, 9, -5, -2, -9]
    assert found.wall_time.tolist() == [1.5] * 6
    assert found.kinds.tolist() == [FLOAT32] * 2
    assert found.step.dtype == found.starts.dtype == found.integer.dtype == np.int64
    assert found.value.dtype == found.wall_time.dtype == np.float64


@pytest.mark.parametrize("step", [0, 1, -1, 127, 128, 2**31, 2**63 - 1, -(2**63)])
def test_steps(kernel: Kernel, step: int) -> None:
    found = decode(kernel, summary(Summary.Value(tag="t", simple_value=1), step=step))
    assert found.step.tolist() == [step]


@pytest.mark.parametrize(
    ("data_type", "stored", "expected", "content"),
    [
        ("DT_FLOAT", {"float_val": [1.5]}, 1.5, struct.pack("<f", 1.5)),
        ("DT_DOUBLE", {"double_val": [0.1]}, 0.1, struct.pack("<d", 0.1)),
        ("DT_HALF", {"half_val": [0xC100]}, -2.5, struct.pack("<e", -2.5)),
        ("DT_HALF", {"half_val": [0x0001]}, 2.0**-24, b"\x01\x00"),
        ("DT_HALF", {"half_val": [0xFC00]}, float("-inf"), b"\x00\xfc"),
        ("DT_BFLOAT16", {"half_val": [0x3FC0]}, 1.5, b"\xc0\x3f"),
        ("DT_INT8", {"int_val": [-5]}, -5, b"\xfb"),
        ("DT_UINT8", {"int_val": [200]}, 200, b"\xc8"),
        ("DT_INT16", {"int_val": [-300]}, -300, struct.pack("<h", -300)),
        ("DT_UINT16", {"int_val": [60000]}, 60000, struct.pack("<H", 60000)),
        ("DT_INT32", {"int_val": [-(2**31)]}, -(2**31), struct.pack("<i", -(2**31))),
        ("DT_UINT32", {"uint32_val": [2**32 - 1]}, 2**32 - 1, struct.pack("<I", 2**32 - 1)),
        ("DT_INT64", {"int64_val": [-(2**53) - 1]}, -(2**53) - 1, struct.pack("<q", -(2**53) - 1)),
        ("DT_UINT64", {"uint64_val": [2**63 - 1]}, 2**63 - 1, struct.pack("<Q", 2**63 - 1)),
        ("DT_UINT64", {"uint64_val": [2**64 - 1]}, 2.0**64, struct.pack("<Q", 2**64 - 1)),
        ("DT_BOOL", {"bool_val": [True]}, 1, b"\x01"),
    ],
)
@pytest.mark.parametrize("plugin", ["scalars", None])
def test_tensors_of_every_data_type(
    kernel: Kernel,
    data_type: str,
    stored: dict[str, Any],
    expected: float,
    content: bytes,
    plugin: str | None,
) -> None:
    number = types_pb2.DataType.Value(data_type)
    shape = TensorShapeProto()
    typed = TensorProto(dtype=number, tensor_shape=shape, **stored)
    packed = TensorProto(dtype=number, tensor_shape=shape, tensor_content=content)
    for tensor in (typed, packed):
        found = decode(kernel, tensor_event(tensor, plugin))
        column = found.integer if found.kinds[0] == INT64 else found.value
        assert column.tolist() == [expected]


@pytest.mark.parametrize(
    ("data_type", "stored"),
    [
        ("DT_UINT8", {"int_val": [256]}),
        ("DT_UINT8", {"int_val": [-1]}),
        ("DT_INT8", {"int_val": [128]}),
        ("DT_INT16", {"int_val": [-(2**15) - 1]}),
        ("DT_UINT16", {"int_val": [2**16]}),
        ("DT_HALF", {"half_val": [2**16]}),
        ("DT_BFLOAT16", {"half_val": [-1]}),
    ],
)
@pytest.mark.parametrize("plugin", ["scalars", None])
def test_an_element_that_its_type_does_not_hold_is_no_scalar(
    kernel: Kernel, data_type: str, stored: dict[str, Any], plugin: str | None
) -> None:
    tensor = TensorProto(dtype=types_pb2.DataType.Value(data_type), **stored)
    found = decode(kernel, tensor_event(tensor, plugin))
    assert (found.value.tolist(), found.malformed, others(found)) == ([], 0, {"tensors": 1})
    (value,) = tensor_event(tensor, plugin).summary.value
    with pytest.raises(MalformedError, match="which that does not hold"):
        decode_value("tensors", value.SerializeToString())


def test_a_scalar_in_a_shape_of_ones_counts_only_for_the_scalars_plugin(kernel: Kernel) -> None:
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)])
    tensor = TensorProto(dtype="DT_FLOAT", tensor_shape=shape, float_val=[2.5])
    assert decode(kernel, tensor_event(tensor)).value.tolist() == [2.5]
    assert others(decode(kernel, tensor_event(tensor, None))) == {"tensors": 1}


def test_tensors_that_are_no_scalars_are_counted(kernel: Kernel) -> None:
    two = TensorShapeProto(dim=[TensorShapeProto.Dim(size=2)])
    vector = TensorProto(dtype="DT_FLOAT", tensor_shape=two, float_val=[1, 2])
    text = TensorProto(dtype="DT_STRING", string_val=[b"x"])
    unknown_rank = TensorProto(dtype="DT_FLOAT", tensor_shape=TensorShapeProto(unknown_rank=True), float_val=[1])
    found = decode(
        kernel,
        tensor_event(vector),
        tensor_event(vector, None),
        tensor_event(vector, "pr_curves"),
        tensor_event(text, "text"),
        tensor_event(TensorProto(dtype="DT_FLOAT", float_val=[1]), "my plug-in ü"),
        tensor_event(unknown_rank),
    )
    assert found.tags == []
    assert others(found) == {"tensors": 3, "pr_curves": 1, "text": 1, "my plug-in ü": 1}


def test_what_is_no_scalar_is_counted_by_kind(kernel: Kernel) -> None:
    hparams = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="hparams"))
    found = decode(
        kernel,
        Event(file_version="brain.Event:2"),
        Event(graph_def=b"x"),
        Event(session_log=SessionLog(status=SessionLog.STOP)),
        Event(tagged_run_metadata={"tag": "a"}),
        Event(meta_graph_def=b"y"),
        Event(log_message={"message": "m"}),
        Event(wall_time=1),
        EMPTY,
        summary(
            Summary.Value(tag="i", image=Summary.Image(width=1)),
            Summary.Value(tag="h", histo={"num": 1}),
            Summary.Value(tag="a", audio={"num_channels": 1}),
            Summary.Value(tag="m", metadata=hparams),
            Summary.Value(tag="e"),
            Summary.Value(tag="s", simple_value=4),
        ),
    )
    assert found.tags == ["s"]
    assert others(found) == {
        "graph": 1,
        "session_log": 1,
        "run_metadata": 1,
        "meta_graph": 1,
        "log_message": 1,
        "empty": 3,
        "images": 1,
        "histograms": 1,
        "audio": 1,
        "hparams": 1,
    }


def test_the_last_of_several_values_of_one_field_counts(kernel: Kernel) -> None:
    """As protobuf has it for a oneof."""
    tag = bytes_field(1, b"t")
    simple = varint(key(2, 5)) + struct.pack("<f", 7.0)
    image = bytes_field(4, b"")
    found = decode(kernel, bytes_field(5, bytes_field(1, tag + image + simple)))
    assert found.value.tolist() == [7]
    found = decode(kernel, bytes_field(5, bytes_field(1, tag + simple + image)))
    assert others(found) == {"images": 1}


def test_step_and_time_may_follow_the_summary(kernel: Kernel) -> None:
    value = bytes_field(1, b"t") + varint(key(2, 5)) + struct.pack("<f", 7.0)
    found = decode(kernel, bytes_field(5, bytes_field(1, value)) + varint_field(2, 12) + double_field(1, 3.0))
    assert (found.step.tolist(), found.wall_time.tolist(), found.value.tolist()) == ([12], [3.0], [7.0])


def test_unknown_fields_are_passed_over(kernel: Kernel) -> None:
    payload = summary(Summary.Value(tag="t", simple_value=2)).SerializeToString()
    unknown = bytes_field(77, b"later") + varint_field(78, 9) + double_field(79, 1.0)
    unknown += varint(key(80, 5)) + bytes(4)
    found = decode(kernel, unknown + payload + unknown)
    assert found.value.tolist() == [2]
    assert others(found) == {}


@pytest.mark.parametrize(
    "payload",
    [
        b"\x09\x00",  # a double cut short
        b"\x2a\x05\x0a",  # a summary longer than the event
        b"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # 2**64 - 1 bytes long
        b"\x2a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",  # a varint of eleven bytes
        b"\x10" + b"\x80" * 9,  # a varint cut short
        b"\x00\x00",  # field 0
        b"\x0b\x0c",  # a group
        b"\x0f",  # wire type 7
        b"\x80\x80\x80\x80\x10\x00",  # a field number beyond 2**29
        b"\x2a\x02\x0a\x05",  # a value longer than the summary
        bytes_field(5, bytes_field(1, bytes_field(8, b"\x08\x01\x2a\x03abc"))),  # packed floats of 3 bytes
        bytes_field(5, bytes_field(1, bytes_field(8, b"\x08\x02\x22\x04abcd"))),  # a double of 4 bytes
        bytes_field(5, bytes_field(1, bytes_field(9, b"\x0a\x7f"))),  # metadata
        bytes_field(5, bytes_field(1, bytes_field(1000, b"\x09\x01"))),  # the exact value
    ],
)
def test_malformed_records_are_counted_and_give_nothing(kernel: Kernel, payload: bytes) -> None:
    good = summary(Summary.Value(tag="t", simple_value=1)).SerializeToString()
    found = decode(kernel, good, payload, good + payload, good)
    assert others(found) == {"malformed": 2}
    assert found.step.tolist() == [3, 3]


def test_deep_nesting_is_no_recursion(kernel: Kernel) -> None:
    payload = b""
    for _ in range(3000):
        payload = bytes_field(5, bytes_field(1, payload))
    assert sum(others(decode(kernel, payload)).values()) == 1


def test_tags_of_any_bytes(kernel: Kernel) -> None:
    def value(tag: bytes) -> bytes:
        return bytes_field(5, bytes_field(1, bytes_field(1, tag) + varint(key(2, 5)) + struct.pack("<f", 1.0)))

    found = decode(kernel, *map(value, (b"", b"\xff\xfe", "ü/λ".encode(), b"a\x00b", b"a" * 70_000)))
    assert found.tags == ["", "\ufffd\ufffd", "ü/λ", "a\x00b", "a" * 70_000]


def test_many_tags(kernel: Kernel) -> None:
    values = [Summary.Value(tag=f"layer.{i}/gradient", simple_value=i) for i in range(5000)]
    found = decode(kernel, summary(*values), summary(*reversed(values)))
    assert found.tags == [value.tag for value in values]
    assert found.value.tolist() == np.repeat(np.arange(5000), 2).tolist()


def test_the_kind_is_the_narrowest_exact_one(kernel: Kernel) -> None:
    def record(*values: float) -> bytes:
        return b"".join(kernel.encode(1.0, 0, ["t"], [value]) for value in values)

    def kind(*values: float) -> tuple[int, list[float]]:
        framed = record(*values)
        found = kernel.scan(framed)
        decoded = kernel.decode(framed, found.offsets, found.lengths)
        return int(decoded.kinds[0]), (decoded.integer if decoded.kinds[0] == INT64 else decoded.value).tolist()

    assert kind(1.0, 0.5, 2**24, float("inf")) == (FLOAT32, [1, 0.5, 2**24, float("inf")])
    assert kind(1.0, 0.1) == (FLOAT64, [1.0, 0.1])
    assert kind(2**24 + 1) == (FLOAT64, [2**24 + 1])
    assert kind(2**53 + 1, 3) == (INT64, [2**53 + 1, 3])
    assert kind(2**53 + 1, 0.5) == (FLOAT64, [2.0**53, 0.5])
    assert kind(2**63 - 1, -(2**63)) == (INT64, [2**63 - 1, -(2**63)])


def test_an_exact_value_that_contradicts_the_simple_one_is_ignored(kernel: Kernel) -> None:
    """Somebody's tool changed simple_value and kept the field it does not know."""
    simple = varint(key(2, 5)) + struct.pack("<f", 5.0)
    value = bytes_field(1, b"t") + simple + bytes_field(1000, double_field(1, 0.1))
    assert decode(kernel, bytes_field(5, bytes_field(1, value))).value.tolist() == [5.0]


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, 11), (11, 0), (5, 6), (2**62, 2**62), (0, -1)])
def test_records_outside_the_buffer_are_refused(kernel: Kernel, offset: int, length: int) -> None:
    with pytest.raises(ValueError, match="record 0 is not within the buffer of 10 bytes"):
        kernel.decode(bytes(10), np.array([offset]), np.array([length]))


def test_blobs_are_where_their_messages_are(kernel: Kernel) -> None:
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"), display_name="a name")
    text = Summary.Value(tag="t", metadata=metadata, tensor=TensorProto(dtype="DT_STRING", string_val=[b"x"]))
    image = Summary.Value(tag="i", image=Summary.Image(width=1, encoded_image_string=b"png"))
    first = summary(text, image, step=4).SerializeToString()
    second = summary(image, Summary.Value(tag="s", simple_value=1), text, step=-5).SerializeToString()
    run_metadata = Event(tagged_run_metadata={"tag": "step 1", "run_metadata": b"abc"}).SerializeToString()
    found = decode(kernel, first, second, run_metadata, Event(graph_def=b"graph")).blobs
    data = first + second + run_metadata + Event(graph_def=b"graph").SerializeToString()
    assert found.keys == [("text", "t"), ("images", "i"), ("run_metadata", "step 1"), ("graph", "")]
    assert found.starts.tolist() == [0, 2, 4, 5, 6]
    assert found.step.tolist() == [4, -5, 4, -5, 0, 0]
    assert found.wall_time.tolist() == [1.5] * 4 + [0, 0]
    contents = [data[start : start + n] for start, n in zip(found.offset, found.length, strict=True)]
    assert contents[:2] == [text.SerializeToString()] * 2
    assert contents[2:4] == [image.SerializeToString()] * 2
    assert contents[4:] == [b"\n\x06step 1\x12\x03abc", b"graph"]
    start, length = int(found.metadata_offset[1]), int(found.metadata_length[1])
    assert data[start : start + length] == metadata.SerializeToString()
    assert found.metadata_length.tolist()[2:] == [0] * 4


def test_scalars_keep_their_first_metadata(kernel: Kernel) -> None:
    def value(tag: str, name: str) -> Any:
        metadata = SummaryMetadata(display_name=name) if name else None
        return Summary.Value(tag=tag, simple_value=1, metadata=metadata)

    bad = summary(value("a", "bad")).SerializeToString() + b"\x0f"
    found = decode(kernel, bad, summary(value("b", ""), value("a", "one")), summary(value("a", "two"), value("c", "")))
    assert found.tags == ["b", "a", "c"]
    assert found.metadata == {"a": SummaryMetadata(display_name="one").SerializeToString()}


def test_decoding_ends_behind_the_start_of_a_session(kernel: Kernel) -> None:
    scalar = summary(Summary.Value(tag="s", simple_value=1))
    start = Event(step=40, session_log=SessionLog(status=SessionLog.START))
    found = decode(kernel, scalar, start, scalar, scalar)
    assert (found.records, found.session_start, len(found.step)) == (2, 40, 1)
    found = decode(kernel, scalar, Event(step=4, session_log=SessionLog(status=SessionLog.CHECKPOINT)), scalar)
    assert (found.records, found.session_start, len(found.step)) == (3, None, 2)
    assert found.blobs.keys == [("session_log", "")]
