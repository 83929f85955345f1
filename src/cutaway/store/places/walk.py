"""Finding the event files below one directory or several of this machine.

Any file whose base name contains ``tfevents`` is one. Symbolic links are followed, and each directory is visited once,
by (device, inode), so that loops end; one that can be reached without a link has the name of that way. A root that is
a file, of any name, is a run of that one file.
"""

import errno
import os
import stat
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cutaway.events import early
from cutaway.events.listing import Listing
from cutaway.store.places.place import Found, is_event_file
from cutaway.store.places.reason import reason

#: Where TensorFlow's and JAX's profilers put their captures, and the files that PyTorch's writes.
_CAPTURES = ("plugins", "profile")
_TRACES = (".pt.trace.json", ".pt.trace.json.gz")
#: What the names of files have in them that are looked for.
_PARTS = [b"tfevents", b".pt.trace.json"]
#: Directories that are listed by one call, and calls that are on their way at the same time.
_AT_ONCE = 1024
_IN_FLIGHT = 16
_WORKERS = os.cpu_count() or 1


def find_event_files(roots: Mapping[str, str], note_progress: Callable[[], None]) -> Found:
    """Walk the roots, by their names, breadth first. Raises nothing: directories that cannot be read are in the answer.

    ``note_progress`` is called after each few directories.
    """
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="cutaway-walk") as pool:
        walk = _Walk({name or ".": path for name, path in roots.items()}, pool, note_progress)
        while walk.step():
            pass
    return walk.found()


class _Walk:
    def __init__(self, roots: Mapping[str, str], pool: ThreadPoolExecutor, note_progress: Callable[[], None]) -> None:
        self._pool = pool
        self._note_progress = note_progress
        self._found = Found()
        self._roots = roots
        #: Why a root has no event files, by its name.
        self._states: dict[str, str] = {}
        self._visited: set[tuple[int, int]] = set()
        #: Names and paths. Links wait until every directory that can be reached without them has been seen.
        self._to_look_at = deque(roots.items())
        self._directories, self._links = deque[tuple[str, str]](), deque[tuple[str, str]]()

    def step(self) -> bool:
        """List a few directories; False where there is none left."""
        if self._to_look_at:
            self._list([each for each in [self._to_look_at.popleft()] if self._is_unseen(*each)])
        elif self._directories:
            some = [self._directories.popleft() for _ in range(min(len(self._directories), _IN_FLIGHT * _AT_ONCE))]
            self._list(some)
        elif self._links:
            # Most lead to directories that have been seen.
            self._list([each for each in [self._links.popleft()] if self._is_unseen(*each)])
        else:
            return False
        return True

    def found(self) -> Found:
        """What there is, when all has been walked."""
        found, states = self._found, {self._states.get(name, "empty"): name for name in self._roots}
        if found.files:
            found.state = "ready"
        elif "unreadable" in states:
            found.state, found.detail = "unreadable", found.unreadable[states["unreadable"]]
        else:
            found.state = "empty" if "empty" in states else "missing"
            found.detail = captures_in_words(found.captures)
        return found

    def _is_unseen(self, name: str, path: str) -> bool:
        """Whether it is a directory that has not been listed; a root that is a file is taken in."""
        try:
            status = os.stat(path)  # noqa: PTH116 - of thousands of directories a Path of each costs as much as this
        except OSError as error:
            self._fail(name, error.errno or 0)
            return False
        if not stat.S_ISDIR(status.st_mode):
            # Only a root is anything else.
            self._found.files.setdefault(name, []).append(path)
            return False
        return (status.st_dev, status.st_ino) not in self._visited

    def _list(self, directories: Sequence[tuple[str, str]]) -> None:
        parts = [directories[start : start + _AT_ONCE] for start in range(0, len(directories), _AT_ONCE)]
        # The kernel works without the interpreter's lock, so threads list side by side.
        every = self._pool.map(_listings, parts) if len(parts) > 1 else map(_listings, parts)
        for part, listings in zip(parts, every, strict=True):
            for (name, path), listing in zip(part, listings, strict=True):
                if listing.identity in self._visited:
                    continue
                if listing.identity is not None:
                    self._visited.add(listing.identity)
                if listing.error:
                    self._fail(name, listing.error)
                else:
                    self._take(name, path, listing)
            self._note_progress()

    def _take(self, name: str, path: str, listing: Listing) -> None:
        within, below = "" if name == "." else f"{name}/", path if path.endswith(os.sep) else f"{path}{os.sep}"
        # Most directories of a large log have nothing below them.
        if listing.directories or listing.links:
            if path.endswith(_CAPTURES[-1]) and Path(path).parts[-2:] == _CAPTURES:
                self._found.captures += len(listing.directories) + len(listing.links)
            for child in listing.directories:
                self._directories.append((within + child, below + child))
            for child in listing.links:
                self._links.append((within + child, below + child))
        for child in listing.files:
            if is_event_file(child):
                self._found.files.setdefault(name, []).append(below + child)
            elif is_trace(child):
                self._found.captures += 1

    def _fail(self, name: str, error: int) -> None:
        if error == errno.ENOENT:
            self._states.setdefault(name, "missing")
        else:
            self._found.unreadable[name] = reason(OSError(error, ""))
            self._states.setdefault(name, "unreadable")


def _listings(directories: Sequence[tuple[str, str]]) -> list[Listing]:
    return early.list_directories([os.fsencode(path) for _, path in directories], _PARTS)


def captures_in_words(captures: int) -> str:
    """What is there instead of event files, where those of a profiler are; else empty."""
    number = f"{captures:,} capture{'' if captures == 1 else 's'}"
    return f"there are no event files but {number} of a profiler, which Cutaway does not read" if captures else ""


def is_trace(name: str) -> bool:
    """Whether a file of that name is a capture of PyTorch's profiler."""
    return name.endswith(_TRACES)
