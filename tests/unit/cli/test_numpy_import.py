"""The viewer's process has no threads for matrices, and what it starts has the user's environment."""

import os
import subprocess
import sys

import pytest

_NAME = "OPENBLAS_NUM_THREADS"
_PROGRAM = f"""
import os
from cutaway.cli.numpy_import import import_numpy

import_numpy()
import numpy
print(len(os.listdir("/proc/self/task")), os.environ.get("{_NAME}"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are listed by Linux")
def test_no_further_threads() -> None:
    assert _threads_and_setting(None) == ["1", "None"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads are listed by Linux")
def test_what_the_user_has_set_stays() -> None:
    assert _threads_and_setting("1") == ["1", "1"]
    assert _threads_and_setting("2")[1] == "2"


def _threads_and_setting(setting: str | None) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != _NAME}
    if setting is not None:
        environment[_NAME] = setting
    ran = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, check=True, capture_output=True, text=True)
    return ran.stdout.split()
