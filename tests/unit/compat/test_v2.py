"""tf.summary of TensorFlow 2 without TensorFlow: what is recorded, when, and what is refused."""

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing import event_accumulator  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.compat import v2 as tf


def test_every_kind_is_read_back(tmp_path: Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path), max_queue=5, flush_millis=10, name="x")
    pictures = np.arange(5 * 4 * 6 * 3, dtype=np.uint8).reshape(5, 4, 6, 3)
    sounds = np.sin(np.arange(400)).reshape(2, 200, 1).astype(np.float32)
    with writer.as_default():
        assert tf.summary.scalar("loss", 0.1, step=7)
        assert tf.summary.scalar("described", torch.tensor(2.5), step=7, description="*half*")
        assert tf.summary.image("pictures", pictures, 7, max_outputs=2, description="two")
        assert tf.summary.audio("sounds", sounds, 8000, 7)
        assert tf.summary.histogram("numbers", [1.0, 2, 3, np.nan, np.inf], 7, buckets=4, description="few")
        assert tf.summary.text("note", "**bold**", 7)
        assert tf.summary.text("table", [["a", "b"], ["c", "d"]], 7)
        metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="tensor"))
        assert tf.summary.write("any", np.arange(6).reshape(2, 3), 7, metadata)
        raw = Summary(value=[Summary.Value(tag="raw", simple_value=4)])
        assert tf.summary.experimental.write_raw_pb(raw.SerializeToString(), 7)
        assert tf.summary.flush()
    writer.close()
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".v2")
    run = cutaway.open(tmp_path)["."]
    assert {tag: run.scalars(tag).value.tolist() for tag in run.tags()} == {
        "described": [2.5],
        "loss": [0.1],
        "raw": [4],
    }
    assert run.scalars("loss").step.tolist() == [7]
    assert run.scalars("described").description == "*half*"
    image: Any = run.images("pictures")[0]
    assert np.array_equal(image.to_array(0), pictures[0])
    assert np.array_equal(image.to_array(1), pictures[1])
    assert len(image.encoded) == 2
    sound: Any = run.audio("sounds")[0]
    np.testing.assert_allclose(sound.to_array(1), sounds[1], atol=1 / 30000)
    assert sound.sample_rate(1) == 8000
    histogram: Any = run.histograms("numbers")[0]
    assert (histogram.count, histogram.nan_count, histogram.positive_infinity_count) == (3, 1, 1)
    assert run.texts("note")[0] == "**bold**"
    assert run.texts("table")[0].tolist() == [["a", "b"], ["c", "d"]]
    assert run.tensors("any")[0].tolist() == [[0, 1, 2], [3, 4, 5]]
    events = event_accumulator.EventAccumulator(str(tmp_path))
    events.Reload()
    assert set(events.Tags()["tensors"]) >= {"pictures", "sounds", "note", "table", "any", "described"}
    assert events.SummaryMetadata("sounds").plugin_data.content == b"\x08\x00\x10\x0b"


def test_steps(tmp_path: Path) -> None:
    with tf.summary.create_file_writer(tmp_path).as_default():
        with pytest.raises(ValueError, match=r"step must be given, or set by tf\.summary.experimental.set_step"):
            tf.summary.scalar("a", 1.0)
        variable = np.array(3)
        tf.summary.experimental.set_step(variable)
        tf.summary.scalar("a", 1.0)
        variable += 1
        tf.summary.scalar("a", 2.0)
        tf.summary.scalar("a", 3.0, step=9)
        assert tf.summary.experimental.get_step() is variable
    with tf.summary.create_file_writer(tmp_path / "other").as_default(step=20):
        tf.summary.scalar("a", 4.0)
    assert tf.summary.experimental.get_step() is variable
    tf.summary.experimental.set_step(None)
    logs = cutaway.open(tmp_path)
    assert logs["."].scalars("a").step.tolist() == [3, 4, 9]
    assert logs["other"].scalars("a").step.tolist() == [20]


