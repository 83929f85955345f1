"""A stretch of one axis as one of another."""

from collections.abc import Callable
from typing import Any

import pytest

from cutaway.store.log_directory import LogDirectory


@pytest.fixture
def ask(log: LogDirectory, client: Any, write: Callable[..., None]) -> Callable[..., Any]:
    """Runs a and b of ten steps each, b with every tenth; a step is a second."""
    write("a", dict.fromkeys(range(10), 1.0))
    write("b", dict.fromkeys(range(0, 100, 10), 1.0))
    log.refresh()
    runs = {run.name: run.id for run in log.catalogue().runs}

    def ask(names: str, source: str, target: str, low: float, high: float, **changes: Any) -> Any:
        body = {"tag": log.tag_id("loss"), "runs": [runs[name] for name in names], "from": source, "to": target}
        return client.post("/api/translate", json=body | {"range": [low, high]} | changes)

    return ask


def test_there_and_back(ask: Callable[..., Any], log: LogDirectory) -> None:
    clocks = log.clocks(run.id for run in log.catalogue().runs)
    (start,) = {clock.start for clock in clocks.values()}
    low, high = ask("a", "step", "wall", 2, 5).json()["range"]
    assert ask("a", "wall", "step", low, high).json()["range"] == [2, 5]
    assert ask("a", "step", "relative", 2, 5).json()["range"] == [low - start, high - start]
    assert ask("a", "relative", "step", low - start, high - start).json()["range"] == [2, 5]
    assert ask("a", "step", "aligned", 2, 5).json()["range"] == [2, 5]
    assert ask("a", "step", "training", 2, 5).json()["range"] == [low - start, high - start]
    # Of several runs from the first of them to the last.
    assert ask("ab", "wall", "step", low, high + 30).json()["range"] == [2, 30]
    assert ask("a", "step", "wall", 100, 200).json() == {"range": None}


@pytest.mark.parametrize(
    "changes",
    [{"tag": 3}, {"runs": "r0"}, {"from": "tag"}, {"to": None}, {"range": None}, {"range": [2, 1]}, {"range": [1]}],
)
def test_what_is_not_accepted(ask: Callable[..., Any], changes: dict[str, Any]) -> None:
    answer = ask("a", "step", "wall", 2, 5, **changes)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_unknown_and_no_json(ask: Callable[..., Any], client: Any) -> None:
    assert ask("a", "step", "wall", 2, 5, tag="t9").status_code == 404
    assert client.post("/api/translate", content=b"[").status_code == 400
    assert client.post("/api/translate", content=b"[]").status_code == 400
