"""Everything that is known of one group or node: calls, tensors in and out, weights, arguments, costs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from cutaway.model.graph.graph import NodeKind, TensorType
from cutaway.model.graph.reading import GraphReading, Thing
from cutaway.model.graph.short_text import names_and_texts, short
from cutaway.model.records import Parameter, Value

#: Of any list.
MOST_OF_A_LIST = 200
_Item = TypeVar("_Item")


def details(
    reading: GraphReading, thing: Thing, *, device: str = "", attributes: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """As JSON has it; see the HTTP API, "Models". `device` and `attributes` are those of a source that is no trace.

    IndexError for a number that is none.
    """
    reading.check(thing)
    kept = _Kept()
    found = _of_group(reading, thing.group, kept) if thing.group >= 0 else _of_node(reading, thing.node, kept)
    found["device"] = found["device"] or short(device)
    found["attributes"] = [[short(name), short(text)] for name, text in kept("attributes", list(attributes))]
    return {"group": thing.group, "node": thing.node, **found, "left_out": kept.left_out}


class _Kept:
    """Cuts lists, and counts what is left out of each."""

    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}

    def __call__(self, name: str, every: Sequence[_Item]) -> Sequence[_Item]:
        if len(every) > MOST_OF_A_LIST:
            self.left_out[name] = len(every) - MOST_OF_A_LIST
        return every[:MOST_OF_A_LIST]


def _of_group(reading: GraphReading, group: int, kept: _Kept) -> dict[str, Any]:
    graph = reading.graph
    path = reading.path(group)
    inside = reading.nesting.nodes_of(group)
    direct = inside[graph.nodes.group[inside] == group]
    failure = reading.failure
    failed = failure is not None and reading.nesting.holds(group, failure.group)
    trace, joined = reading.trace, reading.joined
    calls, weights, arguments = [], [], []
    if trace is not None and joined is not None and joined.row[group] >= 0:
        every = reading.calls_of_paths.get(path, ()) if joined.call[group] >= 0 else ()
        calls = [_call(reading, call) for call in kept("calls", every)]
        below = _weights_below(reading, graph.groups.key[group].partition("#")[0])
        weights = [_weight(each) for each in kept("weights", below)]
        config = next((module.config for module in trace.modules if module.path == path), "")
        arguments = list(kept("arguments", names_and_texts(config)))
    return {
        "name": short(graph.groups.name[group]),
        "key": short(graph.groups.key[group]),
        "path": short(path),
        "type": short(graph.groups.type[group]),
        "kind": int(NodeKind.OP),
        "groups": reading.nesting.around(group)[:-1],
        "source": next((source for node in direct.tolist() if (source := reading.source(node))), ""),
        "device": "",
        "arguments": arguments,
        "attributes": [],
        "calls": calls,
        "inputs": _crossing(reading, inside, kept, into=True),
        "outputs": _crossing(reading, inside, kept, into=False),
        "weights": weights,
        "costs": {name: _number(column[group]) for name, column in reading.costs.groups.items()},
        "problem": short(failure.text) if failure is not None and failed else "",
    }


def _of_node(reading: GraphReading, node: int, kept: _Kept) -> dict[str, Any]:
    graph = reading.graph
    nodes, edges = graph.nodes, graph.edges
    source = int(nodes.source[node])
    op = None if reading.trace is None or source < 0 else reading.trace.ops[source]
    failure = reading.failure
    into = np.flatnonzero(edges.end == node).tolist()
    names = [str(place) for place in range(len(into))]
    if op is not None and len(op.inputs) == len(into):
        names = [item.argument for item in op.inputs]
    named = kept("inputs", list(zip(into, names, strict=True)))
    inputs = [_edge(reading, edge, name, start=True) for edge, name in named]
    out = np.flatnonzero(edges.start == node).tolist()
    outputs = [_edge(reading, edge, str(int(edges.output[edge])), start=False) for edge in kept("outputs", out)]
    if op is not None:
        read = {int(edges.output[edge]) for edge in out}
        unread = [(place, each) for place, each in enumerate(reading.outputs.of_node(node)) if place not in read]
        outputs += [_tensor(tensor, str(place)) for place, tensor in unread[:MOST_OF_A_LIST]]
    weights = []
    if reading.trace is not None:
        ends = [node, *edges.start[into].tolist()]
        used = dict.fromkeys(nodes.key[end] for end in ends if nodes.kind[end] == NodeKind.PARAMETER)
        known = {name: each for each in reading.trace.parameters for name in (each.path, *each.aliases)}
        weights = [_weight(known[name]) for name in kept("weights", [name for name in used if name in known])]
    arguments = [] if op is None else kept("arguments", op.arguments)
    return {
        "name": short(nodes.name[node]),
        "key": short(reading.node_key(node)),
        "path": "",
        "type": short(nodes.op[node]),
        "kind": int(nodes.kind[node]),
        "groups": reading.nesting.around(int(nodes.group[node])),
        "source": reading.source(node),
        "device": op.outputs[0].device if op is not None and op.outputs else "",
        "arguments": [[short(name), short(json.dumps(value))] for name, value in arguments],
        "attributes": [],
        "calls": [],
        "inputs": inputs,
        "outputs": outputs,
        "weights": weights,
        "costs": {name: _number(column[node]) for name, column in reading.costs.nodes.items()},
        "problem": short(failure.text) if failure is not None and failure.node == node else "",
    }


def _crossing(reading: GraphReading, inside: Any, kept: _Kept, *, into: bool) -> list[dict[str, Any]]:
    """The tensors that come into some nodes from others, or go out, each once."""
    edges, nodes = reading.graph.edges, reading.graph.nodes
    here = np.zeros(len(nodes.op), np.bool_)
    here[inside] = True
    crosses = here[edges.end] & ~here[edges.start] if into else here[edges.start] & ~here[edges.end]
    places = np.flatnonzero(crosses & ~edges.control)
    codes = (edges.start[places].astype(np.int64) << 32) + edges.output[places]
    _, first = np.unique(codes, return_index=True)
    found = []
    for edge in kept("inputs" if into else "outputs", places[np.sort(first)].tolist()):
        start = int(edges.start[edge])
        name = nodes.name[start] + (f":{edges.output[edge]}" if edges.output[edge] else "")
        found.append(_edge(reading, edge, name, start=into))
    return found


def _edge(reading: GraphReading, edge: int, name: str, *, start: bool) -> dict[str, Any]:
    """What an edge carries, and the node at one of its ends."""
    edges, nodes = reading.graph.edges, reading.graph.nodes
    place = int(edges.tensor[edge])
    other = int((edges.start if start else edges.end)[edge])
    tensor = reading.graph.tensors[place] if place >= 0 else TensorType(None, "", -1)
    if edges.control[edge]:
        name = f"^{name}"
    return _tensor(tensor, name) | {"node": other, "from": short(reading.node_key(other) or nodes.name[other])}


def _tensor(tensor: TensorType, name: str) -> dict[str, Any]:
    shape = None if tensor.shape is None else list(tensor.shape)
    return {
        "name": short(name),
        "shape": shape,
        "dtype": tensor.dtype,
        "bytes": tensor.bytes,
        "group": -1,
        "node": -1,
        "from": "",
    }


def _call(reading: GraphReading, number: int) -> dict[str, Any]:
    trace = reading.trace
    assert trace is not None
    call = trace.calls[number]
    outputs = [] if call.outputs is None else _values(reading, call.outputs)
    return {
        "key": short(call.key),
        "inputs": _values(reading, call.inputs),
        "outputs": outputs,
        "failed": call.failed,
    }


def _values(reading: GraphReading, value: Value) -> list[dict[str, Any]]:
    """The tensors of a call's arguments or results, with the nodes that made them."""
    found = []
    for name, each in leaves(value):
        if each.tensor is None:
            continue
        made = _tensor(TensorType(each.tensor.shape, each.tensor.dtype, each.tensor.bytes), name)
        node = -1 if each.op is None else reading.node_of_op.get(each.op, -1)
        if node >= 0:
            made |= {"node": node, "from": short(reading.node_key(node))}
        found.append(made)
        if len(found) == MOST_OF_A_LIST:
            break
    return found


def leaves(value: Value) -> Iterable[tuple[str, Value]]:
    """The tensors of a tree with their keys joined by dots."""
    waiting = [("", value)]
    while waiting:
        name, each = waiting.pop()
        if each.kind == "tensor":
            yield name, each
        waiting.extend((f"{name}.{key}" if name else key, item) for key, item in reversed(each.items))


def _weights_below(reading: GraphReading, path: str) -> list[Parameter]:
    """The parameters and buffers of a module and of all modules in it."""
    assert reading.trace is not None
    prefix = f"{path}." if path else ""
    return [
        each for each in reading.trace.parameters if any(name.startswith(prefix) for name in (each.path, *each.aliases))
    ]


def _weight(parameter: Parameter) -> dict[str, Any]:
    return {
        "path": short(parameter.path),
        "shape": None if parameter.shape is None else list(parameter.shape),
        "dtype": parameter.dtype,
        "bytes": parameter.bytes,
        "trainable": parameter.trainable,
        "buffer": parameter.buffer,
        "aliases": [short(alias) for alias in parameter.aliases[:MOST_OF_A_LIST]],
    }


def _number(value: float) -> float | int | None:
    number = float(value)
    if number != number:
        return None
    return int(number) if number.is_integer() else number
