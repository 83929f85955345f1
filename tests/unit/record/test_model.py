"""A model's graph through the writer."""

from pathlib import Path

import pytest
import torch
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from torch import nn

import cutaway
from cutaway.model.summary import ForwardError


def test_the_graph_of_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_graph(model, torch.zeros(1, 4))
        assert capsys.readouterr().out == ""
        writer.add_graph(model, {"input": torch.zeros(1, 4)}, verbose=True)
        assert "Linear" in capsys.readouterr().out
    graphs = cutaway.open(tmp_path)["."].graphs()
    assert len(graphs) == 2
    names = {node.name for node in GraphDef.FromString(graphs.raw(0)).node}
    assert {"Sequential/0/addmm", "Sequential/1/relu", "Sequential/0/weight", "input", "output"} <= names


def test_what_is_refused(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.raises(ValueError, match="input_to_model must be"):
            writer.add_graph(nn.Linear(2, 2))
        with pytest.raises(ForwardError):
            writer.add_graph(nn.Linear(2, 2), torch.zeros(1, 3))
        with pytest.raises(TypeError):
            writer.add_graph("model", torch.zeros(1, 3))  # type: ignore[arg-type]
    assert "graph" not in cutaway.open(tmp_path)["."].kinds
