"""Text files of a storage place."""

import io
from typing import Any

from cutaway.events.open_file import OpenFile


def as_text(file: OpenFile) -> io.TextIOWrapper:
    """An open file's text, line by line: UTF-8, and U+FFFD for other bytes. Closing it closes the file."""
    return io.TextIOWrapper(io.BufferedReader(_Stream(file)), "utf-8", "replace")


class _Stream(io.RawIOBase):
    """An open file, read from its start to its end."""

    def __init__(self, file: OpenFile) -> None:
        self._file = file
        self._offset = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.read_at(self._offset, memoryview(buffer))
        self._offset += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
