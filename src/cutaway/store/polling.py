"""Keeping a log directory up to date: looking for files, looking at them, and reading new records.

One thread polls (:meth:`Polled.refresh`, or its halves). No file is touched while the lock is held, so an answer waits
for at most one batch being taken in.
"""

import logging
import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from cutaway.events.block_checksums import BLOCK
from cutaway.store.collection import collection_held
from cutaway.store.event_file import EventFile, printable
from cutaway.store.heap import give_back, room_kept
from cutaway.store.held_runs import HeldRuns
from cutaway.store.index_cache import IndexCache
from cutaway.store.loading import WORKERS, load_small, load_whole
from cutaway.store.natural_order import natural_key
from cutaway.store.places.chosen import place_at
from cutaway.store.places.place import Found, Place
from cutaway.store.run import Run
from cutaway.store.slabs import apart
from cutaway.store.verification import WHOLE

#: Of files with less to read than this, in bytes, threads take longer to pass on the interpreter's lock than to decode.
_LARGE = 512 << 10
#: So many new files are taken in while the lock is held.
_ADDED = 500

_logger = logging.getLogger(__name__)


class Polled(HeldRuns):
    """The runs and files below one directory or several, and their state; one thread polls, others ask."""

    def __init__(
        self,
        logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | Place,
        cache: IndexCache | None = None,
        memory: int | None = None,
    ) -> None:
        """``logdir`` is a directory of this machine, or several by their names, or one event file, or the URL of an
        object store: see :func:`place_at`, also for the errors it raises. Or it is a storage place.

        Of several directories each run has its directory's name in front. ``cache`` keeps the series of large
        files for the next time. ``memory``: bytes that the points of all runs may take; what does not fit is not read,
        or dropped, until it is asked for (:mod:`cutaway.store.memory`).
        """
        super().__init__(cache, memory)
        self.place: Place = logdir if isinstance(logdir, Place) else place_at(logdir)
        #: The log directory's name when it is shown: as it was given.
        self.path = self.place.name
        self._walked = False
        self._state, self._detail = "missing", ""
        self._unreadable_directories: dict[str, str] = {}
        #: The runs in natural order; made when they are first asked for after one came or went.
        self._ordered: list[Run] | None = None
        self._stalled_since: float | None = None
        #: Bytes of event files read so far, of files that are gone too.
        self.bytes_taken = 0

    @property
    def is_behind(self) -> bool:
        """Whether some file has more to read."""
        with self._lock:
            return any(file.pending and not file.unreadable for _, file in self._held_files())

    @property
    def trouble(self) -> str:
        """Why the log directory as a whole cannot be read (any more); empty when it can."""
        return self._unreadable_directories.get(".", "")

    def refresh(self) -> None:
        """One poll: look for files, look at all of them, and read everything that is new.

        Bytes that were read before are compared with the files too, where they changed: as a whole and at once where a
        file did not grow, else once in a while, at most 64 MiB each time.
        """
        self.discover()
        self.check(self.files())
        self.read()
        for file in list(self._to_verify):
            if file.is_suspect:
                file.verify()
        blocks = iter(range(WHOLE // BLOCK))
        self.verify(lambda: next(blocks, None) is None)
        self.read()

    @collection_held()
    def discover(self) -> None:
        """Walk the directory: take in new files, and drop those that are no longer there."""
        found = self.place.find(self.note_progress)
        known = {file.path for file in self.files()}
        place = self.place
        fresh = [
            (name, EventFile(path, place)) for name, paths in found.files.items() for path in paths if path not in known
        ]
        files = [file for _, file in fresh]
        if self.place.readers(0) is not None:
            for file in files:
                file.guess_first()
                self.note_progress()
        elif self._cache is not None and self._cache.has_small:
            for file in files:
                file.look_at_first()
                self.note_progress()
        else:
            load_small(files, self.place, self.note_progress, self._memory.limit)
        with self._lock:
            changed = self._drop_missing(found)
            self._give_ids(fresh)
        for start in range(0, len(fresh), _ADDED):
            with self._lock:
                self._add(fresh[start : start + _ADDED])
                self._changed(structure=True)
        self._make_room()
        with self._lock:
            state = (found.state, found.detail, found.unreadable)
            changed |= state != (self._state, self._detail, self._unreadable_directories)
            self._state, self._detail, self._unreadable_directories = state
            if changed or not self._walked:
                self._walked = True
                self._changed(structure=True)

    def check(self, files: Iterable[EventFile]) -> None:
        """Look at files with one ``stat`` each; those that grew are then read by :meth:`read`."""
        for file in files:
            if file.is_looked_at:
                file.is_looked_at = False
                continue
            trouble, size = file.trouble, file.size
            file.check()
            self.note_progress()
            if file.may_verify:
                self._to_verify[file] = None
            if (file.trouble, file.size) != (trouble, size):
                with self._lock:
                    self._changed(structure=file.trouble != trouble)

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
        pending = deque(sorted(owned, key=lambda each: (when[each[0]], each[1].modified), reverse=True))
        waiting = sum(file.size - file.bytes_read for _, file in pending)
        size = waiting // max(1, len(pending))
        with room_kept(waiting):
            while pending:
                self._read_side_by_side(pending, size, should_stop)
                if should_stop():
                    break
        for _, file in owned:
            if file.may_verify:
                self._to_verify[file] = None

    def keep(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Keep an index of large files that have been read further than any index of them goes."""
        if self._cache is None:
            return
        has_freed = False
        for file in self.files():
            if not should_stop() and self._index(file):
                has_freed |= self._take_from_index(file)
        if has_freed:
            give_back()

    def verify(self, should_stop: Callable[[], bool]) -> None:
        """Compare files with the bytes that were read, until it is time to stop; :meth:`read` reads them anew then."""
        for file in list(self._to_verify):
            if not file.is_verification_due:
                continue
            del self._to_verify[file]
            file.verify(should_stop)
            self.note_progress()
            if file.may_verify:
                self._to_verify[file] = None
            if should_stop():
                return

    def say_stalled(self, since: float | None) -> None:
        """Reading has stood still since then, in seconds since the epoch; None: it goes on."""
        with self._lock:
            if since != self._stalled_since:
                self._stalled_since = since
                self._changed(structure=True)

    def _read_side_by_side(
        self, pending: deque[tuple[str, EventFile]], size: int, should_stop: Callable[[], bool]
    ) -> None:
        """Read files of about so many bytes each, on as many threads as the place wants, until it wants others."""
        wanted = self.place.readers(size)
        readers = wanted or WORKERS
        workers = min(len(pending), readers)
        if workers < 2 or (wanted is None and size < _LARGE):
            self._drain(pending, should_stop)
            return

        def should_end() -> bool:
            # Threads that wait for the last of each other are worth it for half or twice as many.
            now = self.place.readers(size) or WORKERS
            return should_stop() or 2 * now < readers or now > 2 * readers

        with ThreadPoolExecutor(workers, thread_name_prefix="cutaway-reader") as pool:
            for done in [pool.submit(self._drain, pending, should_end) for _ in range(workers)]:
                done.result()

    def _drain(self, pending: deque[tuple[str, EventFile]], should_stop: Callable[[], bool]) -> None:
        """Read one file of the queue after the other; one that has more goes to its end, for the next thread."""
        while not should_stop():
            try:
                name, file = pending.popleft()
            except IndexError:
                return
            if not self._is_wanted(name, file):
                continue
            if self._memory.limit is not None:
                apart()
            try:
                self._read_one(name, file)
                if (run := self._runs.get(name)) is not None:
                    self._count(run, file)
            except Exception as error:
                # A fault with one file must not be the end of all.
                file.give_up(error)
                _logger.warning("reading %r failed: %r", file.path, error, exc_info=_logger.isEnabledFor(10))
                with self._lock:
                    self._changed(structure=True)
            self.note_progress()
            if file.pending:
                pending.append((name, file))

    def _read_one(self, name: str, file: EventFile) -> None:
        trouble = file.trouble
        indexed = self._cache.load(file) if self._cache is not None and file.is_new else None
        loaded = (
            load_whole(file, self.place, self._memory.limit, self.note_progress)
            if indexed is None and file.is_new
            else None
        )
        if indexed is not None or loaded is not None:
            with self._lock:
                if not self._is_wanted(name, file):
                    return
                if indexed is not None:
                    file.take_over(*indexed)
                elif loaded is not None:
                    files, status = loaded
                    file.take_loaded(files, 0, status)
                self._note_whole(name, file)
            return
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

    def _runs_in_order(self) -> list[Run]:
        """By their names; the list is not to be changed."""
        if self._ordered is None:
            self._ordered = sorted(self._runs.values(), key=lambda run: natural_key(run.name))
        return self._ordered

    def _give_ids(self, fresh: list[tuple[str, EventFile]]) -> None:
        """New runs get ids and colours in order of the first event, then of the name."""
        first: dict[str, float] = {}
        for name, file in fresh:
            start = math.inf if file.first_wall_time is None else file.first_wall_time
            known = first.get(name)
            if known is None or start < known:
                first[name] = start
        # Sorting keeps the order of names where two runs began at the same time.
        for name in sorted(sorted(first, key=natural_key), key=first.__getitem__):
            self._ids.run(name)

    def _add(self, fresh: list[tuple[str, EventFile]]) -> None:
        """Take in new files."""
        revision, runs, memory = self._revision + 1, self._runs, self._memory
        is_limited = memory.limit is not None
        added: dict[Run, list[EventFile]] = {}
        for name, file in fresh:
            run = runs.get(name)
            if run is None:
                run_id, color = self._ids.run(name)
                run = runs[name] = Run(run_id, printable(name), color)
                self._ordered = None
            elif run.is_unread:
                # All of a run is read together.
                run.files[file.path] = file.anew()
                added.setdefault(run, [])
                continue
            run.files[file.path] = file
            added.setdefault(run, []).append(file)
            read = file.bytes_read
            if read and is_limited:
                memory.count(run, file, file.nbytes)
            self._name_all(file)
            self.bytes_taken += read
        for run, files in added.items():
            run.note_added(revision, files)

    def _drop_missing(self, found: Found) -> bool:
        """Forget files that are certainly gone: not those below a directory that just cannot be listed."""
        dropped = False
        for name, run in list(self._runs.items()):
            there = set(found.files.get(name, ()))
            if run.files.keys() <= there:
                continue
            parts = name.split("/")
            above = {".", *("/".join(parts[: depth + 1]) for depth in range(len(parts)))}
            if above & found.unreadable.keys():
                continue
            missing = [path for path in run.files if path not in there]
            for path in missing:
                file = run.files.pop(path)
                self._to_verify.pop(file, None)
                run.kept.pop(path, None)
                self._memory.forget(run, file)
                self._is_unbalanced = True
            run.note_all(self._revision + 1)
            dropped = True
            if not run.files:
                self._memory.drop(run)
                self._waiting.discard(run)
                self._returning.discard(run)
                del self._runs[name]
                self._ordered = None
        return dropped
