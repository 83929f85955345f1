"""The table of the series of a shard: a series is a line in it until somebody asks for it."""

import struct
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events.tables import SERIES
from cutaway.store.compacted.chunked import ChunkWaits
from cutaway.store.compacted.parquet_file import numbers, read_table
from cutaway.store.compacted.series_state import SeriesState, decode_state, decode_waits
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.series import Series
from cutaway.store.series_table import SeriesTable

_COLUMNS = ("points", "lowest_step", "highest_step", "last_step", "lowest", "highest", "last")


class Place(NamedTuple):
    """Where a series is in its shard."""

    tag: str
    file: str
    #: Its number, and those of the first and the last series of the tag.
    number: int
    of_tag: tuple[int, int]
    #: Its first row among all points, and its first chunk among all chunks.
    row: int
    chunk: int


#: Makes a series of its place and its state; of a state that cannot be understood, None, it has to come from elsewhere.
Make = Callable[[Place, SeriesState | None], Series]


class StoredTable(SeriesTable):
    """The lines are in the order of the files, and within a file in that of the tags' first points."""

    def __init__(self, data: bytes, make: Make) -> None:
        """``data`` is the content of ``series.parquet``. Raises KeyError, TypeError, ValueError and pyarrow's errors
        where it is not one."""
        table = read_table(data)
        #: The metadata of the file.
        self.metadata: dict[bytes, bytes] = table.schema.metadata or {}
        self._make = make
        self._state, self._waits = table["state"], table["waits"]
        self._tag: list[str] = table["tag"].to_pylist()
        self._file: list[str] = table["file"].to_pylist()
        of_file: dict[str, int] = {}
        codes = np.array([of_file.setdefault(file, len(of_file)) for file in self._file], np.int64)
        number = numbers(table, "number")
        #: The series of each line.
        self._number = np.lexsort((number, codes))
        self._points = numbers(table, "points")
        self._row = np.cumsum(self._points) - self._points
        self._chunk = numbers(table, "chunk")
        changes = [at for at in range(1, len(self._tag)) if self._tag[at] != self._tag[at - 1]]
        #: Where each tag begins, and where the last one ends.
        self._edges = [0, *changes, len(self._tag)]
        rows = np.zeros(len(codes), SERIES)
        for name in _COLUMNS:
            rows[name] = numbers(table, name)[self._number]
        rows["has_not_finite"] = np.array(table["not_finite"].to_pylist(), np.bool_)[self._number]
        super().__init__(rows, np.empty(0, np.uint8))
        self._places = self._places_of(of_file, codes[self._number])

    def _places_of(self, of_file: dict[str, int], codes: NDArray[np.int64]) -> dict[str, tuple[int, dict[str, int]]]:
        """By file its first line, and the places of its tags behind that: the same object where tags are the same."""
        known: dict[tuple[str, ...], dict[str, int]] = {}
        found = {}
        edges = codes.searchsorted(np.arange(len(of_file) + 1)).tolist()
        numbers = self._number.tolist()
        for file, code in of_file.items():
            first, stop = edges[code : code + 2]
            tags = tuple(self._tag[number] for number in numbers[first:stop])
            places = known.setdefault(tags, {tag: place for place, tag in enumerate(tags)})
            found[file] = (first, places)
        return found

    def series_of(self, file: str) -> LoadedSeries:
        """The series of a file by their tags, in the order of the tags' first points."""
        first, places = self._places.get(file, (0, {}))
        return LoadedSeries(self, first, places)

    def places(self, series: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where points are among all of the shard, by the numbers of their series and the positions in these."""
        found: NDArray[np.int64] = self._row[series] + position
        return found

    def series(self, number: int) -> Series:
        """That of a line."""
        at = self._number.item(number)
        edge = bisect_right(self._edges, at)
        of_tag = self._edges[edge - 1], self._edges[edge] - 1
        place = Place(self._tag[at], self._file[at], at, of_tag, self._row.item(at), self._chunk.item(at))
        state: SeriesState | None = None
        try:
            state = decode_state(cast("Any", self._state[at]).as_py())
            if sum(chunk.points for chunk in state.chunks) != self._points.item(at):
                state = None
        except (KeyError, TypeError, ValueError, struct.error):
            pass
        return self._make(place, state)

    def waits(self, place: Place) -> list[ChunkWaits | None]:
        """The waits of the chunks of a series; none where they cannot be understood."""
        try:
            return decode_waits(cast("Any", self._waits[place.number]).as_py())
        except (TypeError, ValueError):
            return []
