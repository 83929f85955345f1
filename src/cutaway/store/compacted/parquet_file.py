"""Reading parts of one Parquet file of a shard."""

import base64
import io
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.store.compacted.layout import SHARDS
from cutaway.store.compacted.manifest import Shard, read_tail
from cutaway.store.compacted.objects import Objects


class DamagedError(Exception):
    """A file of a shard that is not there or not as it was written: the message says why."""


def read_table(data: bytes) -> Any:
    """All rows of a small file: an Arrow table. Raises pyarrow's errors."""
    import pyarrow as pa
    from pyarrow import parquet

    # Its function of that name loads what reads whole directories, which takes longer than the reading.
    return parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True).read(use_threads=False)


def numbers(table: Any, name: str) -> NDArray[Any]:
    """A column of numbers, none of them null."""
    chunks = table[name]
    return numbers_of(chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks())


def real_numbers(table: Any, name: str) -> NDArray[np.float32] | NDArray[np.float64]:
    """A column of numbers that is float32 or float64, row by row: float32[n] where all are, else float64[n]. Raises
    DamagedError for rows that are neither."""
    narrow, wide = table[name], table[f"{name}_float64"]
    if not narrow.null_count:
        return numbers(table, name)
    if not wide.null_count:
        return numbers(table, f"{name}_float64")
    is_wide = narrow.is_null().to_numpy()
    if wide.is_null().to_numpy()[is_wide].any():
        raise DamagedError("values are not where they should be")
    found: NDArray[np.float64] = np.where(is_wide, wide.to_numpy(), narrow.to_numpy())
    return found


def numbers_of(array: Any) -> NDArray[Any]:
    """An Arrow array of numbers, none of them null. Arrow's own way loads pandas where that is installed."""
    dtype = np.dtype(array.type.to_pandas_dtype())
    if not len(array):
        return np.empty(0, dtype)
    found: NDArray[Any] = np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * dtype.itemsize)
    return found


class ParquetRows:
    """Row groups of one file. Any thread; the file's footer, where it is not known, is read when it is first asked for
    anything."""

    def __init__(self, objects: Objects, shard: Shard, name: str, footer: bytes | None = None) -> None:
        """``footer`` as :data:`cutaway.store.compacted.layout.FOOTER` has it."""
        self.key = f"{SHARDS}{shard.name}/{name}"
        self._objects, self._shard, self._name, self._known = objects, shard, name, footer
        self._lock = Lock()
        self._file: Any = None
        #: The row behind each row group.
        self._ends = np.empty(0, np.int64)
        #: The first and the last series of each row group.
        self._series = np.empty((0, 2), np.int64)

    def groups_of_rows(self, start: int, stop: int) -> tuple[int, int]:
        """The row groups from one row up to another, as [first, last + 1)."""
        self._open()
        return int(self._ends.searchsorted(start, "right")), int(self._ends.searchsorted(stop, "left")) + 1

    def groups_of_series(self, first: int, last: int) -> tuple[int, int]:
        """The row groups that have any of some series, both ends included, as [first, last + 1)."""
        self._open()
        return int(self._series[:, 1].searchsorted(first)), int(self._series[:, 0].searchsorted(last, "right"))

    def first_row(self, group: int) -> int:
        """The number of a row group's first row."""
        return int(self._ends[group - 1]) if group else 0

    def read(self, start: int, stop: int) -> Any:
        """All columns of the row groups from one up to another: an Arrow table. Raises DamagedError."""
        self._open()
        with self._lock:
            return self._checked(lambda: self._file.read_row_groups(range(start, stop)).combine_chunks())

    @property
    def groups(self) -> int:
        """How many row groups there are."""
        self._open()
        return len(self._ends)

    def read_each(self, start: int, stop: int) -> list[Any]:
        """The row groups from one up to another, each an Arrow table of its own. Raises DamagedError."""
        table = self.read(start, stop)
        edges = [0, *(self._ends[start:stop] - self.first_row(start)).tolist()]
        # Copies, so that one of them does not keep the memory of all.
        return [_copy(table.slice(low, high - low)) for low, high in pairwise(edges)]

    def _open(self) -> None:
        with self._lock:
            if self._file is None:
                self._checked(self._read_footer)

    def _read_footer(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        stored = self._shard.objects.get(self._name)
        if self._known is None or stored is None:
            # A footer has no checksum of its own, and a wrong one leads anywhere.
            footer = read_tail(self._objects, self._shard, self._name)
        else:
            footer = pa.decompress(base64.b64decode(self._known), stored.tail, "zstd", asbytes=True)
        metadata = parquet.read_metadata(pa.BufferReader(footer))
        file = parquet.ParquetFile(
            _Ranges(self._objects, self.key, self._shard.objects[self._name].size),
            metadata=metadata,
            pre_buffer=True,
            page_checksum_verification=True,
        )
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        series = [group.column(0).statistics for group in groups]
        self._ends = np.cumsum([group.num_rows for group in groups])
        self._series = np.array([(each.min, each.max) for each in series], np.int64).reshape(-1, 2)
        self._file = file

    def _checked(self, read: Any) -> Any:
        import pyarrow as pa

        try:
            return read()
        except (OSError, ValueError, pa.ArrowException) as error:
            raise DamagedError(str(error).partition("\n")[0] or type(error).__name__) from error


def _copy(table: Any) -> Any:
    """The same rows in memory of their own; the table is one piece."""
    import pyarrow as pa

    # Arrow's own way loads pandas where that is installed.
    every = [column.combine_chunks() for column in table.columns]
    return pa.table([pa.concat_arrays([each, each.slice(0, 0)]) for each in every], schema=table.schema)


class _Ranges(io.RawIOBase):
    """An object as a file."""

    def __init__(self, objects: Objects, key: str, size: int) -> None:
        self._objects, self._key, self._size = objects, key, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        data = self._objects.read(self._key, self._at, self._size - self._at if size < 0 else size)
        self._at += len(data)
        return data
