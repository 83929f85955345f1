"""Graphs of TensorFlow's format: GraphDefs, those in MetaGraphDefs, and those that ran, in RunMetadata."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from cutaway.events import graph_messages
from cutaway.events.kernel_types import NO_NODE, GraphNodes
from cutaway.events.kind_names import GRAPH, META_GRAPH
from cutaway.events.schema import decode
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, fields, key
from cutaway.model.graph.graph import Graph
from cutaway.model.graph.graph_def import (
    UNKNOWN_OUTPUT,
    Argument,
    FunctionColumns,
    GraphDefColumns,
    NodeColumns,
    Result,
    tensor_type,
)
from cutaway.model.graph.of_graph_def import graph_of_graph_defs
from cutaway.server.models.contents import Facts, Source
from cutaway.server.models.records import Record
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.graph import Function, read_graph
from cutaway.store.kinds.node_def import NodeFacts, read_node

#: A larger node is a constant of that size, and is not looked into.
MOST_OF_A_NODE = 16 << 20
#: Of graphs that ran: as they were written, made quicker, and divided among devices.
BEFORE, AFTER, DIVIDED = "before", "after", "divided"
#: The field of a MetaGraphDef.
_GRAPH_DEF = 2
#: Ops with several outputs of different names, which inputs of functions name: their order.
_FUSED_NORM = ("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3")
_LOSS = ("loss", "backprop")
_OUTPUTS = {
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _FUSED_NORM),
    **dict.fromkeys(("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"), _LOSS),
    **dict.fromkeys(("Switch", "RefSwitch"), ("output_false", "output_true")),
    **dict.fromkeys(("Merge", "RefMerge"), ("output", "value_index")),
    **dict.fromkeys(("TopK", "TopKV2"), ("values", "indices")),
    "Unique": ("y", "idx"),
    "TensorListPopBack": ("output_handle", "tensor"),
    "Moments": ("mean", "variance"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One graph of a record: one GraphDef, or several that ran together, each with a name."""

    part: str
    source: Source
    title: str
    graph_defs: tuple[tuple[str, memoryview], ...]


def facts(record: Record, data: bytearray) -> list[Facts]:
    """Of the graphs in a record, each once. Raises MalformedError."""
    found: dict[str, Facts] = {}
    for part in _parts(record, data):
        digest, size, nodes = blake2b(), 0, 0
        for name, content in part.graph_defs:
            its_nodes, functions = read_graph(content)
            _add_to(digest, name, its_nodes, content, functions)
            size += len(content)
            nodes += len(its_nodes.op) + sum(len(function.nodes.op) for function in functions)
        text = digest.hexdigest()
        found.setdefault(text, Facts(text, part.source, part.title, size, nodes, part=part.part))
    return list(found.values())


def graph(record: Record, data: bytearray, facts: Facts) -> Graph:
    """One of its graphs. Raises MalformedError."""
    part = _part(record, data, facts)
    with decoding("the graph"):
        return graph_of_graph_defs(facts.title, [_graph_def(name, content) for name, content in part.graph_defs])


def graph_of(content: memoryview, title: str) -> Graph:
    """The graph of a GraphDef's bytes. Raises MalformedError."""
    with decoding("the graph"):
        return graph_of_graph_defs(title, [_graph_def("", content)])


