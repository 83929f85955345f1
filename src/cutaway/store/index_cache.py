"""Index files: the series read from large event files, kept for the next start.

They lie in the user's cache directory, one for each event file, named by the file's identity. An index is believed
only while the file has the same bytes up to where the index ends, by their checksums. Of a file of which the file
system says that nothing has happened to it since (size, time of writing and time of change, if it had rested when it
was read), the last block is compared at once and all others later, while the viewer runs. Of any other all are
compared up to 64 MiB, and in a larger file the first and the last block, the others later. Where files have versions
nothing is compared for the version that was read, and the first and the last block for a longer one. Records that
were appended since are read as usual. All of it can be deleted at any time; an index that is damaged, is of another
version, or cannot be written or read is done without, silently. Index files are mapped into memory, never changed,
and replaced by renaming.
"""

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cutaway.events import core
from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.open_file import OpenFile
from cutaway.store.event_file import EventFile
from cutaway.store.index_format import checksums_of, decode_index, encode_index, restore
from cutaway.store.index_name import index_path
from cutaway.store.load_sizes import INDEXED
from cutaway.store.places.place import Place
from cutaway.store.verification import WHOLE

if TYPE_CHECKING:
    from cutaway.store.together_files import TogetherFiles

#: Nanoseconds without a change after which a file's times tell the next one: some file systems count in seconds, and
#: clocks of other machines differ.
SETTLED = 10 * 10**9
#: Bytes of all index files together; those that were not used for the longest go first.
MOST_BYTES = 2 << 30
#: A file with more tags than this gets no index: names are what takes long with those.
_MOST_SERIES = 100_000


class Indexed(NamedTuple):
    """The state of a file, by its identity, up to a byte: the arguments of ``EventFile.take_over``."""

    file: EventFile
    identity: str
    offset: int
    checksums: BlockChecksums
    #: Whether the file's bytes were compared, as far as is needed; else that is done later.
    is_compared: bool


class IndexCache:
    """One directory of index files. Any thread; several processes may share the directory."""

    #: Whether it has small files as well, which are read more quickly than an index of them.
    has_small = False

    def __init__(self, directory: Path, most_bytes: int = MOST_BYTES) -> None:
        self.directory = directory
        self._most_bytes = most_bytes

    def together(self, paths: Sequence[str], place: Place) -> "Iterable[tuple[Sequence[str], TogetherFiles]]":
        """Some of the files with these paths in a place, all of which are plain, by what is known of them together."""
        return ()

    def load(self, file: EventFile) -> Indexed | None:
        """The content of an event file's index; None where there is no good one. The file's object stays as it is."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
            if file.size >= INDEXED and self._is_own():
                with file.place.open(file.path) as opened:
                    return self._load(file, opened)
        return None

    def _load(self, asked: EventFile, opened: OpenFile) -> Indexed | None:
        status = opened.status()
        index = index_path(self.directory, status.identity)
        if status.size < INDEXED or not index.exists():
            return None
        try:
            mapped = core.map_file(os.fsencode(index))
            document, arrays = decode_index(memoryview(mapped))
        except ValueError:
            index.unlink()
            return None
        offset, checksums = document["offset"], checksums_of(document, arrays)
        if status.identity != document["identity"] or not 0 < offset <= checksums.length <= status.size:
            return None
        is_as_read = (status.size, status.modified, status.version) == (
            checksums.length,
            document["modified"],
            document["file_version"],
        )
        blocks: tuple[int, ...]
        if asked.place.has_versions:
            blocks = () if document["file_version"] == status.version else tuple({0, checksums.count - 1})
        elif is_as_read:
            blocks = (checksums.count - 1,)
        elif checksums.length <= WHOLE:
            blocks = tuple(range(checksums.count))
        elif checksums.length == status.size and document["modified"] != status.modified:
            # Nothing was appended, and yet it was written to.
            return None
        else:
            blocks = (0, checksums.count - 1)
        if any(checksums.differs(opened, block) for block in blocks):
            return None
        file = EventFile(asked.path, asked.place)
        restore(file, document, arrays)
        # All of it was looked at for its checksum, and a chart needs a part.
        mapped.let_go()
        os.utime(index)
        is_compared = asked.place.has_versions or len(blocks) == checksums.count
        return Indexed(file, status.identity, offset, checksums, is_compared)

    def save(self, file: EventFile) -> bool:
        """Write the index of the part of a file that was read; whether there is one now."""
        with contextlib.suppress(OSError, ValueError):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = file.place.stat(file.path)
            is_same = file.identity == status.identity and status.size >= file.bytes_read
            if not is_same or not self._is_own() or len(file.scalars) > _MOST_SERIES:
                return False
            # What is written to within the same moment, as file systems count, has the same time.
            is_settled = file.place.has_versions or time.time_ns() - status.modified > SETTLED
            data = encode_index(file, status.identity, status.modified, file.version if is_settled else "")
            if len(data) > self._most_bytes:
                return False
            self._make_room(len(data))
            descriptor, name = tempfile.mkstemp(dir=self.directory)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(data)
                Path(name).replace(index_path(self.directory, status.identity))
                return True
            except OSError:
                Path(name).unlink(missing_ok=True)
        return False

    def troubles(self) -> list[tuple[str, str]]:
        """Parts of the cache that cannot be read, and why, where that is to be said: indexes are done without."""
        return []

    def _is_own(self) -> bool:
        """Whether the directory is the user's, and nobody else can write into it."""
        status = self.directory.stat()
        own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        return own and stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o022

    def _make_room(self, needed: int) -> None:
        with os.scandir(self.directory) as entries:
            known = sorted((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries)
        total = needed + sum(size for _, size, _ in known)
        for _, size, path in known:
            if total <= self._most_bytes:
                return
            Path(path).unlink(missing_ok=True)
            total -= size
