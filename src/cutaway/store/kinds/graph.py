"""Graphs and what ran in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core, graph_messages, messages
from cutaway.events.budget import Budget
from cutaway.events.kernel_types import Buffer, GraphNodes
from cutaway.events.schema import decode
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, fields, key
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.json_text import parse_json
from cutaway.store.kinds.tensor import decode_string

#: The fields of a GraphDef, a FunctionDefLibrary and a FunctionDef; and what a node takes in columns, and a function.
_NODES, _LIBRARY = 1, 2
_FUNCTIONS = 1
_SIGNATURE, _NODES_OF_FUNCTION, _RETURNED, _ARGUMENTS = 1, 3, 4, 7
_BYTES_OF_NODE, _BYTES_OF_FUNCTION = 96, 6000
#: No program has more.
_MOST_FUNCTIONS = 50_000
_SHAPES = "_output_shapes"


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a GraphDef."""

    name: str
    op: str
    #: Names of nodes, with ``:n`` for their n-th output and ``^`` before a mere dependency.
    inputs: tuple[str, ...]
    device: str


@dataclass(frozen=True)
class Function:
    """A function of a graph's library."""

    name: str
    #: Names, TensorFlow's numbers of dtypes, and shapes where they are known (-1: not a size that is).
    arguments: tuple[tuple[str, int, tuple[int, ...] | None], ...]
    #: What each of its results is, by their names: ``node:output:0``, or an argument.
    results: dict[str, str]
    #: Where its FunctionDef begins in the graph's bytes; the columns count from there.
    start: int
    length: int
    nodes: GraphNodes


def read_graph(data: Buffer) -> tuple[GraphNodes, list[Function]]:
    """The nodes of a GraphDef, and the functions of its library. Raises MalformedError."""
    with decoding("the graph"):
        budget = Budget(len(data))
        nodes = _nodes(data, _NODES, budget)
        view, functions = memoryview(data), list[Function]()
        for start, length in _fields(nodes, _LIBRARY):
            for this, first, end in fields(view, start, start + length):
                if this == key(_FUNCTIONS, LENGTH_DELIMITED):
                    budget.spend(_BYTES_OF_FUNCTION)
                    if len(functions) == _MOST_FUNCTIONS:
                        raise MalformedError(f"the graph has more than {_MOST_FUNCTIONS:,} functions")
                    functions.append(_function(view[first:end], first, budget))
        return nodes, functions


