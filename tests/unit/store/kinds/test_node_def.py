"""The attributes of a node as texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.node_def_pb2 import NodeDef  # type: ignore[import-untyped, unused-ignore]

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.node_def import read_node


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"s": b"SAME\xff"}, "SAME\N{REPLACEMENT CHARACTER}"),
        ({"i": -3}, "-3"),
        ({"f": 0.1}, "0.1"),
        ({"b": False}, "false"),
        ({"type": 101}, "DT_FLOAT_REF"),
        ({"type": 900}, "900"),
        ({"shape": {"dim": [{"size": 2}, {"size": -1}]}}, "[2, ?]"),
        ({"shape": {"unknown_rank": True}}, "of any shape"),
        (
            {"tensor": {"dtype": 1, "float_val": [1, 2], "tensor_shape": {"dim": [{"size": 2}]}}},
            "float32[2] [1.0, 2.0]",
        ),
        ({"tensor": {"dtype": 1, "float_val": [1, 2]}}, "a tensor of 1 elements has 2"),
        ({"func": {"name": "body"}}, "body"),
        ({"list": {"i": [1, 2, 3]}}, "[1, 2, 3]"),
        ({"list": {"i": range(1000)}}, f"[{', '.join(map(str, range(100)))}, … (1,000)]"),
        ({"list": {"func": [{"name": "a"}, {"name": "b"}]}}, "[a, b]"),
        ({}, ""),
    ],
)
def test_each_type(value: object, text: str) -> None:
    node = NodeDef(op="Op", device="/cpu:0", attr={"z": {"i": 1}, "a": value})
    facts = read_node(node.SerializeToString())
    assert (facts.op, facts.device) == ("Op", "/cpu:0")
    assert facts.attributes == [("a", text), ("z", "1")]


@given(st.binary(max_size=60))
def test_no_node(data: bytes) -> None:
    try:
        read_node(data)
    except MalformedError as error:
        assert str(error)  # noqa: PT017
