"""Event files that were found for the first time: when they begin, and what small ones hold."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from cutaway.events.tables import OTHERS
from cutaway.store.event_file import EventFile
from cutaway.store.loaded_file import LoadedFiles, PlainFiles
from cutaway.store.places.place import Place
from cutaway.store.together_files import TogetherFiles


class NewFile(NamedTuple):
    """One of them."""

    #: The name of its run.
    run: str
    #: When it begins, in seconds since the epoch; Inf where that is not known.
    begins: float
    file: EventFile


class PlainRuns(NamedTuple):
    """New runs that have one plain file each, which were loaded together; the names and paths are in the order of the
    facts."""

    names: list[str]
    paths: list[str]
    files: TogetherFiles
    facts: PlainFiles


class New(NamedTuple):
    """All that is new: files of which there are objects, and runs of which there are none."""

    files: list[NewFile]
    runs: list[PlainRuns]


def looked_at(
    new: Iterable[tuple[str, str]], place: Place, look: Callable[[EventFile], None], note_progress: Callable[[], None]
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
    groups: Iterable[tuple[Sequence[str], TogetherFiles]],
    is_alone: Callable[[str], bool],
    note_progress: Callable[[], None],
    look: Callable[[EventFile], None] = EventFile.look_at_first,
) -> New:
    """The same of files that are known together, by their paths; those that are missing there are looked at.

    ``is_alone``: whether a run is new and has one file.
    """
    left = {path: name for name, path in reversed(new)}
    # Of several names that lead to one file the first has what was loaded.
    others = [(name, path) for name, path in new if left[path] != name]
    found = New([], [])
    for paths, files in groups:
        plain = files.plain()
        wanted, names, chosen = list[bool](), list[str](), list[str]()
        for path in map(paths.__getitem__, plain.numbers):
            name = left.get(path)
            is_wanted = name is not None and is_alone(name)
            wanted.append(is_wanted)
            if is_wanted:
                names.append(left.pop(path))
                chosen.append(path)
        if chosen:
            found.runs.append(PlainRuns(names, chosen, files, plain if all(wanted) else plain.chosen(wanted)))
        # Where there are others than plain ones among them, they were loaded.
        if len(chosen) == len(paths) or not isinstance(files, LoadedFiles):
            continue
        # There are facts of as many of the paths as were read.
        for number, (path, outcome) in enumerate(zip(paths, files.table["outcome"].tolist(), strict=False)):
            if path in left and outcome != OTHERS:
                file = EventFile(path, place)
                file.take_found(files, number)
                note_progress()
                found.files.append(_new(left.pop(path), file))
    others += [(name, path) for path, name in left.items()]
    found.files.extend(looked_at(others, place, look, note_progress))
    return found


def _new(name: str, file: EventFile) -> NewFile:
    begins = file.first_wall_time
    return NewFile(name, math.inf if begins is None else begins, file)
