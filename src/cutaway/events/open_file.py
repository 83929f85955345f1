"""Opening the files of a log to read them.

A reader of a log asks of an open file its :class:`FileStatus` and ranges of its bytes, and nothing else: any object
that can give those is an :class:`OpenFile`. A file of this machine is one, by :func:`open_regular`.

A name says nothing about the file that is opened: between a look at a directory and the use of a file in it, the file
may have become a pipe, at which a reader would wait for ever, or a device. So a file is opened without waiting, and the
opened file is looked at again.
"""

import io
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class FileStatus(NamedTuple):
    """The facts of a file that need no reading. While two of them are equal, nothing is known to have changed."""

    #: Opaque, and never empty. Another text is another file, also under the same name.
    identity: str
    #: Bytes.
    size: int
    #: When it was last written to, in nanoseconds since the epoch.
    modified: int
    #: Opaque. Another text: something has changed, though size and time may be the same.
    version: str


class OpenFile(Protocol):
    """A file that is open for reading, and stays the same file when another one takes its name.

    Not for several threads at once. Every call raises OSError for what cannot be done.
    """

    def status(self) -> FileStatus:
        """As it is now: a file may grow while it is open."""

    def read_at(self, offset: int, buffer: memoryview) -> int:
        """Fill a buffer with the bytes from an offset on; how many there were, fewer only where the file ends."""

    def close(self) -> None:
        """Let go of it; a second time does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...


class RegularFile(io.FileIO):
    """An open file of this machine, without a buffer of Python's."""

    def status(self) -> FileStatus:
        """As it is now."""
        return status_of(os.fstat(self.fileno()))

    def read_at(self, offset: int, buffer: memoryview) -> int:
        """See :class:`OpenFile`. Where the file is read on by other means moves to the end of what was read."""
        self.seek(offset)
        count, wanted = 0, len(buffer)
        # Unbuffered files may give less than was asked for before their end.
        while count < wanted and (added := self.readinto(buffer[count:])):
            count += added
        return count


class NotRegularError(OSError):
    """The path that was opened is not a regular file: a pipe, a device, a directory."""


def open_regular(path: str | os.PathLike[str], *, follow: bool = True) -> RegularFile:
    """A regular file, open for reading; never waits for a writer of a pipe.

    ``follow`` False refuses a path that is a symbolic link itself. Raises OSError; NotRegularError says what it is
    instead.
    """
    flags = _FLAGS if follow else _FLAGS | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        # Sockets, and devices that nobody serves, cannot even be opened.
        kind = _kind(Path(path))
        if kind and not isinstance(error, FileNotFoundError | PermissionError):
            raise NotRegularError(f"no regular file but {kind}") from error
        raise
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise NotRegularError(f"no regular file but {_kind_of(mode)}")
        return RegularFile(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def status_of(status: os.stat_result) -> FileStatus:
    """The status that the system gives of a file of this machine."""
    return FileStatus(f"{status.st_dev}/{status.st_ino}", status.st_size, status.st_mtime_ns, str(status.st_ctime_ns))


def _kind(path: Path) -> str:
    try:
        return _kind_of(path.stat().st_mode, "")
    except OSError:
        return ""


def _kind_of(mode: int, other: str = "something else") -> str:
    return next((kind for is_kind, kind in _KINDS if is_kind(mode)), other)
