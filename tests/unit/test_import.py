"""``import cutaway`` is light, and its public names are there."""

import subprocess
import sys

import pytest

import cutaway
from cutaway.events import core

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
    assert not loaded.intersection((*HEAVY, "typing", "re"))


def test_the_writer_loads_what_it_needs() -> None:
    """Neither models, nor readers, nor the twin where there is the native kernel."""
    loaded = imported_by("from cutaway import SummaryWriter")
    assert not any(name.startswith(("cutaway.model", "cutaway.store", "cutaway.events.reader")) for name in loaded)
    if core.is_native:
        assert not any(name.startswith("cutaway.events._pure") for name in loaded)


def test_the_command_line_loads_one_command() -> None:
    code = (
        "import sys\nfrom cutaway.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(result.stderr.split())
    assert {"cutaway.cli", "cutaway.cli.view"} <= loaded
    others = {f"cutaway.cli.{name}" for name in ("summary", "graph", "diff", "inspect", "export", "demo")}
    assert not loaded & {*others, "cutaway.events.core"}


def test_writer_loads_neither_torch_nor_the_server() -> None:
    loaded = {name.split(".")[0] for name in imported_by("from cutaway import SummaryWriter")}
    assert "numpy" in loaded
    assert not loaded.intersection(("torch", "starlette", "uvicorn", "PIL", "rich", "tensorboard"))


def test_summary_loads_no_torch_before_it_is_called() -> None:
    loaded = {name.split(".")[0] for name in imported_by("from cutaway import summary")}
    assert not loaded.intersection(("torch", "starlette", "uvicorn", "PIL"))


def test_the_viewer_starts_without_what_models_need() -> None:
    loaded = imported_by("from cutaway.cli import main; main(['no-such-directory'])")
    assert "cutaway.cli.log_directories" in loaded
    assert not [name for name in loaded if name.startswith("cutaway.model")]


@pytest.mark.parametrize("name", cutaway.__all__)
def test_public_names(name: str) -> None:
    assert getattr(cutaway, name) is not None
    assert name in dir(cutaway)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'SumaryWriter'"):
        cutaway.SumaryWriter  # noqa: B018
