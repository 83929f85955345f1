"""Nodes in an order in which each comes behind those that it reads, as near to a given order as that allows."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Edges, Graph, Nodes


def execution_order(count: int, start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.int64] | None:
    """int64[n]: the nodes in such an order; None where the given one is.

    ``start`` and ``end`` (int32[e]) are the edges, without those that close loops on purpose. A circle is cut where the
    first of its nodes that is met is read again. Linear in nodes and edges.
    """
    if (start < end).all():
        return None
    by_end = np.argsort(end, kind="stable")
    reads = start[by_end].tolist()
    bounds = np.searchsorted(end[by_end], np.arange(count + 1)).tolist()
    place, is_met = bounds[:-1], bytearray(count)
    found: list[int] = []
    for first in range(count):
        if is_met[first]:
            continue
        is_met[first] = 1
        path = [first]
        while path:
            node = path[-1]
            at, stop = place[node], bounds[node + 1]
            while at < stop and is_met[reads[at]]:
                at += 1
            if at < stop:
                place[node] = at + 1
                is_met[reads[at]] = 1
                path.append(reads[at])
            else:
                place[node] = at
                found.append(path.pop())
    return np.array(found, np.int64)


def in_execution_order(graph: Graph) -> Graph:
    """The same graph with its nodes in such an order, and its edges by the nodes that they go to."""
    nodes, edges = graph.nodes, graph.edges
    proper = edges.start != edges.end
    order = execution_order(len(nodes.op), edges.start[proper], edges.end[proper])
    if order is None:
        order = np.arange(len(nodes.op))
    start, end = renumbered(order, edges.start), renumbered(order, edges.end)
    by_end = np.argsort(end, kind="stable")
    names, keys, ops = ([texts[idx] for idx in order.tolist()] for texts in (nodes.name, nodes.key, nodes.op))
    return replace(
        graph,
        nodes=Nodes(nodes.group[order], nodes.kind[order], names, keys, ops, nodes.source[order]),
        edges=Edges(
            start[by_end].astype(np.int32),
            edges.output[by_end],
            end[by_end].astype(np.int32),
            edges.control[by_end],
            edges.tensor[by_end],
        ),
        failure=graph.failure and replace(graph.failure, node=_place_of(order, graph.failure.node)),
    )


def renumbered(order: NDArray[np.int64], nodes: NDArray[Any]) -> NDArray[np.int64]:
    """Where each of some nodes is in an order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    found: NDArray[np.int64] = place[nodes]
    return found


def _place_of(order: NDArray[np.int64], node: int) -> int:
    return int(np.flatnonzero(order == node)[0]) if node >= 0 else -1
