"""The page's files come from a table; nothing else can be had."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.server.page import read_assets
from cutaway.store.log_directory import LogDirectory


def test_the_page_is_looked_at_again_and_its_hashed_files_are_kept(client: Any) -> None:
    page = client.get("/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    script = client.get("/assets/index-1a2b.js")
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "immutable" in script.headers["cache-control"]
    assert client.request("HEAD", "/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/nothing.js",
        "/assets/%2e%2e/index.html",
        "/assets/..%2findex.html",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/assets/%00",
        "/api/nothing",
        "/catalogue/",
    ],
)
def test_anything_else_is_a_404(client: Any, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]


def test_a_page_that_was_not_built_says_how(log: LogDirectory, client_of: Callable[..., Any]) -> None:
    response = client_of(create_application(log, Closing(), {})).get("/")
    assert response.status_code == 503
    assert "web_build.py build" in response.text
    assert response.headers["content-type"].startswith("text/plain")


def test_reading_the_built_folder(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.css").write_text("a{}")
    (tmp_path / "assets" / "b.unknown").write_text("?")
    (tmp_path / ".sources").write_text("hash")
    table = read_assets(tmp_path)
    assert {name: asset.media_type for name, asset in table.items()} == {
        "index.html": "text/html; charset=utf-8",
        "assets/a.css": "text/css; charset=utf-8",
        "assets/b.unknown": "application/octet-stream",
    }
    assert read_assets(tmp_path / "missing") == {}
