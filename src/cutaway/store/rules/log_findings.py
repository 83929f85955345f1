"""The findings of all runs of a log directory, worked out beside the threads that ask for them."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import NamedTuple

from cutaway.store.log_directory import LogDirectory
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.run_findings import RunFindings
from cutaway.store.rules.run_record import RunRecord, record_of
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.run import Run

_logger = logging.getLogger(__name__)
#: Seconds after which a run without news is looked at again: it may have stalled.
AGAIN = 60.0


@dataclass(frozen=True)
class RunAnswer:
    """The findings of one run, by its id."""

    run: str
    #: The revision of the run that was judged.
    revision: int
    #: Which change of any run's findings brought these.
    change: int
    findings: tuple[Finding, ...]


class Answer(NamedTuple):
    """The findings of a log, as far as they are known."""

    #: How often the findings of any run have changed.
    change: int
    #: Whether they are of all runs as they are now.
    complete: bool
    #: In the order of the catalogue.
    runs: list[RunAnswer]
    #: The ids of the runs that were not judged, since they are not in memory.
    unread: list[str]


class LogFindings:
    """A thread works while there is something new, and ends; any thread asks."""

    def __init__(
        self, log: LogDirectory, settings: RuleSettings | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._log = log
        self._settings = settings or RuleSettings()
        self._clock = clock
        self._runs: dict[str, RunFindings] = {}
        self._answers: dict[str, RunAnswer] = {}
        self._order: list[str] = []
        self._unread: list[str] = []
        self._change = 0
        #: The revision of the log up to which all runs were judged, and when they were.
        self._revision = -1
        self._judged = 0.0
        self._working = False
        self._changed = Condition()

    def ask(self, patience: float) -> Answer:
        """The findings, after as many seconds as it takes, at most ``patience``."""
        with self._changed:
            if self._is_behind() and not self._working:
                self._working = True
                Thread(target=self._work, name="cutaway-rules", daemon=True).start()
            done = self._changed.wait_for(lambda: not self._working, patience)
            answers = [self._answers[run] for run in self._order if run in self._answers]
            unread = [run for run in self._unread if run not in self._answers]
            return Answer(self._change, done, answers, unread)

    def _is_behind(self) -> bool:
        return self._log.revision != self._revision or self._clock() - self._judged > AGAIN

    def _work(self) -> None:
        try:
            self._catch_up()
        finally:
            with self._changed:
                self._working = False
                self._changed.notify_all()

    def _catch_up(self) -> None:
        """Judge every run that has changed. A fault with one run must not be the end of all."""
        is_late = self._clock() - self._judged > AGAIN
        known = {} if is_late else {run: answer.revision for run, answer in self._answers.items()}
        revision, order, records = self._log.of_runs(_record_of, known)
        with self._changed:
            self._order = order
            self._unread = [run for run in order if run in records and records[run] is None]
            for run in self._answers.keys() - set(order):
                del self._answers[run]
                self._runs.pop(run, None)
        for run, record in records.items():
            # What was found in a run that was dropped since holds still.
            if record is None:
                continue
            findings = self._runs.setdefault(run, RunFindings(self._settings))
            try:
                found = tuple(findings.update(record, self._clock()))
            except Exception as error:
                _logger.warning("the rules failed on run %r: %r", record.name, error, exc_info=True)
                found = ()
                self._runs.pop(run)
            with self._changed:
                before = self._answers.get(run)
                if before is None or before.findings != found:
                    self._change += 1
                    self._answers[run] = RunAnswer(run, record.revision, self._change, found)
                else:
                    self._answers[run] = replace(before, revision=record.revision)
        with self._changed:
            self._revision, self._judged = revision, self._clock()


def _record_of(run: Run) -> RunRecord | None:
    """What the rules judge; None of a run that is not in memory."""
    return None if run.is_unread else record_of(run)
