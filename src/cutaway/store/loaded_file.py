"""Files that were loaded together: what :meth:`EventFile.take_loaded` takes in, one file after the other."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.block_checksums import BLOCK
from cutaway.events.open_file import FileStatus
from cutaway.events.reader import BlobColumns, blob_columns
from cutaway.events.tables import LEFT, LOADED, Loaded
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


class LoadedFiles:
    """Some files by their numbers: their facts, and what else is known of those that were read to their ends."""

    __slots__ = ("_loaded", "_places", "_table", "facts")

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._table = SeriesTable(loaded.series, loaded.arena)
        self._places = [dict(zip(names.tags, range(len(names.tags)), strict=True)) for names in loaded.names]
        self.facts = list(map(FileFacts._make, loaded.files.tolist()))
        # Two tags may be the same text where their bytes are no text.
        same = {number for number, names in enumerate(loaded.names) if len(self._places[number]) < len(names.tags)}
        if same:
            self.facts = [facts._replace(outcome=LEFT) if facts.names in same else facts for facts in self.facts]

    @property
    def nbytes(self) -> int:
        """Bytes of all files that were read to their ends."""
        return sum(facts.size for facts in self.facts if facts.is_whole)

    def scalars(self, facts: FileFacts) -> tuple[LoadedSeries, dict[str, bytes]]:
        """The series of a file, and the first SummaryMetadata of those tags that have one; files with the same tags
        have the same object of it."""
        names = facts.names
        return LoadedSeries(self._table, facts.first_series, self._places[names]), self._loaded.names[names].metadata

    def blocks(self, facts: FileFacts) -> NDArray[np.int64]:
        """int64[n]: the checksums of a file's whole blocks."""
        count = facts.size // BLOCK
        return self._loaded.checksums[facts.first_checksum : facts.first_checksum + count] if count else _NO_BLOCKS

    def blobs(self, number: int) -> list[BlobColumns]:
        """Where everything else of a file is."""
        found = self._loaded.blobs.get(number)
        return [] if found is None else blob_columns(*found, 0, 0)
