"""The runs of a log directory by their names.

A log of thousands of runs is mostly read once, and somebody looks at a few of them. So of a run that is new and has one
small file of scalars there is a line in the catalogue and a place among what was loaded, until it is opened: when
somebody asks for it, or its file changes. Opening a run changes nothing that anybody can see.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from cutaway.events.kind_names import SCALARS
from cutaway.store.catalogue import RunInfo
from cutaway.store.new_files import PlainRuns
from cutaway.store.run import Run
from cutaway.store.series_table import SeriesTable
from cutaway.store.together_files import TogetherFiles


class Unopened(NamedTuple):
    """Where the data of a run are that nobody asked for."""

    #: Of its file, and the file's number among those that it was loaded with.
    path: str
    files: TogetherFiles
    number: int
    #: The row of its first series in the table, and the places of the tags behind that; the bytes of the file.
    first_series: int
    places: Mapping[str, int]
    size: int
    #: Bytes of memory that its points take.
    nbytes: int

    def row(self, tag: str) -> tuple[SeriesTable, int] | None:
        """The table and the row that all points of a tag are in; None without the tag."""
        place = self.places.get(tag)
        return None if place is None else (self.files.series, self.first_series + place)


class Runs:
    """Runs in the order in which they came. Not for several threads at once: the log directory holds the lock."""

    def __init__(self, open_run: Callable[[RunInfo, Unopened], Run]) -> None:
        """``open_run`` makes a run of its line in the catalogue and of its data."""
        self._open_run = open_run
        #: Of a run that is not opened the line in the catalogue.
        self._every: dict[str, Run | RunInfo] = {}
        self._unopened: dict[str, Unopened] = {}
        #: Those that were opened, in no order; not to be changed by others.
        self.opened: dict[str, Run] = {}
        #: Those of the others that were asked for without being opened, and when (`Share.asked`).
        self.asked: dict[str, int] = {}
        #: Bytes of the files of those that were not.
        self.unopened_bytes = 0

    def __getitem__(self, name: str) -> Run:
        """A run, which is opened. Raises KeyError."""
        run = self._every[name]
        if isinstance(run, RunInfo):
            run = self._open_run(run, self._unopened[name])
            # Only now: where there is no memory for it, it stays as it was.
            self.unopened_bytes -= self._unopened.pop(name).size
            run.share.asked = self.asked.pop(name, run.share.asked)
            self._every[name] = self.opened[name] = run
        return run

    def __contains__(self, name: object) -> bool:
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

    def take_in(self, new: PlainRuns, ids: Sequence[str], colors: Sequence[int], names: Sequence[str], at: int) -> None:
        """Take in runs that are new, without opening them: with their ids, colours and names as they are shown, and the
        revision at which they come."""
        facts = new.facts
        kinds = (
            [{SCALARS: at} if points else {} for points in facts.points] if 0 in facts.points else repeat({SCALARS: at})
        )
        # They are as those of the runs that these become: one attempt, no damaged bytes, and all is read.
        lines = zip(
            ids, names, colors, facts.points, repeat(at), repeat(at), kinds, facts.first, facts.last,
            facts.highest_step, repeat(1), repeat(0), repeat(False), strict=False,
        )  # fmt: skip
        self._every.update(zip(new.names, map(RunInfo._make, lines), strict=True))
        places = zip(
            new.paths, repeat(new.files), facts.numbers, facts.first_series, facts.places, facts.sizes, facts.nbytes,
            strict=False,
        )  # fmt: skip
        self._unopened.update(zip(new.names, map(Unopened._make, places), strict=True))
        self.unopened_bytes += sum(facts.sizes)

    def all(self) -> list[Run]:
        """Every run, all of which are opened."""
        return [self[name] for name in list(self._every)]

    def unopened(self) -> Mapping[str, Unopened]:
        """Those that are not opened; not to be changed by others."""
        return self._unopened

    def paths(self) -> set[str]:
        """Those of the files of all runs."""
        opened = {path for run in self.opened.values() for path in run.files}
        return opened.union([each.path for each in self._unopened.values()])

    def infos(self, names: Iterable[str] | None = None) -> list[RunInfo]:
        """The lines of runs in the catalogue, of all or of some by their names; none is opened. Raises KeyError."""
        every = self._every.values() if names is None else map(self._every.__getitem__, names)
        return [each if isinstance(each, RunInfo) else each.info() for each in every]

    def scalar_tags(self, names: Iterable[str]) -> list[tuple[str, Sequence[Mapping[str, object]]]]:
        """The ids of runs, and of each of their files a mapping of the tags of scalars; none is opened."""
        found: list[tuple[str, Sequence[Mapping[str, object]]]] = []
        for name in names:
            run = self._every[name]
            if isinstance(run, RunInfo):
                found.append((run.id, (self._unopened[name].places,)))
            else:
                found.append((run.id, [file.scalars.places for file in run.known_files.values()]))
        return found

    def metadata(self) -> list[Mapping[str, bytes]]:
        """What plug-ins are told of scalar tags, file by file."""
        found: list[Mapping[str, bytes]] = []
        for name, run in self._every.items():
            if isinstance(run, RunInfo):
                unopened = self._unopened[name]
                found.append(unopened.files.metadata(unopened.number))
            else:
                found += [file.metadata for file in run.known_files.values()]
        return found
