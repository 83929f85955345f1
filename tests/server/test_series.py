"""Every point of a tag, streamed: exactly what was written."""

import csv
import io
import json
import math
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cutaway.server.viewer import Viewer
from cutaway.store.log_directory import LogDirectory

VALUES = {step: math.nan if step == 5 else math.inf if step == 6 else step / 3 for step in range(10_000)}


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    write("a", VALUES)
    write('=b, "c"', {2**40: -1.5})
    write("a", {0: 1.0}, tag="other")
    log.refresh()
    return log


def ids(log: LogDirectory) -> tuple[str, dict[str, str]]:
    catalogue = log.catalogue()
    return next(tag.id for tag in catalogue.tags if tag.name != "other"), {run.name: run.id for run in catalogue.runs}


def test_csv(filled: LogDirectory, client: Any) -> None:
    tag, runs = ids(filled)
    response = client.get(f"/api/series?tag={tag}&runs={','.join(runs.values())}")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == "attachment; filename=\"loss.csv\"; filename*=UTF-8''loss.csv"
    rows = list(csv.reader(io.StringIO(response.text)))
    assert rows[0] == ["run", "step", "wall_time", "value"]
    assert len(rows) == 10_002
    found = {int(step): float(value) for name, step, _, value in rows[1:] if name == "a"}
    for step, value in VALUES.items():
        assert found[step] == value or math.isnan(value)
    # A name that begins like a formula is a text in every spreadsheet.
    assert next(row for row in rows if row[0] != "a" and row[0] != "run")[0] == '\'=b, "c"'


def test_as_many_runs_as_a_log_may_have(
    serve: Callable[..., Viewer], http: httpx.Client, write: Callable[..., None]
) -> None:
    """In an address of 60 kB: a link to a download can't have a body."""
    write("a", {0: 1.0})
    viewer = serve()
    while not (tags := http.get(viewer.url + "api/catalogue").json()["tags"]):
        pass
    address = f"{viewer.url}api/series?tag={tags[0]['id']}&runs="
    with urllib.request.urlopen(address + ",".join(["r0"] * 20_000), timeout=20) as response:
        assert len(response.read().splitlines()) == 2
    with pytest.raises(urllib.error.HTTPError, match="414"):
        urllib.request.urlopen(address + "r" * (3 << 20), timeout=20)


def test_json(filled: LogDirectory, client: Any) -> None:
    tag, runs = ids(filled)
    rows = json.loads(client.get(f"/api/series?tag={tag}&runs={runs['a']}&format=json").content)
    assert len(rows) == 10_000
    assert rows[5][3] == "NaN"
    assert rows[6][3] == "Infinity"
    assert [row[1] for row in rows] == list(VALUES)
    assert json.loads(client.get(f"/api/series?tag={tag}&runs=&format=json").content) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ("", 400, "tag, the id of a tag, and runs"),
        ("tag=t0", 400, "tag, the id of a tag, and runs"),
        ("tag=t0&runs=r0&format=xml", 400, "format must be one of csv, json"),
        ("tag=t0&runs=r0&runs=r1", 400, "the parameter runs is given twice"),
        ("tag=t0&runs=r0&path=/etc/passwd", 400, "there is no parameter 'path'"),
        ("tag=t99&runs=r0", 404, "there is no scalar tag or run with the id 't99'"),
        ("tag=t0&runs=r99", 404, "there is no scalar tag or run with the id 'r99'"),
        ("tag=../../etc&runs=r0", 404, "there is no scalar tag or run"),
    ],
)
def test_what_is_refused(client: Any, query: str, status: int, reason: str) -> None:
    response = client.get(f"/api/series?{query}")
    assert response.status_code == status
    assert reason in response.json()["error"]
