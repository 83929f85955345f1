"""Objects that are open for reading, and those that are followed from version to version."""

import hashlib
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from cutaway.events.open_file import FileStatus
from cutaway.store.places.place import Links, ReplacedError

#: Bytes before the end of what was read by which a longer version is known to go on from it.
_EDGE = 4096
#: Bytes at an object's start that are asked for once more when the first records have been read.
_HEAD = 4096

#: Asks for so many bytes of a version from an offset on, by the path of its object.
Get = Callable[[str, FileStatus, int, int], memoryview]


class Objects(Protocol):
    """The objects of a storage place, each of which has one version at a time."""

    def stat(self, path: str) -> FileStatus:
        """The version that there is, as far as it is known."""

    def get(self, path: str, status: FileStatus, start: int, length: int, /) -> memoryview:
        """Some bytes of a version. Raises ReplacedError and OSError."""

    def renew(self, path: str) -> None:
        """Let the object of a name count as another one than before."""


class OpenObject:
    """One version of an object. Holds nothing open: each reading is a request."""

    def __init__(self, get: Get, path: str, status: FileStatus) -> None:
        self._get = get
        self._path = path
        self._status = status

    def status(self) -> FileStatus:
        """Of the version."""
        return self._status

    def read_at(self, offset: int, buffer: memoryview) -> int:
        """See :class:`~cutaway.events.open_file.OpenFile`. Raises ReplacedError when there is another version."""
        wanted = min(len(buffer), self._status.size - offset)
        if wanted <= 0:
            return 0
        data = self._fetch(offset, wanted)[:wanted]
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """There is nothing to let go of."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    def _fetch(self, start: int, length: int) -> memoryview:
        """At least so many bytes, fewer where the object ends."""
        return self._get(self._path, self._status, start, length)


class _Edge(NamedTuple):
    """How far a version was read, and a digest of the bytes before."""

    version: str
    #: Of the object.
    size: int
    #: Bytes from the object's start.
    end: int
    length: int
    digest: bytes


class Followed:
    """One object and the one who reads it on: its versions, as far as they go on from each other.

    Not for several threads at once.
    """

    def __init__(self, objects: Objects, path: str) -> None:
        self._objects = objects
        self._path = path
        self._edge: _Edge | None = None
        # The first bytes of the version of that name, until they are asked for again.
        self._head: tuple[str, bytes] = ("", b"")
        # All bytes of the version of that name, until the next are asked for.
        self._whole: tuple[str, memoryview] = ("", memoryview(b""))

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was read, or nothing of what has taken its name."""
        return self._edge is None

    def load(self) -> tuple[FileStatus, memoryview]:
        """The version that was listed and all of its bytes, with one request. Raises ReplacedError and OSError.

        For those who read nothing before; bytes that they leave are given back by :meth:`keep`.
        """
        status = self._objects.stat(self._path)
        # A range without any bytes cannot be asked for.
        data = self._objects.get(self._path, status, 0, status.size) if status.size else memoryview(b"")
        self._edge = _edge(status, 0, data)
        return status, data

    def keep(self, status: FileStatus, data: memoryview) -> None:
        """Let those who read all of a version next have its bytes, which :meth:`load` returned, without a request."""
        self._whole = (status.version, data)

    def __call__(self, path: str, *, links: Links = "followed") -> OpenObject:
        """The version that was listed. One that has not grown is another object, whatever is in it."""
        status = self._objects.stat(path)
        edge = self._edge
        if edge is not None and status.version != edge.version and status.size <= edge.size:
            self._renew()
            status = self._objects.stat(path)
        return _OpenFollowed(self, self._objects.get, path, status)

    def fetch(self, get: Get, status: FileStatus, offset: int, length: int) -> memoryview:
        """Some bytes of a version, with those before that show that it goes on from the last one.

        Raises ReplacedError where it does not, and OSError.
        """
        (version, whole), self._whole = self._whole, ("", memoryview(b""))
        if version == status.version and offset == 0 and length <= len(whole):
            self._head = (version, bytes(whole[:_HEAD]))
            return whole
        version, head = self._head
        if version == status.version and offset + length <= len(head):
            self._head = ("", b"")
            return memoryview(head)[offset : offset + length]
        edge = self._edge
        if edge is None or edge.version == status.version:
            data = get(self._path, status, offset, length)
            self._note(status, offset, data)
            return data
        start = edge.end - edge.length
        if offset + length <= start:
            return get(self._path, status, offset, length)
        start = min(start, offset)
        data = get(self._path, status, start, max(offset + length, edge.end) - start)
        if _digest(data[edge.end - edge.length - start : edge.end - start]) != edge.digest:
            self._renew()
            raise ReplacedError("another object has taken its name")
        self._note(status, start, data)
        return data[offset - start :]

    def _note(self, status: FileStatus, start: int, data: memoryview) -> None:
        if start == 0 and self._edge is None:
            self._head = (status.version, bytes(data[:_HEAD]))
        found = _edge(status, start, data)
        edge = self._edge
        # The few bytes at a version's end, which are read again and again, may be those of another object as well.
        if edge is None or (found.end >= edge.end and (found.version != edge.version or found.length >= edge.length)):
            self._edge = found

    def _renew(self) -> None:
        self._edge = None
        self._head = ("", b"")
        self._objects.renew(self._path)


class _OpenFollowed(OpenObject):
    """A version of an object that is followed."""

    def __init__(self, followed: Followed, get: Get, path: str, status: FileStatus) -> None:
        super().__init__(get, path, status)
        self._followed = followed

    def _fetch(self, start: int, length: int) -> memoryview:
        return self._followed.fetch(self._get, self._status, start, length)


def _edge(status: FileStatus, start: int, data: memoryview) -> _Edge:
    """Of a version that was read from a byte on, up to the end of what was read."""
    length = min(len(data), _EDGE)
    return _Edge(status.version, status.size, start + len(data), length, _digest(data[len(data) - length :]))


def _digest(data: memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
