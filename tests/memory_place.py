"""A log directory that lies in no file system: what another kind of place needs, and a proof that it is enough."""

import errno
import itertools
import posixpath
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cutaway.events.open_file import FileStatus
from cutaway.store.places.place import Found, Links, OutsideError, directory_of, is_event_file, name_of


@dataclass(frozen=True)
class Stored:
    """One version of a file."""

    identity: str
    version: int
    content: bytes
    modified: int


class MemoryPlace:
    """Files by their paths, as an object store has them: without directories and links."""

    has_versions = False
    pause = 2.0

    def __init__(self) -> None:
        self.name = "memory://bucket/logs"
        #: Paths that nobody may read.
        self.forbidden: set[str] = set()
        #: Paths that are no part of the log, whatever they seem.
        self.outside: set[str] = set()
        #: How many files are open.
        self.opened = 0
        self._files: dict[str, Stored] = {}
        self._count = itertools.count()

    def path(self, name: str) -> str:
        """The path of a file by its name relative to the log directory."""
        return f"{self.name}/{name}"

    def write(self, name: str, content: bytes, *, same: bool = False, modified: int | None = None) -> None:
        """Put a file there: another one, or as the ``same`` the next version of the one that is there."""
        path, number = self.path(name), next(self._count)
        identity = self._files[path].identity if same and path in self._files else f"{path}#{number}"
        self._files[path] = Stored(identity, number, content, time.time_ns() if modified is None else modified)

    def append(self, name: str, content: bytes) -> None:
        """Let a file grow."""
        before = self._files.get(self.path(name))
        self.write(name, (before.content if before else b"") + content, same=True)

    def content(self, name: str) -> bytes:
        """A file's bytes."""
        return self._files[self.path(name)].content

    def remove(self, name: str) -> None:
        """Take a file away."""
        del self._files[self.path(name)]

    def readers(self, size: int) -> int | None:
        return None

    def find(self, note_progress: Callable[[], None] = lambda: None) -> Found:
        note_progress()
        found = Found(state="missing" if not self._files else "empty")
        for path in sorted(self._files):
            if is_event_file(name_of(path)):
                run = directory_of(path)[len(self.name) + 1 :] or "."
                found.files.setdefault(run, []).append(path)
                found.state = "ready"
        return found

    def stat(self, path: str) -> FileStatus:
        return self._status(self._stored(path))

    def open(self, path: str, *, links: Links = "followed") -> "OpenInMemory":
        stored = self._stored(path)
        if path in self.forbidden:
            raise PermissionError(errno.EACCES, "denied", path)
        if links == "inside" and path in self.outside:
            raise OutsideError("it is outside the log")
        self.opened += 1
        return OpenInMemory(self, stored)

    @property
    def identity(self) -> str:
        return self.name

    @property
    def is_file(self) -> bool:
        return False

    def follow(self, path: str) -> Callable[[str], "OpenInMemory"]:
        return self.open

    def resolve(self, directory: str, name: str) -> str:
        path = posixpath.normpath(posixpath.join(directory.removeprefix(self.name).lstrip("/"), name))
        if path.startswith(("..", "/")):
            raise PermissionError(f"{name!r}, which is outside the log directory {self.name!r}")
        return self.path(path)

    def _stored(self, path: str) -> Stored:
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, "no such object", path)
        return self._files[path]

    @staticmethod
    def _status(stored: Stored) -> FileStatus:
        return FileStatus(stored.identity, len(stored.content), stored.modified, str(stored.version))


class OpenInMemory:
    """The version that was there when it was opened."""

    def __init__(self, place: MemoryPlace, stored: Stored) -> None:
        self._place = place
        self._stored = stored
        self._is_open = True

    def status(self) -> FileStatus:
        return self._place._status(self._stored)

    def read_at(self, offset: int, buffer: memoryview) -> int:
        assert self._is_open
        part = self._stored.content[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._place.opened -= self._is_open
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