def test_nothing_is_recorded_without_a_writer_or_where_it_must_not(tmp_path: Path) -> None:
    assert not tf.summary.should_record_summaries()
    assert not tf.summary.scalar("a", 1.0)
    assert not tf.summary.text("a", "b")
    assert tf.summary.flush()
    step = 0
    with tf.summary.create_file_writer(tmp_path).as_default(), tf.summary.record_if(lambda: step % 2 == 0):
        for step in range(4):
            assert tf.summary.scalar("a", 1.0, step) is (step % 2 == 0)
            with tf.summary.record_if(False):
                assert not tf.summary.image("b", np.zeros((1, 2, 2, 3)), step)
    with tf.summary.create_noop_writer().as_default():
        assert not tf.summary.scalar("a", 1.0, 5)
        assert not tf.summary.text("a", "b", 5)
    run = cutaway.open(tmp_path)["."]
    assert run.scalars("a").step.tolist() == [0, 2]
    assert run.tags("images") == []


def test_the_writer_is_that_of_the_thread(tmp_path: Path) -> None:
    found: list[bool] = []
    with tf.summary.create_file_writer(tmp_path).as_default():
        thread = threading.Thread(target=lambda: found.append(tf.summary.scalar("a", 1.0, 0)))
        thread.start()
        thread.join()
        assert tf.summary.scalar("a", 2.0, 0)
    assert found == [False]
    assert cutaway.open(tmp_path)["."].scalars("a").value.tolist() == [2]


def test_a_writer_that_is_closed(tmp_path: Path) -> None:
    writer = tf.summary.create_file_writer(tmp_path)
    with writer.as_default(0):
        writer.close()
        with pytest.raises(RuntimeError, match="is closed"):
            tf.summary.scalar("a", 1.0)
    with pytest.raises(RuntimeError, match="is closed"), writer.as_default():
        pass


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tf.summary.scalar("a", [1.0, 2.0]), "data must be one number"),
        (lambda: tf.summary.scalar(5, 1.0), "tag must be a string"),  # type: ignore[arg-type]
        (lambda: tf.summary.image("a", np.zeros((2, 2, 3))), r"data must have the shape \[batch, height"),
        (
            lambda: tf.summary.image("a", np.zeros((1, 2, 2, 3)), max_outputs=0),
            "max_outputs must be a positive integer",
        ),
        (lambda: tf.summary.audio("a", np.zeros((2, 5)), 8000), r"data must be floats of the shape \[batch, frames"),
        (lambda: tf.summary.audio("a", np.zeros((1, 5, 1)), 0), "sample_rate must be a number of samples a second"),
        (lambda: tf.summary.audio("a", np.zeros((1, 5, 1)), 8, encoding="mp3"), "encoding must be None or 'wav'"),
        (lambda: tf.summary.histogram("a", "x"), "values must be a real number"),
        (lambda: tf.summary.histogram("a", [1.0], buckets=-1), "buckets must be a positive integer"),
        (lambda: tf.summary.text("a", 5), "data must be a text or texts, got 5"),
        (lambda: tf.summary.write("a", object()), "tensor must be an array or a tensor"),
        (lambda: tf.summary.write("a", 1.0, 0, 5), "metadata must be a message of protobuf or its bytes"),
        (lambda: tf.summary.experimental.write_raw_pb(b"\xff"), "tensor must be a serialised Summary, got 1 bytes"),
        (lambda: tf.summary.create_file_writer("s3://bucket/run"), "logdir"),
    ],
)
def test_bad_arguments_are_named_and_nothing_is_recorded(call: Any, message: str, tmp_path: Path) -> None:
    with tf.summary.create_file_writer(tmp_path).as_default(0), pytest.raises((TypeError, ValueError), match=message):
        call()
    assert set(cutaway.open(tmp_path)["."].kinds) <= {"session_log"}


def test_other_names_say_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"tf\.summary\.trace_on is TensorFlow's: install tensorflow to use it"):
        tf.summary.trace_on()
    if "tensorflow" not in sys.modules:
        with pytest.raises(AttributeError, match="constant is TensorFlow's: install tensorflow to use it; Cutaway has"):
            tf.constant(1)
