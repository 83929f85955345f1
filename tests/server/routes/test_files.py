"""The list of event files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.memory_place import MemoryPlace

from cutaway.events.core import encode
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory


def test_a_file_as_it_is(log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path) -> None:
    write("a", dict.fromkeys(range(20000), 1.0))
    log.refresh()
    (path,) = (tmp_path / "log" / "a").iterdir()
    (listed,) = client.get("/api/files").json()["files"]
    answer = client.get("/api/file", params={"id": listed["id"]})
    assert answer.content == path.read_bytes()
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{path.name}";')
    assert answer.headers["content-type"] == "application/octet-stream"
    for wrong in ("", "r0", "r0.", "r9.0", f"{listed['id']}0", "../a", str(path)):
        assert client.get("/api/file", params={"id": wrong}).status_code == 404
    assert client.get("/api/file").status_code == 400
    path.unlink()
    answer = client.get("/api/file", params={"id": listed["id"]})
    assert (answer.status_code, str(path) in answer.text) == (404, False)


def test_each_file_with_what_is_wrong(
    log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path
) -> None:
    write("b", {0: 1.0, 1: 2.0})
    write("a", {5: 1.0})
    (path,) = (tmp_path / "log" / "b").iterdir()
    broken = bytearray(encode(1002.0, 2, ("loss",), (0.0,)))
    broken[-5] ^= 255
    with path.open("ab") as file:
        file.write(bytes(broken) + encode(1003.0, 3, ("loss",), (0.0,)))
    log.refresh()
    answer = client.get("/api/files")
    first, second = answer.json()["files"]
    names = {run.id: run.name for run in log.catalogue().runs}
    assert [names[first["run"]], names[second["run"]]] == ["a", "b"]
    assert (second["points"], second["damaged_bytes"], second["unreadable"]) == (3, len(broken), "")
    assert second["bytes"] == second["bytes_read"] == path.stat().st_size
    assert (second["name"], second["modified"]) == (path.name, path.stat().st_mtime_ns / 1e9)
    assert (second["first_wall_time"], second["last_wall_time"]) == (1000.0, 1003.0)
    assert client.get("/api/files", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/api/files?run=r0").status_code == 400


@pytest.mark.parametrize("through", ["a link", "a directory", "a link that came later"])
def test_a_file_outside_the_log_directory_is_listed_and_not_sent(
    log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path, through: str
) -> None:
    write("a", {0: 1.0})
    (inside,) = (tmp_path / "log" / "a").iterdir()
    outside = tmp_path / "outside" / inside.name
    outside.parent.mkdir()
    outside.write_bytes(inside.read_bytes())
    place = tmp_path / "log" / "b" / inside.name
    if through == "a directory":
        place.parent.symlink_to(outside.parent)
    else:
        place.parent.mkdir()
        place.symlink_to(outside if through == "a link" else inside)
    (tmp_path / "log" / "c").mkdir()
    (tmp_path / "log" / "c" / inside.name).symlink_to(inside)
    log.refresh()
    if through == "a link that came later":
        place.unlink()
        place.symlink_to(outside)
    a, b, c = client.get("/api/files").json()["files"]
    assert (b["name"], b["points"], b["unreadable"]) == (inside.name, 1, "")
    answer = client.get("/api/file", params={"id": b["id"]})
    assert answer.status_code == 403
    assert answer.json() == {"error": "the file is not sent: it is a link to a file outside the log directory"}
    # A link within the directory leads nowhere else.
    for listed in (a, c):
        assert client.get("/api/file", params={"id": listed["id"]}).content == inside.read_bytes()


def test_a_pipe_is_no_download(log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path) -> None:
    write("a", {0: 1.0})
    log.refresh()
    (path,) = (tmp_path / "log" / "a").iterdir()
    (listed,) = client.get("/api/files").json()["files"]
    path.unlink()
    os.mkfifo(path)
    answer = client.get("/api/file", params={"id": listed["id"]})
    assert (answer.status_code, answer.json()["error"]) == (404, "the file cannot be read: no regular file but a pipe")
    log.refresh()
    (listed,) = client.get("/api/files").json()["files"]
    assert listed["unreadable"] == "no regular file but a pipe"


def test_one_file_as_the_log(write: Callable[..., None], client_of: Any, tmp_path: Path) -> None:
    write("a", {0: 1.0})
    (path,) = (tmp_path / "log" / "a").iterdir()
    log = LogDirectory(path)
    log.refresh()
    client = client_of(create_application(log, Closing(), {}))
    (listed,) = client.get("/api/files").json()["files"]
    assert client.get("/api/file", params={"id": listed["id"]}).content == path.read_bytes()


def test_a_file_that_lies_in_no_file_system(client_of: Any) -> None:
    place, name = MemoryPlace(), "events.out.tfevents.1000.host.1.0"
    content = b"".join(encode(1000.0 + step, step, ("loss",), (1.0,)) for step in range(20_000))
    place.write(f"a/{name}", content)
    log = LogDirectory(place)
    log.refresh()
    client = client_of(create_application(log, Closing(), {}))
    (listed,) = client.get("/api/files").json()["files"]
    answer = client.get("/api/file", params={"id": listed["id"]})
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{name}";')
    assert place.opened == 0
    place.outside.add(place.path(f"a/{name}"))
    answer = client.get("/api/file", params={"id": listed["id"]})
    assert (answer.status_code, answer.json()) == (403, {"error": "the file is not sent: it is outside the log"})
