"""Graphs without TensorFlow: what runs see, and that growing graphs stay cheap."""

import gc
import sys
import threading
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tests.unit.compat.summary_messages import numbers

import cutaway
from cutaway.compat import v1 as tf
from cutaway.events.records import payloads

pytestmark = pytest.mark.usefixtures("without_tensorflow", "new_graph")


def test_fetches_are_evaluated_in_their_order_and_each_operation_once() -> None:
    x = tf.Variable(1.0, name="x")
    update = tf.assign_add(x, 1.0)
    doubled = x * 2
    with tf.Session() as session:
        session.run(x.initializer)
        assert session.run([doubled, update, x, update]) == [2, 2, 2, 2]
        assert session.run([update, doubled, x]) == [3, 6, 3]


def test_summaries_of_tensors_and_of_values_held_by_reference_in_one_run() -> None:
    x, box, array = tf.Variable(1.0, name="x"), [5.0], np.array(7.0)
    parameter = torch.nn.Parameter(torch.tensor(9.0))
    tf.summary.scalar("tensor", x * 2)
    tf.summary.scalar("function", lambda: box[0])
    tf.summary.scalar("array", array)
    tf.summary.scalar("parameter", parameter)
    merged = tf.summary.merge_all()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert numbers(session.run(merged)) == {"tensor": 2, "function": 5, "array": 7, "parameter": 9}
        box[0] = 6.0
        array += 1.0
        summary, value, function = session.run([merged, tf.assign(x, 10.0), lambda: box[0]])
        assert (value, function) == (10, 6)
        # The merged summary came first.
        assert numbers(summary) == {"tensor": 2, "function": 6, "array": 8, "parameter": 9}
        # In a session's block a call sees its variables.
        assert numbers(merged())["tensor"] == 20


def test_a_session_has_variables_of_its_own() -> None:
    x = tf.Variable(1.0, name="x")
    first, second = tf.Session(), tf.Session()
    for session in (first, second):
        session.run(x.initializer)
    first.run(tf.assign(x, 5.0))
    assert (first.run(x), second.run(x)) == (5, 1)


def test_what_is_fetched_and_fed_is_nobody_elses() -> None:
    x = tf.Variable([1.0, 2.0], name="x")
    given = tf.placeholder(tf.float32, [2])
    constant = tf.constant(np.zeros(2))
    fed = np.array([3.0, 4.0], np.float32)
    with tf.Session() as session:
        session.run(x.initializer)
        session.run(x)[0] = 99
        session.run(constant)[0] = 99
        assert session.run(x).tolist() == [1, 2]
        assert session.run(constant).tolist() == [0, 0]
        session.run(tf.assign(x, given), {given: fed})
        fed[0] = 99
        assert session.run(x).tolist() == [3, 4]


def test_named_tuples_come_back_as_they_were() -> None:
    pair = namedtuple("pair", "one two")
    with tf.Session() as session:
        assert session.run(pair(tf.constant(1), [tf.constant(2)])) == pair(1, [2])


def test_an_interactive_session_is_the_default_one_until_it_is_closed() -> None:
    x = tf.Variable(2.0, name="x")
    session = tf.InteractiveSession()
    x.initializer.run()
    assert tf.square(x).eval() == 4
    x.load(3.0)
    assert x.eval() == 3
    assert tf.get_default_session() is session
    session.close()
    with pytest.raises(
        ValueError, match=r"session must be given to eval\(\) outside of `with tf.Session\(\)`, got None"
    ):
        x.eval()


def test_a_graph_deeper_than_the_stack_of_python() -> None:
    x = tf.constant(0)
    for _ in range(sys.getrecursionlimit() + 500):
        x = x + 1
    with tf.Session() as session:
        assert session.run(x) == sys.getrecursionlimit() + 500


