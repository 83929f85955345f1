"""What groups and nodes cost: of a trace as its summary counts it, of another graph by the shapes that it says.

A group's number holds all that is below it. What is left of it without its groups and nodes is its own: the parameters
of a module that no op reads in it, or what is known of calls alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.model.costs.flops import macs
from cutaway.model.counted import Counted
from cutaway.model.graph.calls import GroupRows
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.nesting import Nesting
from cutaway.model.graph.outputs import Outputs

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cost:
    """One kind of cost. Where it `adds` up, a group's number is at least the sum of those in it; else it is a most."""

    name: str
    title: str
    unit: Literal["count", "bytes", "operations", "seconds"]
    adds: bool = True


COSTS = (
    Cost("parameters", "Parameters", "count"),
    Cost("trainable_parameters", "Trainable parameters", "count"),
    Cost("parameter_bytes", "Bytes of parameters", "bytes"),
    Cost("macs", "Multiply-accumulates", "operations"),
    Cost("saved_bytes", "Saved for the backward", "bytes"),
    Cost("output_bytes", "Output", "bytes", adds=False),
    Cost("peak_bytes", "Peak of memory", "bytes", adds=False),
    Cost("seconds", "Time", "seconds"),
    Cost("memory_bytes", "Memory", "bytes"),
)


@dataclass(frozen=True, slots=True)
class Costs:
    """Those that are known of a graph: float64[g] and float64[n] by their names, NaN where one is not known."""

    kinds: tuple[Cost, ...]
    groups: Mapping[str, Column]
    nodes: Mapping[str, Column]


def _costs(groups: Mapping[str, Column], nodes: Mapping[str, Column]) -> Costs:
    known = tuple(
        cost
        for cost in COSTS
        if cost.name in groups and not (np.isnan(groups[cost.name]).all() and np.isnan(nodes[cost.name]).all())
    )
    return Costs(
        known, {cost.name: groups[cost.name] for cost in known}, {cost.name: nodes[cost.name] for cost in known}
    )


def costs_of_trace(graph: Graph, nesting: Nesting, counted: Counted, joined: GroupRows, outputs: Outputs) -> Costs:
    """The costs of the graph of a trace: those of calls are the rows of its summary."""
    unknown = np.full(len(graph.nodes.op), np.nan)
    nodes: dict[str, Column] = _of_parameters(graph, counted, joined)
    nodes["macs"] = unknown.copy()
    nodes["peak_bytes"] = unknown.copy()
    memory = counted.memory
    for node, source in enumerate(graph.nodes.source.tolist()):
        if source >= 0:
            op = counted.trace.ops[source]
            # A summary counts an optimizer's step as no work of the model.
            count = macs(op) if op.phase != "optimizer" else None
            nodes["macs"][node] = np.nan if count is None else count
            if memory is not None:
                nodes["peak_bytes"][node] = memory.total[source]
    nodes["output_bytes"] = outputs.node_bytes
    nodes |= {"saved_bytes": unknown, "seconds": unknown}
    groups = {
        "macs": nesting.summed(_added(graph, nodes["macs"])),
        "peak_bytes": nesting.highest(_highest(graph, nodes["peak_bytes"])),
        "output_bytes": outputs.group_bytes.copy(),
        "saved_bytes": np.full(len(graph.groups.name), np.nan),
        "seconds": np.full(len(graph.groups.name), np.nan),
    }
    for name in _COUNTED_IN_ROWS:
        groups[name] = _added(graph, nodes[name])
    for group in np.flatnonzero(joined.row >= 0).tolist():
        row = counted.rows[int(joined.row[group])]
        for name in (*_COUNTED_IN_ROWS, "saved_bytes", "peak_bytes"):
            value = getattr(row, name)
            groups[name][group] = np.nan if value is None else value
        if row.call is not None:
            groups["output_bytes"][group] = row.output_bytes
        groups["seconds"][group] = np.nan if row.nanoseconds is None else row.nanoseconds / 1e9
    return _costs(groups, nodes)


#: Those that a summary's rows have under the same names, and parameters' nodes too.
_COUNTED_IN_ROWS = ("parameters", "trainable_parameters")


def _of_parameters(graph: Graph, counted: Counted, joined: GroupRows) -> dict[str, Column]:
    """Of the nodes that are parameters: what the group around them counts of each."""
    # A parameter counts in the first row that holds it; its node stands with the op that reads it first.
    holder: dict[str, int] = {}
    for row, group in zip(counted.rows, joined.group_of_row, strict=True):
        for parameter in row.own:
            holder.setdefault(parameter.path, group)
    parameters = {name: each for each in counted.trace.parameters for name in (each.path, *each.aliases)}
    found = {name: np.full(len(graph.nodes.op), np.nan) for name in _COUNTED_IN_ROWS}
    parents, groups = graph.groups.parent.tolist(), graph.nodes.group.tolist()
    for node in np.flatnonzero(graph.nodes.kind == NodeKind.PARAMETER).tolist():
        read = parameters.get(graph.nodes.key[node])
        group = groups[node]
        while joined.row[group] < 0 and group:
            group = parents[group]
        if read is None or read.buffer or holder.get(read.path) != group:
            continue
        found["parameters"][node] = read.count
        found["trainable_parameters"][node] = read.count if read.trainable else 0
    return found


def costs_of_graph(
    graph: Graph, nesting: Nesting, outputs: Outputs, measured: Mapping[str, NDArray[np.float64]] | None = None
) -> Costs:
    """The costs of any other graph; `measured` are numbers of nodes by their names, NaN where there are none."""
    unknown = np.full(len(graph.nodes.op), np.nan)
    nodes: dict[str, Column] = {"output_bytes": outputs.node_bytes}
    nodes["parameters"], nodes["parameter_bytes"] = unknown.copy(), unknown.copy()
    for node in np.flatnonzero(graph.nodes.kind == NodeKind.PARAMETER).tolist():
        for tensor in outputs.of_node(node)[:1]:
            if tensor.shape is not None and tensor.bytes >= 0:
                nodes["parameters"][node] = prod(tensor.shape)
                nodes["parameter_bytes"][node] = tensor.bytes
    nodes |= measured or {}
    groups = {cost.name: _known(nesting, graph, nodes[cost.name]) for cost in COSTS if cost.adds and cost.name in nodes}
    groups["output_bytes"] = outputs.group_bytes
    return _costs(groups, nodes)


def _known(nesting: Nesting, graph: Graph, values: Column) -> Column:
    """The sums of groups, NaN for one in which nothing is known."""
    known = nesting.summed(_added(graph, (~np.isnan(values)).astype(np.float64)))
    total: Column = np.where(known > 0, nesting.summed(_added(graph, values)), np.nan)
    return total


def _added(graph: Graph, values: Column) -> Column:
    """float64[g]: what the nodes of each group have together, without those below."""
    count = len(graph.groups.name)
    return np.bincount(graph.nodes.group, weights=np.nan_to_num(values), minlength=count).astype(np.float64)


def _highest(graph: Graph, values: Column) -> Column:
    found = np.full(len(graph.groups.name), np.nan)
    np.fmax.at(found, graph.nodes.group, values)
    return found
