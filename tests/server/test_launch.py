"""`cutaway.launch`: one server a directory, private notes, and nothing left when the process is gone."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from tests.patience import PATIENCE

import cutaway
from cutaway.server import launch as module
from cutaway.server.launch import launch, stop_all


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    yield tmp_path / "runtime" / "cutaway"
    stop_all()


def in_another_process(logdir: Path, then: str = "", port: int | None = None) -> str:
    code = f"import cutaway; print(cutaway.launch({str(logdir)!r}, port={port}), flush=True); {then}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout.strip()


def answers(http: httpx.Client, url: str) -> bool:
    """Whether a server takes the URL for its own: its port may be that of another test by now."""
    try:
        return http.get(url).status_code != 401
    except httpx.ConnectError:
        return False


def test_it_serves(tmp_path: Path, notes: Path, http: httpx.Client) -> None:
    logdir = tmp_path / "log"
    url = cutaway.launch(logdir)
    assert http.get(f"{url}api/catalogue").json()["logdir"]["path"] == str(logdir)
    assert launch(str(logdir)) == url
    (note,) = notes.iterdir()
    assert json.loads(note.read_text())["url"] == url
    assert note.stat().st_mode & 0o777 == 0o600
    assert notes.stat().st_mode & 0o777 == 0o700
    stop_all()
    assert not list(notes.iterdir())
    assert not answers(http, url)


def test_another_process_finds_it(tmp_path: Path) -> None:
    url = launch(tmp_path)
    assert in_another_process(tmp_path) == url
    # By another name of the same directory too.
    (tmp_path / "link").symlink_to(tmp_path)
    assert in_another_process(tmp_path / "link") == url
    assert in_another_process(tmp_path / "other") != url


def test_it_ends_with_its_process(tmp_path: Path, notes: Path, http: httpx.Client) -> None:
    url = in_another_process(tmp_path)
    assert not list(notes.iterdir())
    assert not answers(http, url)


def test_a_process_that_was_killed_leaves_nothing_that_matters(tmp_path: Path, http: httpx.Client) -> None:
    in_another_process(tmp_path, "import os; os._exit(0)")
    url = launch(tmp_path)
    assert http.get(f"{url}api/catalogue").status_code == 200


def test_whoever_takes_the_port_of_a_killed_server_never_sees_the_token(tmp_path: Path, notes: Path) -> None:
    dead = urlsplit(in_another_process(tmp_path, "import os; os._exit(0)", port=0))
    assert len(list(notes.iterdir())) == 1
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", dead.port or 0)) as impostor:
        answer = json.dumps({"logdir": {"path": str(tmp_path)}})

        def serve() -> None:
            while True:
                try:
                    connection, _ = impostor.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    asked.append(connection.recv(65536))
                    head = f"HTTP/1.1 200 OK\r\nCutaway-Proof: {'0' * 64}\r\nContent-Length: {len(answer)}\r\n\r\n"
                    connection.sendall((head + answer).encode())

        thread = Thread(target=serve)
        thread.start()
        url = launch(tmp_path)
        impostor.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert urlsplit(url).port != dead.port
    assert len(asked) == 1
    assert dead.path.strip("/").encode() not in asked[0]
    # The note is the new server's now.
    (note,) = notes.iterdir()
    assert json.loads(note.read_text())["url"] == url


def test_notes_of_killed_processes_are_removed(tmp_path: Path, notes: Path) -> None:
    for name in ("a", "b"):
        in_another_process(tmp_path / name, "import os; os._exit(0)")
    # What another version wrote, or nobody knows.
    (notes / f"{'0' * 32}.json").write_text(json.dumps({"url": "http://127.0.0.1:1/", "logdir": "/", "pid": 1}))
    (notes / f"{'1' * 32}.json").symlink_to(tmp_path)
    (notes / "else.txt").write_text("kept")
    launch(tmp_path / "c")
    assert sorted(path.name for path in notes.iterdir()) == sorted(
        [module._file(os.path.realpath(tmp_path / "c")).name, "else.txt"]
    )


def test_notes_of_processes_that_live_are_kept_and_these_left_alone(tmp_path: Path, notes: Path) -> None:
    launch(tmp_path / "a")
    (own,) = notes.iterdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as process:
        other = notes / f"{'2' * 32}.json"
        other.touch(mode=0o600)
        other.write_text(json.dumps(json.loads(own.read_text()) | {"pid": process.pid}))
        launch(tmp_path / "b")
        assert other.exists()
        process.communicate("\n")
    # It read its line and ended by itself.
    assert process.returncode == 0


def test_notes_that_are_not_believed(tmp_path: Path, notes: Path) -> None:
    place = os.path.realpath(tmp_path)
    url = launch(tmp_path)
    (note,) = notes.iterdir()
    good = note.read_text()
    fields = json.loads(good)
    assert module._running(place) == url
    note.chmod(0o644)
    assert module._running(place) is None
    note.chmod(0o600)
    for text in (
        "",
        "[]",
        "{}",
        good.replace(place, "/elsewhere"),
        json.dumps({"url": url, "logdir": place, "pid": os.getpid()}),
        json.dumps(fields | {"url": "http://example.org/"}),
        json.dumps(fields | {"url": url.replace("127.0.0.1", "localhost")}),
        json.dumps(fields | {"url": 3}),
        json.dumps(fields | {"url": "http://127.0.0.1:1/"}),
        json.dumps(fields | {"url": "http://127.0.0.1:x/"}),
        json.dumps(fields | {"url": "http://[/"}),
        json.dumps(fields | {"secret": "0" * 64}),
        json.dumps(fields | {"secret": "x"}),
        json.dumps(fields | {"secret": None}),
        json.dumps(fields | {"more": 1}),
        "[" * 100_000,
    ):
        note.write_text(text)
        assert module._running(place) is None
    note.unlink()
    note.symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "elsewhere.json").write_text(good)
    assert module._running(place) is None


def test_a_server_for_another_directory_is_not_taken(tmp_path: Path, notes: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    url = launch(one)
    note = module._file(os.path.realpath(other))
    (own,) = notes.iterdir()
    note.write_text(json.dumps(json.loads(own.read_text()) | {"logdir": os.path.realpath(other)}))
    note.chmod(0o600)
    assert launch(other) != url
    assert len(list(notes.iterdir())) == 2


def test_without_a_place_for_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: httpx.Client) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    assert http.get(launch(tmp_path / "log")).status_code == 200


def test_ports(tmp_path: Path) -> None:
    url = launch(tmp_path)
    port = int(url.split(":")[2].split("/")[0])
    assert launch(tmp_path, port=port) == url
    with pytest.raises(ValueError, match="port 70000 is not one"):
        launch(tmp_path, port=70_000)
    with pytest.raises(OSError, match=f"port {port} is in use"):
        launch(tmp_path / "other", port=port)
