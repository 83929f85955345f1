"""The catalogue as documented."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cutaway import __version__
from cutaway.events import core
from cutaway.events.core import encode
from cutaway.store.log_directory import LogDirectory


def test_what_is_in_it(log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path) -> None:
    write("b", {0: 1.0, 1: 2.0})
    write("a", {0: 1.0}, tag="accuracy")
    log.refresh()
    answer = client.get("/api/catalogue").json()
    assert answer["version"] == __version__
    assert answer["kernel"] == core.implementation
    assert answer["logdir"] == {"path": str(tmp_path / "log"), "state": "ready", "detail": ""}
    assert [(run["name"], run["points"], run["last_step"]) for run in answer["runs"]] == [("a", 1, 0), ("b", 2, 1)]
    assert set(answer["runs"][0]) == {
        "id", "name", "color", "points", "revision", "table_revision", "kinds", "first_wall_time", "last_wall_time",
        "last_step", "attempts", "damaged_bytes", "unread",
    }  # fmt: skip
    names = {run["id"]: run["name"] for run in answer["runs"]}
    assert [(tag["name"], tag["kind"], [names[run] for run in tag["runs"]]) for tag in answer["tags"]] == [
        ("accuracy", "scalars", ["a"]),
        ("loss", "scalars", ["b"]),
    ]
    assert answer["damage"] == answer["malformed"] == answer["unreadable"] == []
    assert answer["runs"][0]["kinds"] == {"scalars": answer["runs"][0]["revision"]}
    loading = answer["loading"]
    assert (loading["done"], loading["files"], loading["points"]) == (True, 2, 3)
    assert loading["bytes"] == loading["bytes_read"]


def test_the_etag_holds_until_something_changes(log: LogDirectory, client: Any, write: Callable[..., None]) -> None:
    first = client.get("/api/catalogue")
    assert first.json()["logdir"]["state"] == "missing"
    again = client.get("/api/catalogue", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    write("a", {0: 1.0})
    log.refresh()
    after = client.get("/api/catalogue", headers={"If-None-Match": first.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["revision"] > first.json()["revision"]
    assert after.headers["etag"] != first.headers["etag"]


def test_hostile_names_are_json(log: LogDirectory, client: Any, write: Callable[..., None]) -> None:
    names = ["</script><script>alert(1)</script>", "nul\0\x01", "\u2028", "\U0001f600", '"\\']
    for name in names:
        write("a", {0: 1.0}, tag=name)
    log.refresh()
    body = client.get("/api/catalogue").content
    assert body.isascii()
    assert {tag["name"] for tag in json.loads(body)["tags"]} == set(names)


def test_only_what_matches(log: LogDirectory, client: Any, write: Callable[..., None]) -> None:
    for run in ("lr=0.1/Adam", "lr=0.1/sgd", "other"):
        write(run, {0: 1.0}, tag="train/loss")
    write("other", {0: 1.0}, tag="eval/Loss")
    log.refresh()

    def names(query: str) -> tuple[list[str], list[tuple[str, int]]]:
        found = client.get(f"/api/catalogue{query}").json()
        return [run["name"] for run in found["runs"]], [(tag["name"], len(tag["runs"])) for tag in found["tags"]]

    assert names("?runs=0.1%20adam") == (["lr=0.1/Adam"], [("train/loss", 1)])
    assert names("?tags=LOSS%20eval") == (["lr=0.1/Adam", "lr=0.1/sgd", "other"], [("eval/Loss", 1)])
    assert names("?runs=sgd&tags=eval") == (["lr=0.1/sgd"], [])
    assert names("?runs=") == names("")
    assert client.get("/api/catalogue?run=x").status_code == 400


@pytest.mark.parametrize("route", ["/api/catalogue", "/api/kinds"])
def test_who_has_the_answer_is_told_so(log: LogDirectory, client: Any, write: Callable[..., None], route: str) -> None:
    write("a", {0: 1.0})
    log.refresh()
    etag = client.get(route).headers["etag"]
    assert client.get(route, headers={"if-none-match": f'"x", {etag}'}).status_code == 304
    write("a", {1: 1.0})
    log.refresh()
    assert client.get(route, headers={"if-none-match": etag}).status_code == 200


def test_what_is_missing_is_in_it(log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path) -> None:
    write("a", {0: 1.0})
    (path,) = (tmp_path / "log" / "a").iterdir()
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(encode(1.0, 1, ["loss"], [2.0])[:20])
    os.utime(path, (5, 5))
    pointer = tmp_path / "log" / "b.tfevents"
    pointer.write_text("version https://git-lfs.github.com/spec/v1\n")
    log.refresh()
    found = client.get("/api/catalogue").json()
    (run,) = [run["id"] for run in found["runs"] if run["name"] == "a"]
    (end,) = found["unfinished"]
    assert end == {
        "run": run, "file": path.name, "offset": whole, "bytes": 20, "modified": 5.0, "is_quiet": True
    }  # fmt: skip
    (item,) = found["unreadable"]
    assert item["reason"] == "not an event file but a Git LFS pointer (git lfs pull fetches the file)"
    assert item["is_foreign"]
    assert found["loading"]["stalled_since"] is None
    # A standstill is news to who has the answer, and to who follows.
    etag = client.get("/api/catalogue").headers["etag"]
    revision = log.revision
    log.say_stalled(1_700_000_000.0)
    answer = client.get("/api/catalogue", headers={"if-none-match": etag})
    assert (answer.status_code, answer.json()["loading"]["stalled_since"]) == (200, 1_700_000_000.0)
    assert log.changes_since(revision).structure
    log.say_stalled(None)
    assert client.get("/api/catalogue").json()["loading"]["stalled_since"] is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (random.Random(1).randbytes(3000), "other data"),
        (bytes(3000), "zeros"),
        (b"epoch 1: loss 0.5\n" * 200, "text"),
        (b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(3000), "a PNG picture"),
    ],
)
def test_a_file_that_is_no_event_file_is_named_at_once(
    log: LogDirectory, client: Any, write: Callable[..., None], tmp_path: Path, content: bytes, what: str
) -> None:
    """In the log directory itself, beside a run: it is neither unfinished nor still to be read."""
    write("a", {0: 1.0})
    (tmp_path / "log" / "events.out.tfevents.x").write_bytes(content)
    log.refresh()
    found = client.get("/api/catalogue").json()
    (item,) = found["unreadable"]
    assert (item["file"], item["is_foreign"]) == ("events.out.tfevents.x", True)
    assert item["reason"] == f"not an event file but {what}"
    assert (found["unfinished"], found["loading"]["done"]) == ([], True)
    (file,) = (file for file in client.get("/api/files").json()["files"] if file["name"] == "events.out.tfevents.x")
    assert file["unreadable"] == item["reason"]


def test_captures_of_a_profiler_are_told_of(log: LogDirectory, client: Any, tmp_path: Path) -> None:
    (tmp_path / "log" / "plugins" / "profile" / "2026").mkdir(parents=True)
    log.refresh()
    found = client.get("/api/catalogue").json()["logdir"]
    assert (found["state"], "1 capture of a profiler" in found["detail"]) == ("empty", True)


def test_who_knows_a_catalogue_is_told_what_has_changed(
    log: LogDirectory, client: Any, write: Callable[..., None]
) -> None:
    write("b", {0: 1.0})
    log.refresh()
    first = client.get("/api/catalogue")
    name = first.headers["etag"].strip('"')
    nothing = client.get(f"/api/catalogue?since={name}").json()
    assert nothing["since"] == name
    assert nothing["runs"] == {"removed": [], "changed": [], "added": []} == nothing["tags"]
    write("a", {0: 1.0}, tag="accuracy")
    write("b", {1: 1.0})
    log.refresh()
    told = client.get(f"/api/catalogue?since={name}")
    whole = client.get("/api/catalogue")
    assert told.headers["etag"] == whole.headers["etag"]
    (place, added), (changed,) = told.json()["runs"]["added"][0], told.json()["runs"]["changed"]
    assert (place, [added, changed]) == (0, whole.json()["runs"])
    assert told.json()["tags"]["added"] == [[0, whole.json()["tags"][0]]]
    same = set(whole.json()) - {"runs", "tags"}
    assert {key: told.json()[key] for key in same} == {key: whole.json()[key] for key in same}
    # The same question again, and one about what has been answered since.
    assert client.get(f"/api/catalogue?since={name}").content == told.content
    later = client.get(f"/api/catalogue?since={told.headers['etag'][1:-1]}").json()
    assert later["runs"]["added"] == later["runs"]["changed"] == []


def test_who_knows_another_server_s_catalogue_or_a_very_old_one_is_told_everything(
    log: LogDirectory, client: Any, write: Callable[..., None]
) -> None:
    old = client.get("/api/catalogue").headers["etag"].strip('"')
    for number in range(10):
        write(f"run{number}", {0: 1.0})
        log.refresh()
        whole = client.get("/api/catalogue")
    for since in (old, "another-1", ""):
        assert client.get(f"/api/catalogue?since={since}").json() == whole.json()
    refused = client.get(f"/api/catalogue?since={old}&runs=a")
    assert (refused.status_code, refused.json()["error"]) == (400, "since is given with neither runs nor tags")
