"""TensorFlow 1's workflow end to end: the examples, TensorFlow's own writer and graph, and TensorBoard's pages."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from google.protobuf import text_format
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tests.conformance.tensorboard_pages import ask_tensorboard
from tests.conformance.tensorflow_programs import ENVIRONMENT, ROOT, TENSORFLOW_PYTHON
from tests.patience import LONG_PATIENCE, PATIENCE

import cutaway
from cutaway.compat import v1 as tf
from cutaway.events.records import payloads

X = [float(x) for x in range(-5, 6)]
PINGFANG = [x * x for x in X]


def run(python: Path | str, script: Path, logdir: Path) -> None:
    command = [str(python), str(script), str(logdir)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr


def events(logdir: Path) -> list[Event]:
    (path,) = logdir.iterdir()
    return [Event.FromString(payload) for payload in payloads(path)]


def summaries(logdir: Path) -> list[bytes]:
    return [event.summary.SerializeToString() for event in events(logdir) if event.summary.value]


def check_curves(logdir: Path) -> None:
    logs = cutaway.open(logdir)["."]
    assert logs.tags() == ["pingfang", "x_label"]
    assert logs.scalars("x_label").value.tolist() == X
    assert logs.scalars("pingfang").value.tolist() == PINGFANG
    assert logs.scalars("pingfang").step.tolist() == list(range(11))
    assert logs.damage == []


def test_the_example_with_values(tmp_path: Path) -> None:
    run(sys.executable, ROOT / "examples" / "summary_workflow.py", tmp_path)
    check_curves(tmp_path)
    expected = [
        Summary(value=[Summary.Value(tag="x_label", simple_value=x), Summary.Value(tag="pingfang", simple_value=x * x)])
        for x in X
    ]
    assert summaries(tmp_path) == [summary.SerializeToString() for summary in expected]
    command = [sys.executable, "-m", "cutaway", "inspect", str(tmp_path)]
    inspected = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert "2 scalar tags, 22 points" in inspected.stdout
    assert "graph" in inspected.stdout


@pytest.mark.slow
def test_the_example_with_tensorflow(tmp_path: Path) -> None:
    """The example, the same script with TensorFlow's own import, and the one with values: byte-equal summaries."""
    assert TENSORFLOW_PYTHON.exists(), "make test-all installs TensorFlow"
    example = ROOT / "examples" / "tensorflow1_workflow.py"
    untouched = tmp_path / "untouched.py"
    text = example.read_text()
    assert text.count("from cutaway.compat import v1 as tf") == 1
    # In graph mode, where our module is by itself.
    theirs = "import tensorflow.compat.v1 as tf\ntf.disable_eager_execution()"
    untouched.write_text(text.replace("from cutaway.compat import v1 as tf", theirs))
    run(TENSORFLOW_PYTHON, example, tmp_path / "ours")
    run(TENSORFLOW_PYTHON, untouched, tmp_path / "theirs")
    run(TENSORFLOW_PYTHON, ROOT / "examples" / "summary_workflow.py", tmp_path / "values")
    for name in ("ours", "theirs", "values"):
        check_curves(tmp_path / name)
    assert summaries(tmp_path / "ours") == summaries(tmp_path / "theirs") == summaries(tmp_path / "values")
    for field, message in (("meta_graph_def", MetaGraphDef), ("graph_def", GraphDef)):
        recorded = [
            [message.FromString(getattr(event, field)) for event in events(tmp_path / name) if event.HasField(field)]
            for name in ("ours", "theirs")
        ]
        assert len(recorded[0]) == 1
        assert recorded[0] == recorded[1]
    graph = recorded[0][0]
    assert {"x", "mul", "x_label", "pingfang", "Merge/MergeSummary"} <= {node.name for node in graph.node}


MIXED = """
import sys
import numpy as np
from cutaway.compat import v1 as tf
tf.disable_eager_execution()
x = tf.placeholder(tf.float32, [], name="x")
theirs = tf.summary.scalar("theirs", x)
constant = tf.summary.scalar("constant", 3.0)
merged = tf.summary.merge_all()
value = [0.0]
ours = tf.summary.scalar("ours", lambda: value[0])
try:
    tf.summary.merge([theirs, ours])
except ValueError as error:
    print(error)
try:
    tf.summary.merge_all()
except ValueError as error:
    print(error)
with tf.Session() as session, tf.summary.FileWriter(sys.argv[1], session.graph) as writer:
    for step in range(3):
        value[0] = 10.0 * step
        first, (second, doubled) = session.run([merged, (ours, 2 * x)], {x: step})
        writer.add_summary(first, step)
        writer.add_summary(tf.Summary.FromString(second), step)
        assert doubled == 2 * step
    writer.add_summary(session.run(ours), 3)
tf.reset_default_graph()
assert tf.summary.merge_all() is None
"""


