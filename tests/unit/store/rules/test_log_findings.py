"""The findings of a log directory, from a thread of their own."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.patience import PATIENCE

import cutaway
from cutaway.store.log_directory import LogDirectory
from cutaway.store.rules import log_findings
from cutaway.store.rules.log_findings import LogFindings
from cutaway.store.rules.run_findings import RunFindings


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar("loss", float("nan"), 3)
    found = LogDirectory(tmp_path)
    found.refresh()
    return found


def test_nobody_waits_longer_than_they_want(log: LogDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()
    update = RunFindings.update

    def slow(self: RunFindings, *arguments: Any) -> Any:
        assert go_on.wait(PATIENCE)
        return update(self, *arguments)

    monkeypatch.setattr(RunFindings, "update", slow)
    findings = LogFindings(log)
    assert findings.ask(0) == (0, False, [], [])
    assert findings.ask(0.01) == (0, False, [], [])
    go_on.set()
    change, complete, runs, _ = findings.ask(PATIENCE)
    assert (change, complete) == (2, True)
    assert [each.findings[0].rule for each in runs] == ["loss-not-finite"] * 2


def test_a_fault_with_one_run_is_not_the_end_of_all(log: LogDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    update = RunFindings.update

    def failing(self: RunFindings, record: Any, now: float) -> Any:
        if record.name == "a":
            raise ZeroDivisionError
        return update(self, record, now)

    monkeypatch.setattr(RunFindings, "update", failing)
    _, complete, (first, second), _ = LogFindings(log).ask(PATIENCE)
    assert complete
    assert first.findings == ()
    assert second.findings[0].rule == "loss-not-finite"


def test_a_run_without_news_is_looked_at_again(log: LogDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    update = RunFindings.update

    def noted(self: RunFindings, record: Any, now: float) -> Any:
        seen.append(now)
        return update(self, record, now)

    monkeypatch.setattr(RunFindings, "update", noted)
    now = [1e9]
    findings = LogFindings(log, clock=lambda: now[0])
    findings.ask(PATIENCE)
    findings.ask(PATIENCE)
    assert seen == [1e9] * 2
    now[0] += log_findings.AGAIN + 1
    findings.ask(PATIENCE)
    assert seen == [1e9] * 2 + [now[0]] * 2
