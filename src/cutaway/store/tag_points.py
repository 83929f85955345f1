"""The points of one tag of some runs: in a large log mostly a row of a table each, of which a chart by step is drawn
without a series of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cutaway.store.segments import FilePoints
from cutaway.store.series_table import SeriesTable


class TagRows:
    """n runs of which each has one line by step: a row of a table."""

    def __init__(self, table: SeriesTable, runs: list[str], rows: NDArray[np.int64]) -> None:
        """``runs`` are their ids, and ``rows`` int64[n]."""
        self.table, self.runs, self.rows = table, runs, rows

    @cached_property
    def facts(self) -> NDArray[np.void]:
        """SERIES[n], without what the table does not know."""
        return self.table.rows[self.rows]

    def without(self, runs: frozenset[str]) -> "TagRows":
        """Without some runs."""
        wanted = np.array([run not in runs for run in self.runs], np.bool_)
        if wanted.all():
            return self
        return TagRows(self.table, [run for run in self.runs if run not in runs], self.rows[wanted])


class TagPoints(Mapping[str, Sequence[FilePoints]]):
    """By the ids of runs a part for each file, as the files are ordered. Of runs that are rows the parts are made when
    they are asked for, and may then be newer."""

    def __init__(
        self,
        runs: Sequence[str],
        known: Mapping[str, Sequence[FilePoints]],
        rows: Sequence[TagRows],
        make: Callable[[Iterable[str]], Mapping[str, Sequence[FilePoints]]],
    ) -> None:
        """``runs``: all of them, in order; ``make`` makes the parts of some."""
        self._runs, self._known, self._make = dict.fromkeys(runs), dict(known), make
        self.rows = rows

    def __getitem__(self, run: str) -> Sequence[FilePoints]:
        if run not in self._runs:
            raise KeyError(run)
        self.make([run])
        return self._known[run]

    def make(self, runs: Iterable[str]) -> None:
        """Make the parts of some runs at once; of one that is gone by now there are none."""
        missing = [run for run in runs if run not in self._known]
        if missing:
            self._known |= dict.fromkeys(missing, ()) | dict(self._make(missing))

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)


class RowsByTable:
    """Rows of tables that are being gathered, of one tag."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[SeriesTable, list[str], list[int]]] = {}

    def add(self, run: str, table: SeriesTable, row: int) -> None:
        """A run, and where its points are."""
        _, runs, rows = self._found.setdefault(id(table), (table, [], []))
        runs.append(run)
        rows.append(row)

    def split(self) -> tuple[list[TagRows], list[str]]:
        """Those that are one line by step each, and the runs whose rows are not."""
        lines, others = list[TagRows](), list[str]()
        for table, runs, numbers in self._found.values():
            rows = np.array(numbers, np.int64)
            is_line = table.are_lines(rows)
            if is_line.all():
                lines.append(TagRows(table, runs, rows))
                continue
            others += [run for run, one in zip(runs, is_line.tolist(), strict=True) if not one]
            if is_line.any():
                chosen = [run for run, one in zip(runs, is_line.tolist(), strict=True) if one]
                lines.append(TagRows(table, chosen, rows[is_line]))
        return lines, others
