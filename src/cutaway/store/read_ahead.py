"""Reading a log directory of this machine before there is anybody to take it in.

Until the modules are imported that show a log, NumPy among them, a small log could have been read. So a start walks the
directory and loads files meanwhile, outside the interpreter's lock: first the small ones, then larger ones without an
index, the newest first. What was read is taken in as if it had been read then (:meth:`Polled.begin_with`), and whatever
was not, or holds anything but scalars, is read as always. Nothing here imports NumPy.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from cutaway.events.early import AheadLoader, RawFiles, ahead_loader
from cutaway.store.heap import keep_room
from cutaway.store.index_name import index_path
from cutaway.store.load_sizes import FILES, LARGEST, SMALL, TOGETHER, most_at_once
from cutaway.store.places.local_roots import local_roots
from cutaway.store.places.object_url import is_object_url
from cutaway.store.places.place import Found
from cutaway.store.places.walk import find_event_files

if TYPE_CHECKING:
    from cutaway.events.tables import Loaded

_logger = logging.getLogger(__name__)


class ReadAhead:
    """A thread that walks and reads from the moment on at which it is made."""

    def __init__(self, roots: Mapping[str, Path], indexes: Path | None, most: int) -> None:
        """``roots``: see :func:`local_roots`; ``indexes``: the directory that may have indexes of files; ``most``:
        bytes of files that are read, at the most."""
        self.roots = dict(roots)
        self._indexes = indexes
        self._found: Found | None = None
        self._is_found = Event()
        #: Paths of files, and these files.
        self._read: list[tuple[list[str], RawFiles]] = []
        self._loader = ahead_loader(most)
        self._thread = Thread(target=self._run, name="cutaway-ahead", daemon=True)
        self._thread.start()

    def found(self) -> Found | None:
        """The event files, once they have been found; None where that went wrong."""
        self._is_found.wait()
        return self._found

    def wait(self) -> None:
        """Until it has read all that it may."""
        self._thread.join()

    def end(self) -> "Iterator[tuple[list[str], Loaded]]":
        """Read no more, and give what was read, by the paths of the files: see :meth:`RawFiles.loaded`."""
        self.stop()
        self.wait()
        while self._read:
            paths, files = self._read.pop(0)
            yield paths, files.loaded()

    def stop(self) -> None:
        """Read no more: the file at hand is the last one."""
        if self._loader is not None:
            self._loader.stop()

    def _run(self) -> None:
        try:
            self._found = find_event_files({name: str(root) for name, root in self.roots.items()}, lambda: None)
            self._is_found.set()
            if self._loader is not None:
                self._load(self._loader, [path for paths in self._found.files.values() for path in paths])
        except Exception as error:
            # All that is missing is read as always, where it is said if it cannot be.
            _logger.warning("reading ahead failed: %r", error, exc_info=_logger.isEnabledFor(10))
        finally:
            self._is_found.set()

    def _load(self, loader: AheadLoader, paths: Sequence[str]) -> None:
        keep_room()
        groups = [list(paths[start : start + FILES]) for start in range(0, len(paths), FILES)]
        small = self._load_groups(loader, groups, SMALL)
        every = [
            (modified, size, group[place], identity)
            for group, files in zip(groups, small, strict=True)
            for place, identity, size, modified in files.large()
        ]
        newest_first = sorted((each for each in every if each[1] <= LARGEST), reverse=True)
        larger, left = list[list[str]](), 0
        for _, size, path, identity in newest_first:
            if self._indexes is not None and index_path(self._indexes, identity).exists():
                continue
            if size > left:
                larger.append([])
                left = TOGETHER
            larger[-1].append(path)
            left -= size
        self._load_groups(loader, larger, LARGEST)

    def _load_groups(self, loader: AheadLoader, groups: list[list[str]], largest: int) -> list[RawFiles]:
        read = loader.load([[os.fsencode(path) for path in group] for group in groups], largest)
        self._read += zip(groups, read, strict=True)
        return read


def read_ahead(logdir: str | Mapping[str, str], indexes: Path | None, memory: int | None = None) -> ReadAhead | None:
    """Begin; None for what is in an object store. ``memory``: bytes that the points of all runs may take.

    Raises ValueError as :func:`local_roots` does.
    """
    if any(map(is_object_url, logdir.values() if isinstance(logdir, Mapping) else (logdir,))):
        return None
    return ReadAhead(local_roots(logdir), indexes, most_at_once(memory))
