"""Event files that are created, and whether they are still there."""

import itertools
import os
import socket
import time
from pathlib import Path


def create_event_file(directory: Path, suffix: str) -> tuple[Path, int]:
    """Create a file that nobody else has, and the directory where needed: its path, and it, open for appending.

    Its name is ``events.out.tfevents.<seconds>.<host>.<process>.<n><suffix>``. Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    host = socket.gethostname().replace(os.sep, "_")
    start = f"events.out.tfevents.{int(time.time()):010d}.{host}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
    for n in itertools.count():
        path = directory / f"{start}.{n}{suffix}"
        try:
            return path, os.open(path, flags, 0o666)
        except FileExistsError:
            # Also when the directory is a file.
            if not directory.is_dir():
                raise
    raise AssertionError("unreachable")


def is_unlinked(descriptor: int) -> bool:
    """Whether the open file has no name any more."""
    try:
        return os.fstat(descriptor).st_nlink == 0
    except OSError:
        # A stale handle of a network file system: the next write says so.
        return False
