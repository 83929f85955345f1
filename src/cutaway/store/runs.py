"""The runs of a log directory by their names.

A log of thousands of runs is mostly read once, and somebody looks at a few of them. So a run that is new and has one
small file of scalars is a line of what was loaded, an :class:`Unopened`, until it is opened: when somebody asks for
it, or its file changes. Opening a run changes nothing that anybody can see.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cutaway.events.kind_names import SCALARS
from cutaway.store.catalogue import RunInfo
from cutaway.store.loaded_file import PlainFile
from cutaway.store.run import Run


class Unopened(NamedTuple):
    """A run of one file that nobody asked for."""

    #: Of the file.
    path: str
    file: PlainFile
    #: The run's line in the catalogue.
    info: RunInfo


def unopened_run(path: str, file: PlainFile, run_id: str, color: int, name: str, revision: int) -> Unopened:
    """A run of that name, file and id, which came at that revision: its line is the one of the run that it becomes."""
    kinds = {SCALARS: revision} if file.points else {}
    info = RunInfo(
        run_id, name, color, file.points, revision, revision, kinds, *file.times, file.highest_step, 1, 0, False
    )
    return Unopened(path, file, info)


class Runs:
    """Runs in the order in which they came. Not for several threads at once: the log directory holds the lock."""

    def __init__(self, open_run: Callable[[str, Unopened], Run]) -> None:
        """``open_run`` makes the run of a name that is one of these until then."""
        self._open_run = open_run
        self._every: dict[str, Run | Unopened] = {}
        #: Those that were opened, in no order; not to be changed by others.
        self.opened: dict[str, Run] = {}
        #: Bytes of the files of those that were not.
        self.unopened_bytes = 0

    def __getitem__(self, name: str) -> Run:
        """A run, which is opened. Raises KeyError."""
        run = self._every[name]
        if isinstance(run, Unopened):
            self.unopened_bytes -= run.file.size
            run = self._every[name] = self.opened[name] = self._open_run(name, run)
        return run

    def __contains__(self, name: str) -> bool:
        return name in self._every

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)

    def __setitem__(self, name: str, run: Run) -> None:
        """Take in a run that is new."""
        self._every[name] = self.opened[name] = run

    def __delitem__(self, name: str) -> None:
        """Forget a run, which was opened. Raises KeyError."""
        del self.opened[name], self._every[name]

    def get(self, name: str) -> Run | None:
        """A run, which is opened; None where there is none."""
        return self[name] if name in self._every else None

    def take_in(self, name: str, unopened: Unopened) -> None:
        """Take in a run that is new without opening it."""
        self._every[name] = unopened
        self.unopened_bytes += unopened.file.size

    def all(self) -> list[Run]:
        """Every run, all of which are opened."""
        return [self[name] for name in list(self._every)]

    @property
    def unopened_count(self) -> int:
        """How many are not opened."""
        return len(self._every) - len(self.opened)

    def unopened(self) -> list[tuple[str, Unopened]]:
        """Those that are not opened, by their names."""
        if not self.unopened_count:
            return []
        return [(name, each) for name, each in self._every.items() if isinstance(each, Unopened)]

    def is_unopened(self, name: str) -> bool:
        """Whether there is a run of the name that is not opened."""
        return name in self._every and name not in self.opened

    def paths(self) -> set[str]:
        """Those of the files of all runs."""
        opened = {path for run in self.opened.values() for path in run.files}
        return opened | {each.path for _, each in self.unopened()}

    def info(self, name: str) -> RunInfo:
        """A run's line in the catalogue; it is not opened. Raises KeyError."""
        found = self._every[name]
        return found.info if isinstance(found, Unopened) else found.info()

    def infos(self) -> list[RunInfo]:
        """The lines of all in the catalogue, without opening any."""
        return [each.info if isinstance(each, Unopened) else each.info() for each in self._every.values()]

    def scalar_tags(self, name: str) -> tuple[str, Sequence[Mapping[str, object]]]:
        """The id of a run, and of each of its files a mapping of the tags of scalars; it is not opened."""
        found = self._every[name]
        if isinstance(found, Unopened):
            return found.info.id, (found.file.places,)
        return found.id, [file.scalars.places for file in found.known_files.values()]

    def metadata(self) -> list[Mapping[str, bytes]]:
        """What plug-ins are told of scalar tags, file by file."""
        found: list[Mapping[str, bytes]] = []
        for each in self._every.values():
            if isinstance(each, Unopened):
                found.append(each.file.metadata)
            else:
                found += [file.metadata for file in each.known_files.values()]
        return found
