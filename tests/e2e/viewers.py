"""Viewers as a user starts them, in processes of their own.

A process with the program's modules forks for each of them, which takes a tenth of the time that a new interpreter
takes to import them. tests/unit/cli has the command itself.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import TextIO

from tests.patience import until

#: Reads lines of JSON: arguments, environment, and the pipe that the viewer writes to; answers with its process.
PROGRAM = """
import json, os, signal, sys, traceback
import encodings.idna, uvicorn.lifespan.off, uvicorn.lifespan.on, uvicorn.loops.asyncio, uvicorn.protocols.http.auto
import cutaway.cli.demo, cutaway.cli.diff, cutaway.cli.export, cutaway.cli.inspect, cutaway.cli.summary
import cutaway.cli.view, cutaway.server.application, cutaway.server.protocol, cutaway.server.security
import cutaway.server.viewer
from cutaway.cli import main

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    arguments, environment, pipe = json.loads(line)
    process = os.fork()
    if process:
        print(process, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(pipe, os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout.reconfigure(line_buffering=True)
    try:
        status = main(arguments)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    os._exit(status)
"""


class Viewers:
    """Starts ``cutaway --logdir=DIR`` and returns the URL that it prints; all that it started ends after the test."""

    def __init__(self) -> None:
        self._started: list[int] = []
        #: Kept open: who writes to a pipe that nobody reads is ended.
        self._outputs: list[TextIO] = []

    def __call__(self, logdir: Path | str, *flags: str) -> str:
        arguments = [f"--logdir={logdir}", "--no-browser", *flags]
        with tempfile.TemporaryDirectory() as folder:
            pipe = Path(folder) / "output"
            os.mkfifo(pipe)
            server = _server()
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps([arguments, dict(os.environ), str(pipe)]) + "\n")
            server.stdin.flush()
            self._started.append(int(server.stdout.readline()))
            output = pipe.open(encoding="utf-8")
        self._outputs.append(output)
        said = []
        for line in output:
            said.append(line)
            for word in line.split():
                if word.startswith("http://"):
                    return word
        raise AssertionError(f"the viewer ended without printing a URL: {''.join(said)}")

    def kill(self) -> None:
        """End all of them at once, as a crash or a machine's restart does."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for process in self._started:
            until(f"the end of process {process}", partial(_is_gone, process))
        for output in self._outputs:
            output.close()
        self._started.clear()
        self._outputs.clear()


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@cache
def _server() -> "subprocess.Popen[str]":
    server = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.kill)
    return server
