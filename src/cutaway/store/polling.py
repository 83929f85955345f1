"""Keeping a log directory up to date: looking for files, looking at them, and reading new records.

One thread polls (:meth:`Polled.refresh`, or its halves). No file is touched while the lock is held, so an answer waits
for at most one batch being taken in.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from cutaway.events.block_checksums import BLOCK
from cutaway.events.core import natural_key
from cutaway.store.collection import collection_held
from cutaway.store.event_file import EventFile, printable
from cutaway.store.heap import give_back
from cutaway.store.index_cache import IndexCache
from cutaway.store.loading import load_small
from cutaway.store.new_files import New, NewFile, PlainRuns, loaded
from cutaway.store.places.chosen import place_at
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.place import Found, Place
from cutaway.store.read_ahead import ReadAhead
from cutaway.store.read_runs import ReadRuns
from cutaway.store.run import Run
from cutaway.store.unopened_files import UnopenedFiles
from cutaway.store.verification import WHOLE

#: So many new files are taken in while the lock is held.
_ADDED = 500


class Polled(ReadRuns):
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
        super().__init__(cache, memory, logdir if isinstance(logdir, Place) else place_at(logdir))
        #: The log directory's name when it is shown: as it was given.
        self.path = self.place.name
        self._walked = False
        self._ahead: ReadAhead | None = None
        self._state, self._detail = "missing", ""
        self._unreadable_directories: dict[str, str] = {}
        #: The names of the runs in natural order; made when they are first asked for after one came or went.
        self._ordered: list[str] | None = None
        #: The files of runs that were not opened when they were last looked at.
        self._unopened: list[UnopenedFiles] = []
        self._stalled_since: float | None = None

    def begin_with(self, ahead: ReadAhead) -> None:
        """Take in first what was found and read before, where that is of the same directories."""
        if isinstance(self.place, LocalPlace) and self.place.roots == ahead.roots:
            self._ahead = ahead
        else:
            ahead.stop()

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
        self.check(self.looked_at())
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
        ahead, self._ahead = self._ahead, None
        found = (ahead.found() if ahead is not None else None) or self.place.find(self.note_progress)
        new = self._look_at_new(found, ahead)
        with self._lock:
            changed = self._drop_missing(found)
            order = self._give_ids(new)
        steps: list[Callable[[], None]] = [partial(self._take_in, runs) for runs in new.runs]
        steps += [partial(self._add, new.files[start : start + _ADDED]) for start in range(0, len(new.files), _ADDED)]
        for number, step in enumerate(steps, 1):
            with self._lock:
                step()
                self._ordered = None
                self._changed(structure=True)
                if number == len(steps):
                    # Who asks now need not ask again to hear that this is all.
                    self._note_walked(found)
                    self._ordered = order if len(order) == len(self._runs) else None
        if new.runs:
            self._unopened.append(UnopenedFiles(new.runs))
        self._make_room()
        with self._lock:
            if self._note_walked(found) or changed:
                self._changed(structure=True)

    def _note_walked(self, found: Found) -> bool:
        """All that was found was taken in; whether anything beside the files is another than before."""
        state = (found.state, found.detail, found.unreadable)
        is_other = not self._walked or state != (self._state, self._detail, self._unreadable_directories)
        self._walked = True
        self._state, self._detail, self._unreadable_directories = state
        return is_other

    def _look_at_new(self, found: Found, ahead: ReadAhead | None) -> New:
        """Find out of files that were found for the first time when they begin, and read small ones."""
        with self._lock:
            runs, known = self._runs, self._runs.paths()
            new = [(name, path) for name, paths in found.files.items() for path in paths if path not in known]
            alone = {name for name, _ in new if len(found.files[name]) == 1 and name not in runs}
        is_far = self.place.readers(0) is not None
        if is_far or (self._cache is not None and self._cache.has_small):
            together = self._cache.together([path for _, path in new], self.place) if self._cache is not None else ()
            look = EventFile.guess_first if is_far else EventFile.look_at_first
            return loaded(new, self.place, together, alone.__contains__, self.note_progress, look)
        read = ahead.end() if ahead is not None else ()
        small = load_small([path for _, path in new], self.place, self.note_progress, self._memory.limit, read)
        return loaded(new, self.place, small, alone.__contains__, self.note_progress)

    def looked_at(self) -> list[EventFile | UnopenedFiles]:
        """What :meth:`check` looks at: the files of every run that was opened, and those of the others together."""
        with self._lock:
            unopened = self._runs.unopened()
            self._unopened = [files for files in self._unopened if files.keep(unopened)]
            return [*self._files(), *self._unopened]

    def check(self, files: Iterable[EventFile | UnopenedFiles]) -> None:
        """Look at files with one ``stat`` each; those that grew are then read by :meth:`read`."""
        for file in files:
            if isinstance(file, UnopenedFiles):
                for name in file.changed(self.note_progress):
                    with self._lock:
                        opened = list(self._runs[name].files.values()) if name in self._runs.unopened() else []
                    for each in opened:
                        self._check_one(each)
            elif file.is_looked_at:
                file.is_looked_at = False
            else:
                self._check_one(file)

    def _check_one(self, file: EventFile) -> None:
        trouble, size = file.trouble, file.size
        file.check()
        self.note_progress()
        if file.may_verify:
            self._to_verify[file] = None
        if (file.trouble, file.size) != (trouble, size):
            with self._lock:
                self._changed(structure=file.trouble != trouble)

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

    def _names_in_order(self) -> list[str]:
        """Those of the runs; the list is not to be changed."""
        if self._ordered is None:
            self._ordered = _in_order(self._runs)
        return self._ordered

    def _give_ids(self, new: New) -> list[str]:
        """New runs get ids and colours in order of the first event, then of the name; the names of runs with new files,
        in order."""
        first: dict[str, float] = {}
        for runs in new.runs:
            first.update(zip(runs.names, runs.facts.begins, strict=True))
        for name, begins, _ in new.files:
            known = first.get(name)
            if known is None or begins < known:
                first[name] = begins
        # Sorting keeps the order of names where two runs began at the same time.
        order = _in_order(first)
        self._ids.give_runs(sorted(order, key=first.__getitem__))
        return order

    def _take_in(self, new: PlainRuns) -> None:
        """Take in new runs, none of which anybody has asked for."""
        ids, colors = zip(*map(self._ids.run, new.names), strict=True)
        self._runs.take_in(new, ids, colors, list(map(printable, new.names)), self._revision + 1)
        for places in {id(places): places for places in new.facts.places}.values():
            self._name_scalars(places)
        size = sum(new.facts.sizes)
        self.bytes_taken += size
        self._memory.count_unopened(sum(new.facts.nbytes), size)

    def _add(self, new: Sequence[NewFile]) -> None:
        """Take in new files."""
        revision, runs, memory = self._revision + 1, self._runs, self._memory
        is_limited = memory.limit is not None
        added: dict[Run, list[EventFile]] = {}
        for name, _, file in new:
            run = runs.get(name)
            if run is None:
                run_id, color = self._ids.run(name)
                run = runs[name] = Run(run_id, printable(name), color)
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
        unopened = self._runs.unopened().items()
        for name in [name for name, each in unopened if each.path not in found.files.get(name, ())]:
            self._runs.get(name)
        dropped = False
        for name, run in list(self._runs.opened.items()):
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


def _in_order(names: Collection[str]) -> list[str]:
    """In the natural order of the names as they are shown."""
    is_plain = all(map(str.isascii, names))
    return sorted(names, key=natural_key if is_plain else lambda name: natural_key(printable(name)))
