"""What the kernel's functions return: the same tuples from the native twin and from the pure one."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Column kinds of :class:`Decoded`: the narrowest dtype that holds every value of a tag exactly.
FLOAT32, FLOAT64, INT64 = 0, 1, 2


class Scan(NamedTuple):
    """Where the valid records of a buffer are. All positions are bytes from the start of the buffer."""

    #: int64[n], where each payload starts.
    offsets: NDArray[np.int64]
    #: int64[n], the size of each payload in bytes.
    lengths: NDArray[np.int64]
    #: Bytes that need not be looked at again. What is behind them is not written yet, or damage without an
    #: end yet.
    consumed: int
    #: (start, length) of the bytes that no valid record covers and behind which a valid record follows.
    damage: list[tuple[int, int]]
    #: No record starts in [consumed, searched), whatever comes later: a search may go on from here.
    searched: int


class Decoded(NamedTuple):
    """The scalar values of some records, grouped by tag; points of one tag are in file order."""

    #: Tags in the order of their first points.
    tags: list[str]
    #: int64[len(tags) + 1]: the points of tag i are [starts[i], starts[i + 1]) in the columns.
    starts: NDArray[np.int64]
    #: int64[n].
    step: NDArray[np.int64]
    #: float64[n], seconds since the epoch.
    wall_time: NDArray[np.float64]
    #: float64[n].
    value: NDArray[np.float64]
    #: uint8[len(tags)]: FLOAT32, FLOAT64 or INT64.
    kinds: NDArray[np.uint8]
    #: int64[n], exact at the points of the tags of kind INT64 and undefined elsewhere; int64[0] if there are
    #: none.
    integer: NDArray[np.int64]
    #: What was not a scalar, counted by kind: values of a summary by plug-in, other events by their field's
    #: name.
    others: dict[str, int]


#: A write that takes longer has stalled.
STALL_NANOSECONDS = 50_000_000
#: The file is slow when its last ten writes took longer on average.
SLOW_NANOSECONDS = 1_000_000
LAST_WRITES = 10
#: One write counts for no more than this in the average: a process that was not scheduled for a while does not
#: make the disk a slow one.
OUTLIER_NANOSECONDS = 5_000_000
#: How often a file is looked at whether it has been removed.
LOOK_NANOSECONDS = 1_000_000_000


class Trouble(NamedTuple):
    """Why a record is not in the file, or why no more should be handed to it directly."""

    #: The framed record.
    record: bytes
    #: How many bytes of it are in the file: all of them when the file is slow.
    written: int = 0
    #: The number of the operating system's error; 0 for none.
    error: int = 0
    #: The file has been removed; nothing was written.
    unlinked: bool = False


@dataclass(frozen=True)
class Buckets:
    """A series reduced to ``size`` buckets; ``count`` is of finite values only."""

    count: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]
    #: float64[size], NaN where count is 0; so are min and max.
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]


#: What the kernel reads bytes from.
Buffer = bytes | bytearray | memoryview | mmap.mmap
Tags = Sequence[str]
Values = Sequence[float | int]
