"""Finding the event files below one directory or several.

Any regular file whose base name contains ``tfevents`` is one. Symbolic links are followed, and each directory is
visited once, by (device, inode), so that loops end; one that can be reached without a link has the name of that way.
"""

import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cutaway.store.event_file import reason


@dataclass
class Found:
    """What one walk saw."""

    #: Event files by their run: the root's name and the directory relative to it, with ``/``; a root without a name
    #: is ``.``.
    files: dict[str, list[Path]] = field(default_factory=dict)
    #: Directories that could not be listed, by the same names, and why.
    unreadable: dict[str, str] = field(default_factory=dict)
    #: ``missing``, ``unreadable``, ``empty`` or ``ready``, with a detail for the second.
    state: str = "empty"
    detail: str = ""


def find_event_files(roots: Mapping[str, Path]) -> Found:
    """Walk the roots, by their names, breadth first. Raises nothing: what cannot be read is in the answer."""
    found = Found()
    visited: set[tuple[int, int]] = set()
    states: dict[str, str] = {}
    # Links wait until every directory that can be reached without them has been seen.
    directories, links = deque((name or ".", root) for name, root in roots.items()), deque[tuple[str, Path]]()
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
            states.setdefault(name, "missing")
        except OSError as error:
            found.unreadable[name] = reason(error)
            states.setdefault(name, "unreadable")
        else:
            states.setdefault(name, "empty")
            _sort_out(name, children, found, directories, links)
    _judge(found, {states.get(name or ".", "empty"): name or "." for name in roots})
    return found


def _judge(found: Found, states: Mapping[str, str]) -> None:
    """Set the state; ``states`` are those of the roots, each with the name of one that is so."""
    if found.files:
        found.state = "ready"
    elif "unreadable" in states:
        found.state, found.detail = "unreadable", found.unreadable[states["unreadable"]]
    else:
        found.state = "empty" if "empty" in states else "missing"


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
