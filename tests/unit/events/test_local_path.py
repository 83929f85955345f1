"""What is a path of this machine, and what only looks like one."""

import os
import pwd
import re
from pathlib import Path
from typing import Any

import pytest

from cutaway.events.local_path import local_path


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/run",
        "gs://bucket/run",
        "hdfs://host:9000/run",
        "abfs://container@account/run",
        "abfss://x",
        "S3://bucket",
        "http://host/run",
        "dbfs:/run",
        "simplecache::s3://bucket/run",
        "memory://",
    ],
)
@pytest.mark.parametrize("kind", [str, Path])
def test_a_url_is_refused(text: str, kind: Any) -> None:
    given = kind(text)
    if kind is Path and text == "memory://":
        given = Path("memory:/x")
    with pytest.raises(
        ValueError, match=f"log_dir must be a local path, got {re.escape(repr(os.fspath(given)))}; object"
    ):
        local_path(given, "log_dir")


@pytest.mark.parametrize("text", ["file:///tmp/my%20run", "file://localhost/tmp/my%20run", "file:/tmp/my run"])
def test_a_url_of_a_file_says_which_path_it_is(text: str) -> None:
    with pytest.raises(ValueError, match="that is '/tmp/my run'"):
        local_path(text, "log_dir")


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("run", "lr=0.1/x", "a:b", "12:30", "C:/logs", "C:\\logs", "./s3:/bucket", "a/s3://b", "é ~x"):
        assert local_path(text, "x") == tmp_path / text
    assert local_path(Path("run"), "x") == tmp_path / "run"
    assert local_path("/a/../b", "x") == Path("/a/../b")


def test_home_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    user = pwd.getpwuid(os.getuid())
    assert local_path("~", "x") == tmp_path
    assert local_path("~/run", "x") == tmp_path / "run"
    assert local_path(Path("~/run"), "x") == tmp_path / "run"
    assert local_path(f"~{user.pw_name}/run", "x") == Path(user.pw_dir) / "run"
    with pytest.raises(ValueError, match=r"'~nobody-of-this-name/run'; ~nobody-of-this-name is no home directory"):
        local_path("~nobody-of-this-name/run", "x")


@pytest.mark.parametrize("value", [None, 5, b"run", ["run"]])
def test_what_is_no_path(value: Any) -> None:
    with pytest.raises(TypeError, match="log_dir must be a path, got"):
        local_path(value, "log_dir")
    with pytest.raises(ValueError, match="without a null byte"):
        local_path("a\0b", "log_dir")
