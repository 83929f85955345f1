"""Which bytes of event files a compacted directory covers, and whether the files still begin with them."""

import json
from typing import NamedTuple

from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.open_file import FileStatus
from cutaway.store.compacted.layout import FILES
from cutaway.store.compacted.manifest import Shard, read_tail
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.parquet_file import read_table
from cutaway.store.index_format import Document, checksums_of, decode_index
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

    def is_start_of(self, place: Place, path: str, status: FileStatus) -> bool:
        """Whether a file begins with the bytes that are covered: the same version, the same file with the same times,
        or one whose first and last block among these bytes are the same. OSError, and ValueError as :meth:`known`."""
        known = self.status
        if known is not None and place.has_versions:
            # Its times may be told to the second by some answers.
            known = known._replace(modified=status.modified)
        if status == known:
            return True
        checksums = self.known()[2]
        if status.size < checksums.length:
            return False
        with place.open(path) as file:
            return not any(checksums.differs(file, block) for block in {0, max(checksums.count - 1, 0)})


def covered_by(objects: Objects, shard: Shard) -> list[Covered]:
    """What a shard covers. OSError or ValueError where that cannot be read."""
    import pyarrow as pa

    try:
        rows = read_table(read_tail(objects, shard, FILES)).to_pylist()
        return [Covered(row["run"], row["file"], row["bytes"], _status(row["status"]), row["state"]) for row in rows]
    except (KeyError, TypeError, pa.ArrowException) as error:
        raise ValueError(f"{FILES} of shard {shard.name} is damaged") from error


def _status(text: str) -> FileStatus | None:
    return FileStatus(*json.loads(text)) if text else None
