"""The points of a log directory: which are asked for, and where they are."""

import math
import time
from collections.abc import Iterable, Sequence
from functools import partial

from cutaway.events.kind_names import SCALARS
from cutaway.store.polling import Polled
from cutaway.store.run import Run
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints
from cutaway.store.tag_points import RowsByTable, TagPoints

#: Seconds within which runs are asked for together.
_TOGETHER = 1.0


class AskedPoints(Polled):
    """The points of runs, by their ids; any thread asks. What is asked for is kept in memory, or read again."""

    #: When runs were last asked for that were not asked for together with those before: monotonic seconds.
    _asked_last = -math.inf

    def scalars(
        self, tag_id: str, run_ids: Iterable[str], *, with_superseded: bool = False, last_attempt: bool = False
    ) -> dict[str, list[FilePoints]]:
        """Each run's points of one tag, a part for each of its files, or those of its last attempt; nothing for runs
        without it.

        Raises KeyError with the id that is unknown. A run that has been deleted since is passed over, and so is one
        that is not in memory: see :meth:`unread`.
        """
        with self._lock:
            tag = self._scalar_tag(tag_id)
            found = {}
            for run_id in run_ids:
                run = self._asked(run_id)
                if run is None or run.is_unread:
                    continue
                parts = run.scalars(tag, with_superseded=with_superseded, last_attempt=last_attempt)
                if parts:
                    found[run_id] = parts
            return found

    def tag_points(
        self, tag_id: str, run_ids: Sequence[str], *, with_superseded: bool = False, last_attempt: bool = False
    ) -> TagPoints:
        """The same for a chart by step: runs that are lines of a table are not opened for it."""
        scalars = partial(self.scalars, tag_id, with_superseded=with_superseded, last_attempt=last_attempt)
        gathered = RowsByTable()
        with self._lock:
            tag = self._scalar_tag(tag_id)
            names = self._names_asked(run_ids)
            opened, unopened, others = self._runs.opened, self._runs.unopened(), []
            for run_id, name in names.items():
                where = unopened.get(name)
                found = opened[name].row(tag) if where is None else where.row(tag)
                if found is not None:
                    gathered.add(run_id, *found)
                elif where is None:
                    others.append(run_id)
        rows, not_lines = gathered.split()
        known = scalars([*others, *not_lines])
        having = known.keys() | {run_id for each in rows for run_id in each.runs}
        return TagPoints([run_id for run_id in names if run_id in having], known, rows, scalars)

    def clocks(self, run_ids: Iterable[str], *, last_attempt: bool = False) -> dict[str, RunClock]:
        """Where the axes of some runs begin, of those that have values, or of their last attempts; KeyError for an
        unknown id."""
        with self._lock:
            runs = [self._runs.get(self._ids.run_name[run_id]) for run_id in run_ids]
            clocks = {run.id: run.clock(last_attempt=last_attempt) for run in runs if run is not None}
            return {run_id: clock for run_id, clock in clocks.items() if clock is not None}

    def unchanged_since(self, revision: int, run_ids: Iterable[str]) -> set[str]:
        """Those of some runs that have scalars, all of which are as they were at an earlier revision."""
        with self._lock:
            names = [name for run_id in run_ids if (name := self._ids.run_name.get(run_id, "")) in self._runs]
            infos = self._runs.infos(names)
            return {info.id for info in infos if info.kinds.get(SCALARS, math.inf) <= revision}

    def want(self, run_ids: Iterable[str]) -> list[str]:
        """Say which runs somebody looks at now, by their ids: they are read before others, and take their places.

        Returns the ids of those that are not in memory yet. An id that is unknown is passed over.
        """
        with self._lock:
            self._asking += 1
        return self.unread(run_ids)

    def unread(self, run_ids: Iterable[str]) -> list[str]:
        """Those of some runs, by their ids, that are not in memory; all are asked for, as by questions for points.

        What is asked for within a second is asked for together: no run takes the place of another one of it.
        """
        with self._lock:
            names = self._names_asked(run_id for run_id in run_ids if run_id in self._ids.run_name)
            opened = self._runs.opened
            return [run_id for run_id, name in names.items() if name in opened and opened[name].is_unread]

    def _scalar_tag(self, tag_id: str) -> str:
        name, kind = self._ids.tag_of(tag_id)
        if kind != SCALARS:
            raise KeyError(tag_id)
        return name

    def _names_asked(self, run_ids: Iterable[str]) -> dict[str, str]:
        """The names of runs that are asked for, by their ids, without those that have been deleted. Raises KeyError for
        an unknown id."""
        of_id, runs = self._ids.run_name, self._runs
        names = {run_id: name for run_id in run_ids if (name := of_id[run_id]) in runs}
        if self._memory.limit is not None:
            self._count_asking()
            for name in names.values():
                run = runs.opened.get(name)
                if run is None:
                    runs.asked[name] = self._asking
                else:
                    self._note_asked(run)
        return names

    def _asked(self, run_id: str) -> Run | None:
        """A run that is asked for; None for one that has been deleted. Raises KeyError for an unknown id."""
        run = self._runs.get(self._ids.run_name[run_id])
        if run is not None and self._memory.limit is not None:
            self._count_asking()
            self._note_asked(run)
        return run

    def _count_asking(self) -> None:
        now = time.monotonic()
        if now - self._asked_last > _TOGETHER:
            self._asked_last = now
            self._asking += 1

    def _note_asked(self, run: Run) -> None:
        run.share.asked = self._asking
        self._asked_runs.add(run)
        self._is_unbalanced = self._is_unbalanced or not run.share.is_held
