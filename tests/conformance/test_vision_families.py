"""Families of image models that we did not write, with another version of PyTorch: two counters agree on all."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.patience import LONG_PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "vision" / "bin" / "python"


@pytest.mark.slow
def test_two_counters_agree_on_torchvision_and_timm() -> None:
    script = Path(__file__).with_name("vision_families.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [str(PYTHON), str(script)], env=environment, capture_output=True, text=True, timeout=LONG_PATIENCE
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) >= 60
    assert [each for each in found if each["ours"] != each["torch"]] == []
    assert [each["name"] for each in found if each["uncounted"]] == []
    assert {each["method"] for each in found} == {"fake"}
