"""What is in a directory, as both twins of the kernel say it."""

from typing import NamedTuple


class Listing(NamedTuple):
    """What is in a directory: names in order, decoded as `os.fsdecode` does."""

    #: Why it could not be listed, as in `errno`; else 0.
    error: int
    #: Its device and inode; None where they are not known.
    identity: tuple[int, int] | None
    directories: list[str]
    #: Symbolic links to directories.
    links: list[str]
    #: Anything else of the names that were asked for, and links to it. Links that lead nowhere are in no list.
    files: list[str]
