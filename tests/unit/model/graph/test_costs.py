"""Costs of graphs: those of a trace are its summary's, and what is in a group adds up to no more than the group."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from tests.unit.model.graph.graphs import around, graphs, nodes_of
from tests.zoo import ZOO, each_model
from torch import nn
from torch.nn import functional

from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.of_trace import PHASES, graph_of_trace
from cutaway.model.graph.reading import GraphReading
from cutaway.model.summary import summary

#: What calls alone know is a group's own, and not its nodes'.
OF_CALLS = {"saved_bytes", "seconds"}


def reading_of(model: nn.Module, phase: str = "forward", **settings: Any) -> tuple[GraphReading, Any]:
    result = summary(model, verbose=False, **settings)
    return GraphReading(graph_of_trace(result.trace, PHASES[phase]), result.trace), result


def add_up(reading: GraphReading) -> None:
    """The groups and nodes of a group have no more than the group; without anything of its own exactly as much."""
    graph, costs = reading.graph, reading.costs
    for cost in costs.kinds:
        if not cost.adds:
            continue
        groups, nodes = costs.groups[cost.name], costs.nodes[cost.name]
        inner = np.zeros(len(groups))
        np.add.at(inner, graph.groups.parent[1:], np.nan_to_num(groups[1:]))
        np.add.at(inner, graph.nodes.group, np.nan_to_num(nodes))
        assert (inner <= np.nan_to_num(groups) * (1 + 1e-12)).all(), cost.name
        if cost.name == "macs":
            assert (inner == groups).all()


@pytest.mark.parametrize("name", each_model())
def test_costs_of_a_trace_are_those_of_its_summary(name: str) -> None:
    make, inputs = ZOO[name]
    reading, result = reading_of(make(), input_data=inputs())
    totals, costs = result.totals, reading.costs
    for cost in ("parameters", "trainable_parameters", "macs", "saved_bytes"):
        expected = getattr(totals, cost)
        assert (expected is None and cost not in costs.groups) or costs.groups[cost][0] == expected
    rows = {row.key: row for row in result.rows if row.call is not None}
    for group, (key, call) in enumerate(zip(reading.graph.groups.key, reading.joined.call, strict=True)):  # type: ignore[union-attr]
        if call >= 0:
            row = rows[key]
            for cost in ("parameters", "trainable_parameters", "macs", "output_bytes"):
                assert costs.groups[cost][group] == getattr(row, cost), (key, cost)
            peak = costs.groups["peak_bytes"][group] if "peak_bytes" in costs.groups else np.nan
            assert peak == row.peak_bytes or (np.isnan(peak) and row.peak_bytes is None)
    add_up(reading)
    # What no op reads in its module belongs to no node; most belong to one.
    known = np.nansum(costs.nodes["parameters"])
    assert 0 < known <= totals.parameters


class Tied(nn.Module):
    """A weight that is read in two modules, one that is read outside of its module, and one that nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(7, 4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.words.weight
        self.scale = nn.Linear(4, 4)
        self.unused = nn.Linear(4, 2)

    def forward(self, ids: torch.Tensor) -> Any:
        return self.head(functional.linear(self.words(ids), self.scale.weight))


def test_shared_and_unused_weights() -> None:
    reading, result = reading_of(Tied(), input_data=torch.zeros(2, 3, dtype=torch.int64))
    costs = reading.costs.groups["parameters"]
    assert dict(zip(reading.graph.groups.key, costs.tolist(), strict=True)) == {
        "": result.totals.parameters,
        "words": 28.0,
        "head": 0.0,
        # The whole counts it with a module that was not called; the op that reads it is in the whole as well.
        "/linear@1": 16.0,
    } | {key: 0.0 for key in reading.graph.groups.key if key.startswith("head/")}
    nodes = dict(zip(reading.graph.nodes.key, reading.costs.nodes["parameters"].tolist(), strict=True))
    assert nodes["words.weight"] == 28
    assert nodes["scale.weight"] == 16
    add_up(reading)


@pytest.mark.parametrize("phase", ["backward", "both"])
def test_costs_of_a_backward(phase: str) -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    reading, result = reading_of(model, phase, input_size=(2, 4), backward=True, optimizer="adamw")
    expected = result.totals.backward_macs + (result.totals.macs if phase == "both" else 0)
    assert reading.costs.groups["macs"][0] == expected
    add_up(reading)


def test_times() -> None:
    reading, result = reading_of(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), input_size=(2, 4), profile=True)
    by_key = dict(zip(reading.graph.groups.key, reading.costs.groups["seconds"].tolist(), strict=True))
    assert by_key["0"] == result.rows[1].nanoseconds / 1e9
    assert by_key[""] == result.rows[0].nanoseconds / 1e9


def test_costs_of_a_graph_without_a_trace() -> None:
    builder = GraphBuilder("graph")
    scope = builder.group(0, "dense", "dense")
    weight = builder.node(scope, NodeKind.PARAMETER, "kernel", "VariableV2")
    product = builder.node(scope, NodeKind.OP, "MatMul", "MatMul")
    end = builder.node(0, NodeKind.OP, "Relu", "Relu")
    builder.edge(weight, 0, product, TensorType((3, 4), "float32", 48))
    builder.edge(product, 0, end, TensorType((2, 4), "float32", 32))
    measured = {"seconds": np.array([np.nan, 0.5, 0.25]), "memory_bytes": np.full(3, np.nan)}
    costs = GraphReading(builder.graph(), measured=measured).costs
    assert [cost.name for cost in costs.kinds] == ["parameters", "parameter_bytes", "output_bytes", "seconds"]
    assert costs.groups["parameters"].tolist() == [12, 12]
    assert costs.groups["parameter_bytes"].tolist() == [48, 48]
    assert costs.groups["seconds"].tolist() == [0.75, 0.5]
    assert costs.nodes["output_bytes"][product] == 32


@given(graphs())
def test_costs_of_any_graph(graph: Graph) -> None:
    reading = GraphReading(graph, measured={"seconds": np.arange(len(graph.nodes.op), dtype=np.float64)})
    add_up(reading)
    found = reading.graph
    expected = [sum(nodes_of(found, group)) for group in range(len(found.groups.name))]
    known = [bool(nodes_of(found, group)) for group in range(len(found.groups.name))]
    assert reading.costs.groups["seconds"].tolist() == [
        pytest.approx(total if is_known else np.nan, nan_ok=True)
        for total, is_known in zip(expected, known, strict=True)
    ]


@given(graphs())
def test_bytes_that_leave_groups(graph: Graph) -> None:
    reading = GraphReading(graph)
    found, edges = reading.graph, reading.graph.edges
    tensors: dict[tuple[int, int], int] = {}
    ends: dict[tuple[int, int], list[int]] = {}
    for start, output, end, control, tensor in zip(
        edges.start.tolist(),
        edges.output.tolist(),
        edges.end.tolist(),
        edges.control,
        edges.tensor.tolist(),
        strict=True,
    ):
        if not control:
            tensors.setdefault((start, output), tensor)
            ends.setdefault((start, output), []).append(end)
    for group in range(len(found.groups.name)):
        inside = set(nodes_of(found, group))
        sizes = [
            found.tensors[tensor].bytes
            for (start, output), tensor in tensors.items()
            if start in inside
            and found.nodes.kind[start] < NodeKind.PARAMETER
            and not inside.issuperset(ends[start, output])
            and tensor >= 0
        ]
        expected = sum(sizes) if sizes else np.nan
        assert reading.outputs.group_bytes[group] == pytest.approx(expected, nan_ok=True), around(found, group)