class NodeDefs:
    """The NodeDefs of a graph's source, of which each is read when somebody asks for it."""

    def __init__(self, contents: list[memoryview]) -> None:
        """``contents`` are the bytes of its GraphDefs. Raises MalformedError."""
        #: Of each GraphDef and each function the number of its first node, its bytes, and where its nodes are.
        self._first: list[int] = []
        self._pieces: list[tuple[memoryview, GraphNodes]] = []
        self._end = 0
        self.nbytes = sum(map(len, contents))
        for content in contents:
            nodes, functions = read_graph(content)
            self._add(content, nodes)
            for function in functions:
                self._add(content[function.start : function.start + function.length], function.nodes)

    def _add(self, content: memoryview, nodes: GraphNodes) -> None:
        self._first.append(self._end)
        self._pieces.append((content, nodes))
        self._end += len(nodes.op)
        self.nbytes += sum(column.nbytes for column in nodes if not isinstance(column, list))

    def facts(self, source: int) -> NodeFacts:
        """Of a node, by its number in the source. Raises MalformedError, and IndexError when there is none."""
        if not 0 <= source < self._end:
            raise IndexError(f"there is no node {source} in the graph")
        # Those without nodes have the number of the one behind them.
        piece = bisect_right(self._first, source) - 1
        content, nodes = self._pieces[piece]
        place = source - self._first[piece]
        start, length = nodes.whole[:, place].tolist()
        if length > MOST_OF_A_NODE:
            told = f"{length:,} bytes, of which nothing is read: at most {MOST_OF_A_NODE:,} are"
            return NodeFacts(nodes.words[nodes.op[place]], "", [("size", told)])
        return read_node(bytes(content[start : start + length]))


def node_defs(record: Record, data: bytearray, facts: Facts) -> NodeDefs:
    """Those of one of its graphs. Raises MalformedError."""
    return NodeDefs([content for _, content in _part(record, data, facts).graph_defs])


def _part(record: Record, data: bytearray, facts: Facts) -> Part:
    for part in _parts(record, data):
        if part.part == facts.part:
            return part
    raise MalformedError("the record has become another one")


def _parts(record: Record, data: bytearray) -> Iterator[Part]:
    view = memoryview(data)
    if record.kind == GRAPH:
        yield Part("", "graph_def", "graph", (("", view),))
    elif record.kind == META_GRAPH:
        keyed = key(_GRAPH_DEF, LENGTH_DELIMITED)
        spans = [(start, end) for this, start, end in fields(view, 0, len(view)) if this == keyed]
        yield Part("", "meta_graph", "meta graph", (("", view[slice(*spans[-1])] if spans else view[:0]),))
    else:
        yield from _of_run_metadata(record, data)


def _of_run_metadata(record: Record, data: bytearray) -> Iterator[Part]:
    """The graphs that ran: as they were written, as they were made quicker, and as they were divided among devices."""
    content = decode_value(record.kind, bytes(data), record.metadata).data
    with decoding("the run metadata"):
        # Of the costs in it nothing is read here.
        message = decode(graph_messages.GRAPHS_THAT_RAN, content)
    functions = message.get("function_graphs", [])
    title = record.tag or "functions"
    for part, name, text in (
        (BEFORE, "pre_optimization_graph", title),
        (AFTER, "post_optimization_graph", f"{title}, optimized"),
    ):
        graphs = [function[name] for function in functions if function.get(name)]
        if graphs:
            yield Part(part, "function_graph", text, _numbered(graphs, "function"))
    divided = [graph for function in functions for graph in function.get("partition_graphs", [])]
    # The message has those of all functions once more.
    graphs = [graph for graph in divided or message.get("partition_graphs", []) if graph]
    if graphs:
        yield Part(DIVIDED, "function_graph", f"{title}, by device", _numbered(graphs, "device"))


def _numbered(graphs: list[bytes], name: str) -> tuple[tuple[str, memoryview], ...]:
    if len(graphs) == 1:
        return (("", memoryview(graphs[0])),)
    return tuple((f"{name}_{number}", memoryview(graph)) for number, graph in enumerate(graphs))


def _add_to(digest: "blake2b", name: str, nodes: GraphNodes, content: memoryview, functions: list[Function]) -> None:
    """The same for the same nodes, whatever order their attributes are in: protobuf writes them in any."""
    digest.update(f"{name}\0".encode("utf-8", "replace"))
    digest.update(nodes.mark.data)
    for function in functions:
        told = (function.name, function.arguments, list(function.results.items()))
        digest.update(repr(told).encode("utf-8", "replace"))
        digest.update(function.nodes.mark.data)


