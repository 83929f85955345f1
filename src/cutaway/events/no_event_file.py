"""A writer that writes nothing."""

import os
from pathlib import Path

from cutaway.events.writer import EventFileWriter


class NoEventFile(EventFileWriter):
    """A writer without a file, for processes that are not to write: what it is given is gone."""

    is_on_disk = False

    def __init__(self, directory: str | os.PathLike[str], suffix: str = "") -> None:
        """Nothing is created."""
        self._set_up(Path(directory).absolute(), suffix)

    @property
    def is_open(self) -> bool:
        """Always."""
        return True

    def write(self, framed: bytes) -> None:
        """Do nothing."""

    def flush(self, sync: bool = False) -> bool:
        """Do nothing; nothing waits."""
        return True

    def close(self) -> None:
        """Do nothing."""
