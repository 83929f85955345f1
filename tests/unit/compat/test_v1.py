"""TensorFlow 1's workflow with values held by reference: definition, collections, merging, sessions."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from google.protobuf import text_format
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.patience import PATIENCE
from tests.unit.compat.summary_messages import numbers

import cutaway
from cutaway.compat import v1 as tf
from cutaway.events.records import payloads

pytestmark = pytest.mark.usefixtures("new_graph")


def events(writer: Any) -> list[Event]:
    return [Event.FromString(payload) for payload in payloads(writer.event_writer.path)]


GRAPH = GraphDef.FromString(b"")
text_format.Parse('node { name: "x" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } } }', GRAPH)


# -- what a value may be -------------------------------------------------------------------------------------------


def test_values_are_looked_at_when_the_summary_is_evaluated() -> None:
    array, parameter = np.array(1.0), torch.nn.Parameter(torch.tensor(2.0))
    box = [3.0]
    tf.summary.scalar("array", array)
    tf.summary.scalar("parameter", parameter)
    tf.summary.scalar("function", lambda: box[0])
    tf.summary.scalar("number", 4)
    merged = tf.summary.merge_all()
    assert numbers(merged()) == {"array": 1, "parameter": 2, "function": 3, "number": 4}
    np.add(array, 10, out=array)
    with torch.no_grad():
        parameter.add_(10)
    box[0] += 10
    assert numbers(merged()) == {"array": 11, "parameter": 12, "function": 13, "number": 4}


def test_a_function_is_called_once_for_all_its_summaries() -> None:
    calls = []

    def value() -> Any:
        calls.append(1)
        return np.arange(3.0)

    tf.summary.histogram("numbers", value)
    tf.summary.tensor_summary("tensor", value)
    merged = tf.summary.merge_all()
    assert calls == []
    merged()
    assert calls == [1]


def test_nan_is_nan() -> None:
    assert np.isnan(numbers(tf.summary.scalar("t", float("nan"))())["t"])


def test_what_is_not_finite_is_counted_beside_a_histogram(tmp_path: Path) -> None:
    with tf.summary.FileWriter(tmp_path) as writer:
        writer.add_summary(tf.summary.histogram("t", np.array([1.0, np.nan, np.inf, -np.inf, np.nan]))())
    (found,) = cutaway.open(tmp_path)["."].histograms("t")
    assert (found.count, found.nan_count, found.positive_infinity_count, found.negative_infinity_count) == (1, 2, 1, 1)


def test_numbers_that_graphs_do_not_know() -> None:
    for value in (np.complex64(1 + 2j), np.array(1 + 2j)):
        (found,) = Summary.FromString(tf.summary.tensor_summary("t", value)()).value
        assert make_ndarray(found.tensor) == 1 + 2j
    assert numbers(tf.summary.scalar("t", np.longdouble(1.5))()) == {"t_2": 1.5}


def test_bfloat16() -> None:
    assert numbers(tf.summary.scalar("t", torch.tensor(1.5, dtype=torch.bfloat16))()) == {"t": 1.5}


# -- collections and merging ---------------------------------------------------------------------------------------


def test_collections() -> None:
    tf.summary.scalar("both", 1.0, collections=["summaries", "mine"])
    tf.summary.scalar("mine", 2.0, collections=["mine"])
    tf.summary.scalar("none", 3.0, collections=[])
    tf.summary.scalar("usual", 4.0)
    assert numbers(tf.summary.merge_all()()) == {"both": 1, "usual": 4}
    assert numbers(tf.summary.merge_all("mine")()) == {"both": 1, "mine": 2}
    assert tf.summary.merge_all("nothing") is None


def test_merge_all_takes_what_is_there_by_then() -> None:
    assert tf.summary.merge_all() is None
    tf.summary.scalar("a", 1.0)
    first = tf.summary.merge_all()
    tf.summary.scalar("b", 2.0)
    assert numbers(first()) == {"a": 1}
    assert numbers(tf.summary.merge_all()()) == {"a": 1, "b": 2}


def test_a_scope_chooses_by_name() -> None:
    for name in ("train/loss", "train/accuracy", "test/loss"):
        tf.summary.scalar(name, 1.0)
    assert list(numbers(tf.summary.merge_all(scope="train/")())) == ["train/loss", "train/accuracy"]
    assert list(numbers(tf.summary.merge_all(scope=r"te.t/l")())) == ["test/loss"]


def test_merge_takes_operations_merged_ones_and_bytes() -> None:
    first, second = tf.summary.scalar("a", 1.0), tf.summary.scalar("b", 2.0)
    third = Summary(value=[Summary.Value(tag="c", simple_value=3.0)]).SerializeToString()
    merged = tf.summary.merge([tf.summary.merge([first, second]), third], collections=["merged"])
    assert numbers(merged()) == {"a": 1, "b": 2, "c": 3}
    assert numbers(tf.summary.merge_all("merged")()) == {"a": 1, "b": 2, "c": 3}
    assert numbers(tf.summary.merge(first)()) == {"a": 1}


def test_starting_over() -> None:
    tf.summary.scalar("a", 1.0)
    tf.reset_default_graph()
    assert tf.summary.merge_all() is None
    assert list(numbers(tf.summary.scalar("a", 1.0)())) == ["a"]


def test_get_summary_description() -> None:
    node = GraphDef().node.add(op="TensorSummary")
    node.attr["description"].s = b'{"typeHint": "scalar"}'
    assert tf.summary.get_summary_description(node).type_hint == "scalar"
    with pytest.raises(ValueError, match="TensorSummary, got 'Const'"):
        tf.summary.get_summary_description(GRAPH.node[0])


# -- sessions ------------------------------------------------------------------------------------------------------


def test_a_session_evaluates_whatever_is_nested() -> None:
    a, box = np.array(1.0), [2.0]
    summary = tf.summary.scalar("a", a)
    with tf.Session() as session:
        assert numbers(session.run(summary)) == {"a": 1}
        found = session.run([summary, {"a": a, "f": lambda: box[0]}, (torch.tensor(3.0),)])
        assert numbers(found[0]) == {"a": 1}
        assert found[1] == {"a": 1, "f": 2}
        assert found[2] == (3,)
        with pytest.raises(ValueError, match="the keys of feed_dict must be of the session's graph, got 'x'"):
            session.run(summary, {"x": 1})


def test_a_session_has_nothing_to_run() -> None:
    session = tf.Session()
    assert isinstance(session, tf.Session)
    with pytest.raises(TypeError, match=r"fetches must not be None.*merge_all\(\) gives None where no summaries"):
        session.run(tf.summary.merge_all())


def test_the_module_within_itself() -> None:
    assert tf.compat.v1 is tf
    with pytest.raises(AttributeError, match=r"compat\.as_bytes is TensorFlow's: install tensorflow"):
        tf.compat.as_bytes("a")
    assert not hasattr(tf.compat, "_private")
    assert not hasattr(tf, "_private")


def test_what_configure_takes() -> None:
    with pytest.raises(TypeError, match="keep_eager must be True or False, got 1"):
        tf.configure(keep_eager=cast("bool", 1))
    tf.configure(keep_eager=True)
    assert isinstance(tf.Session(), tf.Session)
    tf.configure(keep_eager=False)


def test_a_tensorflow_that_cannot_be_imported_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise ImportError('libnothing.so is missing')\n")
    program = (
        "from cutaway.compat import v1 as tf\ntf.summary.scalar('t', 1.0)\n"
        "for name in ('placeholder', 'Variable'): assert hasattr(tf, name)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-W", "always", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    said = "<string>:3: RuntimeWarning: TensorFlow is installed, but cannot be imported: libnothing.so is missing"
    assert done.stderr.splitlines()[0] == said
    assert done.stderr.count("RuntimeWarning") == 1


def test_no_tensorflow_is_needed_or_imported() -> None:
    assert "tensorflow" not in sys.modules
    with pytest.raises(AttributeError, match="get_variable is TensorFlow's: install tensorflow"):
        tf.get_variable  # noqa: B018


# -- bad input -----------------------------------------------------------------------------------------------------


def test_two_of_one_tag_in_a_merged_summary() -> None:
    one = tf.summary.scalar("a", 1.0)
    with pytest.raises(ValueError, match="inputs must be summaries of different tags, got 'a' twice"):
        tf.summary.merge([one, one])()


@pytest.mark.parametrize(
    ("define", "message"),
    [
        (
            lambda: tf.summary.image("t", np.zeros((2, 2, 3))),
            r"must have 4 dimensions.*got ndarray of shape \(2, 2, 3\)",
        ),
        (lambda: tf.summary.image("t", np.zeros((1, 2, 2, 2))), "with 1, 3 or 4 channels, got"),
        (lambda: tf.summary.image("t", np.zeros((1, 2, 2, 3), int)), "must be uint8 or floats"),
        (
            lambda: tf.summary.image("t", np.zeros((1, 2, 2, 3)), max_outputs=0),
            "max_outputs must be a positive integer",
        ),
        (lambda: tf.summary.scalar("t", [1.0, 2.0]), "must be one real number"),
        (lambda: tf.summary.scalar("t", "text"), "must be one real number"),
        (lambda: tf.summary.scalar("t", object()), "the value of 't' must be an array or a tensor"),
        (lambda: tf.summary.scalar("", 1.0), "name must not be empty"),
        (lambda: tf.summary.scalar(cast("str", 3), 1.0), "name must be a string, got 3"),
        (lambda: tf.summary.scalar("t", 1.0, collections="mine"), "collections must be a list of names, got 'mine'"),
        (lambda: tf.summary.audio("t", np.zeros(5), 8000), "must be floats of 2 or 3 dimensions"),
        (lambda: tf.summary.audio("t", np.zeros((1, 5)), 0), "sample_rate must be a number of samples a second, got 0"),
        (lambda: tf.summary.histogram("t", ["a"]), "must be real numbers"),
        (lambda: tf.summary.text("t", 1.0), "must be strings"),
        (lambda: tf.summary.merge([]), "inputs must be at least one summary"),
        (lambda: tf.summary.merge([1]), r"inputs must be summaries, got 1 \(int\)"),
    ],
)
def test_bad_summaries_are_refused_where_they_are_defined(define: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        define()
    assert tf.summary.merge_all() is None
    # The name is still to be had.
    assert list(numbers(tf.summary.scalar("t", 1.0)())) == ["t"]
