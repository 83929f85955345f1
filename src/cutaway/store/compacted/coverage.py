"""Which bytes of event files a compacted directory covers, and whether the files still begin with them."""

import json
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.open_file import FileStatus
from cutaway.events.tables import FILE
from cutaway.store.compacted.layout import FILES
from cutaway.store.compacted.manifest import Shard, read_tail
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.parquet_file import numbers, read_table
from cutaway.store.index_format import Document, checksums_of, decode_index, metadata_of
from cutaway.store.places.place import Place


class Covered(NamedTuple):
    """One event file of a shard."""

    run: str
    #: Its path below the log directory.
    file: str
    #: How many bytes from its start the shard has the points of.
    length: int
    #: As it was when it was read up to its end; None where it was growing.
    status: FileStatus | None
    #: Everything but its scalars, as an index has it.
    state: bytes

    def known(self) -> tuple[Document, memoryview, BlockChecksums]:
        """The state, and the checksums of the bytes. ValueError for one that cannot be understood."""
        try:
            document, arrays = decode_index(memoryview(self.state))
            return document, arrays, checksums_of(document, arrays)
        except (KeyError, TypeError, IndexError, RecursionError, OverflowError) as error:
            raise ValueError("the state of an event file is damaged") from error

    def metadata(self) -> dict[str, bytes]:
        """What plug-ins are told of its scalar tags; nothing where the state cannot be understood."""
        try:
            return metadata_of(self.known()[0])
        except ValueError:
            return {}

    def is_as_it_was(self, place: Place, status: FileStatus) -> bool:
        """Whether a file is still the version that was covered, by its status."""
        known = self.status
        if known is not None and place.has_versions:
            # Its times may be told to the second by some answers.
            known = known._replace(modified=status.modified)
        return status == known

    def is_start_of(self, place: Place, path: str, status: FileStatus) -> bool:
        """Whether a file begins with the bytes that are covered: the same version, the same file with the same times,
        or one whose first and last block among these bytes are the same. OSError, and ValueError as :meth:`known`."""
        if self.is_as_it_was(place, status):
            return True
        checksums = self.known()[2]
        if status.size < checksums.length:
            return False
        with place.open(path) as file:
            return not any(checksums.differs(file, block) for block in {0, max(checksums.count - 1, 0)})


class CoveredFiles(NamedTuple):
    """The n event files of a shard."""

    files: list[Covered]
    #: FILE[n], without what is of series; what tells one file from another is 0 where it lies in an object store.
    table: NDArray[np.void]
    #: bool[n]: whether nothing else is needed of it until somebody asks for its points, as long as it stays as it was.
    is_plain: NDArray[np.bool_]


def covered_by(objects: Objects, shard: Shard) -> CoveredFiles:
    """What a shard covers. OSError or ValueError where that cannot be read."""
    import pyarrow as pa

    try:
        table = read_table(read_tail(objects, shard, FILES))
        columns = [table[name].to_pylist() for name in ("run", "file", "bytes", "status", "state")]
        run, name, size, status, state = columns
        files = list(map(Covered, run, name, size, map(_status, status), state))
        facts = np.zeros(len(files), FILE)
        facts["size"], facts["first_wall_time"] = numbers(table, "bytes"), numbers(table, "begins")
        facts["has_first"] = ~np.isnan(facts["first_wall_time"])
        for column in ("points", "highest_step", "first_point", "last_point"):
            facts[column] = numbers(table, column)
        known = np.array([_as_numbers(file.status) for file in files], np.uint64).reshape(-1, 4).T
        facts["device"], facts["inode"], facts["modified"], facts["changed"] = known
        is_known = np.array([file.status is not None for file in files], np.bool_)
        return CoveredFiles(files, facts, is_known & (numbers(table, "plain") != 0))
    except (KeyError, TypeError, pa.ArrowException) as error:
        raise ValueError(f"{FILES} of shard {shard.name} is damaged") from error


def _as_numbers(status: FileStatus | None) -> tuple[int, int, int, int]:
    """The device, the inode, and when the file was written to and changed, as the kernel compares them; of an object
    zeros."""
    if status is None:
        return 0, 0, 0, 0
    device, _, inode = status.identity.partition("/")
    is_local = device.isdecimal() and inode.isdecimal() and status.version.isdecimal() and status.modified >= 0
    return (int(device), int(inode), status.modified, int(status.version)) if is_local else (0, 0, 0, 0)


def _status(text: str) -> FileStatus | None:
    return FileStatus(*json.loads(text)) if text else None
