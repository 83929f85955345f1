"""Finding the event files below a directory.

Any regular file whose base name contains ``tfevents`` is one. Symbolic links are followed, and each directory is
visited once, by (device, inode), so that loops end; one that can be reached without a link has the name of that way.
"""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from cutaway.store.event_file import reason


@dataclass
class Found:
    """What one walk saw."""

    #: Event files by their run: the directory relative to the root, with ``/``; the root is ``.``.
    files: dict[str, list[Path]] = field(default_factory=dict)
    #: Directories that could not be listed, by the same names, and why.
    unreadable: dict[str, str] = field(default_factory=dict)
    #: ``missing``, ``unreadable``, ``empty`` or ``ready``, with a detail for the second.
    state: str = "empty"
    detail: str = ""


def find_event_files(root: Path) -> Found:
    """Walk the directory, breadth first. Raises nothing: what cannot be read is in the answer."""
    found = Found()
    visited: set[tuple[int, int]] = set()
    # Links wait until every directory that can be reached without them has been seen.
    directories, links = deque([(".", root)]), deque[tuple[str, Path]]()
    while directories or links:
        name, path = (directories or links).popleft()
        try:
            status = path.stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                children = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            if name == ".":
                found.state = "missing"
        except OSError as error:
            found.unreadable[name] = reason(error)
            if name == ".":
                found.state, found.detail = "unreadable", reason(error)
        else:
            _sort_out(name, children, found, directories, links)
    if found.files:
        found.state = "ready"
    return found


def _sort_out(
    name: str,
    children: list[os.DirEntry[str]],
    found: Found,
    directories: deque[tuple[str, Path]],
    links: deque[tuple[str, Path]],
) -> None:
    for entry in children:
        try:
            is_directory, is_file = entry.is_dir(), entry.is_file()
        except OSError:
            # A link that leads nowhere: a loop of links, or into a directory that must not be entered.
            continue
        if is_directory:
            child = entry.name if name == "." else f"{name}/{entry.name}"
            (links if entry.is_symlink() else directories).append((child, Path(entry.path)))
        elif is_file and _is_event_file(entry.name):
            found.files.setdefault(name, []).append(Path(entry.path))


def _is_event_file(name: str) -> bool:
    # TensorFlow's profiler leaves `….profile-empty` behind: a mark without any data.
    return "tfevents" in name and not name.endswith(".profile-empty")