@pytest.mark.slow
def test_graphs_and_values_in_one_program(tmp_path: Path) -> None:
    command = [str(TENSORFLOW_PYTHON), "-c", MIXED, str(tmp_path)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "inputs must be all summaries of a TensorFlow graph or none" in done.stdout
    assert "the collection 'summaries' must hold summaries of a TensorFlow graph or of values, got both" in done.stdout
    logs = cutaway.open(tmp_path)["."]
    assert logs.scalars("theirs").value.tolist() == [0, 1, 2]
    assert logs.scalars("constant").value.tolist() == [3, 3, 3]
    assert logs.scalars("ours").value.tolist() == [0, 10, 20, 20]


HELD = """
import sys
import jax.numpy as jnp
import tensorflow
from cutaway.compat import v1 as tf
variable = tensorflow.Variable(3.0)
box = [jnp.array(1.5)]
tf.summary.scalar("variable", variable)
tf.summary.scalar("eager", 2 * tensorflow.constant(2.0))
tf.summary.scalar("jax", lambda: box[0])
tf.summary.scalar("bfloat16", jnp.array(2.5, jnp.bfloat16))
merged = tf.summary.merge_all()
with tf.Session() as session, tf.summary.FileWriter(sys.argv[1]) as writer:
    writer.add_summary(session.run(merged), 0)
    variable.assign_add(1.0)
    box[0] = jnp.array(2.5)
    writer.add_summary(merged(), 1)
"""


@pytest.mark.slow
def test_values_of_eager_tensorflow_and_of_jax(tmp_path: Path) -> None:
    command = [str(TENSORFLOW_PYTHON), "-c", HELD, str(tmp_path)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    logs = cutaway.open(tmp_path)["."]
    found = {tag: logs.scalars(tag).value.tolist() for tag in logs.tags()}
    assert found == {"variable": [3, 4], "eager": [4, 4], "jax": [1.5, 2.5], "bfloat16": [2.5, 2.5]}


PAGES = """
while not (json.loads(fetch("scalars/tags")).get(".") and "model" in json.loads(fetch("graphs/info"))):
    pass
print(json.dumps({
    "scalars": json.loads(fetch("scalars/scalars", run=".", tag="y")),
    "images": json.loads(fetch("images/tags")),
    "audio": json.loads(fetch("audio/tags")),
    "histograms": json.loads(fetch("histograms/histograms", run=".", tag="numbers")),
    "text": json.loads(fetch("text/text", run=".", tag="note")),
    "graph": fetch("graphs/graph", run="."),
    "model": fetch("graphs/graph", run="model"),
}))
"""


def test_tensorboard_shows_what_was_written(tmp_path: Path) -> None:
    tf.reset_default_graph()
    values = np.arange(4.0)
    graph = GraphDef()
    graph.node.add(name="x", op="Placeholder")
    graph.node.add(name="y", op="Square", input=["x"])
    tf.summary.scalar("y", lambda: values.sum())
    tf.summary.histogram("numbers", values)
    tf.summary.image("picture", np.zeros((1, 4, 5, 3), np.uint8))
    tf.summary.audio("sound", np.zeros((1, 20), np.float32), 8000)
    tf.summary.text("note", "some *text*")
    merged = tf.summary.merge_all()
    with tf.summary.FileWriter(tmp_path, graph) as writer:
        for step in range(3):
            writer.add_summary(merged(), step)
            values += 1
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())
    with tf.summary.FileWriter(tmp_path / "model", cutaway.summary(model, input_size=(1, 4), verbose=False)):
        pass
    tf.reset_default_graph()
    shown = ask_tensorboard(tmp_path, PAGES)
    assert [(step, value) for _, step, value in shown["scalars"]] == [(0, 6.0), (1, 10.0), (2, 14.0)]
    assert list(shown["images"]["."]) == ["picture/image/0"]
    assert list(shown["audio"]["."]) == ["sound/audio/0"]
    assert [step for _, step, _ in shown["histograms"]] == [0, 1, 2]
    assert "<em>text</em>" in shown["text"][0]["text"]
    assert 'name: "y"' in shown["graph"]
    assert 'op: "Square"' in shown["graph"]
    graph = text_format.Parse(shown["model"], GraphDef())
    assert {"Sequential/0/weight", "Sequential/0/addmm", "Sequential/1/relu", "output"} <= {
        node.name for node in graph.node
    }
