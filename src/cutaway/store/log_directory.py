"""A log directory: its runs and tags, as readers see them. ``polling`` keeps them up to date."""

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cutaway.events.core import natural_key
from cutaway.events.kind_names import SCALARS
from cutaway.events.open_file import OpenFile
from cutaway.store import catalogue as data
from cutaway.store import files_of_run
from cutaway.store.asked_points import AskedPoints
from cutaway.store.collection import collection_held
from cutaway.store.event_file import printable
from cutaway.store.index_cache import IndexCache
from cutaway.store.kept_file import stays
from cutaway.store.kinds.kind import Kind
from cutaway.store.kinds.registry import KINDS, is_data, kind_of
from cutaway.store.memory import NotReadError
from cutaway.store.name_matching import matches
from cutaway.store.natural_order import NaturalOrder
from cutaway.store.places.place import Place, name_of
from cutaway.store.run import RecordedPart, Run
from cutaway.store.runs_of_tags import runs_of_keys
from cutaway.store.values import RecordedValues

T = TypeVar("T")

_MOST_DAMAGE = 1000
#: Runs whose facts are found before another thread gets its turn.
_AT_ONCE = 500


class LogDirectory(AskedPoints):
    """Everything below one directory or several, or one file; they need not exist yet. Any thread asks."""

    def __init__(
        self,
        logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | Place,
        cache: IndexCache | None = None,
        memory: int | None = None,
    ) -> None:
        super().__init__(logdir, cache, memory)
        #: How many troubles of the cache the catalogue has.
        self._troubles = 0
        self._scalar_order = NaturalOrder()
        #: The tags as they were at a revision of the structure.
        self._tags_at, self._known_tags = -1, tuple[data.TagInfo, ...]()

    def discover(self) -> None:
        """Walk the directory, and look whether the cache has met trouble since."""
        super().discover()
        troubles = len(self._cache.troubles()) if self._cache is not None else 0
        if troubles != self._troubles:
            self._troubles = troubles
            with self._lock:
                self._changed(structure=True)

    def catalogue(self) -> data.Catalogue:
        """The runs and tags at one moment."""
        with collection_held(), self._lock:
            names = self._names_in_order()
            infos = self._runs.infos(names)
            flawed = [run for run in self._opened_in_order() if run.has_flaws]
            damage = (damage for run in flawed for damage in files_of_run.damage(run))
            directories = [
                data.UnreadableInfo(None, self.path if name == "." else printable(name), reason, is_foreign=False)
                for name, reason in sorted(self._unreadable_directories.items())
            ]
            if self._cache is not None:
                directories += [
                    data.UnreadableInfo(None, printable(name), reason, is_foreign=False)
                    for name, reason in self._cache.troubles()
                ]
            return data.Catalogue(
                revision=self._revision,
                logdir=data.LogdirState(self.path, self._state, self._detail),
                loading=self._loading(infos),
                runs=tuple(infos),
                tags=self._tags(names),
                damage=tuple(item for _, item in zip(range(_MOST_DAMAGE), damage, strict=False)),
                malformed=tuple(item for run in flawed for item in files_of_run.malformed(run)),
                unfinished=tuple(item for run in flawed for item in files_of_run.unfinished(run) if item.is_quiet),
                unreadable=tuple(directories + [item for run in flawed for item in files_of_run.unreadable(run)]),
            )

    def file_list(self) -> tuple[int, list[data.FileInfo]]:
        """The revision, and every event file, in the order of the runs' names."""
        with self._lock:
            runs = map(self._runs.__getitem__, self._names_in_order())
            return self._revision, [info for run in runs for info in files_of_run.file_infos(run)]

    def open_file(self, file_id: str) -> tuple[str, OpenFile] | None:
        """The name of the event file with that id, and the file, open for reading; None when there is none (any more).

        Raises OSError; OutsideError for a link to a file outside the log directory.
        """
        with self._lock:
            run = self._runs.get(self._ids.run_name.get(file_id.split(".")[0], ""))
            path = files_of_run.file_path(run, file_id) if run is not None else None
        return None if path is None else (name_of(path), self.place.open(path, links="inside"))

    def changes_since(self, revision: int) -> data.Change:
        """What changed after that revision; with -1 everything counts as changed."""
        with self._lock:
            infos = self._runs.infos()
            return data.Change(
                revision=self._revision,
                structure=self._structure_revision > revision,
                loading=self._loading(infos),
                runs=tuple([info for info in infos if info.revision > revision]),
            )

    def of_runs(self, facts: Callable[[Run], T], known: Mapping[str, int]) -> tuple[int, list[str], dict[str, T]]:
        """The revision, the ids of all runs in the order of the catalogue, and `facts` of those that have changed.

        ``known`` has the revisions of runs, by id, whose facts are not wanted again. ``facts`` runs under the lock,
        which others get in turn between many runs; all facts are of the revision.
        """
        found: dict[str, tuple[int, T]] = {}

        def is_known(info: data.RunInfo) -> bool:
            return (found[info.id][0] if info.id in found else known.get(info.id)) == info.revision

        def find(names: Iterable[str]) -> None:
            for run in map(self._runs.get, names):
                if run is not None:
                    found[run.id] = run.revision, facts(run)

        with self._lock:
            names = self._names_in_order()
            wanted = [name for name, info in zip(names, self._runs.infos(names), strict=True) if not is_known(info)]
        for start in range(0, len(wanted) - _AT_ONCE, _AT_ONCE):
            with self._lock:
                find(wanted[start : start + _AT_ONCE])
        with self._lock:
            names = self._names_in_order()
            infos = self._runs.infos(names)
            find([name for name, info in zip(names, infos, strict=True) if not is_known(info)])
            order = [info.id for info in infos]
            return self._revision, order, {run_id: found[run_id][1] for run_id in order if run_id in found}

    def tag_id(self, tag: str) -> str:
        """The id of a scalar tag. Raises KeyError."""
        return self._ids.tag(tag, SCALARS)

    def tag_name(self, tag_id: str) -> tuple[str, str]:
        """(name, kind) of a tag's id. Raises KeyError."""
        return self._ids.tag_of(tag_id)

    def run_name(self, run_id: str) -> str:
        """The name of a run. Raises KeyError for an id that is unknown."""
        return printable(self._ids.run_name[run_id])

    def steps(
        self, run_ids: Iterable[str], known: Mapping[str, Mapping[str, int]]
    ) -> tuple[int, dict[str, dict[str, tuple[int, list[NDArray[np.int64]] | None]]]]:
        """The revision, and of some runs by kind: the kind's revision, and the steps of its tags, int64[n] each.

        They are of the kinds of data that lie on steps, without scalars. ``known`` has revisions of kinds by run: of a
        kind that is still at that one the steps are None. Raises KeyError for an unknown id. A run that has been
        deleted since is passed over.
        """
        with self._lock:
            runs = [self._asked(run_id) for run_id in run_ids]
            return self._revision, {
                run.id: _steps(run, known.get(run.id, {})) for run in runs if run is not None and not run.kept
            }

    def runs_matching(self, words: str) -> list[str]:
        """The ids of the runs whose names have all of the words in them, in upper or lower case, in natural order."""
        with self._lock:
            infos = self._runs.infos(self._names_in_order())
            return [info.id for info in infos if matches(info.name, words)]

    def scalar_metadata(self) -> tuple[int, dict[str, bytes]]:
        """The revision, and what plug-ins are told of scalar tags, by the ids of those tags that have such."""
        with self._lock:
            found = dict(chain.from_iterable(each.items() for each in reversed(self._runs.metadata())))
            return self._revision, {self._ids.tag(tag, SCALARS): metadata for tag, metadata in found.items()}

    def kinds(self) -> list[data.KindInfo]:
        """The kinds of which there are data: those that Cutaway knows in their order, then the others by name."""
        with self._lock:
            counts: dict[str, dict[str, int]] = {}
            names, opened = self._names_in_order(), self._runs.opened
            for name, info in zip(names, self._runs.infos(names), strict=True):
                run = opened.get(name)
                of_run = run.counts() if run is not None else {SCALARS: info.points} if info.points else {}
                for kind, count in of_run.items():
                    counts.setdefault(kind, {})[info.id] = count
        order = {name: place for place, name in enumerate(KINDS)}
        names = sorted(counts, key=lambda name: (order.get(name, len(order)), natural_key(name)))
        return [_kind_info(kind_of(name), counts[name]) for name in names]

    def value_tags(self) -> tuple[int, list[tuple[data.TagInfo, dict[str, int]]]]:
        """The revision, and every tag of non-scalar data, with how many values each run has of it, by its id."""
        with self._lock:
            counts: dict[tuple[str, str], dict[str, int]] = {}
            for run in self._opened_in_order():
                for file in run.known_files.values():
                    for (kind, tag), series in file.blobs.items():
                        if is_data(kind):
                            of_runs = counts.setdefault((kind, tag), {})
                            of_runs[run.id] = of_runs.get(run.id, 0) + len(series)
            ordered = sorted(counts, key=lambda each: (each[0], natural_key(each[1])))
            return self._revision, [
                (data.TagInfo(self._ids.tag(tag, kind), tag, kind, tuple(counts[kind, tag])), counts[kind, tag])
                for kind, tag in ordered
            ]

    def values(self, value_id: str, run_id: str) -> tuple[int, RecordedValues]:
        """The revision, and a run's values of a tag that is not scalar; without those that a resumed run superseded.

        Raises KeyError with the id that is unknown, and NotReadError for a run that is not in memory. A run without
        any, or that has been deleted, has none.
        """
        with self._lock:
            name, kind = self._ids.tag_of(value_id)
            run = self._asked(run_id)
            if run is not None and run.is_unread and not (run.kept and stays(kind)):
                raise NotReadError(run.name)
            parts = run.blobs(kind, name) if run is not None else []
            metadata = run.metadata(kind, name) if run is not None else b""
            return self._revision, RecordedValues(run.name if run is not None else "", kind, name, parts, metadata)

    def recorded(self, kind: str, run_id: str) -> tuple[int, int, dict[str, list[RecordedPart]]]:
        """The revision, that at which a run's data of a kind last changed (-1 without any), and its values by tag.

        Raises KeyError with the id that is unknown, and NotReadError for a run that is not in memory. A run that has
        been deleted has none.
        """
        with self._lock:
            run = self._asked(run_id)
            if run is None or kind not in run.kind_revisions:
                return self._revision, -1, {}
            if run.is_unread:
                raise NotReadError(run.name)
            return self._revision, run.kind_revisions.get(kind, -1), run.recorded(kind)

    def _loading(self, infos: list[data.RunInfo]) -> data.Loading:
        files, runs = [file for _, file in self._held_files()], self._runs
        return data.Loading(
            # A file that cannot be read is tried again and again; that does not count as loading.
            done=self._walked and not any(file.pending and not file.unreadable for file in files),
            files=len(files) + len(runs.unopened()),
            bytes=sum([file.size for file in files]) + runs.unopened_bytes,
            bytes_read=sum([file.bytes_read for file in files]) + runs.unopened_bytes,
            points=sum([info.points for info in infos]),
            stalled_since=self._stalled_since,
            unread=sum([info.unread for info in infos]),
            budget=self._memory.limit,
        )

    def _opened_in_order(self) -> list[Run]:
        opened = self._runs.opened
        return [opened[name] for name in self._names_in_order() if name in opened] if opened else []

    def _tags(self, names: list[str]) -> tuple[data.TagInfo, ...]:
        """All tags; made anew when a run or a tag came or went. ``names`` of the runs, in order."""
        if self._tags_at != self._structure_revision:
            self._tags_at = self._structure_revision
            self._known_tags = self._tag_infos(names)
        return self._known_tags

    def _tag_infos(self, names: list[str]) -> tuple[data.TagInfo, ...]:
        scalars: dict[str, tuple[str, ...]] = runs_of_keys(self._runs.scalar_tags(names))
        opened = self._opened_in_order()
        others: dict[tuple[str, str], tuple[str, ...]] = runs_of_keys(
            [(run.id, [file.blobs for file in run.known_files.values()]) for run in opened]
        )
        tags = self._scalar_order.of(scalars)
        having = map(scalars.__getitem__, tags)
        found = list(map(data.TagInfo, self._ids.scalar_tags(tags), tags, repeat(SCALARS), having))
        ordered = sorted(filter(lambda key: is_data(key[0]), others), key=lambda key: (key[0], natural_key(key[1])))
        found += [data.TagInfo(self._ids.tag(tag, kind), tag, kind, others[kind, tag]) for kind, tag in ordered]
        return tuple(found)


def _kind_info(kind: Kind, runs: dict[str, int]) -> data.KindInfo:
    return data.KindInfo(
        name=kind.name,
        title=kind.title,
        plugin=kind.plugin,
        of_run=kind.of_run,
        on_steps=kind.on_steps,
        media=kind.media,
        known=kind.name in KINDS,
        records=sum(runs.values()),
        runs=runs,
    )


def _steps(run: Run, known: Mapping[str, int]) -> dict[str, tuple[int, list[NDArray[np.int64]] | None]]:
    found: dict[str, tuple[int, list[NDArray[np.int64]] | None]] = {}
    for kind, revision in run.kind_revisions.items():
        if kind == SCALARS or not kind_of(kind).on_steps or not is_data(kind):
            continue
        if known.get(kind) == revision:
            found[kind] = revision, None
            continue
        tags = dict.fromkeys(tag for file in run.ordered_files() for of_kind, tag in file.blobs if of_kind == kind)
        found[kind] = revision, [places.step for tag in tags for _, places in run.blobs(kind, tag)]
    return found
