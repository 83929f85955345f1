"""What files are loaded to: the points of many series, packed one behind the other, and the facts of each."""

import mmap
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Blobs

#: Outcomes: the file was read to its end; it is larger than was asked for, and only its first record was looked at;
#: there is something in it that :class:`~cutaway.events.reader.EventFileReader` has to look at; or there is data other
#: than scalars, of which an :class:`~cutaway.events.early.AheadLoader` says nothing.
LOADED, LARGE, LEFT, OTHERS = 0, 1, 2, 3

#: Bytes of a file that have a checksum together.
BLOCK = 1 << 20
#: Bytes of a large file in which its first record is looked for.
FIRST_BYTES = 4096
#: Bytes of a large file that say whether it is wide: whether it has fewer points of each tag than this.
WIDE_BYTES = 256 << 10
FEW_POINTS = 128
#: Bytes of a wide file that are read at a time.
PIECE = 8 << 20
#: A series with more points than this is in no table.
LARGEST_SERIES = 65536

#: One file. All times are seconds since the epoch, but for `modified` and `changed`, which are nanoseconds.
FILE = np.dtype(
    [
        ("outcome", np.int64),
        ("device", np.uint64),
        ("inode", np.uint64),
        ("size", np.int64),
        ("modified", np.int64),
        ("changed", np.int64),
        # Whether the first record is known, and when that was made: 0 where it does not say so.
        ("has_first", np.int64),
        ("first_wall_time", np.float64),
        # The number of its list of tags, and its series in the table, in the list's order.
        ("names", np.int64),
        ("first_series", np.int64),
        ("series", np.int64),
        ("points", np.int64),
        # The first and the last finite wall time of a point; (Inf, -Inf) without any.
        ("first_point", np.float64),
        ("last_point", np.float64),
        # Of points; 0 without any.
        ("highest_step", np.int64),
        # Series with a value that is not finite.
        ("not_finite", np.int64),
        # Records; those of them that are not events; events that hold nothing.
        ("events", np.int64),
        ("malformed", np.int64),
        ("empty", np.int64),
        # Where its checksums of whole blocks begin, and that of the bytes behind them.
        ("first_checksum", np.int64),
        ("checksum", np.int64),
        # Records that are not scalars.
        ("blobs", np.int64),
    ]
)

#: One series. The facts are those of ``Facts``. Its packed columns (``Packed``, ``PackedValues``) begin at `place` in
#: the arena: of the steps, then of the wall times, marks, places and data, unless all changes are equal; then of the
#: values places and data, or all of them where they are not packed. Places are filled up to a multiple of eight bytes.
SERIES = np.dtype(
    [
        ("first_step", np.int64),
        ("last_step", np.int64),
        ("lowest_step", np.int64),
        ("highest_step", np.int64),
        ("first_wall_time", np.float64),
        ("last_wall_time", np.float64),
        ("lowest", np.float64),
        ("highest", np.float64),
        ("not_finite_step", np.int64),
        ("not_finite", np.float64),
        # The value of the last point.
        ("last", np.float64),
        # The changes of the columns without data.
        ("step_change", np.int64),
        ("wall_change", np.int64),
        ("place", np.int64),
        ("points", np.uint32),
        # Bytes of data; 0 where there is none.
        ("step_bytes", np.uint32),
        ("wall_bytes", np.uint32),
        ("value_bytes", np.uint32),
        # FLOAT32 or FLOAT64.
        ("kind", np.uint8),
        ("goes_back", np.uint8),
        ("wall_ascending", np.uint8),
        ("has_not_finite", np.uint8),
        ("unused", np.uint8, 4),
    ]
)

#: Arenas of more bytes than this have memory of their own, apart from that of arrays that are soon gone.
_LARGE_ARENA = 1 << 20
#: Those of more bytes than this are in large pages.
_IN_LARGE_PAGES = 4 << 20


class TagNames(NamedTuple):
    """The tags of a file's scalars in the order of their first points, and the first SummaryMetadata of those that have
    one, serialised."""

    tags: tuple[str, ...]
    metadata: dict[str, bytes]


class Loaded(NamedTuple):
    """Some files; see ``core.load``."""

    #: FILE[n].
    files: NDArray[np.void]
    #: SERIES[m], file by file.
    series: NDArray[np.void]
    #: uint8[k].
    arena: NDArray[np.uint8]
    #: Each once, however many files have the same.
    names: list[TagNames]
    #: int64[b]: the checksums of each whole MiB of the files.
    checksums: NDArray[np.int64]
    #: By the places of the files that have any: what is not scalar, and the first SummaryMetadata of each key.
    blobs: dict[int, tuple[Blobs, list[bytes]]]


def kept_bytes(size: int) -> NDArray[np.uint8]:
    """uint8[size], for what is kept."""
    if size < _LARGE_ARENA:
        return np.empty(size, np.uint8)
    # A child that is forked has its own.
    own = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    memory = mmap.mmap(-1, size, **own)
    if size >= _IN_LARGE_PAGES and hasattr(mmap, "MADV_HUGEPAGE"):
        # As `large_pages.h` has it; a system without such pages says so.
        with suppress(OSError):
            memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)
