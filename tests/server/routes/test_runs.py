"""The table of runs: what was recorded, and what was not touched again."""

import math
import time
from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.events import core
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import Run
from cutaway.store.run_row import STALLED_AFTER
from cutaway.store.run_table import RunTable


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


def not_finite(log: LogDirectory, client: Any) -> dict[str, dict[str, list[Any]]]:
    log.refresh()
    names = {run.id: run.name for run in log.catalogue().runs}
    tags = {tag.id: tag.name for tag in log.catalogue().tags}
    return {
        names[run_id]: {tags[tag]: place for tag, place in row["not_finite"].items()}
        for run_id, row in rows(client).items()
    }


def test_where_values_are_first_not_finite(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    with cutaway.SummaryWriter(root / "a") as writer:
        for step in range(2000):
            writer.add_scalar("train/loss", math.nan if step >= 1201 else 1.0, step)
            writer.add_scalar("scale", math.inf if step == 7 else math.nan if step == 5 else 2.0, step)
            writer.add_scalar("fine", step, step)
    with cutaway.SummaryWriter(root / "b") as writer:
        writer.add_scalar("train/loss", 1.0, 0)
    live = cutaway.SummaryWriter(root / "c")
    live.add_scalar("train/loss", -math.inf, 9)
    expected = {"a": {"train/loss": [1201, "NaN", True], "scale": [5, "NaN", False]}, "b": {}}
    assert not_finite(log, client) == expected | {"c": {"train/loss": [9, "-Infinity", True]}}
    live.add_scalar("train/loss", math.nan, 8)
    assert not_finite(log, client) == expected | {"c": {"train/loss": [8, "NaN", True]}}
    live.close()


def test_superseded_values_are_not_what_is_not_finite(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    with cutaway.SummaryWriter(root) as writer:
        for step in range(20):
            writer.add_scalar("loss", math.nan if step in (3, 15) else 1.0, step)
    assert not_finite(log, client) == {".": {"loss": [3, "NaN", False]}}
    with cutaway.SummaryWriter(root, purge_step=2) as writer:
        writer.add_scalar("loss", 1.0, 2)
        assert not_finite(log, client) == {".": {}}
        writer.add_scalar("loss", math.inf, 30)
    assert not_finite(log, client) == {".": {"loss": [30, "Infinity", True]}}


def test_scalars_of_some_tags_alone(log: LogDirectory, client: Any) -> None:
    with cutaway.SummaryWriter(Path(log.path) / "a") as writer:
        for step in range(3):
            for tag in ("x", "y", "z"):
                writer.add_scalar(tag, math.nan if tag == "z" else step, step)
        writer.add_text("note", "x", 0)
        writer.add_hparams({"lr": 0.1}, {}, run_name=".")
    log.refresh()
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    (whole,) = rows(client).values()
    assert set(whole["scalars"]) == {tags["x"], tags["y"], tags["z"]}
    for asked in ([], ["y"], ["z", "x"]):
        response = client.get("/api/runs", params={"tags": ",".join(tags[tag] for tag in asked)})
        (row,) = response.json()["runs"]
        assert row == whole | {"scalars": {tags[tag]: whole["scalars"][tags[tag]] for tag in asked}}
    for unknown in ("t99", tags["note/text_summary"]):
        response = client.get("/api/runs", params={"tags": f"t0,{unknown}"})
        assert response.status_code == 404
        assert response.json()["error"] == f"there is no tag of scalars with the id '{unknown}'"


def test_times_are_those_of_points(log: LogDirectory, client: Any) -> None:
    past = 1_500_000_000.0
    with cutaway.SummaryWriter(Path(log.path)) as writer:
        for step in range(600):
            writer.add_scalar("loss", 1.0, step, past + step)
        writer.add_text("final", "done")
    log.refresh()
    (row,) = rows(client).values()
    assert (row["start"], row["end"], row["state"]) == (past, past + 599, "finished")


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

    def facts(self: RunTable, run: Run, *choice: Any) -> Any:
        made.append(run.name)
        return original(self, run, *choice)

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


def test_results_of_the_last_attempt(log: LogDirectory, client: Any) -> None:
    Path(log.path).mkdir()
    losses = [3.0, 0.5, math.nan, 1.0], [4.0, 2.0]
    for number, values in enumerate(losses):
        begin = 1_764_000_000.0 + 5000 * number
        records = b"".join(core.encode(begin + step, step, ["loss"], [loss]) for step, loss in enumerate(values))
        (Path(log.path) / f"events.out.tfevents.{begin:.0f}.host.{number}.0").write_bytes(records)
    log.refresh()
    (tag,) = client.get("/api/catalogue").json()["tags"]

    def row(attempts: str) -> dict[str, Any]:
        (found,) = client.get(f"/api/runs?tags={tag['id']}{attempts}").json()["runs"]
        assert (found["points"], found["start"], found["end"]) == (6, 1_764_000_000.0, 1_764_005_001.0)
        return dict(found)

    assert row("")["scalars"] == {tag["id"]: [1, 2.0, 0.5, 4.0]}
    assert row("")["not_finite"] == {tag["id"]: [2, "NaN", False]}
    assert row("&attempts=last")["scalars"] == {tag["id"]: [1, 2.0, 2.0, 4.0]}
    assert row("&attempts=last")["not_finite"] == {}
    assert row("&attempts=all") == row("")
    answer = client.get("/api/runs?attempts=first")
    assert answer.status_code == 400
    assert "attempts" in answer.text
