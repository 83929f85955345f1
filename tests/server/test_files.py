"""The list of event files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cutaway.events.core import encode
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
