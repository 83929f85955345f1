"""Finding the event files below one directory or several, and opening them to be sent.

Any file whose base name contains ``tfevents`` is one. Symbolic links are followed, and each directory is visited once,
by (device, inode), so that loops end; one that can be reached without a link has the name of that way. A root that is
a file, whatever its name, is a run of that one file.
"""

import io
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cutaway.events.open_file import open_regular
from cutaway.store.event_file import reason

#: Where TensorFlow's and JAX's profilers put their captures, and the files that PyTorch's writes.
_CAPTURES = ("plugins", "profile")
_TRACES = (".pt.trace.json", ".pt.trace.json.gz")


@dataclass
class Found:
    """What one walk saw."""

    #: Event files by their run: the root's name and the directory relative to it, with ``/``; a root without a name
    #: is ``.``.
    files: dict[str, list[Path]] = field(default_factory=dict)
    #: Directories that could not be listed, by the same names, and why.
    unreadable: dict[str, str] = field(default_factory=dict)
    #: ``missing``, ``unreadable``, ``empty`` or ``ready``; a detail says why it is unreadable, or what is there
    #: instead of event files.
    state: str = "empty"
    detail: str = ""
    #: What profilers have left there.
    captures: int = 0


class OutsideError(OSError):
    """A file that can be reached from the log directory, by a link, but is not in it."""


def open_within(path: Path, roots: Iterable[Path]) -> io.FileIO:
    """An event file that really is below one of the roots, open for reading.

    Raises OutsideError for any other, and OSError.
    """
    file = open_regular(path)
    try:
        real = path.resolve(strict=True)
        # What was opened must be what is there: the name may lead elsewhere by now.
        if any(real.is_relative_to(root.resolve()) for root in roots) and _is_same(file, real.lstat()):
            return file
        raise OutsideError("it is a link to a file outside the log directory")
    except BaseException:
        file.close()
        raise


def _is_same(file: io.FileIO, status: os.stat_result) -> bool:
    opened = os.fstat(file.fileno())
    return (opened.st_dev, opened.st_ino) == (status.st_dev, status.st_ino)


def find_event_files(roots: Mapping[str, Path], note_progress: Callable[[], None] = lambda: None) -> Found:
    """Walk the roots, by their names, breadth first. Raises nothing: what cannot be read is in the answer.

    ``note_progress`` is called at each directory.
    """
    found = Found()
    visited: set[tuple[int, int]] = set()
    states: dict[str, str] = {}
    # Links wait until every directory that can be reached without them has been seen.
    directories, links = deque((name or ".", root) for name, root in roots.items()), deque[tuple[str, Path]]()
    while directories or links:
        name, path = (directories or links).popleft()
        note_progress()
        try:
            status = path.stat()
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
            if path.parts[-2:] == _CAPTURES:
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
        if found.captures:
            number = f"{found.captures:,} capture{'' if found.captures == 1 else 's'}"
            found.detail = f"there are no event files but {number} of a profiler, which Cutaway does not read"


def _sort_out(
    name: str,
    children: list[os.DirEntry[str]],
    found: Found,
    directories: deque[tuple[str, Path]],
    links: deque[tuple[str, Path]],
) -> None:
    for entry in children:
        try:
            is_directory = entry.is_dir()
            # Pipes and devices too: reading them says what they are.
            is_event_file = _is_event_file(entry.name) and (entry.is_file() or bool(entry.stat()))
        except OSError:
            # A link that leads nowhere: a loop of links, or into a directory that must not be entered.
            continue
        if is_directory:
            child = entry.name if name == "." else f"{name}/{entry.name}"
            (links if entry.is_symlink() else directories).append((child, Path(entry.path)))
        elif is_event_file:
            found.files.setdefault(name, []).append(Path(entry.path))
        elif entry.name.endswith(_TRACES):
            found.captures += 1


def _is_event_file(name: str) -> bool:
    # TensorFlow's profiler leaves `….profile-empty` behind: a mark without any data.
    return "tfevents" in name and not name.endswith(".profile-empty")
