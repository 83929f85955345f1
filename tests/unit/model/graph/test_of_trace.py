"""Graphs of traces: groups are calls, nodes are ops, and edges are what the trace knows."""

from typing import Any

import pytest
import torch
from tests.zoo import ZOO, each_model
from torch import nn
from torch.nn import functional

from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.of_trace import PHASES, graph_of_trace
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(4, 4)])

    def forward(self, x: torch.Tensor) -> dict[str, Any]:
        block = self.blocks[0]
        return {"out": functional.gelu(block(functional.relu(block(x)))) + x}


def graph_of(model: nn.Module, *size: Any, **settings: Any) -> Graph:
    return graph_of_trace(summary(model, *size, verbose=False, **settings).trace)


def test_calls_are_groups() -> None:
    graph = graph_of(Twice(), (2, 4))
    # The list would be in a loop, as an op stands between its two calls.
    assert graph.groups.key[:3] == ["", "blocks.0", "blocks.0#2"]
    assert graph.groups.name[:3] == ["Twice", "blocks.0", "blocks.0#2"]
    assert graph.groups.parent[:3].tolist() == [-1, 0, 0]
    assert graph.groups.type[:3] == ["Twice", "Linear", "Linear"]


def test_lists_without_a_loop_are_groups() -> None:
    class Chain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for block in self.blocks:
                # What stands between and reads nothing of theirs closes no loop.
                x = block(x) + torch.ones(4)
            return x

    class Straight(Chain):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for block in self.blocks:
                mask = torch.ones(4)
                x = block(x)
            return x + mask

    assert "blocks" not in graph_of(Chain(), (2, 4)).groups.key
    assert graph_of(Straight(), (2, 4)).groups.key[:4] == ["", "blocks", "blocks.0", "blocks.1"]


def test_nodes_and_edges() -> None:
    graph = graph_of(Twice(), (2, 4))
    shown = [
        (name, graph.groups.key[group])
        for name, group, kind in zip(graph.nodes.name, graph.nodes.group, graph.nodes.kind, strict=True)
        if kind < NodeKind.PARAMETER
    ]
    assert shown == [
        ("input", ""), ("t", "blocks.0/linear@0"), ("addmm", "blocks.0/linear@0"), ("relu", ""),
        ("t", "blocks.0#2/linear@3"), ("addmm", "blocks.0#2/linear@3"), ("gelu", ""), ("add", ""), ("out", ""),
    ]  # fmt: skip
    names = graph.nodes.name
    edges = [(names[one], names[other]) for one, other in zip(graph.edges.start, graph.edges.end, strict=True)]
    assert ("input", "add") in edges
    assert ("gelu", "add") in edges
    assert ("blocks.0.weight", "t") in edges
    (tensor,) = {
        graph.tensors[i] for i, end in zip(graph.edges.tensor, graph.edges.end, strict=True) if names[end] == "out"
    }
    assert (tensor.shape, tensor.dtype, tensor.bytes) == ((2, 4), "float32", 32)


