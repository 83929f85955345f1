"""`cutaway graph`: models, files and logs, and every mistake as one line."""

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2
from tests.unit.model.graph.keras_configuration import SEQUENTIAL
from torch import nn

import cutaway
from cutaway.cli import main

SOURCE = """
from torch import nn
def net(): return nn.Sequential(nn.Linear(3, 4), nn.ReLU())
def broken(): return nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "graph_nets.py").write_text(SOURCE)
    return tmp_path


def graph_def() -> "graph_pb2.GraphDef":
    graph = graph_pb2.GraphDef()
    graph.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    graph.node.add(name="Mul", op="Mul", input=["x", "y"])
    graph.node.add(name="y", op="VariableV2")
    return graph


def write_log(folder: str) -> None:
    for run, width in (("a", 4), ("b", 8)):
        with cutaway.SummaryWriter(f"{folder}/{run}") as writer:
            writer.add_model(nn.Sequential(nn.Linear(3, width)), torch.zeros(2, 3))
            writer.add_model(nn.Sequential(nn.Linear(3, width), nn.ReLU()), torch.zeros(2, 3), tag="second")


def test_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "graph_nets:net", "--input", "2,3", "-o", "net.svg", "--cost", "parameters"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("net.svg: Sequential, ")
    assert captured.err == ""
    text = Path("net.svg").read_text("utf-8")
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "Numbers and bars: parameters; a full bar is the whole, 16." in text
    assert main(["graph", "graph_nets:net", "--input", "2,3", "-o", "net.json", "--phase", "both"]) == 0
    assert any("backward" in op for op in json.loads(Path("net.json").read_text("utf-8"))["nodes"]["op"])


def test_what_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["graph", "graph_nets:net", "--input", "2,3", "-o", "net.svg"]
    sizes = []
    for more in (["--depth", "1"], ["--open", "0", "--no-fold"], ["--open", "*"]):
        assert main([*words, *more]) == 0
        sizes.append(Path("net.svg").read_text("utf-8").count("data-node"))
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    capsys.readouterr()


def test_a_forward_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "graph_nets:broken", "--input", "2,3", "-o", "broken.svg"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("broken.svg: Sequential, ")
    assert captured.err.startswith("cutaway: layer 1 (Linear) failed")
    assert "The forward failed: " in Path("broken.svg").read_text("utf-8")


@pytest.mark.parametrize("name", ["graph.pb", "graph.pbtxt", "saved/saved_model.pbtxt"])
def test_files_of_tensorflow(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("saved").mkdir()
    text = text_format.MessageToString(graph_def())
    if name.startswith("saved"):
        text = f"saved_model_schema_version: 1 meta_graphs {{ graph_def {{ {text} }} }}"
    Path(name).write_bytes(graph_def().SerializeToString() if name.endswith(".pb") else text.encode())
    target = "saved" if name.startswith("saved") else name
    assert main(["graph", target, "-o", "graph.svg"]) == 0
    kind = "SavedModel" if name.startswith("saved") else "GraphDef"
    assert capsys.readouterr().out == f"graph.svg: {kind} of {Path(name).name}, 3 nodes in 0 groups\n"
    svg = Path("graph.svg").read_text("utf-8")
    assert "1 constant" in svg
    assert ">Mul<" in svg


def test_a_configuration_of_keras(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.json").write_text(json.dumps(SEQUENTIAL))
    assert main(["graph", "net.json", "-o", "net.svg"]) == 0
    assert capsys.readouterr().out == "net.svg: net, 3 nodes in 0 groups\n"
    assert ">dense<" in Path("net.svg").read_text("utf-8")


def test_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("log")
    assert main(["graph", "log", "-o", "one.svg"]) == 0
    output = capsys.readouterr().out
    assert "of run a\n" in output
    assert re.search(r"\d more, which --run and --graph choose: Sequential \(a, [0-9a-f]{12}\), ", output)
    assert main(["graph", "log", "--run", "b", "--graph", "second", "-o", "two.json"]) == 0
    output = capsys.readouterr().out
    assert output.endswith("of run b\n")
    data = json.loads(Path("two.json").read_text("utf-8"))
    assert "ReLU" in data["groups"]["type"]
    assert data["tensors"][-1]["shape"] == [2, 8]
    file = next(Path("log/a").iterdir())
    assert main(["graph", str(file), "-o", "three.svg"]) == 0
    assert "of run .\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["graph_nets:net", "-o", "net.svg"], "Sequential has no graph, as no forward of it is known"),
        (["graph_nets:net", "--input", "2,3", "-o", "net.png"], "--output 'net.png' ends with '.png'"),
        (["graph_nets:net", "--input", "2,3", "-o", "no/net.svg"], "no/net.svg cannot be written: no such file"),
        (["graph_nets:net", "--input", "2,3", "-o", "n.svg", "--cost", "gold"], "--cost is 'gold'; known of"),
        (["graph_nets:net", "--input", "2,3", "-o", "n.svg", "--open", "layer"], "--open has 'layer', and no group"),
        (["graph_nets:net", "--input", "2,3", "-o", "n.svg", "--depth", "0"], "--depth is 0"),
        (["graph_nets:net", "--input", "2,3", "-o", "n.svg", "--run", "a"], "--run was given, and graph_nets:net is"),
        (["graph_nets:net", "--input", "2,3", "-o", "n.svg", "--weights", "int8"], "--weights is 'int8'"),
        (["graph_nets:net"], "the following arguments are required: -o/--output"),
        (["no.pb", "-o", "n.svg"], "there is no file no.pb"),
        (["weights.pt", "-o", "n.svg"], "weights.pt has no graph, as no forward of it is known\n"),
        (["no.json", "-o", "n.svg"], "there is no file no.json"),
        (["notes.json", "-o", "n.svg"], "notes.json is no configuration of a Keras model, or it is damaged: "),
        (["cut.json", "-o", "n.svg"], "cut.json is no configuration of a Keras model, or it is damaged: "),
        (["own.json", "-o", "n.svg"], "own.json names no layers"),
        (["noise.pb", "-o", "n.svg"], "noise.pb holds neither a GraphDef"),
        (["empty", "-o", "n.svg"], "there are no event files below 'empty'"),
        (["empty", "-o", "n.svg", "--input", "2,3"], "--input was given, and the graph in empty has its inputs"),
        (["scalars", "-o", "n.svg"], "no graph is recorded in 'scalars'"),
        (["log", "-o", "n.svg", "--run", "z"], "--run z: no run with a graph has such a name; there is 'a', 'b'"),
        (["log", "-o", "n.svg", "--graph", "z"], "--graph z: there is no such graph; there is Sequential ("),
        (["log", "-o", "n.svg", "--phase", "backward"], "--phase is 'backward'; of Sequential there is forward"),
    ],
)
def test_mistakes_are_one_line(words: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("noise.pb").write_bytes(bytes(range(1, 99)))
    Path("notes.json").write_text('{"notes": []}')
    Path("cut.json").write_text(json.dumps(SEQUENTIAL)[:-9])
    Path("own.json").write_text('{"class_name": "Net", "config": {}}')
    torch.save(nn.Linear(3, 4).state_dict(), "weights.pt")
    Path("empty").mkdir()
    if "log" in words:
        write_log("log")
    if "scalars" in words:
        with cutaway.SummaryWriter("scalars") as writer:
            writer.add_scalar("loss", 1.0, 0)
    assert main(["graph", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"cutaway: {reason}")
    assert captured.err.count("\n") == 1
    assert not Path("n.svg").exists()
