"""Importing: what a training script pays

Whole processes, from start to end.
"""

import subprocess
import sys

from benchmarks.harness import Rows, compare


def benchmarks() -> Rows:
    """Each writer's import, in a new process."""
    for peer_name in ("tensorboardX", "torch.utils.tensorboard"):
        yield compare(
            "`from cutaway import SummaryWriter`",
            lambda: _process("cutaway"),
            lambda peer_name=peer_name: _process(peer_name),  # type: ignore[misc]
            peer_name=peer_name,
            unit="a process",
        )


def _process(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"from {module} import SummaryWriter"], check=True)
