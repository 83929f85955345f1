"""Names that somebody else chose: of runs, of tags, and in values. They are data in every answer, and never a path."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from cutaway.store.log_directory import LogDirectory

TAGS = [
    "../../etc/passwd", "/etc/passwd", "a\0b", "\u202egpj.exe", "x" * 10_000, "<script>alert(1)</script>", "\"'`;&|",
    "line\r\nX-Header: injected", "%2e%2e%2f", "=cmd|' /C calc'!A0", "\ufeff", "𝕋ag", " ", "-",
]  # fmt: skip
RUNS = [
    "<img src=x onerror=alert(1)>",
    "\u202egpj",
    "=HYPERLINK(1)",
    "a;b,c",
    "%2e%2e",
    "x" * 250,
    "line\nbreak",
    "...",
]


@pytest.fixture
def filled(log: LogDirectory, write: Callable[..., None]) -> LogDirectory:
    for run in RUNS:
        write(run, {0: 1.0, 1: 2.0})
    for tag in TAGS:
        write("tags", {0: 1.0, 1: 2.0}, tag=tag)
    log.refresh()
    return log


@pytest.mark.usefixtures("filled")
def test_they_come_through_as_they_are(client: Any) -> None:
    found = client.get("/api/catalogue")
    assert {tag["name"] for tag in found.json()["tags"]} == {*TAGS, "loss"}
    assert {run["name"] for run in found.json()["runs"]} == {*RUNS, "tags"}
    assert found.content.isascii()
    assert found.headers["content-type"] == "application/json"


@pytest.mark.usefixtures("filled")
def test_no_name_ends_a_header_or_is_a_path(client: Any) -> None:
    for tag in client.get("/api/catalogue").json()["tags"]:
        for kind in ("csv", "json"):
            answer = client.get(f"/api/series?tag={tag['id']}&runs={','.join(tag['runs'])}&format={kind}")
            assert answer.status_code == 200
            form = rf"""attachment; filename="[\w-][\w.-]*\.{kind}"; filename\*=UTF-8''[\w%-][\w.%-]*\.{kind}"""
            assert re.fullmatch(form, answer.headers["content-disposition"], re.ASCII)
        chart = {"tag": tag["id"], "runs": tag["runs"], "pixels": 800}
        assert client.post("/api/scalars", json={"charts": [chart]}).status_code == 200


@pytest.mark.usefixtures("filled")
def test_no_name_is_a_formula_of_a_spreadsheet(client: Any) -> None:
    found = client.get("/api/catalogue").json()
    tag = next(tag["id"] for tag in found["tags"] if tag["name"] == "loss")
    text = client.get(f"/api/series?tag={tag}&runs={','.join(run['id'] for run in found['runs'])}").text
    assert "\n=" not in text
    assert "'=HYPERLINK(1)" in text


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", [*TAGS, *RUNS, "r0/../../..", "..", "%00"])
def test_a_name_is_no_id(client: Any, name: str) -> None:
    chart = {"tag": name, "runs": ["r0"], "pixels": 800}
    assert client.post("/api/scalars", json={"charts": [chart]}).status_code == 404
    for route in ("value", "values", "histograms", "pr_curves", "series"):
        runs = {"runs": "r0"} if route == "series" else {"run": "r0"}
        extra = {"index": "0"} if route == "value" else {}
        answer = client.get(f"/api/{route}", params={"tag": name, **runs, **extra})
        assert answer.status_code == 404
        assert len(json.loads(answer.content)["error"]) < 200


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/assets/../../pyproject.toml", "/assets/%2e%2e/x", "//etc/passwd", "/assets//etc/passwd"],
)
def test_no_path_leads_out(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404
