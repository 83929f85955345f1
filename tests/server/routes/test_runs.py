"""The table of runs: what was recorded, and what was not touched again."""

import math
import time
from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import Run
from cutaway.store.run_table import STALLED_AFTER, RunTable


def rows(client: Any) -> dict[str, dict[str, Any]]:
    response = client.get("/api/runs")
    assert response.status_code == 200
    return {row["id"]: row for row in response.json()["runs"]}


def test_the_table(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    root = Path(log.path)
    with cutaway.SummaryWriter(root / "a") as writer:
        for step, value in enumerate([3.0, math.nan, 1.0, math.inf, 2.0]):
            writer.add_scalar("loss", value, step)
        writer.add_scalar("only/nan", math.nan, 7)
        writer.add_hparams({"lr": 0.1, "optimizer": "adam"}, {"loss": 2.0}, run_name=".")
    open_writer = cutaway.SummaryWriter(root / "b")
    open_writer.add_scalar("loss", 9, 2**40)
    log.refresh()
    names = {run.id: run.name for run in log.catalogue().runs}
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    found = {names[run_id]: row for run_id, row in rows(client).items()}
    first, second = found["a"], found["b"]
    assert first["state"] == "finished"
    assert first["scalars"][tags["loss"]][1:] == [2.0, 1.0, 3.0]
    assert first["scalars"][tags["only/nan"]] == [7, "NaN", None, None]
    assert first["hparams"] == {"lr": 0.1, "optimizer": "adam"}
    assert first["bytes"] == sum(path.stat().st_size for path in (root / "a").iterdir())
    assert first["start"] <= first["end"] <= time.time()
    assert second["state"] == "running"
    assert second["scalars"] == {tags["loss"]: [2**40, 9.0, 9.0, 9.0]}
    assert second["hparams"] == {}
    open_writer.close()


def test_runs_stall(log: LogDirectory) -> None:
    writer = cutaway.SummaryWriter(Path(log.path) / "a")
    writer.add_scalar("loss", 1, 0)
    log.refresh()
    now = time.time()
    for later, state in ((0, "running"), (STALLED_AFTER - 60, "running"), (STALLED_AFTER + 60, "stalled")):
        ((found, _),) = RunTable(log, lambda later=later: now + later).rows()[1]  # type: ignore[misc]
        assert found == state
    writer.close()
    log.refresh()
    assert RunTable(log, lambda: now + 10**6).rows()[1][0][0] == "finished"


def test_a_resumed_run_is_not_finished(log: LogDirectory) -> None:
    root = Path(log.path)
    with cutaway.SummaryWriter(root) as writer:
        for step in range(10):
            writer.add_scalar("loss", 100.0 - step, step)
    log.refresh()
    table = RunTable(log)
    assert table.rows()[1][0][0] == "finished"
    writer = cutaway.SummaryWriter(root, purge_step=5)
    writer.add_scalar("loss", 7.0, 5)
    log.refresh()
    ((state, row),) = table.rows()[1]
    assert state == "running"
    # What was superseded does not count.
    (facts,) = row.scalars.values()
    assert (facts.step, facts.last, facts.min, facts.max) == (5, 7.0, 7.0, 100.0)
    writer.close()


def test_rows_are_made_once(log: LogDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(Path(log.path) / name) as writer:
            writer.add_scalar("loss", 1, 0)
    log.refresh()
    table, made = RunTable(log), []
    original = RunTable._facts

    def facts(self: RunTable, run: Run) -> Any:
        made.append(run.name)
        return original(self, run)

    monkeypatch.setattr(RunTable, "_facts", facts)
    assert len(table.rows()[1]) == 2
    table.rows()
    assert made == ["a", "b"]
    with cutaway.SummaryWriter(Path(log.path) / "b") as writer:
        writer.add_scalar("loss", 1, 1)
    log.refresh()
    table.rows()
    assert made == ["a", "b", "b"]


def test_a_run_that_is_deleted_goes(log: LogDirectory, client: Any) -> None:
    with cutaway.SummaryWriter(Path(log.path) / "a") as writer:
        writer.add_scalar("loss", 1, 0)
    log.refresh()
    assert len(rows(client)) == 1
    for path in (Path(log.path) / "a").iterdir():
        path.unlink()
    log.refresh()
    assert rows(client) == {}


def test_files_that_vanish_say_nothing(log: LogDirectory) -> None:
    with cutaway.SummaryWriter(Path(log.path)) as writer:
        writer.add_scalar("loss", 1, 0)
        writer.add_hparams({"lr": 0.1}, {}, run_name=".")
    log.refresh()
    for path in Path(log.path).iterdir():
        path.unlink()
    for state, row in RunTable(log).rows()[1]:
        assert state in ("running", "finished")
        assert row.hparams == {}


def test_a_run_of_several_writers_is_finished_when_the_last_is(log: LogDirectory) -> None:
    root = Path(log.path)
    main = cutaway.SummaryWriter(root / "a")
    main.add_scalar("loss", 1.0, 0)
    # A file of its own, which ends long before the run does.
    with cutaway.SummaryWriter(root / "a") as other:
        other.add_scalar("extra", 1.0, 0)
    main.add_scalar("loss", 1.0, 1)
    log.refresh()
    table = RunTable(log)
    assert [state for state, _ in table.rows()[1]] == ["running"]
    main.close()
    log.refresh()
    assert [state for state, _ in table.rows()[1]] == ["finished"]
