"""Runs that are not in memory, through HTTP: they are said to be pending, or waited for, and never missing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from starlette.types import ASGIApp
from tests.server.conftest import PAGE

import cutaway
from cutaway.server import routing
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    """Two runs, of which one at a time is in memory: the newer one, b."""
    for place, run in enumerate("ab"):
        with cutaway.SummaryWriter(tmp_path / "log" / run) as writer:
            for step in range(500):
                writer.add_scalar("loss", float(step), step)
                writer.add_text("note", run, step)
        (path,) = (tmp_path / "log" / run).iterdir()
        os.utime(path, (1000 + place, 1000 + place))
    log = LogDirectory(tmp_path / "log", memory=1000)
    log.refresh()
    return log


@pytest.fixture
def client(log: LogDirectory, client_of: Callable[[ASGIApp], Any]) -> Any:
    return client_of(create_application(log, Closing(), PAGE))


@pytest.fixture
def polling(log: LogDirectory) -> Iterator[None]:
    stop = Event()

    def poll() -> None:
        while not stop.wait(0.01):
            log.refresh()

    thread = Thread(target=poll)
    thread.start()
    yield
    stop.set()
    thread.join()


def charts(**fields: Any) -> dict[str, Any]:
    return {"charts": [{"tag": "t0", "pixels": 100, **fields}]}


def test_the_catalogue_says_what_is_not_in_memory(client: Any) -> None:
    answer = client.get("/api/catalogue").json()
    assert {run["name"]: run["unread"] for run in answer["runs"]} == {"a": True, "b": False}
    assert (answer["loading"]["done"], answer["loading"]["unread"], answer["loading"]["budget"]) == (True, 1, 1000)


def test_what_is_wanted_is_read(client: Any, log: LogDirectory) -> None:
    assert client.post("/api/wanted", json={"runs": ["r0", "r9"]}).json() == {"unread": ["r0"]}
    log.refresh()
    assert client.post("/api/wanted", json={"runs": {"matching": ""}}).json() == {"unread": ["r1"]}


def test_charts_say_which_runs_are_to_come(client: Any, log: LogDirectory, decode: Callable[[bytes], Any]) -> None:
    (chart,) = decode(client.post("/api/scalars", json=charts(runs=["r0", "r1"])).content).header["charts"]
    assert [series["run"] for series in chart["series"]] == ["r1"]
    assert chart["pending"] == ["r0"]
    (chart,) = decode(client.post("/api/groups", json=charts(groups=[["r0"], ["r1"]])).content).header["charts"]
    assert [group["recorded"] for group in chart["groups"]] == [0, 500]
    assert chart["pending"] == ["r0"]
    (chart,) = decode(client.post("/api/scalars", json=charts(runs=["r1"])).content).header["charts"]
    assert "pending" not in chart


def test_values_of_many_runs_say_so_too(client: Any, decode: Callable[[bytes], Any]) -> None:
    (note,) = (tag["id"] for tag in client.get("/api/kinds").json()["tags"] if tag["kind"] == "text")
    header, _ = decode(client.post("/api/values", json={"tags": [note], "runs": ["r0", "r1"]}).content)
    assert [series["run"] for series in header["series"]] == ["r1"]
    assert header["pending"] == ["r0"]


ONE_RUN = {
    "values": ("GET", "/api/values", {"tag": "v0", "run": "r0"}),
    "series": ("GET", "/api/series", {"tag": "t0", "runs": "r0"}),
    "extremes": ("POST", "/api/extremes", charts(runs=["r0"])),
}


@pytest.mark.parametrize("name", ONE_RUN)
def test_exact_answers_wait(
    name: str, client: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    method, path, asked = ONE_RUN[name]
    asked = asked if "tag" not in asked or asked["tag"] == "t0" else asked | {"tag": _note(client)}
    if name == "extremes":
        del asked["charts"][0]["pixels"]
    ask = {"json": asked} if method == "POST" else {"params": asked}
    monkeypatch.setattr(routing, "PATIENCE", 0.0)
    response = client.request(method, path, **ask)
    assert (response.status_code, "'a' is not in memory" in response.json()["error"]) == (503, True)
    monkeypatch.undo()
    request.getfixturevalue("polling")
    assert client.request(method, path, **ask).status_code == 200


def _note(client: Any) -> str:
    return str(next(tag["id"] for tag in client.get("/api/kinds").json()["tags"] if tag["kind"] == "text"))


def test_rules_say_which_runs_they_did_not_judge(client: Any) -> None:
    answer = client.get("/api/findings?wait=20").json()
    assert (answer["known"], answer["unread"]) == (["r1"], ["r0"])
