"""TensorBoard's graph page through its routes: the graph of a model, with the bytes by which it colours."""

from pathlib import Path

import torch
from google.protobuf import text_format
from tensorboard.compat.proto.config_pb2 import RunMetadata  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tests.conformance.tensorboard_pages import ask_tensorboard
from tests.unit.model.networks import Convolutional

import cutaway

PAGES = """
while "." not in json.loads(fetch("graphs/info")):
    pass
info = json.loads(fetch("graphs/info"))["."]
print(json.dumps({
    "info": info,
    "graph": fetch("graphs/graph", run="."),
    "metadata": fetch("graphs/run_metadata", run=".", tag="model at step 0"),
}))
"""


def test_graph_and_bytes(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        result = writer.add_model(Convolutional(), input_size=(2, 3, 8, 8), backward=True)
    assert result is not None
    shown = ask_tensorboard(tmp_path, PAGES)
    assert shown["info"]["run_graph"]
    assert shown["info"]["tags"]["model at step 0"]["profile"]

    graph = text_format.Parse(shown["graph"], GraphDef())
    nodes = {node.name: node for node in graph.node}
    assert {"Convolutional/stem/0/convolution", "Convolutional/head/weight", "input/0", "output"} <= set(nodes)
    assert any(name.startswith("backward/Convolutional/stem/0/") for name in nodes)
    shape = nodes["Convolutional/stem/0/convolution"].attr["_output_shapes"].list.shape[0]
    assert [dim.size for dim in shape.dim] == [2, 8, 8, 8]
    assert all(name.lstrip("^").split(":")[0] in nodes for node in nodes.values() for name in node.input)

    metadata = text_format.Parse(shown["metadata"], RunMetadata())
    bytes_of = {
        stats.node_name: sum(memory.total_bytes for memory in stats.memory)
        for device in metadata.step_stats.dev_stats
        for stats in device.node_stats
    }
    assert set(bytes_of) <= set(nodes)
    assert bytes_of["Convolutional/stem/0/convolution"] == 2 * 8 * 8 * 8 * torch.float32.itemsize
