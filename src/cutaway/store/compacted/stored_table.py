"""The table of the series of a shard: a series is a line in it until somebody asks for it, and a chart by step is drawn
without."""

import struct
from bisect import bisect_right
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import FLOAT32, FLOAT64
from cutaway.events.tables import SERIES
from cutaway.store.compacted.chunked import ChunkFacts, ChunkWaits
from cutaway.store.compacted.parquet_file import numbers, read_table
from cutaway.store.compacted.series_state import decode_state, decode_waits
from cutaway.store.compacted.stored_chunks import Lines, StoredChunks
from cutaway.store.drawn import Drawn, View
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.series import Frozen, Series
from cutaway.store.series_state import NO_STEPS
from cutaway.store.series_table import SeriesTable

_COLUMNS = ("lowest_step", "highest_step", "last_step", "lowest", "highest", "last")
#: Of larger values a sum of many might overflow.
_LARGE = 2.0**900
_DTYPES = {name: np.dtype(name) for name in ("float32", "float64", "int64")}
Integers = NDArray[np.int64]


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
    #: The widest buckets that the series of the tag have, in steps.
    coarsest: int


class Maker(Protocol):
    """What the table is of."""

    def made(self, place: Place, facts: Frozen | None, chunks: list[ChunkFacts]) -> Series:
        """A series of its place and its facts; of facts that cannot be understood, None, it has to come from
        elsewhere."""

    def draw(self, place: Place, lines: Lines, view: View) -> list[tuple[list[int], Drawn]]:
        """Lines of the tag of a place: see :meth:`SeriesTable.draw`."""


class StoredTable(SeriesTable):
    """The lines are in the order of the files, and within a file in that of the tags' first points."""

    def __init__(self, data: bytes, maker: Maker) -> None:
        """``data`` is the content of ``series.parquet``. Raises KeyError, TypeError, ValueError and pyarrow's errors
        where it is not one."""
        table = read_table(data)
        #: The metadata of the file.
        self.metadata: dict[bytes, bytes] = table.schema.metadata or {}
        self._maker = maker
        self._state, self._waits = table["state"], table["waits"]
        self._tag: list[str] = table["tag"].to_pylist()
        self._file: list[str] = table["file"].to_pylist()
        dtypes = table["dtype"].to_pylist()
        self._dtype = list(map(_DTYPES.__getitem__, dtypes))
        of_file: dict[str, int] = {}
        codes = np.array([of_file.setdefault(file, len(of_file)) for file in self._file], np.int64)
        number = numbers(table, "number")
        #: The series of each line.
        self._number = np.lexsort((number, codes))
        points = numbers(table, "points")
        self._row = np.cumsum(points) - points
        self._chunks = StoredChunks(table["chunks"], points)
        self._coarsest = numbers(table, "coarsest")
        #: Where each tag begins, and where the last one ends.
        self._edges = [0, *(at for at, (one, other) in enumerate(pairwise(self._tag), 1) if one != other)]
        self._edges.append(len(self._tag))
        rows = np.zeros(len(codes), SERIES)
        for name in _COLUMNS:
            rows[name] = numbers(table, name)[self._number]
        # More points than a field has room for are the most that it has.
        rows["points"] = np.minimum(points, np.iinfo(np.uint32).max)[self._number]
        kinds = np.array([FLOAT32 if name == "float32" else FLOAT64 for name in dtypes], np.uint8)
        rows["kind"] = kinds[self._number]
        for name, column in (("has_not_finite", "not_finite"), ("goes_back", "goes_back")):
            rows[name] = np.array(table[column].to_pylist(), np.bool_)[self._number]
        super().__init__(rows, np.empty(0, np.uint8))
        self._places = self._of_files(of_file, codes[self._number])

    def _of_files(self, of_file: dict[str, int], codes: Integers) -> dict[str, tuple[int, dict[str, int]]]:
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

    def places_of(self, file: str) -> tuple[int, dict[str, int]]:
        """The first row of a file's series, and the places of its tags behind that."""
        return self._places.get(file, (0, {}))

    def series_of(self, file: str) -> LoadedSeries:
        """The series of a file by their tags, in the order of the tags' first points."""
        return LoadedSeries(self, *self.places_of(file))

    def places(self, series: Integers, position: Integers) -> Integers:
        """Where points are among all of the shard, by the numbers of their series and the positions in these."""
        found: Integers = self._row[series] + position
        return found

    def are_lines(self, rows: Integers) -> NDArray[np.bool_]:
        """See SeriesTable: also long ones, of which there are buckets."""
        chosen = self.rows[rows]
        found: NDArray[np.bool_] = (chosen["goes_back"] == 0) & (chosen["points"] < np.iinfo(np.uint32).max)
        return found

    def draw(self, rows: Integers, view: View) -> list[tuple[list[int], Drawn]]:
        """See SeriesTable."""
        series, facts = self._number[rows], self.rows[rows]
        lowest, highest = facts["lowest"], facts["highest"]
        is_huge = (lowest <= highest) & (np.maximum(abs(lowest), abs(highest)) > _LARGE)
        lines = self._chunks.lines(series, self._row[series], facts["kind"] == FLOAT32, is_huge)
        return self._maker.draw(self._place(int(series[0])), lines, view) if len(rows) else []

    def series(self, number: int) -> Series:
        """That of a line."""
        at = self._number.item(number)
        place = self._place(at)
        facts: Frozen | None = None
        try:
            state = decode_state(cast("Any", self._state[at]).as_py())
            lowest_step, highest_step, last_step, lowest, highest, _ = (
                self.rows[name].item(number) for name in _COLUMNS
            )
            facts = Frozen(
                self._dtype[at],
                np.array(state.breaks, np.int64) if state.breaks else NO_STEPS,
                state.wall_ascending,
                last_step,
                state.last_wall_time,
                lowest_step,
                highest_step,
                lowest,
                highest,
                state.not_finite,
                state.sessions,
            )
        except (TypeError, ValueError, struct.error):
            pass
        return self._maker.made(place, facts, self._chunks.of(at))

    def waits(self, place: Place) -> list[ChunkWaits | None]:
        """The waits of the chunks of a series; none where they cannot be understood."""
        try:
            return decode_waits(cast("Any", self._waits[place.number]).as_py())
        except (TypeError, ValueError):
            return []

    def _place(self, at: int) -> Place:
        """That of a series, by its number."""
        edge = bisect_right(self._edges, at)
        of_tag = self._edges[edge - 1], self._edges[edge] - 1
        chunk, coarsest = self._chunks.edges.item(at), self._coarsest.item(at)
        return Place(self._tag[at], self._file[at], at, of_tag, self._row.item(at), chunk, coarsest)
