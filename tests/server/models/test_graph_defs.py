"""Bytes of GraphDefs as graphs: functions with their arguments, and bytes that nobody means well with."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.attr_value_pb2 import AttrValue  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.function_pb2 import FunctionDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.node_def_pb2 import NodeDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.op_def_pb2 import OpDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto  # type: ignore[import-untyped, unused-ignore]

from cutaway.events.wire import MalformedError
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.server.models.graph_defs import graph_of
from cutaway.store.kinds import graph as stored_graphs
from cutaway.store.kinds.graph import Graph as StoredGraph
from cutaway.store.kinds.graph import read_graph

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PROGRAMS = sorted((FIXTURES / "tensorflow1_graphs").glob("*.json"))


def shapes(*given: tuple[int, ...]) -> Any:
    found = [TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in shape]) for shape in given]
    return AttrValue(list=AttrValue.ListValue(shape=found))


def example() -> Any:
    """A call of a function with a norm of several outputs, and of one with a list of outputs."""
    graph = GraphDef(
        node=[
            NodeDef(name="x", op="Placeholder", attr={"dtype": {"type": 1}, "_output_shapes": shapes((2, 6))}),
            NodeDef(name="net/call", op="StatefulPartitionedCall", input=["x"], attr={"f": {"func": {"name": "norm"}}}),
            NodeDef(name="mean", op="Identity", input=["net/call:1"]),
        ]
    )
    norm = FunctionDef(
        signature=OpDef(
            name="norm",
            input_arg=[OpDef.ArgDef(name="given", type=1)],
            output_arg=[OpDef.ArgDef(name="out", type=1), OpDef.ArgDef(name="mean", type=1)],
        ),
        node_def=[
            NodeDef(
                name="two",
                op="Split",
                input=["given"],
                attr={"T": {"type": 1}, "_output_shapes": shapes((2, 3), (2, 4))},
            ),
            NodeDef(
                name="norm",
                op="FusedBatchNormV3",
                input=["two:output:1", "given", "^two"],
                attr={"T": {"type": 1}, "_output_shapes": shapes((2, 4), (4,), (4,))},
            ),
            NodeDef(name="odd", op="Unheard", attr={"T": {"type": 1}, "_output_shapes": shapes((1,), (2,))}),
            NodeDef(name="reads", op="Add", input=["norm:batch_mean:0", "norm:y:0", "odd:one:0", "odd:other:0"]),
        ],
        ret={"mean": "norm:batch_mean:0", "out": "norm:y:0"},
    )
    norm.arg_attr[0].attr["_output_shapes"].CopyFrom(shapes((2, 6)))
    graph.library.function.append(norm)
    return graph


def drawn(graph: Any) -> Graph:
    return graph_of(memoryview(graph.SerializeToString()), "graph")


def test_the_nodes_of_functions() -> None:
    graph = drawn(example())
    assert graph.nodes.key == [
        "x", "net/call/given", "net/call/two", "net/call/norm", "net/call/odd", "net/call/reads", "net/call/out",
        "net/call/mean", "mean",
    ]  # fmt: skip
    assert graph.groups.type[2] == "StatefulPartitionedCall"
    assert graph.notes == []
    # Of the results the second one is asked for.
    keys = graph.nodes.key
    edges = set(zip(graph.edges.start.tolist(), graph.edges.end.tolist(), strict=True))
    assert (keys.index("net/call/mean"), keys.index("mean")) in edges
    assert (keys.index("net/call/out"), keys.index("mean")) not in edges


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs_of_tensorflow_1(path: Path) -> None:
    """Every node with the name that TensorFlow gives it, and every input an edge."""
    nodes = json.loads(path.read_text("utf-8"))["nodes"]
    graph = drawn(GraphDef(node=[NodeDef(name=node["name"], op=node["op"], input=node["input"]) for node in nodes]))
    assert sorted(graph.nodes.key) == sorted(node["name"] for node in nodes)
    assert len(graph.edges.start) == sum(len(node["input"]) for node in nodes)
    assert graph.notes == []
    assert (graph.edges.start < graph.edges.end).all()


def test_the_first_program_of_tensorflow_1() -> None:
    nodes = json.loads((FIXTURES / "tensorflow1_graphs" / "first_summary.json").read_text("utf-8"))["nodes"]
    graph = drawn(GraphDef(node=[NodeDef(name=node["name"], op=node["op"], input=node["input"]) for node in nodes]))
    kinds = dict(zip(graph.nodes.key, graph.nodes.kind.tolist(), strict=True))
    assert kinds["x"] == NodeKind.PARAMETER
    assert kinds["Mul"] == NodeKind.OP
    assert kinds["x_label"] == kinds["pingfang"] == kinds["Merge/MergeSummary"] == NodeKind.AUXILIARY
    # What the program assigns at each round is of the program, and what starts the variable is not.
    assert kinds["AssignVariableOp"] == NodeKind.OP
    assert kinds["x/Assign"] == NodeKind.AUXILIARY


def test_outputs_that_are_named() -> None:
    """In functions inputs name outputs, whose numbers only the ops know: of one that nobody knows no shape is told."""
    graph = drawn(example())
    keys = graph.nodes.key

    def shapes_between(start: str, end: str) -> list[tuple[int, ...] | None]:
        found = []
        for one, other, tensor in zip(graph.edges.start, graph.edges.end, graph.edges.tensor, strict=True):
            if (keys[one], keys[other]) == (f"net/call/{start}", f"net/call/{end}"):
                found.append(None if tensor < 0 else graph.tensors[tensor].shape)
        return found

    assert shapes_between("given", "two") == [(2, 6)]
    assert shapes_between("two", "norm") == [(2, 4), None]
    assert shapes_between("norm", "reads") == [(4,), (2, 4)]
    assert shapes_between("norm", "mean") == [(4,)]
    assert shapes_between("odd", "reads") == [None, None]


def test_nodes_of_functions_count() -> None:
    data = example().SerializeToString()
    nodes, functions = read_graph(data)
    assert (len(nodes.op), [len(function.nodes.op) for function in functions]) == (3, [4])
    assert functions[0].arguments == (("given", 1, (2, 6)),)
    assert functions[0].results == {"out": "norm:y:0", "mean": "norm:batch_mean:0"}
    start, length = functions[0].start, functions[0].length
    assert FunctionDef.FromString(data[start : start + length]) == example().library.function[0]
    assert StoredGraph(data).describe() == f"graph of 3 nodes and 4 in 1 functions, {len(data):,} bytes"


def test_a_large_constant_is_not_copied() -> None:
    """What a graph with a constant of 64 MB takes beside the bytes."""
    size = 64 << 20
    constant = NodeDef(name="c", op="Const", attr={"value": {"tensor": {"dtype": 4, "tensor_content": bytes(size)}}})
    data = memoryview(GraphDef(node=[constant, NodeDef(name="y", op="Neg", input=["c"])]).SerializeToString())
    tracemalloc.start()
    try:
        graph = graph_of(data, "graph")
        assert tracemalloc.get_traced_memory()[1] < size / 8
    finally:
        tracemalloc.stop()
    assert graph.nodes.key == ["c", "y"]


@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 10_000))
def test_damaged_bytes_are_a_graph_or_malformed(place: int, byte: int, cut: int) -> None:
    data = bytearray(example().SerializeToString())
    data[place % len(data)] = byte
    for damaged in (bytes(data), bytes(data[: cut % len(data)])):
        try:
            graph = graph_of(memoryview(damaged), "graph")
        except MalformedError:
            continue
        count = len(graph.nodes.op)
        assert all(0 <= end < count for end in (*graph.edges.start.tolist(), *graph.edges.end.tolist()))


def test_functions_ask_for_no_more_memory_than_their_bytes_grant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bytes are a function: a library of nothing else is refused."""

    def library(count: int) -> memoryview:
        return memoryview(b"\x12" + _length(2 * count) + b"\x0a\x00" * count)

    assert graph_of(library(1), "graph").notes == ["1 functions of 0 nodes are opened by no node"]
    with pytest.raises(MalformedError, match="many times its own size in memory"):
        graph_of(library(100_000), "graph")
    monkeypatch.setattr(stored_graphs, "_MOST_FUNCTIONS", 10)
    with pytest.raises(MalformedError, match="more than 10 functions"):
        graph_of(library(11), "graph")


def _length(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
