"""TensorBoard as a program of its own that answers for its pages: a log directory in, JSON out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.patience import LONG_PATIENCE

#: Starts the server and defines `fetch`, which asks a plug-in's route.
_SERVER = """
import json, sys, urllib.parse, urllib.request
from tensorboard import program
server = program.TensorBoard()
server.configure(argv=["tensorboard", "--logdir", sys.argv[1], "--port", "0", "--load_fast", "false"])
url = server.launch()
def fetch(route, **query):
    with urllib.request.urlopen(f"{url}data/plugin/{route}?{urllib.parse.urlencode(query)}") as answer:
        return answer.read().decode()
"""


def ask_tensorboard(logdir: Path, script: str) -> dict[str, Any]:
    """What `script` prints, as JSON; it has `fetch(route, **query)`, and waits itself for what it asks for."""
    command = [sys.executable, "-c", _SERVER + script, str(logdir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown
