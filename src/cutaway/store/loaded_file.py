"""Files that were loaded together: what :meth:`EventFile.take_loaded` takes in, one file after the other."""

import math
import os
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.block_checksums import BLOCK
from cutaway.events.open_file import FileStatus
from cutaway.events.reader import BlobColumns, blob_columns
from cutaway.events.tables import LEFT, LOADED, Loaded
from cutaway.store.load_sizes import INDEXED
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.series_table import SeriesTable

_NO_BLOCKS = np.empty(0, np.int64)


class FileFacts(NamedTuple):
    """The fields of ``FILE``: of one file, whatever became of it. Those behind its first time are of a file that was
    read to its end."""

    outcome: int
    device: int
    inode: int
    size: int
    modified: int
    changed: int
    has_first: int
    first_wall_time: float
    names: int
    first_series: int
    series: int
    points: int
    first_point: float
    last_point: float
    highest_step: int
    not_finite: int
    events: int
    malformed: int
    empty: int
    first_checksum: int
    checksum: int
    blobs: int

    @property
    def is_whole(self) -> bool:
        """Whether it was read to its end."""
        return self.outcome == LOADED

    @property
    def first(self) -> float | None:
        """When the first record was made, in seconds since the epoch; None where it is not a number, or not known."""
        return self.first_wall_time if self.has_first and math.isfinite(self.first_wall_time) else None

    @property
    def identity(self) -> str:
        """See FileStatus."""
        return f"{self.device}/{self.inode}"

    @property
    def status(self) -> FileStatus:
        """As the file was opened."""
        return FileStatus(self.identity, self.size, self.modified, str(self.changed))


class PlainFiles(NamedTuple):
    """Small files that were read to their ends, with scalars alone: their numbers, and a column for each fact."""

    numbers: list[int]
    #: The rows of their first series in the table, and the places of the tags behind these: the same object for files
    #: that were loaded with the same tags.
    first_series: list[int]
    places: list[Mapping[str, int]]
    #: Bytes, and bytes of memory that the points take.
    sizes: list[int]
    nbytes: list[int]
    points: list[int]
    #: When the first record was made, in seconds since the epoch; Inf where that is not known.
    begins: list[float]
    #: When the first and the last point were recorded; None without a finite time.
    first: list[float | None]
    last: list[float | None]
    #: None without points.
    highest_step: list[int | None]

    def chosen(self, wanted: list[bool]) -> "PlainFiles":
        """Those that are wanted."""
        return PlainFiles._make([list(compress(column, wanted)) for column in self])


class Taker(Protocol):
    """The object of an event file."""

    def take_loaded(self, files: "LoadedFiles", number: int) -> None:
        """Take in all of the file, of which nothing was read before: the one of that number."""


class LoadedFiles:
    """Some files by their numbers: their facts, and what else is known of those that were read to their ends. See
    TogetherFiles."""

    __slots__ = ("_facts", "_loaded", "_places", "series", "table")

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        #: The series of all files.
        self.series = SeriesTable(loaded.series, loaded.arena)
        self._places = [dict(zip(names.tags, range(len(names.tags)), strict=True)) for names in loaded.names]
        self._facts: list[FileFacts] | None = None
        #: FILE[n].
        self.table = loaded.files
        # Two tags may be the same text where their bytes are no text.
        same = [number for number, names in enumerate(loaded.names) if len(self._places[number]) < len(names.tags)]
        if same:
            self.table = self.table.copy()
            self.table["outcome"][(self.table["outcome"] == LOADED) & np.isin(self.table["names"], same)] = LEFT

    @property
    def facts(self) -> list[FileFacts]:
        """Those of each file; made when somebody asks for them."""
        if self._facts is None:
            self._facts = list(map(FileFacts._make, self.table.tolist()))
        return self._facts

    @property
    def nbytes(self) -> int:
        """Bytes of all files that were read to their ends."""
        return int(self.table["size"][self.table["outcome"] == LOADED].sum())

    def plain(self) -> PlainFiles:
        """The files of which nothing but these facts is needed until somebody asks for their points."""
        table = self.table
        is_plain = (table["outcome"] == LOADED) & (table["size"] < INDEXED)
        for name in ("malformed", "empty", "blobs"):
            is_plain &= table[name] == 0
        numbers = np.flatnonzero(is_plain)
        chosen = table if len(numbers) == len(table) else table[numbers]
        places = list(map(self._places.__getitem__, chosen["names"].tolist()))
        nbytes = self.series.nbytes_each(chosen["series"])
        return plain_files(numbers, chosen, chosen["first_series"], places, nbytes)

    def changed(self, paths: Sequence[str], numbers: Sequence[int]) -> list[int]:
        """See TogetherFiles."""
        table = self.table if len(numbers) == len(self.table) else self.table[list(numbers)]
        return core.changed_files(list(map(os.fsencode, paths)), table)

    def take_into(self, file: Taker, number: int) -> None:
        """See TogetherFiles."""
        file.take_loaded(self, number)

    def scalars(self, facts: FileFacts) -> tuple[LoadedSeries, dict[str, bytes]]:
        """The series of a file, and the first SummaryMetadata of those tags that have one; files with the same tags
        have the same object of it."""
        names = facts.names
        return LoadedSeries(self.series, facts.first_series, self._places[names]), self._loaded.names[names].metadata

    def metadata(self, number: int) -> Mapping[str, bytes]:
        """The first SummaryMetadata of those tags of a file that have one."""
        return self._loaded.names[int(self.table["names"][number])].metadata

    def blocks(self, facts: FileFacts) -> NDArray[np.int64]:
        """int64[n]: the checksums of a file's whole blocks."""
        count = facts.size // BLOCK
        return self._loaded.checksums[facts.first_checksum : facts.first_checksum + count] if count else _NO_BLOCKS

    def blobs(self, number: int) -> list[BlobColumns]:
        """Where everything else of a file is."""
        found = self._loaded.blobs.get(number)
        return [] if found is None else blob_columns(*found, 0, 0)


def plain_files(
    numbers: NDArray[np.int64],
    table: NDArray[np.void],
    first_series: NDArray[np.int64],
    places: Sequence[Mapping[str, int]],
    nbytes: NDArray[np.int64],
) -> PlainFiles:
    """Those of FILE[n], by their numbers; the other arguments are columns of the result."""
    points, begins = table["points"], table["first_wall_time"]
    has_times = (points > 0) & (table["first_point"] <= table["last_point"])
    return PlainFiles(
        numbers.tolist(),
        first_series.tolist(),
        list(places),
        table["size"].tolist(),
        nbytes.tolist(),
        points.tolist(),
        np.where((table["has_first"] != 0) & np.isfinite(begins), begins, np.inf).tolist(),
        _where(has_times, table["first_point"]),
        _where(has_times, table["last_point"]),
        _where(points > 0, table["highest_step"]),
    )


def _where(has: NDArray[np.bool_], values: NDArray[Any]) -> list[Any]:
    """The values, None where there is none."""
    found = values.tolist()
    return found if has.all() else [value if one else None for one, value in zip(has.tolist(), found, strict=True)]