def test_a_function_of_several_ops_is_a_group() -> None:
    class Attends(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return functional.cosine_similarity(x, x * 2)

    graph = graph_of(Attends(), (2, 4))
    assert graph.groups.name[1:] == ["cosine_similarity"]
    assert graph.groups.type[1:] == ["function"]


class Fails(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.good = nn.Linear(4, 8)
        self.bad = nn.Linear(4, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.bad(self.good(x))  # type: ignore[no-any-return]


def test_a_model_that_fails() -> None:
    """The graph goes as far as the model did, and what failed is marked with the reason."""
    with pytest.raises(ForwardError) as caught:
        summary(Fails(), (2, 4), verbose=False)
    graph = graph_of_trace(caught.value.summary.trace)
    assert graph.failure is not None
    assert graph.groups.key[graph.failure.group] == "bad"
    assert (graph.nodes.name[graph.failure.node], graph.nodes.group[graph.failure.node]) == (
        "linear",
        graph.failure.group,
    )
    assert "shapes cannot be multiplied" in graph.failure.text
    assert "good" in graph.groups.key


def test_the_backward_stands_in_the_group_of_its_forward() -> None:
    trace = summary(Twice(), (2, 4), verbose=False, backward=True).trace
    graph = graph_of_trace(trace, PHASES["both"])
    assert {"blocks.0/backward", "blocks.0#2/backward", "/backward"} <= set(graph.groups.key)
    for node, source in enumerate(graph.nodes.source.tolist()):
        if source < 0:
            continue
        op, key = trace.ops[source], graph.groups.key[graph.nodes.group[node]]
        assert ("/backward" in key) == (op.phase == "backward" or op.name == "aten.ones_like.default")
        assert key.partition("/")[0] == ("" if op.call is None else trace.calls[op.call].key)
    alone = graph_of_trace(trace, PHASES["backward"])
    assert not any("/backward" in key for key in alone.groups.key)


def test_what_begins_the_backward_is_none_of_the_forward() -> None:
    trace = summary(Twice(), (2, 4), verbose=False, backward=True).trace
    forward, backward = (graph_of_trace(trace, PHASES[phase]) for phase in ("forward", "backward"))
    assert "ones_like" not in forward.nodes.name
    assert "ones_like" in backward.nodes.name


def test_inputs_have_names() -> None:
    class Several(nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor, *, mask: torch.Tensor) -> torch.Tensor:
            return (x + y) * mask

    graph = graph_of(Several(), [(2, 4), (2, 4)], mask=torch.ones(2, 4))
    assert graph.nodes.name[:3] == ["input 0", "input 1", "mask"]
    assert graph_of(Twice(), (2, 4)).nodes.name[0] == "input"


def test_a_model_without_a_forward_has_its_modules() -> None:
    trace = summary(Twice(), verbose=False).trace
    assert not trace.ops
    graph = graph_of_trace(trace)
    assert graph.groups.key == ["", "blocks", "blocks.0"]
    assert graph.nodes.key == ["blocks.0.weight", "blocks.0.bias"]
    assert graph.nodes.group.tolist() == [2, 2]


@pytest.mark.parametrize("name", ["u-net", "lstm tagger", "transformer"])
@pytest.mark.parametrize("phase", ["backward", "both"])
def test_every_op_of_the_other_phases(name: str, phase: str) -> None:
    make, inputs = ZOO[name]
    trace = summary(make(), input_data=inputs(), verbose=False, backward=True).trace
    parts = {each: graph_of_trace(trace, PHASES[each]) for each in PHASES}
    sources = {each: [source for source in graph.nodes.source.tolist() if source >= 0] for each, graph in parts.items()}
    assert sorted(sources["forward"] + sources["backward"]) == sources["both"] == [op.id for op in trace.ops]
    graph = parts[phase]
    node_of = {source: node for node, source in enumerate(graph.nodes.source.tolist())}
    drawn = list(zip(graph.edges.start.tolist(), graph.edges.end.tolist(), strict=True))
    known = [
        (node_of[item.producer], node_of[op.id])
        for op in trace.ops
        for item in op.inputs
        if item.producer in node_of and op.id in node_of
    ]
    between = [pair for pair in drawn if graph.nodes.source[pair[0]] >= 0 and graph.nodes.source[pair[1]] >= 0]
    assert sorted(between) == sorted(known)


@pytest.mark.parametrize("name", each_model())
def test_every_op_is_there_once(name: str) -> None:
    make, inputs = ZOO[name]
    trace = summary(make(), input_data=inputs(), verbose=False).trace
    graph = graph_of_trace(trace)
    ops = [op.id for op in trace.ops if op.phase == "forward"]
    assert [source for source in graph.nodes.source.tolist() if source >= 0] == ops
    edges = sum(len(trace.ops[op].inputs) for op in ops)
    outputs = int((graph.nodes.kind == NodeKind.OUTPUT).sum())
    assert len(graph.edges.start) == edges + outputs
    assert (graph.groups.parent[1:] < range(1, len(graph.groups.name))).all()
