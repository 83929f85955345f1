"""TensorFlow 1's FileWriter: what it takes, when it is closed and shared, what it refuses."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from google.protobuf import text_format
from tensorboard.compat.proto.event_pb2 import Event, SessionLog  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.compat import v1 as tf
from cutaway.events.records import payloads

pytestmark = pytest.mark.usefixtures("new_graph")


def events(writer: Any) -> list[Event]:
    return [Event.FromString(payload) for payload in payloads(writer.event_writer.path)]


GRAPH = GraphDef.FromString(b"")
text_format.Parse('node { name: "x" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } } }', GRAPH)


def test_summaries_of_any_form(tmp_path: Path) -> None:
    message = Summary(value=[Summary.Value(tag="t", simple_value=1.0)])
    with tf.summary.FileWriter(str(tmp_path), filename_suffix=".mine") as writer:
        assert writer.get_logdir() == str(tmp_path)
        writer.add_summary(tf.summary.scalar("t", 0.5)(), 1)
        writer.add_summary(message, np.int64(2))
        writer.add_summary(message.SerializeToString(), torch.tensor(3))
        writer.add_summary(message)
    assert cutaway.open(tmp_path)["."].scalars("t").step.tolist() == [1, 2, 3, 0]
    assert writer.event_writer.path.name.endswith(".mine")


def test_metadata_is_recorded_once_for_each_tag(tmp_path: Path) -> None:
    summaries = tf.summary.merge([tf.summary.text("a", ["text"]), tf.summary.text("b", ["text"])])
    with tf.summary.FileWriter(tmp_path) as writer:
        for step in range(2):
            writer.add_summary(summaries(), step)
    first, second = (event.summary.value for event in events(writer) if event.summary.value)
    assert [value.metadata.plugin_data.plugin_name for value in first] == ["text", "text"]
    assert [value.HasField("metadata") for value in second] == [False, False]
    assert cutaway.open(tmp_path)["."].texts("b").step.tolist() == [0, 1]


def test_tensor_summaries_take_metadata(tmp_path: Path) -> None:
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="mine", content=b"x"))
    for given in (metadata, metadata.SerializeToString()):
        operation = tf.summary.tensor_summary("t", [1.0], summary_metadata=given, display_name="T")
        found = Summary.FromString(operation()).value[0].metadata
        assert (found.plugin_data.plugin_name, found.plugin_data.content, found.display_name) == ("mine", b"x", "T")


@pytest.mark.parametrize("form", ["object", "bytes", "text", "pb file", "pbtxt file", "graph_def"])
def test_graphs_of_any_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "graph.pb").write_bytes(GRAPH.SerializeToString())
    (tmp_path / "graph.pbtxt").write_text(text_format.MessageToString(GRAPH))
    graph: Any = {
        "object": GRAPH,
        "bytes": GRAPH.SerializeToString(),
        "text": text_format.MessageToString(GRAPH),
        "pb file": str(tmp_path / "graph.pb"),
        "pbtxt file": tmp_path / "graph.pbtxt",
    }.get(form)
    if form == "graph_def":
        writer = tf.summary.FileWriter(tmp_path / "log", graph_def=GRAPH)
    else:
        writer = tf.summary.FileWriter(tmp_path / "log", graph)
    writer.add_graph(GRAPH, 5) if form != "graph_def" else writer.add_graph(None, 5, GRAPH)
    writer.close()
    found = [event for event in events(writer) if event.graph_def]
    assert [GraphDef.FromString(event.graph_def) for event in found] == [GRAPH, GRAPH]
    assert [event.step for event in found] == [0, 5]


def test_the_graph_of_a_session_has_the_summaries(tmp_path: Path) -> None:
    tf.summary.scalar("a", 1.0)
    tf.summary.image("b", np.zeros((1, 2, 2, 3)))
    tf.summary.merge_all()
    with tf.Session() as session, tf.summary.FileWriter(tmp_path, session.graph) as writer:
        pass
    graph = GraphDef.FromString(next(event.graph_def for event in events(writer) if event.graph_def))
    assert [(node.name, node.op, list(node.input)) for node in graph.node] == [
        ("a/tags", "Const", []),
        ("a/values", "Const", []),
        ("a", "ScalarSummary", ["a/tags", "a/values"]),
        # An array is held by reference.
        ("b/tag", "Const", []),
        ("b", "ImageSummary", ["b/tag"]),
        ("Merge/MergeSummary", "MergeSummary", ["a", "b"]),
    ]


def test_everything_else_that_is_recorded(tmp_path: Path) -> None:
    with tf.summary.FileWriter(tmp_path) as writer:
        writer.add_session_log(SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path="model"), 3)
        writer.add_meta_graph(b"\x12\x00", 4)
        writer.add_run_metadata(b"", "run", 5)
        writer.add_event(Event(step=6, wall_time=7.5, log_message={"message": "text"}))
        with pytest.raises(ValueError, match="tag must be new for each run metadata, got 'run' again"):
            writer.add_run_metadata(b"", "run", 5)
        writer.flush()
    kinds = cutaway.open(tmp_path)["."].kinds
    assert {"session_log", "meta_graph", "run_metadata", "log_message"} <= set(kinds)
    assert [(event.step, event.wall_time) for event in events(writer) if event.HasField("log_message")] == [(6, 7.5)]


def test_flush_does_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training loops flush after each summary."""
    writer = tf.summary.FileWriter(tmp_path)
    writer.add_summary(tf.summary.scalar("t", 1.0)(), 1)
    monkeypatch.setattr(os, "fsync", lambda descriptor: pytest.fail("fsync"))
    assert writer.flush() is True
    assert [event.step for event in events(writer) if event.HasField("summary")] == [1]
    writer.close()


