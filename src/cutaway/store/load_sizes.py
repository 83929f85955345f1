"""How much of a log is read at a time, and as what."""

#: Bytes of a file from which on an index of it is kept; a smaller one is read as quickly.
INDEXED = 256 << 10
#: Bytes of a file that is read as soon as it is found. Of larger ones there may be an index.
SMALL = INDEXED - 1
#: Bytes of all files that are read as soon as they are found, and seconds in which they are: then the names of the runs
#: can be shown, and the newest files come first.
_MOST_AT_ONCE = 1 << 30
MOST_SECONDS = 1.0
#: They are at most such a part of the bytes that all points may take.
_PART = 4
#: Files that are given to the kernel at a time.
FILES = 256
#: Bytes of a larger file that is read as a whole, and of files that are read together, once they were found.
LARGEST = TOGETHER = 8 << 20


def most_at_once(memory: int | None) -> int:
    """Bytes of the files that are read as soon as they are found; ``memory``: those that all points may take."""
    return _MOST_AT_ONCE if memory is None else min(_MOST_AT_ONCE, memory // _PART)
