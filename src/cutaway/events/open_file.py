"""Opening the files of a log to read them.

A name says nothing about what is opened: between a look at a directory and the use of a file in it, the file may have
become a pipe, at which a reader would wait for ever, or a device. So a file is opened without waiting, and what was
opened is looked at again.
"""

import io
import os
import stat
from pathlib import Path

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


class NotRegularError(OSError):
    """What was opened is no regular file: a pipe, a device, a directory."""


def open_regular(path: str | os.PathLike[str], *, follow: bool = True) -> io.FileIO:
    """A regular file, open for reading without a buffer of Python's; never waits for a writer of a pipe.

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
        return io.FileIO(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _kind(path: Path) -> str:
    try:
        return _kind_of(path.stat().st_mode, "")
    except OSError:
        return ""


def _kind_of(mode: int, other: str = "something else") -> str:
    return next((kind for is_kind, kind in _KINDS if is_kind(mode)), other)
