"""The series of one event file by their tags: those that were loaded with it are made when somebody asks for them.

A log of thousands of runs has a hundred thousand series, most of which nobody looks at. Files that were loaded together
share a table of them, and those with the same tags share the places of their tags in it.
"""

from collections.abc import Iterator, KeysView, Mapping

import numpy as np
from numpy.typing import NDArray

from cutaway.events.tables import SERIES
from cutaway.store.series import Series
from cutaway.store.series_table import SeriesFacts, SeriesTable

#: Of the objects that a series is made of, beside its points.
SERIES_BYTES = 1 << 11

_NO_TABLE = SeriesTable(np.empty(0, SERIES), np.empty(0, np.uint8))


class LoadedSeries(Mapping[str, Series]):
    """Series in the order of their tags' first points. One thread adds to it, any thread reads."""

    __slots__ = ("_count", "_first", "_made", "_owns_places", "_places", "_table")

    def __init__(self, table: SeriesTable = _NO_TABLE, first: int = 0, places: dict[str, int] | None = None) -> None:
        """``places`` are those of the tags in the table, counted from a ``first`` row on; others may have the same."""
        self._table = table
        self._first = first
        # Tags that come later have places behind those of the table.
        self._places = {} if places is None else places
        self._owns_places = places is None
        self._count = len(self._places)
        self._made: dict[str, Series] = {}

    @classmethod
    def of(cls, series: Mapping[str, Series]) -> "LoadedSeries":
        """Series that are made already, by their tags."""
        found = cls()
        found._made = dict(series)
        found._places = {tag: place for place, tag in enumerate(series)}
        return found

    def __getitem__(self, tag: str) -> Series:
        series = self._made.get(tag)
        if series is None:
            # Two threads that ask at the same time get the same.
            series = self._made.setdefault(tag, self._table.series(self._first + self._places[tag]))
        return series

    def __iter__(self) -> Iterator[str]:
        # More may be added while somebody goes through them.
        return iter(tuple(self._places))

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, tag: object) -> bool:
        return tag in self._places

    @property
    def places(self) -> Mapping[str, int]:
        """The places of the tags: the same object for files that were loaded with the same tags."""
        return self._places

    def keys(self) -> KeysView[str]:
        """The tags."""
        return self._places.keys()

    def added(self, tag: str) -> Series:
        """The series of a tag, another one where there is none."""
        if tag not in self._places:
            self._made[tag] = Series()
            if not self._owns_places:
                self._places, self._owns_places = self._places.copy(), True
            self._places[tag] = len(self._places)
        return self[tag]

    def facts(self, tag: str) -> SeriesFacts | None:
        """Facts of a tag's series, which is not made for it; None without points."""
        if tag not in self._places:
            return None
        made = self._made.get(tag)
        if made is None:
            return self._table.facts(self._first + self._places[tag])
        return SeriesFacts.of(made.points)

    def row(self, tag: str) -> tuple[SeriesTable, int] | None:
        """The table and the row that all points of a tag are in; None where they are not in one."""
        place = self._places.get(tag)
        if place is None or place >= self._count:
            return None
        row, made = self._first + place, self._made.get(tag)
        # What was made goes on where more was recorded.
        return (self._table, row) if made is None or len(made) == self._table.rows["points"][row] else None

    @property
    def made(self) -> int:
        """How many of them somebody asked for."""
        return len(self._made)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the points take, with those of a series beside them, and of a table this file's part."""
        nbytes = self._table.nbytes(self._count)
        if self._made:
            nbytes += sum(series.points.nbytes + SERIES_BYTES for series in list(self._made.values()))
        return nbytes

    def step_span(self) -> tuple[int, int]:
        """The lowest and the highest step; (0, 0) without any point."""
        rows = self._rows()
        spans = [(int(rows["lowest_step"].min()), int(rows["highest_step"].max()))] if len(rows) else []
        every = [points for series in list(self._made.values()) if len(points := series.points)]
        spans += [(points.lowest_step, points.highest_step) for points in every]
        return min((low for low, _ in spans), default=0), max((high for _, high in spans), default=0)

    def not_finite_tags(self) -> dict[str, None]:
        """The tags with a value that was not finite when they were loaded."""
        has = self._rows()["has_not_finite"]
        return {tag: None for tag, place in self._places.items() if place < self._count and has[place]}

    def _rows(self) -> NDArray[np.void]:
        return self._table.rows[self._first : self._first + self._count]
