"""Log directories on the command line that are no paths of this machine, and those that only look like URLs."""

import ntpath
import os
import sys
from pathlib import Path

import pytest

from cutaway import SummaryWriter
from cutaway.cli import log_directories, main
from cutaway.cli.errors import UsageError


@pytest.mark.parametrize(
    "words",
    [
        ["hdfs://bucket/logs", "--no-browser"],
        ["--logdir", "hdfs://bucket/logs", "--no-browser"],
        ["--logdir", "name=hdfs://bucket/logs", "--no-browser"],
        ["--logdir_spec", "hdfs://bucket/logs", "--no-browser"],
        ["--logdir_spec", "name:hdfs://bucket/logs,.", "--no-browser"],
        ["inspect", "hdfs://bucket/logs"],
        ["export", "hdfs://bucket/logs", "--format", "csv"],
        ["export", ".", "--format", "csv", "--output", "hdfs://bucket/logs"],
        ["demo", "--logdir", "hdfs://bucket/logs", "--no-serve"],
    ],
)
def test_a_url_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    captured = capsys.readouterr()
    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert "must be a local path, got 'hdfs://bucket/logs'; object stores and URLs are not supported" in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["s3://key:hunter2@bucket/logs", "--no-browser"], "must be a URL without credentials, options and fragment"),
        (["--logdir", "s3://key:hunter2@bucket/logs"], "must be a URL without credentials, options and fragment"),
        (["inspect", "az://logs/x?sig=hunter2"], "must be a URL without credentials, options and fragment"),
        (["inspect", "s3a://bucket/logs"], "must begin with s3://, got s3a://"),
        (["inspect", "s3://"], "must name a bucket, as s3://BUCKET/logs"),
        (["inspect", "s3://bucket/a/../b"], "must not have empty parts, dots or control characters"),
        (["--logdir", "a=s3://bucket/logs", "--no-browser"], "is shown alone: without others, and without a name"),
        (["--logdir_spec", "s3://bucket/a,.", "--no-browser"], "is shown alone: without others, and without a name"),
        (["export", ".", "--format", "csv", "--output", "s3://bucket/logs"], "must be a local path"),
        (["demo", "--logdir", "s3://bucket/logs", "--no-serve"], "must be a local path"),
    ],
)
def test_a_url_of_an_object_store_that_is_not_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    captured = capsys.readouterr()
    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert said in captured.err
    assert "hunter2" not in captured.err


def test_an_object_store_needs_its_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("object_store", "stores"):
        monkeypatch.delitem(sys.modules, f"cutaway.store.places.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)
    assert main(["inspect", "s3://bucket/logs"]) == 2
    assert "needs obstore: pip install 'cutaway[cloud]'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["inspect", "~nobody-of-this-name"], ["--logdir", "~nobody-of-this-name/x"]])
def test_a_user_who_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "~nobody-of-this-name is no home directory" in captured.err


def test_names_in_front_of_paths(tmp_path: Path) -> None:
    def chosen(spec: str) -> object:
        return log_directories.chosen(None, [], spec)

    assert chosen(f"run:{tmp_path}") == {"run": str(tmp_path)}
    assert chosen("run:~/logs,b:c:d") == {"run": "~/logs", "b": "c:d"}
    assert chosen("./s3:/bucket") == "./s3:/bucket"
    assert chosen("s3:/absolute") == {"s3": "/absolute"}
    with pytest.raises(UsageError, match="got 'gs://b'"):
        chosen("gs://b")


def test_drives_of_windows_are_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "splitdrive", ntpath.splitdrive)
    assert log_directories.chosen(None, [], "C:\\logs") == "C:\\logs"
    assert log_directories.chosen(None, [], "C:/logs") == "C:/logs"
    assert log_directories.chosen(None, [], "run:C:\\logs") == {"run": "C:\\logs"}


def test_the_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with SummaryWriter("~/logs/run") as writer:
        writer.add_scalar("loss", 1.0)
    assert main(["inspect", "~/logs"]) == 0
    assert "1 scalar tag" in capsys.readouterr().out
    assert main(["export", "~/logs", "--format", "csv", "--output", "~/out.csv"]) == 0
    assert "loss" in (tmp_path / "out.csv").read_text()
