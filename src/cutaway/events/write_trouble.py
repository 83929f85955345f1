"""When a disk counts as slow, and what became of a record that could not be written at once."""

from dataclasses import dataclass

#: A write that waits longer has stalled. What a write waits is the time that it takes beyond that of its bytes.
STALL_NANOSECONDS = 50_000_000
#: A disk that takes 20 MB a second is not slow.
NANOSECONDS_PER_BYTE = 50
#: The disk is slow as well when its last ten writes waited longer on average.
SLOW_NANOSECONDS = 1_000_000
LAST_WRITES = 10
#: One write counts for no more than this in the average.
OUTLIER_NANOSECONDS = 5_000_000
#: For how many writes, without a further stall, a stall makes the thread's context switches be counted.
WATCHED_WRITES = 10_000
#: Where nobody counts them, so many stalls without a quick write in between are the disk's.
STALLS_IN_A_ROW = 3
#: How often a file is looked at whether it has been removed.
LOOK_NANOSECONDS = 1_000_000_000


@dataclass(slots=True)
class Trouble:
    """Why a record is not in the file, or why no more should be handed to it directly."""

    #: The framed record.
    record: bytes
    #: How many bytes of it are in the file: all of them when the disk is slow.
    written: int = 0
    #: The number of the operating system's error; 0 for none.
    error: int = 0
    #: The file has been removed; nothing was written.
    unlinked: bool = False
    #: Set by the thread that brings the record on its way, so that no other does.
    is_resolved: bool = False
