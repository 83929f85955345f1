"""Which twin is chosen."""

import os
import subprocess
import sys

import pytest

from cutaway.events import core


@pytest.mark.parametrize(("variable", "expected"), [("", "native True"), ("1", "pure False")])
def test_the_environment_chooses(variable: str, expected: str) -> None:
    code = "from cutaway.events import core; print(core.implementation, core.is_native)"
    environment = {**os.environ, "CUTAWAY_PURE": variable}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


def test_the_pure_twin_stands_in_when_the_extension_is_missing() -> None:
    code = (
        "import sys; sys.modules['cutaway.events._core'] = None\n"
        "from cutaway.events import core; print(core.implementation, len(core.frame(b'')))"
    )
    environment = {**os.environ, "CUTAWAY_PURE": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["pure", "16"]


def test_recording_needs_neither_torch_nor_a_server() -> None:
    code = (
        "import sys, cutaway; cutaway.SummaryWriter\n"
        "print([name for name in ('torch', 'starlette', 'uvicorn', 'rich', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_functions_are_those_of_one_twin() -> None:
    assert core.implementation in ("native", "pure")
    assert core.is_native == (core.implementation == "native")
