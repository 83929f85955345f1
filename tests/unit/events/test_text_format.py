"""Protobuf's text format against Google's own, with TensorBoard's message classes."""

import contextlib
from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import graph_pb2, types_pb2

from cutaway.events.graph_messages import GRAPH_DEF
from cutaway.events.schema import decode
from cutaway.events.text_format import encoded_text, tokens
from cutaway.events.wire import MalformedError

WORDS = dict(types_pb2.DataType.items())
GRAPH = GRAPH_DEF
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def messages(draw: st.DrawFn) -> Any:
    graph = graph_pb2.GraphDef()
    graph.versions.producer = draw(st.integers(0, 3000))
    for _ in range(draw(st.integers(0, 4))):
        node = graph.node.add(name=draw(NAMES), op=draw(NAMES), device=draw(NAMES))
        node.input.extend(draw(st.lists(NAMES, max_size=3)))
        node.attr["T"].type = draw(st.sampled_from([*WORDS.values()]))
        node.attr["number"].i = draw(st.integers(-(2**63), 2**63 - 1))
        node.attr["share"].f = draw(st.floats(width=32, allow_nan=False))
        node.attr["is"].b = draw(st.booleans())
        node.attr["bytes"].s = draw(st.binary(max_size=9))
        node.attr["sizes"].list.i.extend(draw(st.lists(st.integers(-5, 5), max_size=4)))
        shape = node.attr["shape"].shape
        for size in draw(st.lists(st.integers(-1, 512), max_size=3)):
            shape.dim.add(size=size)
    return graph


@given(messages())
@settings(deadline=None)
def test_texts_that_protobuf_writes(graph: Any) -> None:
    for layout in ({}, {"as_one_line": True}, {"use_short_repeated_primitives": True}):
        text = text_format.MessageToString(graph, **layout)
        again = graph_pb2.GraphDef.FromString(encoded_text(GRAPH, text, WORDS))
        assert again.SerializeToString(deterministic=True) == graph.SerializeToString(deterministic=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a comment\nnode { name: \"a\" # another }\n op: 'b' }", [{"name": "a", "op": "b"}]),
        ('node: { name: "a" } node: { op: "b" }', [{"name": "a"}, {"op": "b"}]),
        ('node [{ name: "a" }, { name: "b"; op: "\\x41\\101\\n" }]', [{"name": "a"}, {"name": "b", "op": "AA\n"}]),
        ('unknown { deep { node { name: "no" } } word: 3 } node { name: "a" unknown: [1, 2] }', [{"name": "a"}]),
        ("", []),
    ],
)
def test_texts_of_hands(text: str, expected: list[dict[str, str]]) -> None:
    assert decode(GRAPH, encoded_text(GRAPH, text, WORDS)).get("node", []) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("node { name: 'a'", "ends within a message"),
        ("}", "closes more messages than it opens"),
        ("{ }", "a message without the name of its field"),
        ("'text'", "without the name of its field"),
        ("versions { producer: 'many' }", "'many' for the number producer"),
        ("a { " * 200, "nested more than 100 deep"),
    ],
)
def test_texts_that_are_no_message(text: str, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        encoded_text(GRAPH, text, WORDS)


@given(st.text(max_size=80))
def test_any_text_is_read_to_its_end(text: str) -> None:
    assert sum(len(token.text) for token in tokens(text)) <= 4 * len(text)
    with contextlib.suppress(MalformedError):
        encoded_text(GRAPH, text, WORDS)


def test_a_long_text_is_read_once() -> None:
    text = 'node { name: "a" op: "' + "\\" * 500_001
    with pytest.raises(MalformedError):
        encoded_text(GRAPH, text, WORDS)
    assert encoded_text(GRAPH, "<" * 500_000, WORDS) == b""
