"""The first program for TensorFlow 1 where TensorFlow cannot be imported: as it is written, and with its graph."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tests.patience import LONG_PATIENCE

import cutaway
from cutaway.events.records import payloads

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT / "tests" / "fixtures" / "tensorflow1_graphs" / "first_summary.json"
#: Runs a script as `python SCRIPT` does, in a Python in which nothing of TensorFlow can be imported.
WITHOUT_TENSORFLOW = """
import runpy, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocker())
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
assert not any(name.partition(".")[0] == "tensorflow" for name in sys.modules)
"""


def run(script: Path, place: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", WITHOUT_TENSORFLOW, str(script)]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def check_curves(logdir: Path) -> None:
    logs = cutaway.open(logdir)["."]
    assert logs.tags() == ["pingfang", "x_label"]
    assert logs.scalars("x_label").value.tolist() == [float(x) for x in range(-5, 6)]
    assert logs.scalars("pingfang").value.tolist() == [25, 16, 9, 4, 1, 0, 1, 4, 9, 16, 25]
    assert logs.scalars("pingfang").step.tolist() == list(range(11))
    assert logs.damage == []


def test_the_first_program(tmp_path: Path) -> None:
    run(ROOT / "examples" / "first_summary.py", tmp_path)
    check_curves(tmp_path / "log")
    (path,) = (tmp_path / "log").iterdir()
    (graph,) = (
        GraphDef.FromString(event.graph_def)
        for event in (Event.FromString(payload) for payload in payloads(path))
        if event.graph_def
    )
    # The graph as it is before the loop, which the recorded one begins with.
    recorded = json.loads(RECORDED.read_text())["nodes"][: len(graph.node)]
    found = [{"name": node.name, "op": node.op, "input": list(node.input)} for node in graph.node]
    assert found == [{key: node[key] for key in ("name", "op", "input")} for node in recorded]
    assert found[-1]["name"] == "init"


def test_the_example_of_the_workflow(tmp_path: Path) -> None:
    """It is written for TensorFlow, and runs without."""
    run(ROOT / "examples" / "tensorflow1_workflow.py", tmp_path)
    check_curves(tmp_path / "log")
