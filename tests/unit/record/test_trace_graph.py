"""A trace as a graph: every edge leads to a node, boxes are modules, shapes are there."""

import pytest
import torch
from tensorboard.compat.proto.config_pb2 import RunMetadata  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from torch import nn

import cutaway
from cutaway.record.trace_graph import trace_graph, trace_graph_and_metadata


class Twice(nn.Module):
    """A module called twice, tied weights, a constant, two inputs of different types and two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
        self.head = nn.Linear(4, 4, bias=False)
        self.head.weight = self.block[0].weight  # type: ignore[assignment]

    def forward(self, x: torch.Tensor, index: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.block(self.block(x))
        return {"a": self.head(x), "b": torch.relu(x)[index]}


def graph_of(model: nn.Module, *inputs: torch.Tensor) -> GraphDef:
    trace = cutaway.summary(model, input_data=inputs, verbose=False).trace
    return GraphDef.FromString(trace_graph(trace))


def test_every_edge_leads_to_an_earlier_node() -> None:
    graph = graph_of(Twice(), torch.zeros(2, 4), torch.zeros(1, dtype=torch.int64))
    known: set[str] = set()
    for node in graph.node:
        assert node.name not in known
        assert {name.split(":")[0] for name in node.input} <= known, node.name
        known.add(node.name)
    by_name = {node.name: node for node in graph.node}
    assert {"Twice/block/0/addmm", "Twice/block/0.call2/addmm", "Twice/block/1/native_batch_norm"} <= known
    assert by_name["Twice/block/0/weight"].op == "Parameter"
    assert by_name["Twice/block/1/running_mean"].op == "Buffer"
    assert "Twice/head/weight" not in known
    assert [tuple(dim.size for dim in by_name["input/0"].attr["_output_shapes"].list.shape[0].dim)] == [(2, 4)]
    assert by_name["input/1"].attr["dtype"].type == 9
    assert len(by_name["output"].input) == 2
    assert by_name["Twice/relu"].attr["function"].s == b"torch.relu"


def test_the_tied_weight_is_read_by_both() -> None:
    graph = graph_of(Twice(), torch.zeros(2, 4), torch.zeros(1, dtype=torch.int64))
    readers = [node.name for node in graph.node if "Twice/block/0/weight" in node.input]
    assert {name.rsplit("/", 1)[0] for name in readers} == {"Twice/block/0", "Twice/block/0.call2", "Twice/head"}


def test_bytes_of_every_node() -> None:
    trace = cutaway.summary(nn.Sequential(nn.Linear(4, 3), nn.Flatten()), input_size=(2, 4), verbose=False).trace
    graph, metadata = trace_graph_and_metadata(trace)
    names = {node.name for node in GraphDef.FromString(graph).node}
    (cpu,) = RunMetadata.FromString(metadata).step_stats.dev_stats
    # TensorBoard leaves out devices with other names.
    assert cpu.device == "/device:CPU:0"
    assert {node.device for node in GraphDef.FromString(graph).node if node.name in names} <= {"", "/device:CPU:0"}
    found = {each.node_name: each.memory[0].total_bytes for each in cpu.node_stats}
    assert set(found) <= names
    assert found["Sequential/0/weight"] == 48
    assert found["Sequential/0/addmm"] == 24
    # A view has no bytes of its own.
    assert found["Sequential/0/t"] == 0


@pytest.mark.parametrize(
    ("model", "shape"),
    [(nn.LSTM(4, 5, 2), (3, 2, 4)), (nn.TransformerEncoderLayer(8, 2), (3, 2, 8)), (nn.Identity(), (1,))],
)
def test_other_models(model: nn.Module, shape: tuple[int, ...]) -> None:
    graph = graph_of(model, torch.zeros(shape))
    names = {node.name for node in graph.node}
    assert len(names) == len(graph.node)
    assert all(name.split(":")[0] in names for node in graph.node for name in node.input)
