"""A log directory that is read by its compacted directory: what shards cover is not read from event files."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from cutaway.store.collection import collection_held
from cutaway.store.compacted.coverage import Covered, CoveredFiles, covered_by
from cutaway.store.compacted.manifest import Manifest
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.recent import Recent
from cutaway.store.compacted.source import Source
from cutaway.store.compacted.stored_files import StoredFiles
from cutaway.store.compacted.stored_shard import StoredShard, Surroundings
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import IndexCache, Indexed
from cutaway.store.index_format import restore
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.places.place import Place
from cutaway.store.series import Points
from cutaway.store.verification import WHOLE

#: Bytes of memory for points and buckets that were read lately.
MOST_BYTES = 512 << 20
#: Tables of shards that are read at the same time.
_READERS = 8

_logger = logging.getLogger(__name__)


class CompactedLog(IndexCache):
    """The indexes of event files that a compacted directory has; of other files those of another cache."""

    has_small = True

    def __init__(self, source: Source, objects: Objects, manifest: Manifest, other: IndexCache | None) -> None:
        """Reads which files are covered, and by which series. What cannot be read is said, and done without."""
        self._source, self._objects, self._other = source, objects, other
        self._lock = Lock()
        self._troubles: dict[str, str] = {}
        # The file that was last read because its shard is damaged.
        self._read_anew: tuple[str, LoadedSeries] = ("", LoadedSeries())
        around = Surroundings(objects, Recent(MOST_BYTES), self._from_event_file, self._note)
        self._covered: dict[str, tuple[StoredShard, Covered]] = {}
        #: By the names of shards, and of plain files the name of the shard and their number in it.
        self._shards: dict[str, tuple[StoredShard, CoveredFiles]] = {}
        self._plain: dict[str, tuple[str, int]] = {}
        with collection_held():
            self._take_in(manifest, around)

    def _take_in(self, manifest: Manifest, around: Surroundings) -> None:
        readable = [shard for shard in manifest.shards if shard.is_readable]
        for shard in manifest.shards:
            if not shard.is_readable:
                self._note(shard.name, f"it is of version {shard.version}; compact makes it again")
        with ThreadPoolExecutor(_READERS) as pool:
            # Side by side, since a store at a distance takes its time for each.
            stored = [pool.submit(StoredShard, shard, around) for shard in readable]
            covered = [pool.submit(covered_by, self._objects, shard) for shard in readable]
        for number, shard in enumerate(readable):
            try:
                made, files = stored[number].result(), covered[number].result()
            except (OSError, ValueError) as error:
                self._note(shard.name, str(error))
                continue
            self._shards[shard.name] = made, files
            self._covered |= {item.file: (made, item) for item in files.files}
            plain = np.flatnonzero(files.is_plain).tolist()
            self._plain |= {files.files[at].file: (shard.name, at) for at in plain}

    def together(self, paths: Sequence[str], place: Place) -> Iterator[tuple[list[str], StoredFiles]]:
        """See IndexCache: shard by shard."""
        found: dict[str, tuple[list[str], list[int]]] = {}
        for path in paths:
            known = self._plain.get(self._source.name(path))
            if known is not None:
                of_shard, numbers = found.setdefault(known[0], ([], []))
                of_shard.append(path)
                numbers.append(known[1])
        for name, (of_shard, numbers) in found.items():
            shard, covered = self._shards[name]
            files = [covered.files[number] for number in numbers]
            every = StoredFiles(files, covered.table[numbers], shard.table, place, self.load)
            changed = set(every.changed(of_shard, range(len(files))))
            kept = [at for at in range(len(files)) if at not in changed]
            yield [of_shard[at] for at in kept], every.chosen(kept) if changed else every

    def load(self, file: EventFile) -> Indexed | None:
        """The state of an event file up to where it is covered, or to where another cache has it."""
        name = self._source.name(file.path)
        found = self._covered.get(name)
        if found is None:
            return None if self._other is None else self._other.load(file)
        shard, covered = found
        try:
            status = file.place.stat(file.path)
            if not covered.is_start_of(file.place, file.path, status):
                del self._covered[name]
                return None
            document, arrays, checksums = covered.known()
        except OSError:
            return None
        except ValueError as error:
            self._note(shard.shard.name, str(error))
            return None
        known = EventFile(file.path, file.place)
        restore(known, document, arrays)
        known.scalars = shard.series_of(name)
        known.not_finite_tags = known.scalars.not_finite_tags()
        return Indexed(known, status.identity, covered.length, checksums, checksums.length <= WHOLE)

    def save(self, file: EventFile) -> bool:
        """Keep an index of a file that is not covered; whether there is one now."""
        is_covered = self._source.name(file.path) in self._covered
        return self._other is not None and not is_covered and self._other.save(file)

    def troubles(self) -> list[tuple[str, str]]:
        """Parts of the compacted directory that cannot be read, and why: event files are read in their place."""
        with self._lock:
            return list(self._troubles.items())

    def _note(self, key: str, why: str) -> None:
        name = f"{self._objects.name}/{key}"
        with self._lock:
            self._troubles[name] = f"{why}; the event files are read in its place"
        _logger.warning("%s cannot be used: %s; the event files are read in its place", name, why)

    def _from_event_file(self, name: str, tag: str) -> Points:
        read, series = self._read_anew
        if read != name:
            file = EventFile(self._source.path(name), self._source.place)
            file.check()
            while file.pending and (batch := file.read()) is not None:
                file.apply(batch)
            series = file.scalars
            self._read_anew = (name, series)
        if tag not in series:
            raise OSError(f"neither {self._objects.name!r} nor the event file {name!r} has the points of {tag!r}")
        return series[tag].points
