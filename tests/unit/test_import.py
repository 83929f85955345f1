"""``import cutaway`` is light, and its public names are there."""

import subprocess
import sys

import pytest

import cutaway

HEAVY = ("torch", "starlette", "uvicorn", "PIL", "rich", "numpy", "tensorboard", "asyncio")


def imported_by(code: str) -> set[str]:
    """The modules that a new process has loaded after running the code, from ``-X importtime``."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    return {line.rsplit("|", 1)[1].strip() for line in result.stderr.splitlines() if line.startswith("import time:")}


def test_import_loads_nothing_heavy() -> None:
    assert "cutaway" in imported_by("import cutaway")
    loaded = {name.split(".")[0] for name in imported_by("import cutaway")}
    assert not loaded.intersection(HEAVY)


def test_writer_loads_neither_torch_nor_the_server() -> None:
    loaded = {name.split(".")[0] for name in imported_by("from cutaway import SummaryWriter")}
    assert "numpy" in loaded
    assert not loaded.intersection(("torch", "starlette", "uvicorn", "PIL", "rich", "tensorboard"))


def test_summary_loads_no_torch_before_it_is_called() -> None:
    loaded = {name.split(".")[0] for name in imported_by("from cutaway import summary")}
    assert not loaded.intersection(("torch", "starlette", "uvicorn", "PIL"))


@pytest.mark.parametrize("name", cutaway.__all__)
def test_public_names(name: str) -> None:
    assert getattr(cutaway, name) is not None
    assert name in dir(cutaway)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'SumaryWriter'"):
        cutaway.SumaryWriter  # noqa: B018
