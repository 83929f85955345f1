"""From measured logging steps to the file: with what other ranks have measured, and with the scalars."""

from collections.abc import Callable
from typing import Any

from cutaway.events.watch_layout import WATCHED_KINDS
from cutaway.record.watch.logging_step import LoggingStep
from cutaway.record.watch.ranks import Ranks, Reduction
from cutaway.record.watch.records import WatchRecords
from cutaway.record.watch.scalars import summary_scalars
from cutaway.record.watch.schedule import Schedule
from cutaway.record.watch.trouble import say


class Recording:
    """Records logging steps, on rank 0; the others take part in adding up."""

    def __init__(self, records: WatchRecords, schedule: Schedule, ranks: Ranks) -> None:
        self._records, self._schedule, self._ranks = records, schedule, ranks
        self._reduction = Reduction(ranks) if ranks.is_reduced else None

    @property
    def tag(self) -> str:
        """What the tags begin with."""
        return self._records.tag

    def finish(self, done: LoggingStep, owned: Callable[[str], Any], failure: str, skipped: int) -> str:
        """Record a step; returns why the watch is to end, or nothing.

        ``owned``: of a kind, bool[rows], what this rank has that no other one has; ``failure``: why this rank's watch
        has ended; ``skipped``: how many steps a scaler has left out.
        """
        contents = done.contents
        if self._reduction is not None:
            reduced = self._reduction.reduce(contents, owned, self._schedule.choice, has_failed=bool(failure))
            self._schedule.agreed = reduced.interval
            if reduced.has_failed:
                return f"the watch has ended at step {done.step:,}: {failure or 'that of another rank has'}"
            contents = reduced.contents
        if self._ranks.rank > 0:
            return ""
        contents = {kind: contents[kind] for kind in WATCHED_KINDS if kind in contents}
        scalars = {**summary_scalars(contents), **done.scalars}
        scalars["interval"], scalars["cost"] = float(self._schedule.interval), self._schedule.share
        if skipped:
            scalars["skipped_steps"] = float(skipped)
        before = self._schedule.interval
        self._schedule.bytes += self._records.write(done.step, done.now, contents, scalars)
        after = self._schedule.interval
        if after != before:
            say(
                f"the watch has written {self._schedule.bytes / 1e9:.1f} GB; from now on it logs every {after:,} steps "
                f"instead of every {before:,}"
            )
        return ""
