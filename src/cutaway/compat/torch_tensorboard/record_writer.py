"""``RecordWriter``: payloads as framed records into a file that is open."""

from typing import IO

from cutaway.events.core import frame


class RecordWriter:
    """Appends payloads to ``writer``, a binary file that somebody else has opened."""

    def __init__(self, writer: IO[bytes]) -> None:
        """Nothing is written yet."""
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Append a payload of any length, with its checksums."""
        self._writer.write(frame(data))

    def flush(self) -> None:
        """Flush the file."""
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
