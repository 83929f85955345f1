"""Nodes of graphs as columns: what protobuf finds, names that are joined, and bytes that are no graph."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.attr_value_pb2 import (  # type: ignore[import-untyped, unused-ignore]
    AttrValue,
    NameAttrList,
)
from tensorboard.compat.proto.function_pb2 import (  # type: ignore[import-untyped, unused-ignore]
    FunctionDef,
    FunctionDefLibrary,
)
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.node_def_pb2 import NodeDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto  # type: ignore[import-untyped, unused-ignore]

from cutaway.events import _pure, graph_messages
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import CONTROL, NO_NODE, GraphNodes
from cutaway.events.schema import Field, Message, encode
from cutaway.events.wire import MalformedError, bytes_field

MANY = 1 << 20
NAMES = st.sampled_from(["a", "b", "a/b", "c:1", "^a", "", "é", "layer/(layer)"])
OUTPUTS = st.sampled_from(["0", "7", "", "x", "007", "999999999", "1234567890", "out:2"])
SHAPES = st.lists(st.builds(TensorShapeProto, dim=st.lists(st.builds(TensorShapeProto.Dim, size=st.integers(-1, 9)))))
FUNCTIONS = st.builds(NameAttrList, name=st.sampled_from(["f", "g", ""]))
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "T": st.builds(AttrValue, type=st.integers(0, 23)),
        "_output_shapes": SHAPES.map(lambda shapes: AttrValue(list=AttrValue.ListValue(shape=shapes))),
        "dtype": st.builds(AttrValue, type=st.integers(0, 23)),
        "DstT": st.builds(AttrValue, type=st.integers(0, 23)),
        "out_type": st.builds(AttrValue, s=st.binary(max_size=5)),
        "other": st.builds(AttrValue, s=st.binary(max_size=5)),
        "f": FUNCTIONS.map(lambda function: AttrValue(func=function)),
        "branches": st.lists(FUNCTIONS, max_size=3).map(lambda found: AttrValue(list=AttrValue.ListValue(func=found))),
    },
)
NODES = st.builds(
    NodeDef,
    attr=ATTRIBUTES,
    name=NAMES,
    op=st.sampled_from(["Add", "Const", ""]),
    device=st.sampled_from(["", "/device:CPU:0"]),
    input=st.lists(
        st.one_of(
            NAMES,
            NAMES.map("^{}".format),
            st.tuples(NAMES, OUTPUTS).map(":".join),
        ),
        max_size=4,
    ),
)


def text(data: bytes, spans: Any, i: int) -> bytes:
    start, length = spans[:, i].tolist()
    return data[start : start + length]


@given(st.lists(NODES, max_size=8))
def test_what_protobuf_finds(nodes: list[Any]) -> None:
    for kernel in kernels():
        data = GraphDef(node=nodes).SerializeToString()
        found = kernel.graph_nodes(data, 1, MANY)
        assert len(found.op) == len(nodes)
        assert found.others.shape == (3, 0)
        for i, node in enumerate(nodes):
            assert NodeDef.FromString(text(data, found.whole, i)) == node
            assert text(data, found.name, i).decode() == node.name
            assert found.words[found.op[i]] == node.op
            assert found.words[found.device[i]] == node.device
            outputs = range(found.output_starts[i], found.output_starts[i + 1])
            has = dict(node.attr)
            shapes = [found.sizes[found.size_starts[o] : found.size_starts[o + 1]].tolist() for o in outputs]
            assert shapes == [
                [dim.size for dim in shape.dim] for shape in has.get("_output_shapes", AttrValue()).list.shape
            ]
            typed = [has[name] for name in ("DstT", "dtype", "T") if name in has]
            assert found.dtype[i] == next((value.type for value in typed if value.WhichOneof("value") == "type"), 0)
            calls = range(found.call_starts[i], found.call_starts[i + 1])
            named = [(found.words[found.call_attribute[c]], found.words[found.call_function[c]]) for c in calls]
            assert sorted(named) == sorted(
                [("f", has[name].func.name) for name in ("f",) if name in has]
                + [("branches", function.name) for function in has.get("branches", AttrValue()).list.func]
            )
            inputs = range(found.starts[i], found.starts[i + 1])
            assert [text(data, found.texts, place).decode() for place in inputs] == list(node.input)


@given(st.lists(NODES, max_size=8))
def test_the_twins_agree(nodes: list[Any]) -> None:
    data = GraphDef(node=nodes).SerializeToString()
    assert_same(*(kernel.graph_nodes(data, 1, MANY) for kernel in kernels()))


@given(st.lists(NODES, min_size=1, max_size=3), st.data())
def test_the_twins_agree_on_damage(nodes: list[Any], draw: st.DataObject) -> None:
    data = bytearray(GraphDef(node=nodes).SerializeToString())
    place = draw.draw(st.integers(0, len(data) - 1))
    data[place] = draw.draw(st.integers(0, 255))
    found = []
    for kernel in kernels():
        try:
            found.append(kernel.graph_nodes(bytes(data), 1, MANY))
        except MalformedError:
            found.append(None)
    assert (found[0] is None) == (found[1] is None)
    if found[0] is not None and found[1] is not None:
        assert_same(found[0], found[1])


def test_where_inputs_come_from(kernel: Kernel) -> None:
    graph = GraphDef(
        node=[
            NodeDef(name="a"),
            NodeDef(name="sum", input=["a", "a:2", "^a", "f:out:3", "lost", "lost:1", "a:x"]),
            NodeDef(name="f"),
            NodeDef(name="a", op="Again"),
        ]
    )
    found = kernel.graph_nodes(graph.SerializeToString(), 1, MANY)
    assert found.starts.tolist() == [0, 0, 7, 7, 7]
    assert found.producer.tolist() == [0, 0, 0, 2, NO_NODE, NO_NODE, 0]
    assert found.output.tolist() == [0, 2, CONTROL, 3, 0, 1, 0]


def test_shapes_and_dtypes(kernel: Kernel) -> None:
    shapes = [{"dim": [{"size": 3}, {"size": -1}, {}]}, {"unknown_rank": True}, {}]
    attributes = [{"key": "T", "value": {"type": 9}}, {"key": "_output_shapes", "value": {"list": {"shape": shapes}}}]
    nodes = [{"name": "a"}, {"name": "b", "attr": attributes}, {"name": "c"}]
    found = kernel.graph_nodes(encode(graph_messages.GRAPH_DEF, {"node": nodes}), 1, MANY)
    assert found.dtype.tolist() == [0, 9, 0]
    assert found.output_starts.tolist() == [0, 0, 3, 3]
    assert found.size_starts.tolist() == [0, 3, 3, 3]
    assert found.sizes.tolist() == [3, -1, 0]
    assert found.rank_known.tolist() == [True, False, True]


def test_the_body_of_a_function(kernel: Kernel) -> None:
    """Its nodes are in another field."""
    node = NodeDef(name="a").SerializeToString()
    data = b"\x0a\x02xy" + b"\x1a" + bytes([len(node)]) + node
    found = kernel.graph_nodes(data, 3, MANY)
    assert text(data, found.name, 0) == b"a"


@given(NODES, st.randoms())
def test_the_mark_of_a_node_knows_its_attributes_in_any_order(node: Any, random: Any) -> None:
    attributes = list(node.attr.items())
    random.shuffle(attributes)
    parts = [{"key": name, "value": value.SerializeToString(deterministic=True)} for name, value in attributes]
    rest = NodeDef(name=node.name, op=node.op, input=node.input, device=node.device).SerializeToString()
    entry = Message(key=Field(1, "string"), value=Field(2, "bytes"))
    shuffled = rest + encode(Message(attr=Field(5, entry, repeated=True)), {"attr": parts})
    other = NodeDef(name=node.name + "x", op=node.op, input=node.input, device=node.device, attr=node.attr)
    for kernel in kernels():
        marks = [
            kernel.graph_nodes(bytes_field(1, data), 1, MANY).mark.tolist()
            for data in (node.SerializeToString(deterministic=True), shuffled, other.SerializeToString())
        ]
        assert marks[0] == marks[1] != marks[2]


def test_the_other_fields_of_a_graph(kernel: Kernel) -> None:
    library = FunctionDefLibrary(function=[FunctionDef(node_def=[NodeDef(name="a")])])
    graph = GraphDef(node=[NodeDef(name="x")], library=library, versions={"producer": 22})
    data = graph.SerializeToString()
    found = kernel.graph_nodes(data, 1, MANY)
    assert found.others[0].tolist() == [2, 4]
    start, length = found.others[1:, 0].tolist()
    assert FunctionDefLibrary.FromString(data[start : start + length]) == library


def test_nothing(kernel: Kernel) -> None:
    found = kernel.graph_nodes(b"", 1, 0)
    assert found.starts.tolist() == [0]
    assert found.name.shape == found.texts.shape == (2, 0)


@pytest.mark.parametrize("data", [b"\x0a", b"\x0a\x05ab", b"\x0a\x02\x0a\x05", b"\x0b", b"\x0a\x04\x2a\x02\x0a\x09"])
def test_no_graph(kernel: Kernel, data: bytes) -> None:
    with pytest.raises(MalformedError, match="cut short"):
        kernel.graph_nodes(data, 1, MANY)


def test_more_than_may_be(kernel: Kernel) -> None:
    data = GraphDef(node=[NodeDef(name="a", input=["b"])] * 5).SerializeToString()
    assert len(kernel.graph_nodes(data, 1, 10).op) == 5
    with pytest.raises(MalformedError, match="more than 9 nodes, inputs, sizes and calls"):
        kernel.graph_nodes(data, 1, 9)


def kernels() -> list[Any]:
    """Both twins: native first, where it is built."""
    from cutaway.events import _core  # type: ignore[attr-defined, unused-ignore]

    return [_core, _pure]


def assert_same(one: GraphNodes, other: GraphNodes) -> None:
    assert one.words == other.words
    for name in one._fields[1:]:
        mine, its = getattr(one, name), getattr(other, name)
        assert mine.dtype == its.dtype, name
        np.testing.assert_array_equal(mine, its, err_msg=name)
