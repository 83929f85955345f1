"""Event files that were found for the first time: when they begin, and what small ones hold."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cutaway.store.event_file import EventFile
from cutaway.store.loaded_file import LoadedFiles, PlainFile
from cutaway.store.places.place import Place


class NewFile(NamedTuple):
    """One of them."""

    #: The name of its run.
    run: str
    path: str
    #: When it begins, in seconds since the epoch; Inf where that is not known.
    first: float
    #: Or what was loaded of it, where that is all there is and its run has no other file.
    file: EventFile | PlainFile


def looked_at(
    new: Sequence[tuple[str, str]], place: Place, look: Callable[[EventFile], None], note_progress: Callable[[], None]
) -> Iterator[NewFile]:
    """Files by the names of their runs and their paths; ``look`` finds out when each begins."""
    for name, path in new:
        file = EventFile(path, place)
        look(file)
        note_progress()
        yield _new(name, file)


def loaded(
    new: Sequence[tuple[str, str]],
    place: Place,
    found: Mapping[str, tuple[LoadedFiles, int]],
    is_alone: Callable[[str], bool],
    note_progress: Callable[[], None],
) -> Iterator[NewFile]:
    """The same of files that were loaded, of which ``found`` has by their paths with what, and their numbers there;
    those that are missing in it are looked at. ``is_alone``: whether a run has one file."""
    groups = {id(files): files for files, _ in found.values()}
    known = {key: (files.plain(), files.firsts()) for key, files in groups.items()}
    for name, path in new:
        where = found.get(path)
        if where is None:
            yield from looked_at(((name, path),), place, EventFile.look_at_first, note_progress)
            continue
        files, number = where
        plain, firsts = known[id(files)]
        of_file = plain[number]
        if of_file is not None and is_alone(name):
            yield NewFile(name, path, firsts[number], of_file)
        else:
            file = EventFile(path, place)
            file.take_found(files, number)
            note_progress()
            yield _new(name, file)


def _new(name: str, file: EventFile) -> NewFile:
    first = file.first_wall_time
    return NewFile(name, file.path, math.inf if first is None else first, file)
