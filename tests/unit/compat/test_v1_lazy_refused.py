"""Graphs without TensorFlow: what is refused, how it is said, and that graph and session go on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.unit.compat.summary_messages import numbers

from cutaway.compat import v1 as tf

pytestmark = pytest.mark.usefixtures("without_tensorflow", "new_graph")


def of_another_graph() -> Any:
    with tf.Graph().as_default():
        return tf.constant(1.0, name="elsewhere")


REFUSED_DEFINITIONS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda p: tf.summary.scalar("s", p), r"'s' must be one real number, got <tf.Tensor 'p:0' shape=\(None, 2\)"),
    (lambda p: tf.summary.scalar("s", tf.constant("a")), "must be one real number"),
    (lambda p: tf.summary.image("s", p), "must have 4 dimensions"),
    (lambda p: tf.summary.image("s", tf.constant(np.zeros((1, 2, 2, 2)))), "with 1, 3 or 4 channels"),
    (lambda p: tf.summary.image("s", tf.constant(np.zeros((1, 2, 2, 1), np.int32))), "must be uint8 or floats"),
    (lambda p: tf.summary.audio("s", tf.constant(1.0), 8000), "floats of 2 or 3 dimensions"),
    (lambda p: tf.summary.histogram("s", tf.constant("a")), "must be real numbers"),
    (lambda p: tf.summary.text("s", p), "must be strings"),
    (lambda p: tf.summary.merge([p]), "inputs must be summaries, got <tf.Tensor 'p:0'"),
    (lambda p: p + of_another_graph(), "must be of one graph, got <tf.Tensor 'p:0'.*<tf.Tensor 'elsewhere:0'"),
    (lambda p: tf.group(p, of_another_graph()), "inputs must be of one graph"),
    (lambda p: tf.assign(tf.Variable(1.0), of_another_graph()), "must be of one graph"),
    (
        lambda p: tf.summary.merge([tf.summary.scalar("s", 1.0), tf.summary.scalar("t", of_another_graph())]),
        "one graph",
    ),
    (lambda p: p + tf.constant(1), "operands of AddV2 must be of one dtype, got float32 and int32"),
    (lambda p: tf.constant(1) * 1.5, "operands of Mul must be of one dtype, got int32 and float32"),
    (lambda p: p + "a", "must be of one dtype"),
    (lambda p: p / tf.constant(1), "operands of truediv must be of one dtype"),
    (lambda p: p * [1.0, 2.0, 3.0], r"operands of Mul must have shapes that fit.*\(None, 2\) and \(3,\)"),
    (lambda p: tf.matmul(p, [[1.0]]), "operands of MatMul must have equal inner sizes, got 2"),
    (lambda p: tf.matmul([1.0], [1.0]), "operands of MatMul must be matrices"),
    (lambda p: tf.sqrt(4), "x of Sqrt must be floats, got <tf.Tensor 'Sqrt"),
    (lambda p: p & p, "x of LogicalAnd must be bools"),
    (lambda p: tf.cast("a", tf.int32), "x of cast must be numbers or bools"),
    (lambda p: tf.cast(p, "complex64"), "dtype must be one of float16, .*got 'complex64'; install tensorflow"),
    (lambda p: tf.reshape([1, 2, 3], [2, 2]), "shape of reshape must hold the 3 elements"),
    (lambda p: tf.reshape(p, [-1, -1]), "at most one of them -1"),
    (lambda p: tf.reshape(p, 1.5), "shape must be integers"),
    (lambda p: tf.reduce_sum(p, 2), r"axis of Sum must be a dimension of shape \(None, 2\), got 2"),
    (lambda p: tf.reduce_sum(p, 1, reduction_indices=1), "axis must not be given together with reduction_indices"),
    (lambda p: tf.argmax(p, 2), "axis of argmax must be a dimension"),
    (lambda p: tf.constant(p), "value must be numbers or strings, got <tf.Tensor"),
    (lambda p: tf.constant(1.5, tf.int32), "value must be int32, got 1.5"),
    (lambda p: tf.constant("a", tf.float32), "value must be float32, got 'a'"),
    (lambda p: tf.constant(300, tf.uint8), "value must be within the range of uint8, got 300"),
    (lambda p: tf.constant(2**70), "value must fit into 64 bits"),
    (lambda p: tf.constant([[1], [1, 2]]), "value must be an array or a tensor"),
    (lambda p: tf.constant(["a", 1]), "value must be all strings or none"),
    (lambda p: tf.constant([["a"], ["b", "c"]]), "value must be lists of equal lengths"),
    (lambda p: tf.constant(object()), "value must be an array or a tensor"),
    (lambda p: tf.constant(1j), "value must be real numbers, bools or strings"),
    (lambda p: tf.constant([1, 2, 3], shape=[2]), r"value must fill the shape \(2,\)"),
    (lambda p: tf.constant(1, name="a b"), "name must be letters, digits and"),
    (lambda p: tf.constant(1, name=3), "name must be a string, got 3"),
    (lambda p: tf.constant(1, name="p/"), "name must be new in the graph where it ends with /, got 'p/' again"),
    (lambda p: tf.name_scope("a b").__enter__(), "name must be letters, digits and"),
    (lambda p: tf.placeholder("nothing"), "dtype must be one of"),
    (lambda p: tf.placeholder(tf.float32, "ab"), "shape must be a list of sizes"),
    (lambda p: tf.placeholder(tf.float32, [-2]), "shape must not have negative sizes"),
    (lambda p: tf.placeholder(tf.float32, [1.5]), "shape must be sizes or None"),
    (lambda p: tf.assign(p, 1.0), "ref must be a variable, got <tf.Tensor"),
    (lambda p: tf.assign(tf.Variable(1.0), [1.0, 2.0]), r"value must have the shape \(\) of <tf.Variable"),
    (lambda p: tf.assign(tf.Variable(1), 1.5), "Const must be int32, got 1.5"),
    (lambda p: tf.assign_add(tf.Variable("a"), "b"), "variable must be numbers to be added to"),
    (lambda p: tf.Variable(), "initial_value must be given"),
    (lambda p: tf.Variable(1.5, dtype=tf.int32), "initial_value must be int32, got 1.5"),
    (lambda p: tf.group(1), r"inputs must be operations, tensors or lists of them, got 1 \(int\)"),
    (lambda p: tf.reduce_mean([p, p]), "must not be a list of tensors: these are TensorFlow's"),
    (lambda p: p + (lambda: 1.0), "functions are values of summaries only"),
    (lambda p: tf.Session(graph=3), r"graph must be a tf.Graph, got 3 \(int\)"),
    (lambda p: bool(p), "cannot be a condition: use sess.run first"),
    (lambda p: list(p), "cannot be iterated over"),
    (lambda p: p[0], "parts of <tf.Tensor 'p:0'.*install tensorflow"),
    (lambda p: np.asarray(p), "sess.run gives it as an array"),
    (lambda p: np.add(p, 1), "does not support ufuncs"),
    (lambda p: tf.get_default_graph().get_operation_by_name("q"), "name must be that of an operation"),
    (lambda p: tf.get_default_graph().get_tensor_by_name("p"), "such as 'x:0', got 'p'"),
    (lambda p: tf.get_default_graph().get_tensor_by_name("p:1"), "'p' has 1"),
]


@pytest.mark.parametrize(("define", "message"), REFUSED_DEFINITIONS)
def test_what_is_refused_where_it_is_defined(define: Callable[[Any], Any], message: str) -> None:
    p = tf.placeholder(tf.float32, [None, 2], name="p")
    with pytest.raises((TypeError, ValueError, KeyError), match=message):
        define(p)
    # The scopes are left, and the graph goes on.
    assert tf.constant(1.0, name="fine").name == "fine:0"
    with tf.Session() as session:
        assert session.run(p * 2, {p: [[1.0, 2.0]]}).tolist() == [[2, 4]]


def test_a_refused_summary_takes_no_name() -> None:
    p = tf.placeholder(tf.float32, [2], name="p")
    with pytest.raises(ValueError, match="must be one real number"):
        tf.summary.scalar("s", p)
    assert tf.summary.merge_all() is None
    assert tf.summary.scalar("s", tf.reduce_sum(p)).name == "s:0"


REFUSED_RUNS: list[tuple[Callable[[Any, Any, Any], Any], type[Exception], str]] = [
    (lambda s, p, x: s.run(p), ValueError, r"the placeholder 'p:0', of dtype float32 and shape \(2,\), got none"),
    (lambda s, p, x: s.run(x), RuntimeError, "the variable 'x' must be initialised in this session before it is read"),
    (lambda s, p, x: s.run(x + 1.0), RuntimeError, "tf.global_variables_initializer"),
    (lambda s, p, x: s.run(tf.assign_add(x, 1.0)), RuntimeError, "the variable 'x' must be initialised"),
    (lambda s, p, x: s.run(tf.summary.scalar("t", x)), RuntimeError, "the variable 'x' must be initialised"),
    (
        lambda s, p, x: s.run(p, {p: [1.0, 2.0, 3.0]}),
        ValueError,
        r"feed_dict\['p:0'\] must have shape \(2,\), got \(3,\)",
    ),
    (lambda s, p, x: s.run(p, {p: 1.0}), ValueError, r"must have shape \(2,\), got \(\)"),
    (lambda s, p, x: s.run(p, {p: ["a", "b"]}), TypeError, r"feed_dict\['p:0'\] must be float32, got \['a', 'b'\]"),
    (lambda s, p, x: s.run(p, {p: [1j, 2]}), TypeError, "must be float32"),
    (lambda s, p, x: s.run(p, {p: p}), TypeError, "must be a value, got <tf.Tensor 'p:0'"),
    (lambda s, p, x: s.run(p, {p: None}), TypeError, "must be an array or a tensor, got None"),
    (lambda s, p, x: s.run(p, {p: [[1.0], 2.0]}), TypeError, "must be an array or a tensor"),
    (lambda s, p, x: s.run(p, {3: 1}), TypeError, r"the keys of feed_dict must be a tensor.*got 3 \(int\)"),
    (lambda s, p, x: s.run(p, {"p": 1}), TypeError, "must be tensors, such as 'p:0', got the operation 'p'"),
    (lambda s, p, x: s.run(p, {"q:0": 1}), ValueError, "must be of the session's graph, got 'q:0'"),
    (lambda s, p, x: s.run(p, {x.initializer: 1}), TypeError, "got the operation 'x/Assign'"),
    (lambda s, p, x: s.run(x, {x.handle: 1.0}), TypeError, "must not be fed: it stands for a variable"),
    (lambda s, p, x: s.run(p, [1.0]), TypeError, r"feed_dict must be a dict of tensors and values, got \[1.0\]"),
    (lambda s, p, x: s.run(p, {of_another_graph(): 1.0}), ValueError, "the keys of feed_dict .* of another graph"),
    (
        lambda s, p, x: s.run(of_another_graph()),
        ValueError,
        "fetches must be of the session's graph, got .*'elsewhere:0'",
    ),
    (lambda s, p, x: s.run(of_another_graph().op), ValueError, "of another graph"),
    (lambda s, p, x: s.run("nothing:0"), ValueError, "fetches must be of the session's graph, got 'nothing:0'"),
    (lambda s, p, x: s.run(None), TypeError, "fetches must not be None"),
    (
        lambda s, p, x: s.run(tf.constant(1) // tf.constant(0)),
        ValueError,
        "'floordiv' .FloorDiv. failed: integers must not",
    ),
    (lambda s, p, x: s.run(tf.pow(2, -1)), ValueError, "'Pow' .Pow. failed"),
    (lambda s, p, x: x.load([1.0, 2.0], s), ValueError, r"value must have the shape \(\)"),
    (lambda s, p, x: x.load("a", s), TypeError, "value must be float32, got 'a'"),
    (lambda s, p, x: x.load(1.0, tf.Session(graph=tf.Graph())), ValueError, "one of the graph of <tf.Variable 'x:0'"),
]


@pytest.mark.parametrize(("run", "error", "message"), REFUSED_RUNS)
def test_what_is_refused_when_it_is_run(
    run: Callable[[Any, Any, Any], Any], error: type[Exception], message: str
) -> None:
    p, x = tf.placeholder(tf.float32, [2], name="p"), tf.Variable(1.0, name="x")
    with tf.Session() as session:
        with pytest.raises(error, match=message):
            run(session, p, x)
        # The session goes on.
        session.run(x.initializer)
        assert session.run([x, p], {p: [1, 2]})[0] == 1


def test_feeds_of_whole_floats_and_bools() -> None:
    n, b = tf.placeholder(tf.int32, [], name="n"), tf.placeholder(tf.bool, [], name="b")
    with tf.Session() as session:
        assert session.run([n, b], {n: 2.0, b: 1}) == [2, True]
        for feed, message in (
            ({n: 2.5}, "must be int32, got 2.5"),
            ({n: 2**40}, "within the range of int32"),
            ({b: 2}, "bool"),
        ):
            with pytest.raises((TypeError, ValueError), match=message):
                session.run([n, b], {n: 1, b: True} | feed)


def test_shapes_that_only_a_run_knows_are_checked_there() -> None:
    p = tf.placeholder(tf.float32, name="p")
    x = tf.Variable([1.0, 2.0], name="x")
    summary = tf.summary.scalar("s", p)
    refused: list[tuple[Any, str]] = [
        (tf.summary.image("i", p), "must have 4 dimensions"),
        (summary, "must be one real number, got ndarray of shape"),
        (p * [1.0, 2.0], "the operation 'mul' .Mul. failed"),
        (tf.assign(x, p), r"the value of the variable 'x' must have shape \(2,\), got \(3,\)"),
        (tf.reshape(p, [2, 2]), "'Reshape' .Reshape. failed"),
        (tf.reduce_sum(p, 1), "'Sum' .Sum. failed"),
    ]
    with tf.Session() as session:
        session.run(x.initializer)
        for fetch, message in refused:
            with pytest.raises(ValueError, match=message):
                session.run(fetch, {p: [1.0, 2.0, 3.0]})
        assert numbers(session.run(summary, {p: 1.5})) == {"s": 1.5}


def test_a_variable_is_not_changed_by_operators_in_place() -> None:
    x = tf.Variable(1.0)
    with pytest.raises(RuntimeError, match="use assign_add"):
        x += 1.0
    y = x + 1.0
    y += 1.0
    with tf.Session() as session:
        session.run(x.initializer)
        assert session.run([x, y]) == [1, 3]


def test_a_closed_session_says_so() -> None:
    with tf.Session() as session:
        pass
    with pytest.raises(RuntimeError, match="the session is closed"):
        session.run(tf.constant(1.0))


def test_a_summary_of_a_variable_outside_of_a_session() -> None:
    summary = tf.summary.scalar("x", tf.Variable(1.0))
    with pytest.raises(RuntimeError, match="must be initialised in this session"):
        summary()
    assert numbers(tf.summary.scalar("c", tf.constant(2.0) * 2.0)()) == {"c": 4}


def test_errors_of_the_users_functions_are_theirs() -> None:
    def value() -> Any:
        raise LookupError("mine")

    with tf.Session() as session, pytest.raises(LookupError, match="mine"):
        session.run(tf.summary.scalar("s", value))
