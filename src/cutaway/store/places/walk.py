"""Finding the event files below one directory or several of this machine.

Any file whose base name contains ``tfevents`` is one. Symbolic links are followed, and each directory is visited once,
by (device, inode), so that loops end; one that can be reached without a link has the name of that way. A root that is
a file, of any name, is a run of that one file.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from cutaway.store.places.place import Found, is_event_file
from cutaway.store.places.reason import reason

#: Where TensorFlow's and JAX's profilers put their captures, and the files that PyTorch's writes.
_CAPTURES = ("plugins", "profile")
_TRACES = (".pt.trace.json", ".pt.trace.json.gz")


def find_event_files(roots: Mapping[str, str], note_progress: Callable[[], None]) -> Found:
    """Walk the roots, by their names, breadth first. Raises nothing: directories that cannot be read are in the answer.

    ``note_progress`` is called at each directory.
    """
    found = Found()
    visited: set[tuple[int, int]] = set()
    states: dict[str, str] = {}
    # Links wait until every directory that can be reached without them has been seen.
    directories, links = deque((name or ".", root) for name, root in roots.items()), deque[tuple[str, str]]()
    while directories or links:
        name, path = (directories or links).popleft()
        note_progress()
        try:
            status = os.stat(path)  # noqa: PTH116 - of thousands of directories a Path of each costs as much as this
            if not stat.S_ISDIR(status.st_mode):
                # Only a root is anything else.
                found.files.setdefault(name, []).append(path)
                continue
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
            if path.endswith(_CAPTURES[-1]) and Path(path).parts[-2:] == _CAPTURES:
                found.captures += sum(entry.is_dir() for entry in children)
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
        found.detail = captures_in_words(found.captures)


def captures_in_words(captures: int) -> str:
    """What is there instead of event files, where those of a profiler are; else empty."""
    number = f"{captures:,} capture{'' if captures == 1 else 's'}"
    return f"there are no event files but {number} of a profiler, which Cutaway does not read" if captures else ""


def is_trace(name: str) -> bool:
    """Whether a file of that name is a capture of PyTorch's profiler."""
    return name.endswith(_TRACES)


def _sort_out(
    name: str,
    children: list[os.DirEntry[str]],
    found: Found,
    directories: deque[tuple[str, str]],
    links: deque[tuple[str, str]],
) -> None:
    for entry in children:
        try:
            is_directory = entry.is_dir()
            # Pipes and devices too: reading them gives the reason.
            is_found = is_event_file(entry.name) and (entry.is_file() or bool(entry.stat()))
        except OSError:
            # A link that leads nowhere: a loop of links, or into a directory that must not be entered.
            continue
        if is_directory:
            child = entry.name if name == "." else f"{name}/{entry.name}"
            (links if entry.is_symlink() else directories).append((child, entry.path))
        elif is_found:
            found.files.setdefault(name, []).append(entry.path)
        elif is_trace(entry.name):
            found.captures += 1
