"""A log directory: its runs and tags, kept up to date by polling.

One thread polls (:meth:`LogDirectory.refresh`, or its halves); any thread asks. The disk is never touched while the
lock is held, so an answer waits for at most one batch being taken in.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TypeVar

from cutaway.store import catalogue as data
from cutaway.store.discovery import Found, find_event_files
from cutaway.store.event_file import BOOKKEEPING, EventFile, printable
from cutaway.store.identities import SCALARS, Identities
from cutaway.store.index_cache import SMALLEST, IndexCache
from cutaway.store.natural_order import natural_key
from cutaway.store.run import Run
from cutaway.store.segments import FilePoints
from cutaway.store.values import Values
from cutaway.store.words import matches

T = TypeVar("T")

_MOST_DAMAGE = 1000

#: The kernel works without the interpreter's lock, so threads decode side by side.
_WORKERS = os.cpu_count() or 1
#: Of files with less to read than this, in bytes, threads take longer to pass on the interpreter's lock than to decode.
_LARGE = 512 << 10


class LogDirectory:
    """Everything below one directory or several, which need not exist yet."""

    def __init__(
        self, path: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]], cache: IndexCache | None = None
    ) -> None:
        """``path`` is shown as it is given; a leading ``~`` is the home directory.

        Of several directories, by their names, each run has its directory's name in front. ValueError for none, and
        for a name that is empty. ``cache`` keeps what has been read of large files for the next time.
        """
        self._cache = cache
        if isinstance(path, Mapping):
            if not path or not all(path):
                raise ValueError("several log directories are given by their names, none of which is empty")
            self.path = ", ".join(f"{name}={os.fspath(each)}" for name, each in path.items())
            self._roots = {name: Path(each).expanduser() for name, each in path.items()}
        else:
            self.path = os.fspath(path)
            self._roots = {"": Path(path).expanduser()}
        self._lock = Lock()
        #: Goes up with every change that anyone can see.
        self._revision = 0
        self._structure_revision = 0
        self._walked = False
        self._state, self._detail = "missing", ""
        self._unreadable_directories: dict[str, str] = {}
        self._runs: dict[str, Run] = {}
        self._ids = Identities()
        #: Bytes of event files read so far, of files that are gone too.
        self.bytes_taken = 0

    # -- asked by any thread ---------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Goes up with every change; without a lock, so that it can be asked often."""
        return self._revision

    def catalogue(self) -> data.Catalogue:
        """What there is, at one moment."""
        with self._lock:
            runs = sorted(self._runs.values(), key=lambda run: natural_key(run.name))
            damage = (damage for run in runs for damage in run.damage())
            directories = [
                data.UnreadableInfo(None, printable(name), reason)
                for name, reason in sorted(self._unreadable_directories.items())
            ]
            return data.Catalogue(
                revision=self._revision,
                logdir=data.LogdirState(self.path, self._state, self._detail),
                loading=self._loading(),
                runs=tuple(run.info() for run in runs),
                tags=self._tags(runs),
                damage=tuple(item for _, item in zip(range(_MOST_DAMAGE), damage, strict=False)),
                unreadable=tuple(directories + [item for run in runs for item in run.unreadable()]),
                not_shown=tuple(item for run in runs for item in run.not_shown()),
            )

    def file_list(self) -> tuple[int, list[data.FileInfo]]:
        """The revision, and every event file, in the order of the runs' names."""
        with self._lock:
            runs = sorted(self._runs.values(), key=lambda run: natural_key(run.name))
            return self._revision, [info for run in runs for info in run.file_infos()]

    def file_path(self, file_id: str) -> Path | None:
        """Where the event file with that id is; None when there is none (any more)."""
        with self._lock:
            run = self._runs.get(self._ids.run_name.get(file_id.split(".")[0], ""))
            return run.file_path(file_id) if run is not None else None

    def changes_since(self, revision: int) -> data.Change:
        """What changed after that revision; with -1 everything counts as changed."""
        with self._lock:
            return data.Change(
                revision=self._revision,
                structure=self._structure_revision > revision,
                loading=self._loading(),
                runs=tuple(run.info() for run in self._runs.values() if run.revision > revision),
            )

    def runs(self) -> list[Run]:
        """The runs themselves, for who polls in the same thread."""
        with self._lock:
            return list(self._runs.values())

    def of_runs(self, facts: Callable[[Run], T], known: Mapping[str, int]) -> tuple[int, list[str], dict[str, T]]:
        """The revision, the ids of all runs in the order of the catalogue, and `facts` of those that have changed.

        ``known`` has the revisions of runs, by id, whose facts are not wanted again. ``facts`` runs under the lock.
        """
        with self._lock:
            runs = sorted(self._runs.values(), key=lambda run: natural_key(run.name))
            found = {run.id: facts(run) for run in runs if known.get(run.id) != run.revision}
            return self._revision, [run.id for run in runs], found

    def tag_id(self, tag: str) -> str:
        """The id of a scalar tag. Raises KeyError."""
        return self._ids.tag(tag, SCALARS)

    def tag_name(self, tag_id: str) -> tuple[str, str]:
        """(name, kind) of a tag's id. Raises KeyError."""
        return self._ids.tag_name[tag_id]

    def scalars(
        self, tag_id: str, run_ids: Iterable[str], *, with_superseded: bool = False
    ) -> dict[str, list[FilePoints]]:
        """Each run's points of one tag, a part for each of its files; nothing for runs without it.

        Raises KeyError with the id that is unknown. A run that has been deleted since is passed over.
        """
        with self._lock:
            name, kind = self._ids.tag_name[tag_id]
            if kind != SCALARS:
                raise KeyError(tag_id)
            found = {}
            for run_id in run_ids:
                run = self._runs.get(self._ids.run_name[run_id])
                parts = run.scalars(name, with_superseded=with_superseded) if run is not None else []
                if parts:
                    found[run_id] = parts
            return found

    def starts(self, run_ids: Iterable[str]) -> dict[str, float]:
        """When the earliest value of some runs was recorded, in seconds since the epoch; KeyError for an unknown id."""
        with self._lock:
            runs = [self._runs.get(self._ids.run_name[run_id]) for run_id in run_ids]
            starts = {run.id: run.started for run in runs if run is not None}
            return {run_id: start for run_id, start in starts.items() if start is not None}

    def unchanged_since(self, revision: int, run_ids: Iterable[str]) -> set[str]:
        """Those of some runs that are as they were at an earlier revision."""
        with self._lock:
            names = {run_id: self._ids.run_name.get(run_id, "") for run_id in run_ids}
            return {
                run_id for run_id, name in names.items() if name in self._runs and self._runs[name].revision <= revision
            }

    def runs_matching(self, words: str) -> list[str]:
        """The ids of the runs whose names have all of the words in them, whatever their case, in natural order."""
        with self._lock:
            runs = sorted(self._runs.values(), key=lambda run: natural_key(run.name))
            return [run.id for run in runs if matches(run.name, words)]

    def scalar_metadata(self) -> tuple[int, dict[str, bytes]]:
        """The revision, and what plug-ins are told of scalar tags, by the ids of those tags that have such."""
        with self._lock:
            files = self._files()
            found = {tag: metadata for file in reversed(files) for tag, metadata in file.metadata.items()}
            return self._revision, {self._ids.tag(tag, SCALARS): metadata for tag, metadata in found.items()}

    def value_tags(self) -> tuple[int, list[tuple[data.TagInfo, dict[str, int]]]]:
        """The revision, and every tag of what is no scalar, with how many values each run has of it, by its id."""
        with self._lock:
            counts: dict[tuple[str, str], dict[str, int]] = {}
            for run in sorted(self._runs.values(), key=lambda run: natural_key(run.name)):
                for file in run.files.values():
                    for (kind, tag), series in file.blobs.items():
                        if kind not in BOOKKEEPING:
                            of_runs = counts.setdefault((kind, tag), {})
                            of_runs[run.id] = of_runs.get(run.id, 0) + len(series.places.step)
            ordered = sorted(counts, key=lambda each: (each[0], natural_key(each[1])))
            return self._revision, [
                (data.TagInfo(self._ids.tag(tag, kind), tag, kind, tuple(counts[kind, tag])), counts[kind, tag])
                for kind, tag in ordered
            ]

    def values(self, value_id: str, run_id: str) -> tuple[int, Values]:
        """The revision, and a run's values of a tag that is no scalar; without those that a resumed run superseded.

        Raises KeyError with the id that is unknown. A run without any, or that has been deleted, has none.
        """
        with self._lock:
            name, kind = self._ids.tag_name[value_id]
            run = self._runs.get(self._ids.run_name[run_id])
            parts = run.blobs(kind, name) if run is not None else []
            metadata = run.metadata(kind, name) if run is not None else b""
            return self._revision, Values(run.name if run is not None else "", kind, name, parts, metadata)

    def _loading(self) -> data.Loading:
        files = self._files()
        return data.Loading(
            # A file that cannot be read is tried again and again, which is no loading.
            done=self._walked and not any(file.pending and not file.unreadable for file in files),
            files=len(files),
            bytes=sum(file.size for file in files),
            bytes_read=sum(file.bytes_read for file in files),
            points=sum(file.points for file in files),
        )

    def _tags(self, runs: list[Run]) -> tuple[data.TagInfo, ...]:
        having: dict[str, list[str]] = {}
        for run in runs:
            for tag in {tag: None for file in run.files.values() for tag in file.scalars}:
                having.setdefault(tag, []).append(run.id)
        return tuple(
            data.TagInfo(self._ids.tag(tag, SCALARS), tag, SCALARS, tuple(having[tag]))
            for tag in sorted(having, key=natural_key)
        )

    def _files(self) -> list[EventFile]:
        return [file for run in self._runs.values() for file in run.files.values()]

    # -- called by the one thread that polls -----------------------------------------------------------------------

    def refresh(self) -> None:
        """One poll: look for files, look at all of them, and read everything that is new."""
        self.discover()
        self.check(self.files())
        self.read()

    @property
    def is_behind(self) -> bool:
        """Whether some file has more to read."""
        with self._lock:
            return any(file.pending and not file.unreadable for file in self._files())

    def files(self) -> list[EventFile]:
        """Every file that is known."""
        with self._lock:
            return self._files()

    def discover(self) -> None:
        """Walk the directory: take in new files, and drop those that are no longer there."""
        found = find_event_files(self._roots)
        known = {file.path for file in self.files()}
        fresh = [(name, EventFile(path)) for name, paths in found.files.items() for path in paths if path not in known]
        for _, file in fresh:
            file.look_at_first()
        with self._lock:
            changed = self._drop_missing(found)
            changed |= self._add(fresh)
            state = (found.state, found.detail, found.unreadable)
            changed |= state != (self._state, self._detail, self._unreadable_directories)
            self._state, self._detail, self._unreadable_directories = state
            if changed or not self._walked:
                self._walked = True
                self._changed(structure=True)

    def check(self, files: Iterable[EventFile]) -> None:
        """Look at files with one ``stat`` each; those that grew are then read by :meth:`read`."""
        for file in files:
            unreadable, size = file.unreadable, file.size
            file.check()
            if (file.unreadable, file.size) != (unreadable, size):
                with self._lock:
                    self._changed(structure=file.unreadable != unreadable)

    def read(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Read what is new in every file that may have more, some megabytes of each in turn, on all cores.

        What was written last comes first: it is what people look at while the rest is read.
        """
        owned = [(name, file) for name, file in self._owned_files() if file.pending]
        pending = deque(sorted(owned, key=lambda each: each[1].modified, reverse=True))
        workers = min(len(pending), _WORKERS)
        waiting = sum(file.size - file.bytes_read for _, file in pending)
        if workers < 2 or waiting < len(pending) * _LARGE:
            self._drain(pending, should_stop)
            return
        with ThreadPoolExecutor(workers, thread_name_prefix="cutaway-reader") as pool:
            for done in [pool.submit(self._drain, pending, should_stop) for _ in range(workers)]:
                done.result()

    def keep(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Keep an index of large files that have been read further than any index of them goes."""
        if self._cache is None:
            return
        for file in self.files():
            # Each time when as much is new again, so that a growing file is not written over and over.
            new = file.bytes_read - file.indexed
            if new >= max(SMALLEST, file.indexed // 2) and not file.pending and not should_stop():
                self._cache.save(file)
                file.indexed = file.bytes_read

    def _drain(self, pending: deque[tuple[str, EventFile]], should_stop: Callable[[], bool]) -> None:
        """Read one file of the queue after the other; one that has more goes to its end, for the next thread."""
        while not should_stop():
            try:
                name, file = pending.popleft()
            except IndexError:
                return
            self._read_one(name, file)
            if file.pending:
                pending.append((name, file))

    def _read_one(self, name: str, file: EventFile) -> None:
        unreadable = file.unreadable
        indexed = self._cache.load(file.path) if self._cache is not None and file.is_new else None
        if indexed is not None:
            with self._lock:
                file.take_over(*indexed)
                self._name_all(file)
                self.bytes_taken += file.bytes_read
                self._changed(structure=True)
                self._runs[name].revision = self._revision
            return
        batch = file.read()
        with self._lock:
            if batch is None:
                if file.gone or file.unreadable != unreadable:
                    self._changed(structure=True)
                return
            before = file.extent
            file.apply(batch)
            self.bytes_taken += batch.bytes
            for columns in batch.scalars:
                self._ids.give(columns.tag, SCALARS)
            if batch.restarted or file.extent[1] != before[1]:
                for kind, tag in file.blobs:
                    self._ids.give(tag, kind)
            structure = batch.restarted or file.unreadable != unreadable or file.extent != before
            self._changed(structure=structure)
            if batch.scalars or batch.restarted or structure or batch.events:
                self._runs[name].revision = self._revision

    def _owned_files(self) -> list[tuple[str, EventFile]]:
        with self._lock:
            return [(name, file) for name, run in self._runs.items() for file in run.files.values()]

    def _changed(self, *, structure: bool = False) -> None:
        self._revision += 1
        if structure:
            self._structure_revision = self._revision

    def _name_all(self, file: EventFile) -> None:
        for tag in file.scalars:
            self._ids.give(tag, SCALARS)
        for kind, tag in file.blobs:
            self._ids.give(tag, kind)

    def _add(self, fresh: list[tuple[str, EventFile]]) -> bool:
        """Take in new files; their new runs get ids and colours in order of the first event, then of the name."""
        first: dict[str, float] = {}
        for name, file in fresh:
            start = math.inf if file.first_wall_time is None else file.first_wall_time
            first[name] = min(start, first.get(name, math.inf))
        for name in sorted(first, key=lambda name: (first[name], natural_key(name))):
            run_id, color = self._ids.run(name)
            if name not in self._runs:
                self._runs[name] = Run(run_id, printable(name), color)
        for name, file in fresh:
            run = self._runs[name]
            run.files[file.path] = file
            run.revision = self._revision + 1
        return bool(fresh)

    def _drop_missing(self, found: Found) -> bool:
        """Forget files that are certainly gone: not those below a directory that just cannot be listed."""
        dropped = False
        for name, run in list(self._runs.items()):
            there = set(found.files.get(name, ()))
            parts = name.split("/")
            above = {".", *("/".join(parts[: depth + 1]) for depth in range(len(parts)))}
            if above & found.unreadable.keys():
                continue
            for path in [path for path in run.files if path not in there]:
                del run.files[path]
                run.revision = self._revision + 1
                dropped = True
            if not run.files:
                del self._runs[name]
        return dropped
