"""Importing: what a training script pays

Whole processes, from start to end.
"""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.harness import Result, compare


def _process(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def benchmarks() -> Iterator[Result]:
    """The package alone beside NumPy alone; then each writer's import. Each in a new process."""
    yield compare(
        "`import cutaway`",
        lambda: _process("import cutaway"),
        lambda: _process("import numpy"),
        peer_name="`import numpy`",
        unit="a process",
    )
    yield compare(
        "`from cutaway import SummaryWriter`",
        lambda: _process("from cutaway import SummaryWriter"),
        lambda: _process("from tensorboardX import SummaryWriter"),
        peer_name="tensorboardX",
        unit="a process",
    )
    yield compare(
        "`from cutaway import SummaryWriter`",
        lambda: _process("from cutaway import SummaryWriter"),
        lambda: _process("from torch.utils.tensorboard import SummaryWriter"),
        peer_name="torch.utils.tensorboard",
        unit="a process",
        rounds=3,
    )
