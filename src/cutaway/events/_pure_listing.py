"""What is in some directories, for the pure twin: see ``early.list_directories``."""

import os
from collections.abc import Sequence

from cutaway.events.listing import Listing


def list_directories(paths: Sequence[bytes], parts: Sequence[bytes]) -> list[Listing]:
    """See ``early.list_directories``."""
    texts = [os.fsdecode(part) for part in parts]
    return [_listing(os.fsdecode(path), texts) for path in paths]


def _listing(path: str, parts: Sequence[str]) -> Listing:
    identity = None
    directories: list[str] = []
    links: list[str] = []
    files: list[str] = []
    try:
        status = os.stat(path)  # noqa: PTH116 - of thousands of directories a Path of each costs as much as this
        identity = status.st_dev, status.st_ino
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        return Listing(error.errno or 0, identity, [], [], [])
    for entry in entries:
        try:
            if entry.is_dir():
                (links if entry.is_symlink() else directories).append(entry.name)
            elif any(part in entry.name for part in parts):
                # Of a link that leads nowhere it raises FileNotFoundError.
                if entry.is_symlink():
                    entry.stat()
                files.append(entry.name)
        except OSError:
            # A loop of links, or a link into a directory that must not be entered.
            continue
    return Listing(0, identity, directories, links, files)
