"""Where a compacted directory is kept: objects by their keys, as an object store has them.

A key is a relative path with ``/``. An object is there as a whole or not at all, and is never changed.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from cutaway.events.local_path import local_path

#: What a name ends in while a file is being written.
_UNFINISHED = ".unfinished"


class Listed(NamedTuple):
    """One object of a listing."""

    key: str
    #: Bytes.
    size: int
    #: When it was put, in seconds since the epoch.
    modified: float


class ExistsError(FileExistsError):
    """There is an object of that key already."""


class Objects(Protocol):
    """The calls that a compacted directory needs. Any thread; each raises OSError for what cannot be done."""

    @property
    def name(self) -> str:
        """As the user gave it."""

    def put(self, key: str, file: Path) -> None:
        """Put the content of a file of this machine; an object of that key is replaced."""

    def put_if_absent(self, key: str, data: bytes) -> None:
        """Put some bytes. Of several who do that at once one succeeds; ExistsError for the others."""

    def list(self, prefix: str = "") -> list[Listed]:
        """All objects whose keys begin so, in the order of their keys."""

    def read(self, key: str, offset: int, length: int) -> bytes:
        """A range of bytes, fewer only where the object ends. FileNotFoundError where it is not there."""

    def delete(self, key: str) -> None:
        """Delete an object, which need not be there."""


class LocalObjects:
    """Files below a directory of this machine, which need not exist yet."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        """Raises ValueError for a URL."""
        self.name = os.fspath(directory)
        self._root = local_path(directory, "the compacted directory")

    def put(self, key: str, file: Path) -> None:
        """See Objects."""
        target = self._path(key)
        with _unfinished(target) as unfinished:
            with file.open("rb") as source, unfinished.open("wb") as copy:
                while data := source.read(8 << 20):
                    copy.write(data)
                copy.flush()
                os.fsync(copy.fileno())
            unfinished.replace(target)
        _settle(target.parent)

    def put_if_absent(self, key: str, data: bytes) -> None:
        """See Objects. The file system must have hard links: linking is what exactly one of several can do."""
        target = self._path(key)
        with _unfinished(target) as unfinished:
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(unfinished, target)
            except FileExistsError as error:
                raise ExistsError(error.errno, "there is an object of that key already", key) from error
        _settle(target.parent)

    def list(self, prefix: str = "") -> list[Listed]:
        """See Objects."""
        found = []
        above = prefix.rpartition("/")[0]
        for directory, _, names in os.walk(self._root / above):
            for name in names:
                path = Path(directory) / name
                key = path.relative_to(self._root).as_posix()
                # A file may go while others are looked at.
                with contextlib.suppress(FileNotFoundError):
                    status = path.stat()
                    if key.startswith(prefix):
                        found.append(Listed(key, status.st_size, status.st_mtime))
        return sorted(found)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """See Objects."""
        with self._path(key).open("rb", buffering=0) as file:
            file.seek(offset)
            parts = []
            while length and (data := file.read(length)):
                parts.append(data)
                length -= len(data)
        return b"".join(parts)

    def delete(self, key: str) -> None:
        """See Objects. A directory that is empty then goes too."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            if path.parent != self._root:
                path.parent.rmdir()

    def _path(self, key: str) -> Path:
        return self._root / key


@contextlib.contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file beside the target that is gone afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(_UNFINISHED, dir=target.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _settle(directory: Path) -> None:
    """Make sure that names in a directory outlive a loss of power, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