def _nodes(data: Buffer, field: int, budget: Budget) -> GraphNodes:
    nodes = core.graph_nodes(data, field, budget.left // _BYTES_OF_NODE)
    sizes = len(nodes.op), len(nodes.producer), len(nodes.sizes), len(nodes.rank_known), len(nodes.call_function)
    budget.spend(_BYTES_OF_NODE * (sum(sizes) + nodes.others.shape[1]))
    return nodes


def _fields(nodes: GraphNodes, number: int) -> list[tuple[int, int]]:
    """The spans of those of a number."""
    found: list[tuple[int, int]] = [
        (start, length) for field, start, length in nodes.others.T.tolist() if field == number
    ]
    return found


def _function(data: memoryview, start: int, budget: Budget) -> Function:
    nodes = _nodes(data, _NODES_OF_FUNCTION, budget)
    signature: dict[str, Any] = {}
    for first, length in _fields(nodes, _SIGNATURE):
        signature |= decode(graph_messages.OP_DEF, bytes(data[first : first + length]), budget)
    results = {}
    for first, length in _fields(nodes, _RETURNED):
        entry = decode(graph_messages.RETURNED, bytes(data[first : first + length]), budget)
        results[entry.get("key", "")] = entry.get("value", "")
    shapes = dict(_argument_shape(bytes(data[a : a + b]), budget) for a, b in _fields(nodes, _ARGUMENTS))
    arguments = tuple(
        (argument.get("name", ""), argument.get("type", 0), shapes.get(place))
        for place, argument in enumerate(signature.get("input_arg", []))
    )
    named = [argument.get("name", "") for argument in signature.get("output_arg", [])]
    in_order = {name: results[name] for name in dict.fromkeys((*named, *results)) if name in results}
    return Function(signature.get("name", ""), arguments, in_order, start, len(data), nodes)


def _argument_shape(data: bytes, budget: Budget) -> tuple[int, tuple[int, ...] | None]:
    """The place of an argument, and its shape."""
    entry = decode(graph_messages.ARGUMENT_ATTRIBUTES, data, budget)
    for attribute in entry.get("value", {}).get("attr", []):
        shapes = attribute.get("value", {}).get("list", {}).get("shape", [])
        if attribute.get("key") == _SHAPES and shapes and not shapes[0].get("unknown_rank"):
            return entry.get("key", 0), tuple(axis.get("size", 0) for axis in shapes[0].get("dim", []))
    return entry.get("key", 0), None


@dataclass(frozen=True)
class Graph:
    """A GraphDef; decoded when it is first asked for."""

    data: bytes

    @property
    def columns(self) -> GraphNodes:
        """The nodes as columns, in the order of the file. Raises MalformedError."""
        return self._content[0]

    @property
    def functions(self) -> list[Function]:
        """Those of its library, with the nodes in them. Raises MalformedError."""
        return self._content[1]

    @cached_property
    def _content(self) -> tuple[GraphNodes, list[Function]]:
        return read_graph(self.data)

    @cached_property
    def nodes(self) -> list[Node]:
        """In the order of the file. Raises MalformedError."""
        columns = self.columns
        words = columns.words
        names, texts = self._texts(columns.name), self._texts(columns.texts)
        starts = columns.starts.tolist()
        ops, devices = columns.op.tolist(), columns.device.tolist()
        return [
            Node(name, words[op], tuple(texts[start:stop]), words[device])
            for name, op, device, start, stop in zip(names, ops, devices, starts[:-1], starts[1:], strict=True)
        ]

    def _texts(self, spans: NDArray[np.int64]) -> list[str]:
        data = self.data
        return [data[start : start + size].decode("utf-8", "replace") for start, size in spans.T.tolist()]

    def describe(self) -> str:
        """In a few words."""
        inner = sum(len(function.nodes.op) for function in self.functions)
        more = f" and {inner:,} in {len(self.functions):,} functions" if self.functions else ""
        return f"graph of {len(self.columns.op):,} nodes{more}, {len(self.data):,} bytes"


@dataclass(frozen=True)
class RunMetadata:
    """The costs of one run of a graph, as the message's bytes, with the graphs in it."""

    tag: str
    data: bytes

    def describe(self) -> str:
        """In a few words."""
        return f"run metadata {self.tag!r}, {len(self.data):,} bytes"


@dataclass(frozen=True)
class MetaGraph:
    """A MetaGraphDef, as it is in the file."""

    data: bytes

    @cached_property
    def graph(self) -> Graph:
        """The graph in it. Raises MalformedError."""
        with decoding("the graph"):
            return Graph(decode(graph_messages.META_GRAPH_DEF, self.data).get("graph_def", b""))

    def describe(self) -> str:
        """In a few words."""
        return f"meta {self.graph.describe()}"


def decode_tagged_run_metadata(data: bytes) -> RunMetadata:
    """From the event's field, as TensorFlow 1 writes it."""
    message = decode(messages.TAGGED_RUN_METADATA, data)
    return RunMetadata(message.get("tag", ""), message.get("run_metadata", b""))


def decode_run_metadata(value: Mapping[str, Any], budget: Budget) -> RunMetadata:
    """From the one string of the tensor, as TensorFlow 2 writes it."""
    return RunMetadata(value.get("tag", ""), decode_string(value, budget))


def decode_keras_model(value: Mapping[str, Any], budget: Budget) -> Any:
    """The configuration of a Keras model, as JSON has it."""
    return parse_json(decode_string(value, budget), "a Keras model")
