"""``tensorboardX.record_writer``: payloads as framed records into a file of their own."""

import os
import re
from pathlib import Path

from cutaway.compat import torch_tensorboard
from cutaway.events.local_path import local_path

__all__ = ["RecordWriter", "make_valid_tf_name"]


class RecordWriter(torch_tensorboard.RecordWriter):
    """Appends payloads to a new file, in place of what was there. ``flush`` waits for the disk."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Create the file. Raises OSError, and ValueError for a URL."""
        self.path = os.fspath(path)
        self._file = Path(local_path(path, "path")).open("wb")  # noqa: SIM115
        super().__init__(self._file)

    def flush(self) -> None:
        """Wait until the disk has everything."""
        self._file.flush()
        os.fsync(self._file.fileno())


def make_valid_tf_name(name: str) -> str:
    """``name`` with ``_`` for what TensorFlow does not take in the names of operations."""
    start = name if re.match("[A-Za-z0-9.]", name) else f".{name}"
    return "_".join(re.findall(r"[A-Za-z0-9_.\-/]+", start))
