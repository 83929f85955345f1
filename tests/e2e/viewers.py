"""Viewers as a user starts them, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE


class Viewers:
    """Starts ``cutaway --logdir=DIR`` and returns the URL that it prints; all that it started ends after the test."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def __call__(self, logdir: Path, *flags: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "cutaway", f"--logdir={logdir}", "--no-browser", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self._started.append(process)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            for word in line.split():
                if word.startswith("http://"):
                    return word
        raise AssertionError(f"the viewer ended without printing a URL: {''.join(said)}")

    def kill(self) -> None:
        """End all of them at once, as a crash or a machine's restart does."""
        for process in self._started:
            process.kill()
            process.wait(timeout=PATIENCE)
        self._started.clear()
