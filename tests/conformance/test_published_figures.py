"""The page of torchvision's published figures has what its script makes, with the PyTorch that torchvision needs."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.patience import LONG_PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "vision" / "bin" / "python"
PAGE = ROOT / "docs" / "published-figures.md"
SOME = ("alexnet", "deeplabv3_mobilenet_v3_large", "resnet18", "squeezenet1_1", "vit_b_32")

pytestmark = pytest.mark.slow


def told(*arguments: str) -> list[str]:
    """The lines that Python prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "docs")))}
    command = [str(PYTHON), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def rows() -> dict[str, str]:
    """The lines of the table by the name of the model."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {
        line.split("|")[1].strip(): line for line in lines if line.split("|")[-2].strip().replace(",", "").isdigit()
    }


def test_the_table() -> None:
    made = told(str(ROOT / "docs" / "published.py"), *SOME)
    assert [line for line in made if line.split("|")[1].strip() in SOME] == [rows()[name] for name in SOME]


def test_all_models_with_a_figure_are_there() -> None:
    assert set(told("-c", "import published; print(*published.published(), sep='\\n')")) == set(rows())
