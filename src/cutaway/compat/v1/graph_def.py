"""Graphs that are given in any form, as serialised GraphDefs."""

import os
from typing import Any

from cutaway.compat.v1.graph import Graph
from cutaway.events.graph_messages import GRAPH_DEF
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.model.trace import Trace
from cutaway.record.trace_graph import trace_graph

_ACCEPTED = (
    "accepted are a tf.Graph, a model's summary or trace, a GraphDef, its bytes, its text, and the path of a .pb or "
    ".pbtxt file"
)


def to_graph_def(graph: Any, name: str) -> bytes:
    """The bytes of a GraphDef. Raises TypeError or ValueError that begins with ``name``, and OSError for a file."""
    # The result of `cutaway.summary` has the trace.
    trace = getattr(graph, "trace", graph)
    if isinstance(trace, Trace):
        return trace_graph(trace)
    if isinstance(graph, Graph):
        return graph.serialised()
    if hasattr(graph, "as_graph_def"):
        return bytes(graph.as_graph_def(add_shapes=True).SerializeToString())
    if isinstance(graph, os.PathLike) or (isinstance(graph, str) and graph.endswith((".pb", ".pbtxt"))):
        with open(graph, "rb") as file:  # noqa: PTH123
            data = file.read()
        return (
            _from_text(data.decode("utf-8", "replace"), name)
            if os.fspath(graph).endswith("txt")
            else _checked(data, name)
        )
    if isinstance(graph, str):
        return _from_text(graph, name)
    if isinstance(graph, bytes):
        return _checked(graph, name)
    if hasattr(graph, "SerializeToString") and hasattr(graph, "node"):
        return bytes(graph.SerializeToString())
    raise TypeError(f"{name} must be a graph, got {type(graph).__qualname__}; {_ACCEPTED}")


def _checked(data: bytes, name: str) -> bytes:
    try:
        decode(GRAPH_DEF, data)
    except MalformedError as error:
        raise ValueError(
            f"{name} must be a serialised GraphDef, got {len(data)} bytes that are none: {error}"
        ) from error
    return data


def _from_text(text: str, name: str) -> bytes:
    """Protobuf's text format needs TensorFlow's definitions, which come with TensorFlow and with TensorBoard."""
    try:
        from google.protobuf import text_format

        try:
            from tensorflow.core.framework.graph_pb2 import GraphDef
        except ImportError:
            from tensorboard.compat.proto.graph_pb2 import GraphDef
    except ImportError as error:
        raise ValueError(f"{name}: to read a graph's text, install tensorboard or tensorflow") from error
    try:
        return bytes(text_format.Parse(text, GraphDef()).SerializeToString())
    except text_format.ParseError as error:
        raise ValueError(f"{name} must be the text of a GraphDef: {error}") from error
