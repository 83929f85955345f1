"""The address of a log directory's viewer is the same at the next start, and nobody else learns it."""

import json
import os
import re
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests.patience import PATIENCE

from cutaway.server import kept_address
from cutaway.server.kept_address import Addresses
from cutaway.server.viewer import Viewer
from cutaway.store.places.local import LocalPlace
from cutaway.store.user_cache import user_cache


@pytest.fixture
def addresses(tmp_path: Path) -> Addresses:
    return Addresses(tmp_path / "addresses")


def file_in(addresses: Addresses) -> Path:
    (path,) = addresses.directory.iterdir()
    return path


def token_of(viewer: Viewer) -> str:
    return viewer.url.split("/")[3]


def test_a_token_is_made_once(addresses: Addresses) -> None:
    first = addresses.load("/log")
    assert re.fullmatch("[0-9a-f]{32}", first.token)
    assert (first.port, first.problem) == (None, "")
    assert addresses.load("/log") == first
    assert addresses.load("/other").token != first.token
    addresses.note_port("/log", 6010)
    assert addresses.load("/log") == first._replace(port=6010)


def test_only_its_user_can_read_it(addresses: Addresses) -> None:
    addresses.load("/log")
    addresses.note_port("/log", 6010)
    assert stat.S_IMODE(file_in(addresses).stat().st_mode) == 0o600
    assert stat.S_IMODE(addresses.directory.stat().st_mode) == 0o700


def test_a_new_token_ends_the_old_one(addresses: Addresses) -> None:
    first = addresses.load("/log")
    addresses.note_port("/log", 6010)
    second = addresses.load("/log", new_token=True)
    assert second.token != first.token
    assert (second.port, second.problem) == (6010, "")
    assert addresses.load("/log") == second


@pytest.mark.parametrize(
    "change",
    [
        lambda path, _: path.chmod(0o644),
        lambda path, _: path.chmod(0o620),
        lambda path, _: path.write_text(""),
        lambda path, _: path.write_text("[" * 100_000),
        lambda path, good: path.write_text(good.replace("/log", "/another")),
        lambda path, good: path.write_text(json.dumps(json.loads(good) | {"token": "../../x"})),
        lambda path, good: path.write_text(json.dumps(json.loads(good) | {"token": None})),
        lambda path, good: path.write_text(json.dumps(json.loads(good) | {"port": 70_000})),
        lambda path, good: path.write_text(json.dumps(json.loads(good) | {"port": True})),
        lambda path, _: path.write_text(json.dumps({"place": "/log"})),
        lambda path, _: path.rename(path.with_name("moved")) and path.symlink_to("moved"),
    ],
    ids=[
        "readable", "writable", "empty", "nested", "another place", "path", "no token", "no such port", "true", "less",
        "link",
    ],
)  # fmt: skip
def test_a_file_that_is_not_believed_is_replaced(addresses: Addresses, change: object) -> None:
    first = addresses.load("/log")
    path = file_in(addresses)
    change(path, path.read_text())  # type: ignore[operator]
    second = addresses.load("/log")
    assert second.token != first.token
    assert str(path) in second.problem
    assert "damaged, or others than you can read it" in second.problem
    # Said once: from now on that one is kept.
    assert addresses.load("/log") == second._replace(problem="")
    assert not path.is_symlink()


def test_where_nothing_can_be_kept_the_token_is_new_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    addresses = Addresses(tmp_path / "file" / "addresses")
    first, second = addresses.load("/log"), addresses.load("/log")
    assert first.token != second.token
    assert first.problem == f"it cannot be kept in {addresses.directory}: not a directory"
    addresses.note_port("/log", 6010)


def test_of_viewers_that_start_together_all_have_one_token(addresses: Addresses) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            loaded = list(pool.map(addresses.load, [f"/log{number}"] * 8))
            assert len({address.token for address in loaded}) == 1
            assert {address.problem for address in loaded} == {""}


def test_file_systems_without_hard_links(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert addresses.load("/log") == addresses.load("/log")


def test_the_addresses_used_least_lately_are_forgotten(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_address, "MOST_ADDRESSES", 3)
    made = {}
    for number in range(4):
        made[number] = addresses.load(f"/log{number}")
        for path in addresses.directory.iterdir():
            status = path.stat()
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))
        # As at each start.
        addresses.note_port("/log0", 6006)
    assert len(list(addresses.directory.iterdir())) == 3
    assert addresses.load("/log0").token == made[0].token
    assert addresses.load("/log3").token == made[3].token
    assert addresses.load("/log1").token != made[1].token


def identity_of(logdir: str | Path | dict[str, str | Path]) -> str:
    return LocalPlace(logdir).identity


def test_places(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "link").symlink_to("log")
    assert identity_of(tmp_path / "link") == identity_of(str(tmp_path / "log")) == str(tmp_path / "log")
    several = identity_of({"b": tmp_path / "link", "a": tmp_path})
    assert several == identity_of({"a": str(tmp_path), "b": tmp_path / "log"})
    assert several != identity_of({"b": tmp_path, "a": tmp_path / "log"})
    # A name that is not UTF-8 is one as well.
    assert Addresses(tmp_path / "kept").load(identity_of(os.fsdecode(b"/a\xff"))).problem == ""


def test_a_viewer_has_the_address_of_the_one_before_it(tmp_path: Path, http: httpx.Client) -> None:
    with Viewer(tmp_path / "log") as viewer:
        url = viewer.url
        with Viewer(tmp_path / "log") as second, Viewer(tmp_path / "other") as other:
            assert token_of(second) == token_of(viewer)
            assert second.port != viewer.port
            assert token_of(other) != token_of(viewer)
            last = second.url
    with Viewer(tmp_path / "log", new_token=True) as viewer:
        assert viewer.token_problem == ""
        assert viewer.url not in (url, last)
        assert http.get(last.replace(last.split(":")[2].split("/")[0], str(viewer.port))).status_code == 401


def test_the_port_used_last_is_tried_first(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        Addresses(user_cache("addresses")).load(str(tmp_path))
        Addresses(user_cache("addresses")).note_port(str(tmp_path), port)
        with Viewer(tmp_path) as viewer:
            assert viewer.port != port
        Addresses(user_cache("addresses")).note_port(str(tmp_path), port)
    with Viewer(tmp_path) as viewer:
        assert viewer.port == port
    # A port that is asked for is taken, and remembered.
    with Viewer(tmp_path, port=0) as viewer:
        asked = viewer.port
    assert Addresses(user_cache("addresses")).load(str(tmp_path)).port == asked


def test_a_port_that_needs_privileges_now_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = Addresses(user_cache("addresses"))
    addresses.load(str(tmp_path))
    addresses.note_port(str(tmp_path), 80)
    bind = socket.socket.bind

    def refuse(listener: socket.socket, address: tuple[str, int]) -> None:
        if address[1] == 80:
            raise PermissionError(13, "Permission denied")
        bind(listener, address)

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with Viewer(tmp_path) as viewer:
        assert viewer.port != 80


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    with Viewer(tmp_path, port=0, cache=False) as one, Viewer(tmp_path, port=0, cache=False) as other:
        assert token_of(one) != token_of(other)
    assert not user_cache("addresses").exists()


def test_the_command_says_why_a_token_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    command = [sys.executable, "-u", "-m", "cutaway", f"--logdir={tmp_path}", "--no-browser", "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(2)]
        process.terminate()
        process.wait(PATIENCE)
    assert said[1] == (
        f"The secret in the URL is a new one; it cannot be kept in {tmp_path}/file/cutaway/addresses: not a directory\n"
    )