def test_closed_and_opened_again(tmp_path: Path) -> None:
    writer = tf.summary.FileWriter(tmp_path)
    summary = tf.summary.scalar("t", 1.0)
    writer.add_summary(summary(), 1)
    first = writer.event_writer.path
    writer.close()
    with pytest.raises(ValueError, match=r"is closed; reopen\(\) opens a new file"):
        writer.add_summary(summary(), 2)
    writer.reopen()
    writer.add_summary(summary(), 3)
    writer.reopen()
    writer.close()
    assert writer.event_writer.path != first
    assert cutaway.open(tmp_path)["."].scalars("t").step.tolist() == [1, 3]


def test_writers_of_a_session_share_a_file(tmp_path: Path) -> None:
    summary = tf.summary.scalar("t", 1.0)()
    session, other = tf.Session(), tf.Session()
    first = tf.summary.FileWriter(tmp_path, session=session, filename_suffix=".mine")
    second = tf.summary.FileWriter(str(tmp_path), session=session)
    third = tf.summary.FileWriter(tmp_path, session=other)
    fourth = tf.summary.FileWriter(tmp_path / "below", session=session)
    assert len({writer.event_writer.path for writer in (first, second, third, fourth)}) == 3
    first.add_summary(summary, 1)
    first.close()
    with pytest.raises(ValueError, match="is closed"):
        first.add_summary(summary, 1)
    second.add_summary(summary, 2)
    first.reopen()
    second.close()
    first.add_summary(summary, 3)
    path = first.event_writer.path
    assert path.name.endswith(".mine")
    assert [event.step for event in events(first) if event.HasField("summary")] == [1, 2, 3]
    first.close()
    second.reopen()
    second.add_summary(summary, 4)
    assert second.event_writer.path != path
    for writer in (second, third, fourth):
        writer.close()
    assert cutaway.open(tmp_path)["."].scalars("t").step.tolist() == [1, 2, 3, 4]


def test_a_writer_is_copied_to_another_process(tmp_path: Path) -> None:
    """As the arguments of a worker are."""
    with tf.summary.FileWriter(tmp_path) as writer, pickle.loads(pickle.dumps(writer)) as copy:
        copy.add_summary(tf.summary.scalar("t", 1.0)(), 5)
        assert copy.event_writer.path != writer.event_writer.path
    assert cutaway.open(tmp_path)["."].scalars("t").step.tolist() == [5]


def test_a_graph_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="graph and graph_def must not both be given"):
        tf.summary.FileWriter(tmp_path / "log", GRAPH, graph_def=GRAPH)
    assert not (tmp_path / "log").exists()
    with tf.summary.FileWriter(tmp_path) as writer, pytest.raises(ValueError, match="must not both be given"):
        writer.add_graph(GRAPH, 1, GRAPH)


def test_the_cache_has_one_writer_for_a_directory(tmp_path: Path) -> None:
    cache = tf.summary.FileWriterCache
    one = cache.get(str(tmp_path / "a"))
    assert cache.get(tmp_path / "a") is one
    assert cache.get(str(tmp_path / "b")) is not one
    cache.clear()
    assert cache.get(str(tmp_path / "a")) is not one
    cache.clear()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (lambda writer: writer.add_summary(b"\xff\xff"), "summary must be a serialised Summary, got 2 bytes"),
        (lambda writer: writer.add_summary(3), "summary must be a message of protobuf or its bytes, got int"),
        (lambda writer: writer.add_summary(b"", "x"), "global_step"),
        (lambda writer: writer.add_event(b"\xff"), "event must be a serialised Event"),
        (lambda writer: writer.add_graph(3), "graph must be a graph, got int; accepted are a tf.Graph"),
        (lambda writer: writer.add_graph(b"\xff"), "graph must be a serialised GraphDef"),
        (lambda writer: writer.add_graph("node {"), "graph must be the text of a GraphDef"),
        (lambda writer: writer.add_graph(None), "graph_def must be a graph, got NoneType"),
    ],
)
def test_bad_records_are_refused_and_nothing_is_written(tmp_path: Path, record: Any, message: str) -> None:
    with tf.summary.FileWriter(tmp_path) as writer:
        size = writer.event_writer.path.stat().st_size
        with pytest.raises((TypeError, ValueError), match=message):
            record(writer)
        assert writer.event_writer.path.stat().st_size == size
