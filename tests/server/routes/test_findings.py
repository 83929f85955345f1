"""What the rules find in the runs, through HTTP."""

from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.store.log_directory import LogDirectory
from cutaway.store.rules.run_judge import RULES

WAIT = "wait=30"


def record(run: Path, *losses: float) -> None:
    with cutaway.SummaryWriter(run) as writer:
        for step, loss in enumerate(losses):
            writer.add_scalar("loss", loss, step, walltime=1e9 + step)


def test_findings_of_all_runs(client: Any, log: LogDirectory, tmp_path: Path) -> None:
    record(tmp_path / "log" / "a", 1.0, float("nan"))
    record(tmp_path / "log" / "b", 1.0)
    log.refresh()
    answer = client.get(f"/api/findings?{WAIT}").json()
    assert answer["complete"] is True
    assert answer["known"] == [run["run"] for run in answer["runs"]] == [run.id for run in log.catalogue().runs]
    error, *unknown = answer["runs"][0]["findings"]
    assert (error["rule"], error["severity"], error["first_step"]) == ("loss-not-finite", "error", 1)
    assert (error["rows"], error["row_count"], error["value"], error["wall_time"]) == (["loss"], 1, "NaN", 1e9 + 1)
    assert {finding["severity"] for finding in unknown + answer["runs"][1]["findings"]} == {"unknown"}
    assert [rule["name"] for rule in answer["rules"]] == [about.name for about in RULES]
    assert all(rule["formula"] and "{" not in rule["formula"] for rule in answer["rules"])


def test_only_what_has_changed(client: Any, log: LogDirectory, tmp_path: Path) -> None:
    for name in ("a", "b"):
        record(tmp_path / "log" / name, 1.0)
    log.refresh()
    first = client.get(f"/api/findings?{WAIT}").json()
    again = client.get(f"/api/findings?{WAIT}&since={first['change']}").json()
    assert (again["change"], again["runs"], again["known"]) == (first["change"], [], first["known"])
    # More of the same is no other finding.
    record(tmp_path / "log" / "a", 1.0, 0.5)
    log.refresh()
    assert client.get(f"/api/findings?{WAIT}&since={first['change']}").json()["runs"] == []
    record(tmp_path / "log" / "b", 1.0, float("inf"))
    log.refresh()
    (changed,) = client.get(f"/api/findings?{WAIT}&since={first['change']}").json()["runs"]
    assert changed["run"] == first["known"][1]


def test_a_run_that_is_gone_is_not_known(client: Any, log: LogDirectory, tmp_path: Path) -> None:
    record(tmp_path / "log" / "a", 1.0)
    log.refresh()
    assert len(client.get(f"/api/findings?{WAIT}").json()["known"]) == 1
    for path in (tmp_path / "log" / "a").iterdir():
        path.unlink()
    log.refresh()
    assert client.get(f"/api/findings?{WAIT}").json()["known"] == []


@pytest.mark.parametrize("query", ["wait=31", "wait=-1", "wait=x", "since=-1", "since=1.5", "run=r0"])
def test_refused(client: Any, query: str) -> None:
    response = client.get(f"/api/findings?{query}")
    assert response.status_code == 400
    assert response.json()["error"]