def test_a_round_costs_as_much_after_thousands_as_at_first() -> None:
    """The loop of the first program adds operations at every step: names and runs must not take longer for them."""
    x = tf.Variable(-5.0, "float", name="x")
    tf.summary.scalar("x_label", x)
    tf.summary.scalar("pingfang", tf.multiply(x, x))
    merged = tf.summary.merge_all()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def one_round() -> None:
            session.run(merged)
            session.run(tf.assign(x, session.run(tf.add(x, 1.0))))

        def calls() -> int:
            count = 0

            def counted(frame: Any, event: str, argument: Any) -> None:
                nonlocal count
                count += event in ("call", "c_call")

            # Callbacks of a collection, such as those of Hypothesis, are no part of the round.
            gc.disable()
            sys.setprofile(counted)
            try:
                one_round()
            finally:
                sys.setprofile(None)
                gc.enable()
            return count

        for _ in range(10):
            one_round()
        early, operations = calls(), len(session.graph.get_operations())
        for _ in range(3000):
            one_round()
        assert calls() == early
        assert len(session.graph.get_operations()) == operations + 3001 * 6


def test_what_is_recorded_of_a_graph_is_what_it_was_at_the_time(tmp_path: Path) -> None:
    x = tf.Variable(1.0, name="x")
    tf.summary.scalar("x", x)
    held = np.zeros(3)
    tf.summary.histogram("held", held)
    with tf.Session() as session, tf.summary.FileWriter(tmp_path, session.graph) as writer:
        tf.constant(1)
    recorded = [Event.FromString(payload).graph_def for payload in payloads(writer.event_writer.path)]
    (graph,) = (GraphDef.FromString(data) for data in recorded if data)
    assert [(node.name, node.op, list(node.input)) for node in graph.node][5:] == [
        ("x_1/tags", "Const", []),
        ("x_1/ReadVariableOp", "ReadVariableOp", ["x"]),
        ("x_1", "ScalarSummary", ["x_1/tags", "x_1/ReadVariableOp"]),
        # A value that is held by reference is no node.
        ("held/tag", "Const", []),
        ("held", "HistogramSummary", ["held/tag"]),
    ]
    assert {"graph"} <= set(cutaway.open(tmp_path)["."].kinds)


def test_graphs_of_threads() -> None:
    """``as_default`` is of a thread; outside of it all have the same default graph."""
    graph, seen = tf.Graph(), []
    with graph.as_default():
        thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
        thread.start()
        thread.join()
        assert tf.get_default_graph() is graph
    assert seen == [tf.get_default_graph()]


def test_threads_define_operations_in_one_graph() -> None:
    graph, start = tf.get_default_graph(), threading.Barrier(4)
    names: list[list[str]] = [[], [], [], []]

    def define(mine: list[str], scope: str) -> None:
        start.wait()
        with tf.name_scope(scope):
            mine += [tf.add(1, i).name for i in range(200)]

    threads = [threading.Thread(target=define, args=(mine, f"thread_{i}")) for i, mine in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, mine in enumerate(names):
        assert mine == [f"thread_{i}/Add{'_' if n else ''}{n or ''}:0" for n in range(200)]
    assert len(graph.get_operations()) == 4 * 200 * 3


def test_the_default_graph_is_not_replaced_within_a_block() -> None:
    with tf.Graph().as_default(), pytest.raises(RuntimeError, match="outside of `with graph"):
        tf.reset_default_graph()


def test_names_without_tensorflow() -> None:
    assert tf.compat.v1.Variable is tf.Variable
    assert tf.executing_eagerly() is False
    assert tf.constant(1, name=None).name == "Const:0"
    tf.disable_eager_execution()
    tf.disable_v2_behavior()
    assert (tf.as_dtype("float"), tf.as_dtype(np.int64), tf.float64.name) == (tf.float32, tf.int64, "float64")
    assert tf.float32 == np.float32
    assert tf.int32 != tf.int64
    with pytest.raises(AttributeError, match=r"get_variable is TensorFlow's: install tensorflow .* Graph, GraphKeys"):
        tf.get_variable  # noqa: B018
    assert not hasattr(tf, "train")
