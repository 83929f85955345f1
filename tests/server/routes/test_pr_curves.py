"""Precision–recall curves at one place, and the areas below them over steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cutaway import SummaryWriter
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.server.routes.pr_curves import ROWS
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
LABELS = np.arange(100) % 3 == 0
SCORES = RNG.random((30, 100))
COUNTS = {"curve": 11, "fine": 127}


@pytest.fixture
def filled(log: LogDirectory, tmp_path: Path) -> LogDirectory:
    for run in ("a", "b"):
        with SummaryWriter(tmp_path / "log" / run) as writer:
            for step in range(0, 30, 1 if run == "a" else 10):
                writer.add_pr_curve("curve", LABELS, SCORES[step], step, num_thresholds=COUNTS["curve"])
            if run == "a":
                writer.add_pr_curve("fine", LABELS, SCORES[0], 5, num_thresholds=COUNTS["fine"])
                writer.add_text("note", "hello")
    log.refresh()
    return log


def ids(client: Any) -> dict[str, str]:
    return {tag["name"].partition("/")[0]: tag["id"] for tag in client.get("/api/kinds").json()["tags"]}


def at(client: Any, decode: Callable[[bytes], Any], place: Any, *tags: str) -> tuple[Any, dict[str, Any]]:
    known = ids(client)
    runs = [run["id"] for run in client.get("/api/catalogue").json()["runs"]]
    body = {"tags": [known[tag] for tag in tags], "runs": runs, "at": place}
    header, columns = decode(client.post("/api/pr_curves", json=body).content)
    return header["series"], columns


def test_curves_at_a_place(filled: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    series, columns = at(client, decode, {"axis": "step", "x": 15}, "curve", "fine")
    found = [(each["run"], each["length"], each["at"], each["curve"]["thresholds"]) for each in series]
    assert found == [("r0", 30, 15, 11), ("r1", 3, 1, 11), ("r0", 1, 0, 127)]
    assert {each["problem"] for each in series} == {each["curve"]["unusable"] for each in series} == {""}
    known = ids(client)
    start = 0
    for each in series:
        curve = filled.values(each["tag"], each["run"])[1][each["at"]]
        rows = slice(start, start + each["curve"]["thresholds"])
        start = rows.stop
        for name in ROWS:
            assert columns[name].dtype == np.float32
            np.testing.assert_array_equal(columns[name][rows], getattr(curve, name))
        areas = each["curve"]["average_precision"], each["curve"]["roc_auc"]
        assert areas == (curve.average_precision, curve.roc_auc)
    assert len(columns["recall"]) == start
    assert columns["usable"].tolist() == [1] * start
    assert columns["step"].tolist() == [*range(30), 0, 10, 20, 5]
    assert known["fine"] == series[2]["tag"]


@pytest.mark.usefixtures("filled")
def test_before_the_first_there_is_none(client: Any, decode: Callable[[bytes], Any]) -> None:
    series, columns = at(client, decode, {"axis": "step", "x": -1}, "curve")
    assert [(each["at"], each["curve"], each["problem"]) for each in series] == [(None, None, "")] * 2
    assert len(columns["recall"]) == 0


@pytest.mark.usefixtures("filled")
def test_the_newest(client: Any, decode: Callable[[bytes], Any]) -> None:
    series, _ = at(client, decode, None, "curve")
    assert [each["at"] for each in series] == [29, 2]


@pytest.mark.usefixtures("filled")
def test_areas_over_steps(client: Any, decode: Callable[[bytes], Any]) -> None:
    address = f"/api/pr_curves?tag={ids(client)['curve']}&run=r0"
    header, columns = decode(client.get(address).content)
    assert (header["values"], header["damaged_count"]) == (30, 0)
    assert columns["step"].tolist() == columns["row"].tolist() == list(range(30))
    series, _ = at(client, decode, {"axis": "step", "x": 7}, "curve")
    assert columns["average_precision"][7] == series[0]["curve"]["average_precision"]
    assert columns["roc_auc"][7] == series[0]["curve"]["roc_auc"]
    _, few = decode(client.get(f"{address}&most=4").content)
    assert few["step"].tolist() == [0, 10, 19, 29]
    _, newest = decode(client.get(f"{address}&from=28").content)
    assert newest["row"].tolist() == [28, 29]


def test_what_was_recorded_over_steps(filled: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    tag = ids(client)["curve"]
    _, columns = decode(client.get(f"/api/pr_curves?tag={tag}&run=r1&curves=true").content)
    assert columns["thresholds"].tolist() == [COUNTS["curve"]] * 3
    curves = filled.values(tag, "r1")[1]
    for name in ROWS:
        np.testing.assert_array_equal(columns[name], np.concatenate([getattr(curves[row], name) for row in range(3)]))
    assert columns["usable"].tolist() == [1] * 3 * COUNTS["curve"]
    _, without = decode(client.get(f"/api/pr_curves?tag={tag}&run=r1&curves=false").content)
    assert set(columns) - set(without) == {"thresholds", "usable", *ROWS}


def test_what_is_wrong_harms_no_other(
    log: LogDirectory, tmp_path: Path, client: Any, decode: Callable[[bytes], Any]
) -> None:
    good = np.array([[2, 1], [2, 0], [0, 2], [0, 1], [0.5, 1], [1, 0.5]])
    negative = good.copy()
    negative[1, 1] = -3
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        for step, rows in enumerate((good, negative)):
            tp, fp, tn, fn, precision, recall = rows
            writer.add_pr_curve_raw("curve", tp, fp, tn, fn, precision, recall, step, num_thresholds=2)
        writer.add_pr_curve("nobody", np.zeros(4), np.arange(4) / 4, 1, num_thresholds=5)
    tensor = {"dtype": 1, "tensor_shape": {"dim": [{"size": 5}, {"size": 3}]}, "float_val": [1.0]}
    value = {"tag": "broken", "metadata": {"plugin_data": {"plugin_name": "pr_curves"}}, "tensor": tensor}
    record = frame(encode(messages.EVENT, {"wall_time": 1000.0, "step": 1, "summary": {"value": [value]}}))
    (tmp_path / "log" / "a" / "events.out.tfevents.1000.host").write_bytes(record)
    log.refresh()
    series, columns = at(client, decode, None, "curve", "nobody", "broken")
    curve, nobody, broken = series
    assert curve["curve"] == {
        "thresholds": 2,
        "average_precision": None,
        "roc_auc": None,
        "unusable": "1 of 2 thresholds have impossible numbers, as false positives of -3",
    }
    assert columns["usable"].tolist() == [1, 0, 1, 1, 1, 1, 1]
    assert nobody["curve"]["average_precision"] is None
    assert nobody["curve"]["unusable"] == ""
    assert (broken["curve"], broken["at"]) == (None, 0)
    assert "must have the shape [6, thresholds], not [5, 3]" in broken["problem"]
    _, over = decode(client.get(f"/api/pr_curves?tag={ids(client)['curve']}&run=r0").content)
    assert over["average_precision"].tolist() == [0.75, pytest.approx(np.nan, nan_ok=True)]
    header, over = decode(client.get(f"/api/pr_curves?tag={ids(client)['broken']}&run=r0").content)
    assert (header["damaged_count"], len(over["row"])) == (1, 0)


@pytest.mark.usefixtures("filled")
def test_what_has_no_room_is_said(client: Any, decode: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.server.routes.pr_curves.MOST_BYTES_SENT", 600)
    series, columns = at(client, decode, None, "curve")
    assert [each["curve"] is None for each in series] == [False, True]
    assert "ask for fewer at a time" in series[1]["problem"]
    assert len(columns["recall"]) == COUNTS["curve"]
    monkeypatch.setattr("cutaway.server.routes.pr_curves.MOST_BYTES_READ", 1000)
    response = client.get(f"/api/pr_curves?tag={ids(client)['curve']}&run=r0")
    assert response.status_code == 413
    assert "ask for fewer with most=" in response.json()["error"]
    assert client.get(f"/api/pr_curves?tag={ids(client)['curve']}&run=r0&curves=true").status_code == 413
    assert client.get(f"/api/pr_curves?tag={ids(client)['curve']}&run=r0&most=2").status_code == 200


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "status"),
    [("run=r0", 400), ("tag=v9&run=r0", 404), ("tag={curve}&run=r9", 404), ("tag={note}&run=r0", 404),
     ("tag={curve}&run=r0&most=1", 400), ("tag={curve}&run=r0&from=-1", 400), ("tag={curve}&run=r0&x=1", 400),
     ("tag={curve}&run=r0&curves=1", 400)],
)  # fmt: skip
def test_what_is_refused(client: Any, query: str, status: int) -> None:
    response = client.get(f"/api/pr_curves?{query.format(**ids(client))}")
    assert response.status_code == status
    assert response.json()["error"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("body", "status"),
    [({"tags": ["{note}"], "runs": ["r0"]}, 404), ({"tags": ["v9"], "runs": ["r0"]}, 404),
     ({"tags": "v0", "runs": ["r0"]}, 400), ({"tags": [], "runs": ["r0"], "values": True}, 400),
     ({"tags": [], "runs": ["r0"], "at": 3}, 400)],
)  # fmt: skip
def test_bodies_that_are_refused(client: Any, body: Any, status: int) -> None:
    known = ids(client)
    tags = body["tags"]
    body = {**body, "tags": [tag.format(**known) for tag in tags] if isinstance(tags, list) else tags}
    response = client.post("/api/pr_curves", json=body)
    assert response.status_code == status
    assert response.json()["error"]
