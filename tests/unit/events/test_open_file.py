"""Only regular files are opened, whatever a name promised, and nothing waits for a pipe's writer."""

import os
import socket
from pathlib import Path

import pytest

from cutaway.events.open_file import NotRegularError, open_regular
from cutaway.events.reader import EventFileReader
from cutaway.events.records import payloads


@pytest.fixture(params=["a pipe", "a socket", "a device", "a directory"])
def other(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    path = tmp_path / "events.out.tfevents.1.host.1.0"
    if request.param == "a pipe":
        os.mkfifo(path)
    elif request.param == "a socket":
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    elif request.param == "a device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    return path, request.param


def test_what_is_no_file_is_said(other: tuple[Path, str]) -> None:
    path, what = other
    for read in (open_regular, lambda path: EventFileReader(path).read(), lambda path: list(payloads(path))):
        with pytest.raises(NotRegularError, match=f"no regular file but {what}"):
            read(path)
    with pytest.raises(NotRegularError):
        EventFileReader(path).first_wall_time()


def test_a_file_and_links_to_it(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"abc")
    link.symlink_to(path)
    for each in (path, link):
        with open_regular(each) as file:
            assert (file.read(), os.get_inheritable(file.fileno())) == (b"abc", False)
    with open_regular(path, follow=False) as file:
        assert file.read() == b"abc"
    with pytest.raises(OSError, match="symbolic links"):
        open_regular(link, follow=False)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "nothing")


def test_ranges_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = os.urandom(1000)
    path.write_bytes(content)
    with open_regular(path) as file:
        for offset in (999, 0, 500, 1000, 2000):
            for length in (0, 1, 500, 2000):
                buffer = bytearray(length)
                count = file.read_at(offset, memoryview(buffer))
                assert buffer[:count] == content[offset : offset + length]
                assert not any(buffer[count:])
        # What is added while it is open is there.
        with path.open("ab") as more:
            more.write(b"more")
        assert file.read_at(1000, memoryview(buffer)) == 4
        assert file.status().size == 1004


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="files are counted in /proc")
def test_nothing_stays_open(other: tuple[Path, str]) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(NotRegularError):
            open_regular(other[0])
    assert len(list(Path("/proc/self/fd").iterdir())) == before
