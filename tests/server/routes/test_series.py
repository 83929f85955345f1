"""Every point of a tag, streamed: exactly what was written."""

import csv
import io
import json
import math
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.patience import PATIENCE, until

from cutaway.cli import main
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT, file_version
from cutaway.events.schema import encode as encode_message
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
    assert response.headers["content-disposition"] == (
        "attachment; filename=\"loss-every-point.csv\"; filename*=UTF-8''loss-every-point.csv"
    )
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
    tags = until("a tag in the catalogue", lambda: http.get(viewer.url + "api/catalogue").json()["tags"])
    address = f"{viewer.url}api/series?tag={tags[0]['id']}&runs="
    with urllib.request.urlopen(address + ",".join(["r0"] * 20_000), timeout=PATIENCE) as response:
        assert len(response.read().splitlines()) == 2
    with pytest.raises(urllib.error.HTTPError, match="414"):
        urllib.request.urlopen(address + "r" * (3 << 20), timeout=PATIENCE)


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


def test_the_digits_are_those_of_the_export(
    log: LogDirectory, client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """float32, float64 and integers, also where files of one run have different ones, and hostile names."""
    rng = np.random.default_rng(1)
    singles = rng.integers(0, 2**32, 3000, dtype=np.uint32).view(np.float32).tolist()
    doubles = rng.integers(0, 2**64, 3000, dtype=np.uint64).view(np.float64).tolist()
    integers = [2**60 + 1, -(2**62) - 3, 0]
    folder = tmp_path / "log" / "=run\x1b"
    folder.mkdir(parents=True)
    for number, values in enumerate(([0.1, *singles], doubles, integers)):
        records = [encode(1000.1 + step / 3, step, ["loss"], [value]) for step, value in enumerate(values)]
        if values[0] == 0.1:
            # Only simple_value, as PyTorch writes it.
            records[0] = frame(encode_message(EVENT, {"summary": {"value": [{"tag": "loss", "simple_value": 0.1}]}}))
        path = folder / f"events.out.tfevents.{number}"
        path.write_bytes(frame(file_version(1000.0 + number)) + b"".join(records))
    log.refresh()
    (tag,), (run,) = log.catalogue().tags, log.catalogue().runs
    answer = client.get(f"/api/series?tag={tag.id}&runs={run.id}")
    served = list(csv.reader(io.StringIO(answer.text)))[1:]
    assert main(["export", str(tmp_path / "log"), "--format", "csv"]) == 0
    exported = list(csv.reader(io.StringIO(capsys.readouterr().out)))[1:]
    assert served == [[name, *rest] for name, _, *rest in exported]
    assert served[0] == ["'=run\\x1b", "0", "0.0", "0.1"]
    assert [row[3] for row in served[-3:]] == [str(value) for value in integers]
    rows = client.get(f"/api/series?tag={tag.id}&runs={run.id}&format=json").json()
    assert rows[0] == ["=run\x1b", 0, 0.0, 0.1]
    assert [row[3] for row in rows[-3:]] == integers
