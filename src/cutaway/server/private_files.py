"""Small files that hold a secret: of mode 0600, in a directory of mode 0700, replaced as a whole.

A file is believed only if it belongs to the user and nobody else can read it or write to it. On Windows, which has no
such modes, a user's own folder is what keeps others out.
"""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

_MOST_BYTES = 1 << 16


def read_private(path: Path) -> bytes | None:
    """The first 64 KiB of a private file; None for a file that is not one, or is not there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077):
                return None
            return file.read(_MOST_BYTES)
    except OSError:
        return None


def write_private(path: Path, content: bytes) -> None:
    """Write a private file in place of what has its name. Raises OSError."""
    made = _written(path, content)
    try:
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise


def create_private(path: Path, content: bytes) -> bool:
    """Write a private file unless there is a file of its name: of several processes one does it. Raises OSError."""
    made = _written(path, content)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: the last process to write it wins.
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return True


def _written(path: Path, content: bytes) -> Path:
    """A new file beside a path."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # Of mode 0600.
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)
