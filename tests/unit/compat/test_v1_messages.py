"""Messages without TensorFlow: what programs do with protobuf's, and the same bytes."""

from pathlib import Path
from typing import Any

import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.compat import v1 as tf
from cutaway.compat.v1.messages import MESSAGES, Message
from cutaway.events import schema


def filled(summary_class: Any) -> Any:
    """A summary as programs make it, with either library."""
    summary = summary_class(value=[summary_class.Value(tag="a", simple_value=0.5)])
    summary.value.add(tag="b", simple_value=float("inf"))
    value = summary.value.add()
    value.tag = "c"
    value.image.height = 3
    value.image.encoded_image_string = b"png"
    value.metadata.plugin_data.plugin_name = "images"
    histogram = summary.value.add(tag="d").histo
    histogram.num = 2
    histogram.bucket_limit.extend([1.0, 2.0])
    histogram.bucket.append(2.0)
    summary.value.add(tag="e").tensor.tensor_shape.dim.add(size=3)
    return summary


def test_the_bytes_are_those_of_protobuf() -> None:
    ours, theirs = filled(tf.Summary), filled(summary_pb2.Summary)
    assert ours.SerializeToString() == theirs.SerializeToString()
    assert tf.Summary.FromString(theirs.SerializeToString()) == ours
    assert summary_pb2.Summary.FromString(ours.SerializeToString()) == theirs
    assert tf.Summary.FromString(theirs.SerializeToString()).value[2].image.height == 3


def test_events_and_logs() -> None:
    ours = tf.Event(wall_time=1.5, step=3, session_log=tf.SessionLog(status=tf.SessionLog.START, checkpoint_path="x"))
    theirs = event_pb2.Event.FromString(ours.SerializeToString())
    assert (theirs.wall_time, theirs.step, theirs.session_log.status, theirs.session_log.checkpoint_path) == (
        1.5, 3, event_pb2.SessionLog.START, "x",
    )  # fmt: skip


def test_what_is_only_looked_at_is_not_set() -> None:
    value = tf.Summary.Value(tag="t")
    assert value.simple_value == 0
    assert value.image.height == 0
    assert value.image.encoded_image_string == b""
    assert not value.HasField("image")
    assert value.HasField("tag")
    assert value.SerializeToString() == b"\n\x01t"


def test_the_writer_takes_them(tmp_path: Path) -> None:
    with tf.summary.FileWriter(tmp_path) as writer:
        writer.add_summary(tf.summary.Summary(value=[tf.Summary.Value(tag="loss", simple_value=0.5)]), 3)
        writer.add_event(tf.Event(step=4, wall_time=2.0, summary=filled(tf.Summary)))
    run = cutaway.open(tmp_path)["."]
    assert run.scalars("loss").value.tolist() == [0.5]
    assert run.scalars("a").step.tolist() == [4]


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match="has no field 'tga'; it has tag, simple_value"):
        tf.Summary.Value(tga="t")
    with pytest.raises(TypeError, match=r"value must be Summary\.Value, got 3"):
        tf.Summary(value=[3])
    with pytest.raises(ValueError, match="data must be a serialised Summary"):
        tf.Summary.FromString(b"\xff")
    with pytest.raises(AttributeError, match="has no field 'tga'"):
        _ = tf.Summary.Value().tga


def test_every_message_within_a_message_has_a_class() -> None:
    def check(kind: type[Message]) -> None:
        for name, field in kind._table.fields.items():
            if isinstance(field.type, schema.Message) and name != "exact":
                assert name in kind._kinds, (kind, name)
                check(kind._kinds[name])

    for kind in MESSAGES.values():
        check(kind)