def _graph_def(name: str, content: memoryview) -> GraphDefColumns:
    nodes, functions = read_graph(content)
    return GraphDefColumns(
        name,
        _columns(content, nodes, nodes.output),
        [_function(content[each.start : each.start + each.length], each) for each in functions],
    )


def _columns(data: memoryview, nodes: GraphNodes, output: NDArray[np.int32]) -> NodeColumns:
    return NodeColumns(
        _texts(data, nodes.name),
        nodes.words,
        nodes.op,
        nodes.dtype,
        nodes.starts,
        nodes.producer,
        output,
        nodes.output_starts,
        nodes.size_starts,
        nodes.sizes,
        nodes.rank_known,
        nodes.call_starts,
        nodes.call_attribute,
        nodes.call_function,
    )


def _texts(data: memoryview, spans: NDArray[np.int64]) -> list[str]:
    return [str(data[start : start + size], "utf-8", "replace") for start, size in spans.T.tolist()]


def _function(data: memoryview, function: Function) -> FunctionColumns:
    nodes = function.nodes
    places = {name: place for place, (name, _, _) in reversed(list(enumerate(function.arguments)))}
    argument = np.full(len(nodes.producer), -1, np.int32)
    for idx in np.flatnonzero(nodes.producer == NO_NODE).tolist():
        text = _texts(data, nodes.texts[:, idx : idx + 1])[0].removeprefix("^")
        argument[idx] = places.get(text.partition(":")[0], -1)
    columns = _columns(data, nodes, _outputs(data, nodes))
    numbers = {name: number for number, name in reversed(list(enumerate(columns.names)))}
    return FunctionColumns(
        function.name,
        [Argument(name, tensor_type(dtype, shape) if dtype else None) for name, dtype, shape in function.arguments],
        [_result(name, text, numbers, places, nodes) for name, text in function.results.items()],
        columns,
        argument,
    )


def _result(name: str, text: str, numbers: dict[str, int], places: dict[str, int], nodes: GraphNodes) -> Result:
    parts = text.split(":")
    producer = numbers.get(parts[0], -1)
    number = int(parts[-1]) if len(parts) > 1 and parts[-1].isascii() and parts[-1].isdecimal() else 0
    if producer >= 0 and len(parts) > 2:
        number = _output(nodes.words[nodes.op[producer]], parts[1], number)
    return Result(name, producer, min(number, 1 << 30), -1 if producer >= 0 else places.get(parts[0], -1))


def _outputs(data: memoryview, nodes: GraphNodes) -> NDArray[np.int32]:
    """The numbers of outputs that inputs in a function name by name and place within it."""
    several = np.diff(nodes.output_starts) > 1
    found = nodes.output.copy()
    asked = np.flatnonzero((nodes.producer >= 0) & (nodes.output >= 0))
    asked = asked[several[nodes.producer[asked]]]
    named: dict[int, set[str]] = {}
    texts = _texts(data, nodes.texts[:, asked])
    for idx, text in zip(asked.tolist(), texts, strict=True):
        parts = text.split(":")
        if len(parts) == 3:
            named.setdefault(int(nodes.producer[idx]), set()).add(parts[1])
    for idx, text in zip(asked.tolist(), texts, strict=True):
        parts, producer = text.split(":"), int(nodes.producer[idx])
        if len(parts) == 3:
            op, number = nodes.words[nodes.op[producer]], int(found[idx])
            # Outputs of one name are a list, and its places are their numbers.
            found[idx] = number if len(named[producer]) == 1 and op not in _OUTPUTS else _output(op, parts[1], number)
    return found


def _output(op: str, name: str, number: int) -> int:
    names = _OUTPUTS.get(op, ())
    return names.index(name) if name in names else UNKNOWN_OUTPUT
