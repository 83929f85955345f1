"""Event files that are created, whether they are still there, and what is in one that is not."""

import errno
import itertools
import os
import platform
import time
from pathlib import Path
from typing import NamedTuple

#: How many bytes of a removed file are copied at a time.
_CHUNK = 1 << 20

# Files of one process sort by their names as they were created, also those of one second.
_numbers = itertools.count()


class NewFile(NamedTuple):
    """An event file that was created."""

    path: Path
    #: The file, open for appending.
    descriptor: int
    #: Directories in which something is new: to survive a power cut, they are synced like the file.
    directories: list[Path]


def create_event_file(directory: Path, suffix: str) -> NewFile:
    """Create a file that nobody else has, and the directory where needed. Raises OSError.

    Its name is ``events.out.tfevents.<seconds>.<host>.<process>.<n><suffix>``, where n has six digits.
    """
    directories = [directory, *(place.parent for place in _missing(directory))]
    directory.mkdir(parents=True, exist_ok=True)
    host = platform.node().replace(os.sep, "_")
    start = f"events.out.tfevents.{int(time.time()):010d}.{host}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
    for n in _numbers:
        path = directory / f"{start}.{n:06d}{suffix}"
        try:
            return NewFile(path, os.open(path, flags, 0o666), directories)
        except FileExistsError:
            # Also when the directory is a file.
            if not directory.is_dir():
                raise
    raise AssertionError("unreachable")


def _missing(directory: Path) -> list[Path]:
    """The directory and those above it, as far as they are not there."""
    return list(itertools.takewhile(lambda place: not place.exists(), (directory, *directory.parents)))


def is_unlinked(descriptor: int) -> bool:
    """Whether the open file has no name any more."""
    try:
        return os.fstat(descriptor).st_nlink == 0
    except OSError:
        # A stale handle of a network file system: the next write says so.
        return False


def copy_removed(removed: int, descriptor: int) -> bool:
    """Copy what is in a file without a name, open for writing, into a new one. False when it cannot be read.

    Then nothing is in the new one. Takes 1 MiB of memory. Raises OSError when the new one cannot be written.
    """
    try:
        # Through its descriptor, which is open for writing only, so that whatever file system is there takes it.
        source = os.open(f"/proc/self/fd/{removed}", os.O_RDONLY)
    except OSError:
        return False
    try:
        while True:
            try:
                data = os.read(source, _CHUNK)
            except OSError:
                os.ftruncate(descriptor, 0)
                return False
            if not data:
                return True
            while data:
                data = data[os.write(descriptor, data) :]
    finally:
        os.close(source)


def sync_file(descriptor: int, directories: set[Path]) -> None:
    """Wait until the disk has a file, and the names in directories, which leave the set then. Raises OSError."""
    os.fsync(descriptor)
    for directory in list(directories):
        _sync_directory(directory)
        directories.discard(directory)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":
        # Directories can't be opened there.
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems have nothing to sync there.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
