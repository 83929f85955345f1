"""The runs of a log directory, and which of them are in memory: they are counted, dropped and read again."""

import time
from threading import Lock
from typing import TYPE_CHECKING

from cutaway.store.event_file import EventFile
from cutaway.store.identities import Identities
from cutaway.store.index_cache import IndexCache
from cutaway.store.load_sizes import INDEXED
from cutaway.store.memory import MemoryBudget
from cutaway.store.places.place import Place
from cutaway.store.run import Run
from cutaway.store.runs import Runs, Unopened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cutaway.store.catalogue import RunInfo


class HeldRuns:
    """The runs by their names, under a lock. One thread changes what is in memory, on behalf of all that ask."""

    def __init__(self, cache: IndexCache | None, memory: int | None, place: Place) -> None:
        """``cache`` keeps the series of large files; ``memory``: bytes that all points may take, None for no limit."""
        self.place = place
        self._cache = cache
        self._lock = Lock()
        #: Goes up with every change that anyone can see.
        self._revision = 0
        self._structure_revision = 0
        self._runs = Runs(self._open_run)
        self._ids = Identities()
        #: The tags of scalars that were given ids last: many files have the same.
        self._named: Mapping[str, int] = {}
        #: Files to compare with the bytes that were read, now or later, in the order in which it was wanted.
        self._to_verify: dict[EventFile, None] = {}
        self._memory = MemoryBudget(memory)
        #: Counts what is asked for together, and the runs that were asked for since the last poll.
        self._asking = 0
        self._asked_runs: set[Run] = set()
        #: Runs that are not to be in memory, and whether others may be by now.
        self._waiting: set[Run] = set()
        self._is_unbalanced = False
        #: Runs that are read again.
        self._returning: set[Run] = set()
        #: Of files that were dropped: their lists of tags, which most of them share.
        self._kept_names: dict[tuple[str, ...], dict[str, int]] = {}
        #: When looking or reading last got any further: monotonic seconds.
        self.last_progress = time.monotonic()

    @property
    def revision(self) -> int:
        """Goes up with every change; without a lock, so that it can be asked often."""
        return self._revision

    def runs(self) -> list[Run]:
        """The runs themselves, all of them opened, for who polls in the same thread."""
        with self._lock:
            return self._runs.all()

    def files(self) -> list[EventFile]:
        """The files of every run that was opened."""
        with self._lock:
            return self._files()

    def note_progress(self) -> None:
        """Looking or reading has got further."""
        self.last_progress = time.monotonic()

    def _count_asked(self) -> None:
        """Count the runs that were asked for since the last poll: series are made of what is asked for."""
        with self._lock:
            asked, self._asked_runs = self._asked_runs, set()
            # Those whose files cannot be read any more too.
            for run in list(self._returning):
                self._note_back(run)
        for run in asked:
            for file in list(run.files.values()):
                self._count(run, file)

    def _must_balance(self, pending: list[tuple[str, EventFile]]) -> bool:
        """Whether other runs may be the ones to be in memory: else no run is looked at, of which there may be many."""
        return (self._is_unbalanced and bool(self._waiting)) or self._memory.will_exceed(
            sum(file.left_bytes for _, file in pending)
        )

    def _balance(self) -> None:
        """Decide which runs are to be in memory, drop those that are not, and let those be read that are."""
        with self._lock:
            self._is_unbalanced = False
            balance = self._memory.balance(self._runs.all())
        self._drop(balance.dropped)
        with self._lock:
            for run in balance.held:
                run.share.is_held = True
                self._waiting.discard(run)
                if run.kept:
                    self._returning.add(run)
                self._changed()
                run.note_change(self._revision, ())

    def _drop(self, runs: list[Run]) -> None:
        """Drop runs from memory; where they can be indexed, they are, so that they come back quickly."""
        for run in runs:
            for file in run.files.values():
                self._index(file)
        with self._lock:
            for run in runs:
                for file in run.files.values():
                    self._to_verify.pop(file, None)
                run.drop(self._kept_names)
                self._memory.drop(run)
                self._waiting.add(run)
                self._returning.discard(run)
                self._changed()
                run.note_change(self._revision, ())

    def _count(self, run: Run, file: EventFile) -> None:
        """Count what a file takes of which more was read, or asked for, and make room for it."""
        if not self._memory.is_due(run, file):
            return
        nbytes = file.nbytes
        with self._lock:
            if not run.share.is_held or run.files.get(file.path) is not file:
                return
            self._memory.count(run, file, nbytes)
            self._is_unbalanced = True
        self._make_room()

    def _make_room(self) -> None:
        """Drop what does not fit."""
        with self._lock:
            surplus = self._memory.surplus(self._runs.all()) if self._memory.is_exceeded else []
        self._drop(surplus)

    def _index(self, file: EventFile) -> bool:
        """Write an index of a file that has none of what was read; whether one was written."""
        # Each time when as much is new again, so that a growing file is not written over and over.
        new = file.bytes_read - file.indexed
        if self._cache is None or file.pending or new < max(INDEXED, file.indexed // 2):
            return False
        is_written = self._cache.save(file)
        file.indexed = file.bytes_read
        self.note_progress()
        return is_written

    def _take_from_index(self, file: EventFile) -> bool:
        """Let a file's points be where its index is mapped, so that those that nobody looks at take no memory; whether
        they are there now."""
        found = self._cache.load(file) if self._cache is not None and file.has_long_series else None
        if found is None or found.identity != file.identity or found.offset != file.bytes_read:
            return False
        with self._lock:
            file.scalars, file.blobs = found.file.scalars, found.file.blobs
        return True

    def _is_wanted(self, name: str, file: EventFile) -> bool:
        """Whether the file is still one of a run that is to be in memory."""
        run = self._runs.get(name)
        return run is not None and run.share.is_held and run.files.get(file.path) is file

    def _note_back(self, run: Run) -> None:
        """A run is read again: once all of it is there, it takes the place of what was known of it meanwhile."""
        if not run.kept or run.is_incomplete:
            return
        run.kept = {}
        self._returning.discard(run)
        for file in run.files.values():
            self._name_all(file)
        self._changed(structure=True)
        run.note_all(self._revision)

    def _files(self) -> list[EventFile]:
        return [file for run in self._runs.opened.values() for file in run.files.values()]

    def _held_files(self) -> "Iterator[tuple[str, EventFile]]":
        """With the names of their runs; those of unopened runs have nothing that is to be read."""
        opened = self._runs.opened.items()
        return ((name, file) for name, run in opened if run.share.is_held for file in run.files.values())

    def _pending_files(self) -> list[tuple[str, EventFile]]:
        return [each for each in self._held_files() if each[1].pending]

    def _changed(self, *, structure: bool = False) -> None:
        self._revision += 1
        if structure:
            self._structure_revision = self._revision

    def _open_run(self, info: "RunInfo", unopened: Unopened) -> Run:
        """What was an unopened run until now."""
        run = Run(info.id, info.name, info.color)
        file = run.files[unopened.path] = EventFile(unopened.path, self.place)
        unopened.files.take_into(file, unopened.number)
        run.note_added(info.revision, (file,))
        self._memory.count_opened(run, file, unopened.nbytes)
        return run

    def _name_all(self, file: EventFile) -> None:
        self._name_scalars(file.scalars.places)
        for kind, tag in file.blobs:
            self._ids.give(tag, kind)

    def _name_scalars(self, tags: "Mapping[str, int]") -> None:
        if tags is not self._named:
            self._ids.give_scalars(tags)
            self._named = tags
