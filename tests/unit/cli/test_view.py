"""``cutaway LOGDIR``: what it prints, opens and refuses."""

import argparse
import gc
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.patience import PATIENCE

import cutaway
from cutaway.cli import log_directories, main, view
from cutaway.cli.errors import UsageError
from cutaway.store import collection
from cutaway.store.machine_memory import machine_memory


def test_one_line_with_the_url_and_a_clean_end(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cutaway", str(tmp_path), "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url, rest = process.stdout.readline().split(" ", 1)
        assert rest == "-- Ctrl-C to stop\n"
        with urllib.request.urlopen(url + "api/catalogue", timeout=PATIENCE) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (output, errors, process.returncode) == ("", "", 0)


def test_garbage_is_not_looked_for_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_leaves_out", False)
    enabled = []

    class Viewer:
        def wait(self) -> None:
            enabled.append(gc.isenabled())

    @contextmanager
    def open_viewer(*_: object, **__: object) -> Iterator[Viewer]:
        enabled.append(gc.isenabled())
        yield Viewer()

    monkeypatch.setattr(view, "open_viewer", open_viewer)
    assert main(["."]) == 0
    assert enabled == [False, True]
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ([], ["no log directory", "cutaway LOGDIR"]),
        (["sumary"], ["sumary", "neither a command nor a directory", "--logdir sumary"]),
        ([__file__], ["is no event file but text", "a directory or an event file is expected"]),
        (["--logdir", __file__], ["--logdir", "is no event file but text"]),
        (["--logdir", f"{__file__}/below"], ["cannot be read: not a directory"]),
        (["--logdir="], ["--logdir is empty"]),
        ([".", "--logdir", "."], ["two log directories"]),
        ([".", "--port", "x"], ["--port", "'x'"]),
        ([".", "--port", "65536"], ["--port", "'65536'"]),
        ([".", "--memory", "much"], ["--memory", "200MB or 2GB", "'much'"]),
        ([".", "--memory", "999999"], ["--memory", "'999999'"]),
        ([".", "--memory", "0.9MB"], ["at least 1MB", "'0.9MB'"]),
        ([".", "--host", "192.0.2.1"], ["cannot listen on 192.0.2.1"]),
        ([".", "--host", "no such host"], ["--host no such host"]),
        ([".", "--host", "0.0.0.0", "--no-token"], ["only loopback"]),
        ([".", "--allow-host", "a b"], ["'a b'"]),
        ([".", "--allow-frame-origin", "x"], ["'x'"]),
        (["a\0b"], ["null"]),
    ],
)
def test_bad_input_is_one_line(
    words: list[str],
    parts: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--no-browser"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    for part in parts:
        assert part in captured.err


def test_a_port_in_use_says_by_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main([str(tmp_path), "--no-browser", "--port", str(port)]) == 2
    error = capsys.readouterr().err
    assert f"port {port} is in use by " in error
    assert str(os.getpid()) in error
    assert error.count("\n") == 1


def test_no_permission_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user of the tests may be root, for whom nothing is forbidden: the refusals are made."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        assert main([str(tmp_path), "--no-browser"]) == 2
    assert capsys.readouterr().err == f"cutaway: {tmp_path} cannot be read: permission denied\n"
    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert main([str(tmp_path), "--no-browser", "--port", "80"]) == 2
    assert capsys.readouterr().err == "cutaway: no permission to listen on port 80; --port takes another one\n"


def test_the_flags_reach_the_viewer(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    view.add_arguments(parser)
    arguments = parser.parse_args([str(tmp_path), "--allow-host", "a.example", "--allow-host", "b.example"])
    assert arguments.allow_host == ["a.example", "b.example"]
    for size, expected in (("200MB", 200_000_000), ("1.5 gb", 1_500_000_000), ("2GiB", 2 << 30), ("1TB", 10**12)):
        assert parser.parse_args([str(tmp_path), "--memory", size]).memory == expected
    with view.open_viewer(str(tmp_path), port=0, token=False, browser=False, memory=5_000_000) as viewer:
        assert viewer.log.catalogue().loading.budget == 5_000_000
    with view.open_viewer(str(tmp_path), port=0, token=False, browser=False) as viewer:
        there = machine_memory()
        assert viewer.log.catalogue().loading.budget == (None if there is None else there // 4)
        assert urlsplit(viewer.url).path == "/"


def test_a_directory_that_does_not_exist_yet(tmp_path: Path) -> None:
    with view.open_viewer(str(tmp_path / "later"), port=0, browser=False) as viewer:
        assert viewer.log.path == str(tmp_path / "later")


def test_the_browser_is_opened_through_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with view.open_viewer(str(tmp_path), port=0) as viewer:
        (address,) = opened
        assert viewer.url not in address
        path = Path(unquote(urlsplit(address).path))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert f"url={viewer.url}" in path.read_text()
        assert viewer.url in capsys.readouterr().out
    assert not path.exists()


def test_without_a_display_no_browser_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with view.open_viewer(str(tmp_path), port=0):
        assert opened == []


def test_two_directories_are_one_too_many() -> None:
    with pytest.raises(UsageError, match="two log directories are named, a and --logdir b"):
        log_directories.chosen("a", ["b"], None)


def test_several_log_directories(tmp_path: Path) -> None:
    for name in ("a", "b/a", "lr=0.1"):
        (tmp_path / name).mkdir(parents=True)
    a, other, equals = (str(tmp_path / name) for name in ("a", "b/a", "lr=0.1"))
    missing = str(tmp_path / "later")
    chosen = log_directories.chosen
    assert chosen(None, [a], None) == a
    assert chosen(None, [equals], None) == equals
    assert chosen(None, [f"first={a}"], None) == {"first": a}
    assert chosen(None, [a, other, f"x={missing}"], None) == {"a": a, "a-2": other, "x": missing}
    assert chosen(None, [], f"p:{a},{other}") == {"p": a, "a": other}
    assert chosen(None, [], a) == a


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--logdir", "x=a", "--logdir", "x=b"], ["two log directories are named x"]),
        (["--logdir_spec", ","], ["--logdir_spec is empty"]),
        (["--logdir_spec", "x:"], ["--logdir_spec is empty"]),
        ([".", "--logdir_spec", "x:a"], ["two log directories", "--logdir_spec x:a"]),
        (["--logdir", f"x={__file__}"], [f"--logdir x={__file__} is no event file but text"]),
        ([".", "--path_prefix", "a b"], ["path prefix 'a b' is not accepted"]),
        ([".", "--path-prefix", "/../x?"], ["is not accepted"]),
    ],
)
def test_bad_directories_are_one_line(words: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--no-browser", "--port", "0"]) == 2
    output = capsys.readouterr()
    assert output.err.count("\n") == 1
    assert all(part in output.err for part in parts)


def test_words_that_tensorboard_takes(tmp_path: Path) -> None:
    words = ["--logdir_spec", f"a:{tmp_path}", "--bind_all", "--port", "0", "--path_prefix", "/board/", "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-m", "cutaway", *words, "--samples_per_plugin", "scalars=0", "--load_fast=false"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        assert "whoever has this URL can read the logs" in process.stdout.readline()
        parts = urlsplit(url)
        assert parts.path.startswith("/board/")
        for path in (parts.path, parts.path.removeprefix("/board")):
            with urllib.request.urlopen(
                f"http://127.0.0.1:{parts.port}{path}api/catalogue", timeout=PATIENCE
            ) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert errors == (
        "cutaway: every point is kept and read at once; without effect: --samples_per_plugin, --load_fast\n"
    )


#: The viewer of a directory on a disk that never answers.
STALLED = """
import sys, time
from cutaway.cli import main
from cutaway.store import tailer
from cutaway.store.places.local import LocalPlace
tailer.STANDSTILL = 0.5
LocalPlace.find = lambda *_: time.sleep(600)
sys.exit(main([sys.argv[1], "--no-browser", "--port", "0"]))
"""


def test_a_disk_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STALLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert line.startswith(f"reading {str(tmp_path)!r} stands still: nothing has been looked at since ")
    assert errors == ""


#: The viewer of which the end takes ten minutes.
CLOSING = """
import sys, time
from cutaway.cli import main
from cutaway.server.viewer import Viewer
def stop(viewer):
    print("closing", flush=True)
    time.sleep(600)
Viewer.stop = stop
sys.exit(main([sys.argv[1], "--no-browser", "--port", "0"]))
"""


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interruption_ends_it_at_once(tmp_path: Path, first: signal.Signals) -> None:
    """Without a word, whatever the first one has begun."""
    command = [sys.executable, "-c", CLOSING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith("Ctrl-C to stop\n")
        process.send_signal(first)
        assert process.stdout.readline() == "closing\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (output, errors, process.returncode) == ("", "", 128 + signal.SIGINT)


def test_one_file_is_a_log(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 0)
    (path,) = tmp_path.iterdir()
    assert log_directories.chosen(str(path), [], None) == str(path)
    assert log_directories.chosen(None, [f"name={path}"], None) == {"name": str(path)}
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a directory"):
        log_directories.chosen(str(tmp_path / "pipe"), [], None)
