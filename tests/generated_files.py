"""Event files as hypothesis makes them: series, values of every kind, restarts, damage and unfinished records."""

import struct
from typing import Any

from hypothesis import strategies as st

from cutaway.events import core
from cutaway.events.messages import EVENT, SESSION_START, SESSION_STOP, file_version, session_log
from cutaway.events.schema import encode as encode_message

tags = st.sampled_from(["loss", "acc", "val/loss", "x" * 130])
numbers = (
    st.floats(width=32)
    | st.floats()
    | st.sampled_from([0.0, 1.0, float("nan"), float("inf")])
    | st.integers(2**53, 2**60)
)
steps = st.integers(0, 5) | st.integers(-(2**63), 2**63 - 1)
times = st.integers(1000, 1010).map(float) | st.floats()


def _series(start: int, count: int, tag: str, pace: float) -> bytes:
    return b"".join(core.encode(1000 + pace * i, start + i, [tag], [i / 3]) for i in range(count))


def _event(**fields: Any) -> bytes:
    return core.frame(encode_message(EVENT, fields))


def _value(**fields: Any) -> bytes:
    return _event(wall_time=1001.0, step=1, summary={"value": [fields]})


def _tensor_value(number: float) -> dict[str, Any]:
    """A scalar as TensorFlow 2 records it."""
    metadata = {"plugin_data": {"plugin_name": "scalars"}, "display_name": "a name"}
    return {"tag": "tf", "tensor": {"dtype": 1, "float_val": [number]}, "metadata": metadata}


TEXT = {
    "tag": "note",
    "tensor": {"dtype": 7, "string_val": [b"hello"]},
    "metadata": {"plugin_data": {"plugin_name": "text"}},
}
#: A Summary.Value with a tag of two bytes that are no text, and a simple value.
_NO_TEXT = [b"\x0a\x02\xff\xfe\x15" + struct.pack("<f", 1.0), b"\x0a\x02\xff\xfd\x15" + struct.pack("<f", 2.0)]


def tensor_value(number: float) -> bytes:
    """The record of a scalar as TensorFlow 2 records it."""
    return _value(**_tensor_value(number))


usual = (
    st.builds(lambda wall, step, tag, value: core.encode(wall, step, [tag], [value]), times, steps, tags, numbers)
    | st.builds(_series, st.integers(-5, 5), st.integers(60, 140), tags, st.sampled_from([0.5, 0.1, 1e4, 0.0]))
    | st.builds(tensor_value, st.floats(width=32))
    | st.just(core.frame(file_version(1000.0)))
)
KINDS = [
    _value(**TEXT),
    _value(tag="picture", image={"height": 1, "width": 1, "colorspace": 1, "encoded_image_string": b"no picture"}),
    _value(tag="sound", audio={"sample_rate": 8000.0, "encoded_audio_string": b"RIFF", "content_type": "audio/wav"}),
    _value(tag="weights", histo={"min": 0.0, "max": 1.0, "num": 1.0, "bucket_limit": [1.0], "bucket": [1.0]}),
    _value(tag="tensor", tensor={"dtype": 1, "float_val": [1.0, 2.0], "tensor_shape": {"dim": [{"size": 2}]}}),
    # TensorFlow 1 names the plug-in of a tag once.
    _value(tag="tensor", metadata={"plugin_data": {"plugin_name": "pr_curves"}}, tensor={"dtype": 1}),
    _value(tag="loss", **{name: part for name, part in TEXT.items() if name != "tag"}),
    _event(wall_time=1002.0, step=1, graph_def=b"\x0a\x00"),
    _event(wall_time=1002.0, log_message={"level": 20, "message": "hello"}),
    _event(wall_time=1002.0, step=3, tagged_run_metadata={"tag": "run", "run_metadata": b""}),
]
unusual = st.sampled_from(
    [
        *KINDS,
        _value(tag="nothing"),
        _event(wall_time=3.0, step=2),
        core.frame(session_log(1005.0, 2, SESSION_START)),
        core.frame(session_log(1006.0, 4, SESSION_STOP)),
        core.frame(b"\xff\xff\xff"),
        *(core.frame(b"\x2a" + bytes([len(value) + 2]) + b"\x0a" + bytes([len(value)]) + value) for value in _NO_TEXT),
        b"no record",
        core.encode(1.0, 2, ["loss"], [3.0])[:-5],
        b"",
    ]
)
#: Bytes of a file, or of a part of one: with what keeps a file from being loaded as a whole, or without.
contents = st.lists(usual | unusual, max_size=8).map(b"".join) | st.lists(
    usual | st.sampled_from(KINDS), max_size=8
).map(b"".join)
