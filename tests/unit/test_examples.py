"""The examples do what the documentation says of them."""

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

import cutaway

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_sweep(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "sweep.py", tmp_path], check=True, timeout=PATIENCE)
    logs = cutaway.open(tmp_path)
    assert len(logs) == 15
    run = logs["lr=0.01/seed=3"]
    losses = run.scalars("train/loss")
    assert len(losses) == 400
    assert losses.value[-50:].mean() < losses.value[:50].mean() / 10
    # The highest of the three rates is the fastest.
    ends = {lr: logs[f"lr={lr}/seed=0"].scalars("validation/loss").value[10] for lr in ("0.001", "0.01", "0.05")}
    assert ends["0.05"] < ends["0.01"] < ends["0.001"]
