"""Files that were loaded as a whole: what :meth:`EventFile.take_loaded` takes in."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.block_checksums import BLOCK
from cutaway.events.open_file import FileStatus
from cutaway.events.reader import BlobColumns, blob_columns
from cutaway.events.tables import LEFT, LOADED, Loaded
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.series_table import SeriesTable


class FileFacts(NamedTuple):
    """The fields of ``FILE``."""

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


class LoadedFile(NamedTuple):
    """One file, whatever became of it; what follows its first time is of a file that was read to its end."""

    facts: FileFacts
    #: Seconds since the epoch; None where it is not a number, or not known.
    first_wall_time: float | None
    status: FileStatus
    #: int64[n]: of its whole blocks.
    checksums: NDArray[np.int64]
    scalars: LoadedSeries
    metadata: dict[str, bytes]
    blobs: list[BlobColumns]

    @property
    def is_whole(self) -> bool:
        """Whether it was read to its end."""
        return self.facts.outcome == LOADED


_NOTHING = LoadedSeries()
_NO_STATUS = FileStatus("", 0, 0, "")


def loaded_files(loaded: Loaded) -> Iterator[LoadedFile]:
    """The files one after the other."""
    table = SeriesTable(loaded.series, loaded.arena)
    places = [{tag: place for place, tag in enumerate(names.tags)} for names in loaded.names]
    for number, row in enumerate(loaded.files.tolist()):
        facts = FileFacts(*row)
        first = facts.first_wall_time if facts.has_first and math.isfinite(facts.first_wall_time) else None
        # Two tags may be the same text where their bytes are no text.
        if facts.outcome == LOADED and len(places[facts.names]) < facts.series:
            facts = facts._replace(outcome=LEFT)
        if facts.outcome != LOADED:
            yield LoadedFile(facts, first, _NO_STATUS, loaded.checksums[:0], _NOTHING, {}, [])
            continue
        yield LoadedFile(
            facts,
            first,
            FileStatus(f"{facts.device}/{facts.inode}", facts.size, facts.modified, str(facts.changed)),
            loaded.checksums[facts.first_checksum : facts.first_checksum + facts.size // BLOCK],
            LoadedSeries(table, facts.first_series, places[facts.names]),
            loaded.names[facts.names].metadata,
            blob_columns(*loaded.blobs[number], 0, 0) if facts.blobs else [],
        )
