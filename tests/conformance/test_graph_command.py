"""`cutaway graph` of files that the frameworks' own tools write: whole ones are drawn, and cut ones are one line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow

#: A program for each ending, which writes a file of it to its argument.
PROGRAMS = {
    ".onnx": """
        import sys, numpy, onnx
        from onnx import TensorProto, helper
        x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 4]) for name in "xy")
        weight = onnx.numpy_helper.from_array(numpy.ones((4, 4), numpy.float32), "w")
        nodes = [
            helper.make_node("MatMul", ["x", "w"], ["h"], name="/fc/MatMul"),
            helper.make_node("Relu", ["h"], ["y"], name="/act/Relu"),
        ]
        onnx.save(helper.make_model(helper.make_graph(nodes, "net", [x], [y], [weight])), sys.argv[1])
    """,
    ".pt2": """
        import sys, torch
        from torch import nn
        model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval()
        torch.export.save(torch.export.export(model, (torch.zeros(1, 4),)), sys.argv[1])
    """,
    ".keras": """
        import sys, keras
        x = keras.Input((4,))
        keras.Model(x, keras.layers.Add()([keras.layers.Dense(4)(x), x])).save(sys.argv[1])
    """,
    ".json": """
        import sys, keras
        x = keras.Input((4,))
        model = keras.Model(x, keras.layers.Add()([keras.layers.Dense(4)(x), x]))
        open(sys.argv[1], "w").write(model.to_json())
    """,
}


def run(*words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def draw(name: str, output: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    trust = ["--trust"] if name.endswith(".pt2") else []
    return run("-m", "cutaway", "graph", name, *trust, "-o", output, folder=folder)


@pytest.mark.parametrize("ending", PROGRAMS)
def test_files_of_the_frameworks(ending: str, tmp_path: Path) -> None:
    name = f"net{ending}"
    made = run("-c", dedent(PROGRAMS[ending]), name, folder=tmp_path)
    assert made.returncode == 0, made.stderr
    for output in ("net.svg", "net.html", "out.json"):
        drawn = draw(name, output, tmp_path)
        assert drawn.returncode == 0, drawn.stderr
        assert drawn.stdout.startswith(f"{output}: ")
    assert ElementTree.parse(tmp_path / "net.svg").getroot().tag.endswith("svg")
    data = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert len(data["edges"]["start"]) >= 2
    assert {"input", "output"} <= set(data["nodes"]["kind"])
    content = (tmp_path / name).read_bytes()
    for size in (0, 1, len(content) // 2, len(content) - 1):
        (tmp_path / name).write_bytes(content[:size])
        drawn = draw(name, "cut.svg", tmp_path)
        (*before, line) = drawn.stderr.splitlines()
        assert (drawn.returncode, drawn.stdout) == (2, "")
        assert line.startswith(f"cutaway: {name} ")
        # What is before it are warnings of the framework.
        assert not any("Traceback" in each or each.startswith("cutaway:") for each in before)
        assert not (tmp_path / "cut.svg").exists()
