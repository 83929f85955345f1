"""Ours as people have it: a wheel, installed with its bytecode, in a folder that comes before everything else.

Measured from a checkout, every process that a benchmark starts would compile the package anew where no bytecode may be
written, which is a quarter of the time from a command to its data.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).parents[1]
#: Set in the process that measures.
_PLACE = "CUTAWAY_BENCHMARKED"


def run_installed(arguments: list[str]) -> int | None:
    """Build the wheel, install it and run ``python -m benchmarks`` again with it; None in that second run."""
    if _PLACE in os.environ:
        return None
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": folder, _PLACE: folder}
        command = [sys.executable, "-m", "benchmarks", *arguments]
        return subprocess.run(command, cwd=_ROOT, env=environment, check=False).returncode


def install(folder: Path) -> None:
    """The package of this checkout, without what it requires, into a folder."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    with tempfile.TemporaryDirectory() as wheels:
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, str(_ROOT)],
            check=True,
            env=os.environ | {"CUTAWAY_REQUIRE_NATIVE": "1"},
        )
        (wheel,) = Path(wheels).glob("*.whl")
        subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel)], check=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder)], check=True)
