"""Graphs and what ran in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core, graph_messages, messages
from cutaway.events.budget import Budget
from cutaway.events.kernel_types import GraphNodes
from cutaway.events.schema import decode
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.json_text import parse_json
from cutaway.store.kinds.tensor import decode_string

#: The field of a GraphDef; and what a node takes in columns at the least.
_NODES_OF_GRAPH, _BYTES_OF_NODE = 1, 80


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a GraphDef."""

    name: str
    op: str
    #: Names of nodes, with ``:n`` for their n-th output and ``^`` before a mere dependency.
    inputs: tuple[str, ...]
    device: str


@dataclass(frozen=True)
class Graph:
    """A GraphDef; decoded when it is first asked for."""

    data: bytes

    @cached_property
    def columns(self) -> GraphNodes:
        """The nodes as columns, in the order of the file. Raises MalformedError."""
        with decoding("the graph"):
            return core.graph_nodes(self.data, _NODES_OF_GRAPH, Budget(len(self.data)).left // _BYTES_OF_NODE)

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
        return f"graph of {len(self.columns.op):,} nodes, {len(self.data):,} bytes"


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
