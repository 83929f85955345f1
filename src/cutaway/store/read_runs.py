"""Reading what is new in the files of a log directory: small new files many at a time, others by some megabytes.

One thread calls :meth:`ReadRuns.read`, which has others help.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from cutaway.events.open_file import FileStatus
from cutaway.store.collection import collection_held
from cutaway.store.event_file import EventFile
from cutaway.store.heap import room_kept
from cutaway.store.held_runs import HeldRuns
from cutaway.store.index_cache import IndexCache, Indexed
from cutaway.store.load_sizes import TOGETHER
from cutaway.store.loaded_file import LoadedFiles
from cutaway.store.loading import WORKERS, load_together, load_whole
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.place import Place
from cutaway.store.read_queue import ReadQueue
from cutaway.store.slabs import apart

#: Where less than this, in bytes, is read at a time, threads take longer to pass on the interpreter's lock than to
#: decode.
_LARGE = 512 << 10

_logger = logging.getLogger(__name__)


class ReadRuns(HeldRuns):
    """The runs of a storage place, whose files are read as they grow."""

    def __init__(self, cache: IndexCache | None, memory: int | None, place: Place) -> None:
        """``cache`` and ``memory``: see :class:`HeldRuns`."""
        super().__init__(cache, memory, place)
        #: Bytes of event files read so far, of files that are gone too.
        self.bytes_taken = 0

    @collection_held()
    def read(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Read new records of every file that may have more, some megabytes of each in turn, on all cores.

        Runs that were asked for come first, then the newest file: people look at it while the rest is read.
        """
        self._count_asked()
        with self._lock:
            owned = self._pending_files()
        if self._must_balance(owned):
            self._balance()
            with self._lock:
                owned = self._pending_files()
        with self._lock:
            when = {name: self._runs[name].share.asked for name, _ in owned}
        in_order = sorted(owned, key=lambda each: (when[each[0]], each[1].modified), reverse=True)
        queue = ReadQueue(in_order, self._together(in_order))
        with room_kept(queue.waiting):
            while queue:
                self._read_side_by_side(queue, should_stop)
                if should_stop():
                    break
        for _, file in owned:
            if file.may_verify:
                self._to_verify[file] = None

    def _together(self, files: Sequence[tuple[str, EventFile]]) -> int:
        """Bytes of new files that are read at a time. They leave the memory together, so that where not all runs fit
        files are read one by one."""
        is_crowded = bool(self._waiting) or self._memory.will_exceed(sum(file.left_bytes for _, file in files))
        return TOGETHER if isinstance(self.place, LocalPlace) and not is_crowded else 0

    def _read_side_by_side(self, queue: ReadQueue, should_stop: Callable[[], bool]) -> None:
        """Read files on as many threads as the place wants, until it wants others."""
        size = queue.step
        wanted = self.place.readers(size)
        readers = wanted or WORKERS
        workers = min(len(queue), readers)
        if workers < 2 or (wanted is None and size < _LARGE):
            self._drain(queue, should_stop)
            return

        def should_end() -> bool:
            # Threads that wait for the last of each other are worth it for half or twice as many.
            now = self.place.readers(size) or WORKERS
            return should_stop() or 2 * now < readers or now > 2 * readers

        with ThreadPoolExecutor(workers, thread_name_prefix="cutaway-reader") as pool:
            for done in [pool.submit(self._drain, queue, should_end) for _ in range(workers)]:
                done.result()

    def _drain(self, queue: ReadQueue, should_stop: Callable[[], bool]) -> None:
        """Read what comes next in the queue, again and again; a file that has more goes to its end, for the next
        thread."""
        while not should_stop() and (taken := queue.take()):
            wanted = [each for each in taken if self._is_wanted(*each)]
            if self._memory.limit is not None:
                apart()
            is_several = len(wanted) > 1
            if is_several:
                wanted = self._read_together(wanted)
            for name, file in wanted:
                self._read_safely(name, file, as_a_whole=not is_several)
                if file.pending:
                    queue.put(name, file)

    def _read_together(self, files: Sequence[tuple[str, EventFile]]) -> list[tuple[str, EventFile]]:
        """Take in new files at once; those are left that have more, or in which something is unusual."""
        try:
            unknown = [each for each in files if not self._take_indexed(*each)]
            loaded = load_together([file for _, file in unknown], self.place)
            if loaded is not None:
                self._take_loaded(unknown, loaded)
            for name, file in files:
                self._count_one(name, file)
        except Exception as error:
            # It comes again with the file that has the fault, if one has.
            _logger.warning("reading files together failed: %r", error, exc_info=_logger.isEnabledFor(10))
        self.note_progress()
        return [each for each in files if each[1].pending]

    def _read_safely(self, name: str, file: EventFile, *, as_a_whole: bool) -> None:
        """Read all of a new file that is not too large, if ``as_a_whole``, else some of it."""
        try:
            if not (as_a_whole and file.is_new and (self._take_indexed(name, file) or self._load_one(name, file))):
                self._read_batch(name, file)
            self._count_one(name, file)
        except Exception as error:
            # A fault with one file must not be the end of all.
            file.give_up(error)
            _logger.warning("reading %r failed: %r", file.path, error, exc_info=_logger.isEnabledFor(10))
            with self._lock:
                self._changed(structure=True)
        self.note_progress()

    def _take_indexed(self, name: str, file: EventFile) -> bool:
        """Take in what an index has of a new file; whether there is one."""
        indexed: Indexed | None = self._cache.load(file) if self._cache is not None else None
        if indexed is None:
            return False
        with self._lock:
            if self._is_wanted(name, file):
                file.take_over(*indexed)
                self._note_whole(name, file)
        return True

    def _load_one(self, name: str, file: EventFile) -> bool:
        """Take in all of a new file; whether that was possible."""
        loaded = load_whole(file, self.place, self._memory.limit, self.note_progress)
        if loaded is None:
            return False
        self._take_loaded([(name, file)], *loaded)
        return True

    def _take_loaded(
        self, files: Sequence[tuple[str, EventFile]], loaded: LoadedFiles, status: FileStatus | None = None
    ) -> None:
        """Take in those of some files that were read to their ends; ``status`` is of one that others have opened."""
        with self._lock:
            for number, (name, file) in enumerate(files):
                if loaded.facts[number].is_whole and self._is_wanted(name, file):
                    file.take_loaded(loaded, number, status)
                    self._note_whole(name, file)

    def _read_batch(self, name: str, file: EventFile) -> None:
        """Take in the next few megabytes of a file."""
        trouble = file.trouble
        if file.must_verify:
            file.verify()
        batch = file.read() if file.pending else None
        with self._lock:
            if not self._is_wanted(name, file):
                return
            run = self._runs[name]
            if batch is None:
                if file.gone or file.trouble != trouble:
                    self._changed(structure=True)
                self._note_back(run)
                return
            if run.kept:
                file.apply(batch)
                self.bytes_taken += batch.bytes
                self._note_back(run)
                return
            if not file.is_quiet:
                # Somebody writes to it. As if somebody asked for it: it stays longer than what was looked at before.
                run.share.asked = self._asking
            scalars, blobs, is_first = len(file.scalars), len(file.blobs), not file.bytes_read
            kinds = run.apply(file, batch)
            self.bytes_taken += batch.bytes
            self._ids.give_scalars(columns.tag for columns in batch.scalars)
            if batch.restarted or len(file.blobs) != blobs:
                for kind, tag in file.blobs:
                    self._ids.give(tag, kind)
            extent, file.known_extent = file.known_extent, file.extent
            structure = batch.restarted or file.known_extent != extent
            # Of a file's first records nobody asks whether another file has their tags: a run may have ten thousand.
            structure = structure or (bool(batch.events) if is_first else run.has_new_tags(file, scalars, blobs))
            self._changed(structure=structure)
            if batch.restarted:
                run.note_all(self._revision)
            elif structure or batch.events:
                run.note_change(self._revision, kinds, in_table=structure)

    def _note_whole(self, name: str, file: EventFile) -> None:
        """A file was taken in as a whole, or as far as an index of it goes."""
        self.bytes_taken += file.bytes_read
        if self._runs[name].kept:
            self._note_back(self._runs[name])
            return
        self._name_all(file)
        self._changed(structure=True)
        self._runs[name].note_added(self._revision, (file,))

    def _count_one(self, name: str, file: EventFile) -> None:
        if (run := self._runs.get(name)) is not None:
            self._count(run, file)
