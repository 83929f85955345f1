"""Reading many small files at once: natively, as a whole, on all cores.

A log of thousands of runs has files of some kilobytes: what Python does for each of them takes many times as long as
what the disk and the kernel do.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from cutaway.events import core
from cutaway.events.block_checksums import BLOCK
from cutaway.events.open_file import FileStatus
from cutaway.events.tables import OTHERS, Loaded
from cutaway.store.event_file import EventFile
from cutaway.store.load_sizes import FILES, LARGEST, MOST_SECONDS, SMALL, most_at_once
from cutaway.store.loaded_file import LoadedFiles
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.open_object import Followed
from cutaway.store.places.place import Place

#: The kernel works without the interpreter's lock, so threads decode side by side.
WORKERS = os.cpu_count() or 1
#: Bytes of a file with few points of each of its tags, which is read in pieces: with what it holds meanwhile, such a
#: file takes less memory than its bytes, so that those that are read side by side take no more than all points may.
WIDEST = 1024 * BLOCK


def load_small(
    paths: Sequence[str],
    place: Place,
    note_progress: Callable[[], None],
    memory: int | None = None,
    ahead: Iterable[tuple[Sequence[str], Loaded]] = (),
) -> list[tuple[Sequence[str], LoadedFiles]]:
    """Read small files of which nothing is known, and find out when the others begin: the files that were loaded
    together, by their paths. Those that cannot be loaded are missing, and of one that is there twice the first counts.

    ``memory``: bytes that all points may take. Files that are loaded together leave the memory together, so that they
    are a part of it at most. ``ahead``: what was read of some files before, by their paths.
    """
    # Some were read a second time, and then to their ends.
    found = [(read, LoadedFiles(loaded)) for read, loaded in ahead][::-1]
    left = most_at_once(memory) - sum(files.nbytes for _, files in found)
    if found:
        # There are facts of as many of the paths as were read.
        known = {
            path
            for read, files in found
            for path, outcome in zip(read, files.table["outcome"].tolist(), strict=False)
            if outcome != OTHERS
        }
        paths = [path for path in paths if path not in known]

    parts = [paths[start : start + FILES] for start in range(0, len(paths), FILES)]
    until = time.monotonic() + MOST_SECONDS

    def load(some: Sequence[str]) -> LoadedFiles | None:
        nonlocal left
        is_early = some is parts[0] or time.monotonic() < until
        loaded = _loaded(some, place, SMALL if is_early and left > 0 else 0)
        left -= loaded.nbytes if loaded is not None else 0
        note_progress()
        return loaded

    def take(every: Iterable[LoadedFiles | None]) -> None:
        found.extend((part, loaded) for part, loaded in zip(parts, every, strict=True) if loaded is not None)

    if len(parts) < 2 or not isinstance(place, LocalPlace):
        take(map(load, parts))
        return found
    with ThreadPoolExecutor(min(len(parts), WORKERS), thread_name_prefix="cutaway-loader") as pool:
        take(pool.map(load, parts))
    return found


def load_together(files: Sequence[EventFile], place: Place) -> LoadedFiles | None:
    """Small files, which were looked at; of some there may be no more than the first record. None where it is not
    possible."""
    return _loaded([file.path for file in files], place, LARGEST)


def load_whole(
    file: EventFile, place: Place, memory: int | None = None, note_progress: Callable[[], None] | None = None
) -> tuple[LoadedFiles, FileStatus | None] | None:
    """All of a file, which was looked at, where it is not too large and nothing in it is unusual; and its status, where
    others than the kernel opened it.

    ``memory``: bytes that all points may take. ``note_progress`` is called again and again while the file is read.
    """
    widest = WIDEST if memory is None else max(LARGEST, min(WIDEST, memory // WORKERS))
    if not 0 < file.size <= widest:
        return None
    if isinstance(file.opens, Followed):
        return _load_followed(file, file.opens) if file.size <= LARGEST and file.opens.is_new else None
    loaded = _loaded([file.path], place, LARGEST, widest, note_progress)
    return (loaded, None) if loaded is not None and loaded.facts[0].is_whole else None


def _load_followed(file: EventFile, followed: Followed) -> tuple[LoadedFiles, FileStatus] | None:
    """The same of an object, with one request: what is left of it here is read on without another one."""
    try:
        status, data = followed.load()
        loaded = LoadedFiles(core.load_contents([data]))
    except (OSError, MemoryError) as error:
        file.note_failed(error)
        return None
    (facts,) = loaded.facts
    if facts.is_whole and facts.size == status.size:
        return loaded, status
    followed.keep(status, data)
    return None


def _loaded(
    paths: Sequence[str],
    place: Place,
    largest: int,
    widest: int = 0,
    note_progress: Callable[[], None] | None = None,
) -> LoadedFiles | None:
    """The files, read by the kernel; None where they cannot be loaded at once."""
    if not isinstance(place, LocalPlace):
        return None
    try:
        return LoadedFiles(place.load(paths, largest, widest, note_progress))
    except MemoryError:
        return None
