"""Log directories on the command line that are no paths of this machine, and those that only look like URLs."""

import ntpath
import os
from pathlib import Path

import pytest

from cutaway import SummaryWriter
from cutaway.cli import log_directories, main
from cutaway.cli.errors import UsageError


@pytest.mark.parametrize(
    "words",
    [
        ["s3://bucket/logs", "--no-browser"],
        ["--logdir", "s3://bucket/logs", "--no-browser"],
        ["--logdir", "name=s3://bucket/logs", "--no-browser"],
        ["--logdir_spec", "s3://bucket/logs", "--no-browser"],
        ["--logdir_spec", "name:s3://bucket/logs,.", "--no-browser"],
        ["inspect", "s3://bucket/logs"],
        ["export", "s3://bucket/logs", "--format", "csv"],
        ["export", ".", "--format", "csv", "--output", "s3://bucket/logs"],
        ["demo", "--logdir", "s3://bucket/logs", "--no-serve"],
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
    assert "must be a local path, got 's3://bucket/logs'; object stores and URLs are not supported" in captured.err
    assert list(tmp_path.iterdir()) == []


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
