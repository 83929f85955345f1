"""A file's bytes in memory, for the pure twin: see ``core.map_file``."""

import mmap
import os
import sys
from pathlib import Path


class Mapped(mmap.mmap):
    """A file's bytes, mapped."""

    def let_go(self) -> None:
        """See ``core.MappedFile``."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.madvise(mmap.MADV_DONTNEED)


class Read(bytes):
    """A file's bytes, read."""

    def let_go(self) -> None:
        """Nothing can be."""


def map_file(path: bytes) -> Mapped | Read:
    """See ``core.map_file``. Before Python 3.13 a file would stay open for as long as it is mapped, and is read."""
    name = Path(os.fsdecode(path))
    if sys.version_info < (3, 13):
        data = Read(name.read_bytes())
        if not data:
            raise ValueError("an empty file cannot be mapped")
        return data
    with name.open("rb") as file:
        return Mapped(file.fileno(), 0, access=mmap.ACCESS_READ, trackfd=False)
