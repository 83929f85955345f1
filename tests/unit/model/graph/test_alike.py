"""Groups that are the same inside have the same number, and no others have."""

from typing import Any

import torch
from hypothesis import given
from tests.unit.model.graph.graphs import around, graphs, nodes_of
from torch import nn

from cutaway.model.graph.alike import alike_siblings
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.nesting import Nesting
from cutaway.model.graph.of_trace import graph_of_trace
from cutaway.model.summary import summary


@given(graphs())
def test_siblings_with_one_number_are_the_same_inside(graph: Graph) -> None:
    alike = alike_siblings(graph, Nesting(graph)).tolist()
    forms = [form(graph, group) for group in range(len(alike))]
    for one, parent in enumerate(graph.groups.parent.tolist()):
        siblings = [idx for idx, above in enumerate(graph.groups.parent.tolist()) if above == parent]
        same = [idx for idx in siblings if forms[idx] == forms[one]]
        numbers = [idx for idx in siblings if alike[idx] == alike[one] >= 0]
        assert numbers == (same if len(same) > 1 else [])


def form(graph: Graph, group: int) -> Any:
    """All of a group that is its structure, written down."""
    nodes, edges = graph.nodes, graph.edges
    every = list(zip(edges.start, edges.output, edges.end, edges.control, edges.tensor, strict=True))
    is_op = (nodes.kind < NodeKind.PARAMETER).tolist()
    tree = ordered(graph, group)
    inside = [node for each in tree for node in own_nodes(graph, each) if is_op[node]]
    place = {node: idx for idx, node in enumerate(inside)}
    return (
        [(graph.groups.type[each], len(around(graph, each)) - len(around(graph, group))) for each in tree],
        [
            (
                nodes.op[node],
                nodes.kind[node],
                tree.index(nodes.group[node]),
                [(tensor, control, is_op[start]) for start, _, end, control, tensor in every if end == node],
                made(every, node),
            )
            for node in inside
        ],
        sorted(
            (place[start], place[end], output, control)
            for start, output, end, control, _ in every
            if start in place and end in place
        ),
    )


def made(every: list[Any], node: int) -> dict[int, int]:
    """The first tensor of each output that somebody reads."""
    found: dict[int, int] = {}
    for start, output, _, control, tensor in every:
        if start == node and not control:
            found.setdefault(output, tensor)
    return found


def ordered(graph: Graph, group: int) -> list[int]:
    """A group and all below it, each before those in it."""
    children = [idx for idx, parent in enumerate(graph.groups.parent.tolist()) if parent == group]
    return [group, *(each for child in children for each in ordered(graph, child))]


def own_nodes(graph: Graph, group: int) -> list[int]:
    return [node for node in nodes_of(graph, group) if graph.nodes.group[node] == group]


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(nn.Linear(4, 4) for _ in range(3)), nn.Linear(4, 5))
        self.shared = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> Any:
        return self.layers(self.shared(self.shared(x)))


def test_layers_of_a_model() -> None:
    graph = graph_of_trace(summary(Model(), (2, 4), verbose=False).trace)
    alike = dict(zip(graph.groups.key, alike_siblings(graph, Nesting(graph)).tolist(), strict=True))
    assert alike["layers.0"] == alike["layers.1"] == alike["layers.2"] >= 0
    assert alike["layers.3"] == -1
    # Its weights are nodes of the first call alone, and the calls are the same nevertheless.
    assert alike["shared"] == alike["shared#2"] >= 0
    assert alike["shared"] != alike["layers.0"]
