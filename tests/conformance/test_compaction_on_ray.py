"""``cutaway compact --ray`` in a venv of its own: the same shards, byte for byte."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.patience import LONG_PATIENCE

import cutaway

ROOT = Path(__file__).resolve().parents[2]
#: A Python with Ray, which `make test-all` makes.
PYTHON = ROOT / ".venv" / "ray" / "bin" / "python"

pytestmark = pytest.mark.slow


def test_a_cluster_makes_the_same_bytes_as_one_process(tmp_path: Path) -> None:
    if not PYTHON.exists():
        assert "CUTAWAY_THOROUGH" not in os.environ, f"{PYTHON} is missing, which make test-all makes"
        pytest.skip(f"{PYTHON} is not there; make test-all makes it")
    for number in range(6):
        with cutaway.SummaryWriter(tmp_path / "log" / f"run{number}") as writer:
            for step in range(500):
                writer.log({"loss": 1 / (step + 1), "lr": 0.5}, step)
    here, there = tmp_path / "here", tmp_path / "there"
    program = ROOT / "tests" / "conformance" / "compaction" / "on_ray.py"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    done = subprocess.run(
        [str(PYTHON), str(program), str(tmp_path / "log"), str(here), str(there)],
        env=environment | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=LONG_PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    one, other = json.loads(done.stdout.splitlines()[-1])
    assert one == other
    assert len(one) == 3
    for path in sorted(path for path in here.rglob("*.parquet")):
        assert path.read_bytes() == (there / path.relative_to(here)).read_bytes()
