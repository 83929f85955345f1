"""Logs in object stores: read as those on the disk, by lists and ranges, and kept on the page whatever goes wrong."""

import itertools
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from tests.bucket_logs import Logs, runs_of, set_environment, steps_of
from tests.log_events import EVENTS, NAME, a_file, everything, files_of, on_the_disk, records
from tests.object_server import AZURE_ACCOUNT, Fault, ObjectServer, Request

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")

import cutaway
from cutaway import SummaryWriter
from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.chosen import place_at
from cutaway.store.places.object_store import ObjectPlace
from cutaway.store.places.place import Place, ReplacedError

A = f"a/{NAME}"


def test_a_log_grows_is_replaced_and_goes(logs: Logs) -> None:
    log = LogDirectory(logs.url)
    assert isinstance(log.place, Place)
    log.refresh()
    assert (log.path, log.catalogue().logdir.state) == (logs.url, "missing")
    logs.put(A, a_file(range(3)))
    logs.put(NAME, a_file(range(1)))
    logs.put("a/notes.txt", b"no event file")
    logs.put("b c/é#%20+&/" + NAME, a_file(range(2)))
    log.refresh()
    assert (runs_of(log), log.catalogue().logdir.state) == ([".", "a", "b c/é#%20+&"], "ready")
    assert (steps_of(log), steps_of(log, "b c/é#%20+&")) == ([0, 1, 2], [0, 1])
    # Half a record, and then the rest of it.
    taken = log.bytes_taken
    logs.append(A, records(range(3, 5))[:-4])
    log.refresh()
    assert (steps_of(log), log.bytes_taken - taken) == ([0, 1, 2, 3], len(records(range(3, 4))))
    logs.append(A, records(range(4, 5))[-4:])
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4]
    # Another object of the name: longer, shorter, and as long.
    for steps in (range(10, 20), range(10, 14), range(15, 19)):
        logs.put(A, a_file(steps))
        log.refresh()
        assert steps_of(log) == [*steps]
    logs.delete(A)
    log.refresh()
    # One list alone is not believed.
    assert "a" in runs_of(log)
    log.refresh()
    assert runs_of(log) == [".", "b c/é#%20+&"]
    logs.put(A, a_file(range(7)))
    log.refresh()
    assert steps_of(log) == [*range(7)]


def test_values_stay_in_the_bucket(logs: Logs, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_text("note", "hello", 3)
        writer.add_image("picture", np.full((3, 4, 5), 0.5), 1)
        writer.add_embedding(np.eye(3), metadata=["one", "two", "three"])
    (path,) = tmp_path.glob("*tfevents*")
    for each in tmp_path.rglob("*"):
        if each.is_file():
            for name in "ab":
                logs.put(f"{name}/{each.relative_to(tmp_path)}", each.read_bytes())
    opened = cutaway.open(logs.url)
    run = opened["a"]
    assert run.paths() == [f"{logs.url}/a/{path.name}"]
    with pytest.raises(ValueError, match=r"in an object store: paths\(\) has their URLs"):
        run.files()
    (picture,) = run.values("images", "picture")
    assert picture.to_array().shape == (4, 5, 3)
    (embedding,) = run.embeddings()
    assert (embedding.to_array().tolist(), embedding.labels()) == (np.eye(3).tolist(), [["one"], ["two"], ["three"]])
    # The object has been replaced by a longer one since it was listed.
    logs.append(f"a/{path.name}", records(range(5)))
    assert run.values("text", "note/text_summary")[0] == "hello"
    logs.put(f"a/{path.name}", path.read_bytes()[:40])
    with pytest.raises(OSError, match=f"a/{path.name} has become shorter"):
        run.values("text", "note/text_summary")[0]
    logs.delete(f"b/{path.name}")
    with pytest.raises(FileNotFoundError, match=f"b/{path.name} is gone"):
        opened["b"].values("text", "note/text_summary")[0]


GOOGLE = {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}


@pytest.mark.parametrize(
    ("scheme", "fault", "words"),
    [
        ("gs", Fault(401, "Unauthorized"), "the credentials are not valid"),
        ("gs", Fault(404, "NoSuchBucket"), "there is no bucket logs"),
        ("az", Fault(403, "AuthenticationFailed"), "the credentials are not valid"),
        ("az", Fault(403, "AuthorizationPermissionMismatch"), "access is denied"),
        ("az", Fault(404, "ContainerNotFound"), "there is no container logs"),
    ],
)
def test_other_stores(own: Logs, monkeypatch: pytest.MonkeyPatch, scheme: str, fault: Fault, words: str) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps(GOOGLE | {"gcs_base_url": server.endpoint}))
    monkeypatch.setenv("AZURE_STORAGE_USE_EMULATOR", "true")
    monkeypatch.setenv("AZURITE_BLOB_STORAGE_URL", server.endpoint)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", AZURE_ACCOUNT)
    content = a_file(range(1000))
    own.put(A, content)
    for number in range(1100):
        own.put(f"{number}/notes", b"")
    log = LogDirectory(f"{scheme}://logs/logs")
    log.refresh()
    own.append(A, more := records(range(1000, 1100)))
    with server.counted() as requests:
        log.refresh()
    assert (steps_of(log), [request.is_list for request in requests]) == ([*range(1100)], [True, True, False])
    assert requests[-1].sent == len(more) + 4096
    assert requests[-1].if_match == server.objects[f"logs/{A}"].etag
    server.before = lambda request: fault
    log.refresh()
    assert ([item.reason for item in log.catalogue().unreadable], steps_of(log)) == ([words], [*range(1100)])


def test_one_event_file(logs: Logs) -> None:
    logs.put(A, a_file(range(3)))
    opened = cutaway.open(f"{logs.url}/{A}")
    assert (opened.runs, opened["."].scalars("loss").step.tolist()) == (["."], [0, 1, 2])
    logs.append(A, records(range(3, 5)))
    opened.refresh()
    assert opened["."].scalars("loss").step.tolist() == [0, 1, 2, 3, 4]
    logs.put("b/tfevents", b"PK\x03\x04 and so on, as archives begin")
    with pytest.raises(ValueError, match="cannot be read: not an event file but a zip archive"):
        cutaway.open(f"{logs.url}/b/tfevents")


@pytest.mark.parametrize("objects", [1500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_file_is_read_with_one_request_and_a_growing_one_by_its_tail(own: Logs, objects: int) -> None:
    content = a_file(range(20_000))
    server = own.server
    assert isinstance(server, ObjectServer)
    for number in range(objects - 1):
        own.put(f"{number}/{NAME}", content[:100])
    own.put(A, content)
    pages = -(-objects // 1000)
    log = LogDirectory(own.url)
    with server.counted() as requests:
        log.refresh()
    lists = [request for request in requests if request.is_list]
    assert (len(lists), len(requests)) == (pages, pages + objects)
    with server.counted() as requests:
        log.refresh()
    assert [request.is_list for request in requests] == [True] * pages
    tail = records(range(20_000, 28_000))
    own.append(A, tail)
    with server.counted() as requests:
        log.refresh()
    assert [request.is_list for request in requests] == [True] * pages + [False]
    assert len(tail) <= requests[-1].sent <= 1.01 * len(tail)
    assert requests[-1].if_match == server.objects[f"logs/{A}"].etag
    assert steps_of(log) == [*range(28_000)]
    assert {request.method for request in server.requests} == {"GET"}


def test_an_unusual_file_is_read_with_one_request_too(own: Logs) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    content = a_file(range(200))
    session = frame(session_log(1001.0, SESSION_START, 3))
    unusual = {
        "damaged": content[:2000] + bytes([content[2000] ^ 255]) + content[2001:],
        "of two sessions": content + session + records(range(3, 10)),
        "unfinished": content[:-5],
        "short": content[:50],
        "none": b"PK\x03\x04 and so on, as archives begin",
    }
    for name, written in unusual.items():
        own.put(f"{name}/{NAME}", written)
    log = LogDirectory(own.url)
    with server.counted() as requests:
        log.refresh()
    assert [request.is_list for request in requests] == [True] + [False] * len(unusual)
    assert steps_of(log, "unfinished") == [*range(199)]
    assert steps_of(log, "of two sessions") == [0, 1, 2, *range(3, 10)]
    # Each of them grows, and is read on.
    for name, written in unusual.items():
        own.put(f"{name}/{NAME}", written + content[len(written) :] + records(range(200, 210)))
    log.refresh()
    fresh = LogDirectory(own.url)
    fresh.refresh()
    assert everything(log) == everything(fresh)
    assert steps_of(log, "unfinished") == steps_of(log, "short") == [*range(210)]


def test_an_object_that_is_gone_when_it_is_read_is_asked_for_once(own: Logs) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    own.put(A, a_file(range(3)))
    server.before = lambda request: None if request.is_list else Fault(404, "NoSuchKey")
    log = LogDirectory(own.url)
    with server.counted() as requests:
        log.refresh()
    assert [request.is_list for request in requests] == [True, False]
    assert (steps_of(log), log.catalogue().unreadable) == ([], ())


def test_an_object_that_has_become_empty_is_not_asked_for(own: Logs) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    own.put(A, a_file(range(3)))
    place = place_at(own.url)
    assert isinstance(place, ObjectPlace)
    place.find()
    followed = place.follow(f"{own.url}/{A}")
    own.put(A, b"")
    place.find()
    with server.counted() as requests:
        status, data = followed.load()
    assert (status.size, bytes(data), requests) == (0, b"", [])


def test_a_log_that_is_larger_than_the_memory(own: Logs) -> None:
    for name in "abcde":
        own.put(f"{name}/{NAME}", a_file(range(2000)))
    whole = LogDirectory(own.url)
    whole.refresh()
    log = LogDirectory(own.url, memory=int(2.5 * max(file.nbytes for file in files_of(whole))))
    log.discover()
    # The list shows them before they are read.
    assert runs_of(log) == [*"abcde"]
    assert log.bytes_taken == 0
    for wanted, held in (("", 2), ("a", 2), ("c", 2)):
        log.want([run.id for run in log.catalogue().runs if run.name in [wanted]])
        log.refresh()
        in_memory = [run.name for run in log.catalogue().runs if not run.unread]
        assert len(in_memory) == held
        assert wanted in ["", *in_memory]
        assert {tuple(steps_of(log, name)) for name in in_memory} == {tuple(range(2000))}


def test_an_object_that_is_replaced_while_it_is_read(own: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    monkeypatch.setattr("cutaway.store.loading.LARGEST", 0)
    monkeypatch.setattr("cutaway.store.event_file._BATCH", 1000)
    # One that goes on, and one that does not.
    for after in (a_file(range(500)), a_file(range(1000, 2000), started=2000.0)):
        own.put(A, a_file(range(300)))
        log = LogDirectory(own.url)
        reads = itertools.count()

        def replace(request: Request, after: bytes = after, reads: Iterator[int] = reads) -> None:
            if request.range and next(reads) == 3:
                server.put(f"logs/{A}", after)

        server.before = replace
        log.refresh()
        server.before = lambda request: None
        log.refresh()
        fresh = LogDirectory(own.url)
        fresh.refresh()
        assert steps_of(log) == steps_of(fresh)
        assert (log.catalogue().damage, log.catalogue().unreadable) == ((), ())


def test_a_store_that_does_not_know_its_versions(own: Logs) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    own.put(A, a_file(range(300)))

    def deny(request: Request) -> Fault | None:
        return Fault(412, "PreconditionFailed") if request.if_match else None

    server.before = deny
    log = LogDirectory(own.url)
    log.refresh()
    own.append(A, records(range(300, 310)))
    log.refresh()
    with server.counted() as requests:
        log.refresh()
    assert (steps_of(log), len(requests)) == ([*range(310)], 1)


def test_an_index_is_believed_for_its_version_without_a_request(
    own: Logs, cache: IndexCache, decoded: list[int]
) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)

    def fresh() -> tuple[list[int], int, int]:
        decoded.clear()
        log = LogDirectory(own.url, cache)
        with server.counted() as requests:
            log.refresh()
        log.keep()
        return steps_of(log), sum(decoded), len(requests)

    content = a_file(range(500))
    own.put(A, content)
    assert fresh() == ([*range(500)], len(content), 2)
    assert fresh() == ([*range(500)], 0, 1)
    own.append(A, more := records(range(500, 510)))
    # A list, what was read of the object up to there, and its tail.
    assert fresh() == ([*range(510)], len(more), 3)
    # As long and longer, with other bytes.
    for other in (a_file(range(1000, 1510)), a_file(range(2000, 3000))):
        own.put(A, other)
        steps, count, _ = fresh()
        assert (steps[0], count) in ((1000, len(other)), (2000, len(other)))
    for path in cache.directory.iterdir():
        assert b"secret" not in path.read_bytes()


@settings(max_examples=30, deadline=None)
# The few bytes that were read last are in the other file as well, at the same place.
@example([("c", "damage", 2), ("c", "cut", 1), ("c", "cut", 1), ("a", "grow", 1), ("c", "replace", 2)])
@given(EVENTS)
def test_a_log_in_a_bucket_is_read_as_one_on_the_disk(events: list[tuple[str, str, int]]) -> None:
    with ObjectServer() as server, pytest.MonkeyPatch.context() as monkeypatch:
        set_environment(monkeypatch, server)
        log = LogDirectory("s3://logs/logs")
        for happened in on_the_disk(events):
            key = f"logs/{happened.name}"
            if happened.content is None:
                server.delete(key)
                log.refresh()
            else:
                server.put(key, happened.content)
            log.refresh()
            known, _ = everything(log)
            assert known == happened.known


def test_names_within_the_log(own: Logs) -> None:
    place = place_at(own.url)
    assert place.resolve(f"{own.url}/a/b", "../c/./d.tsv") == f"{own.url}/a/c/d.tsv"
    for name in ("../../x", "../../logs2/x", "/etc/passwd", "a\0b"):
        with pytest.raises(PermissionError, match="outside the log directory"):
            place.resolve(f"{own.url}/a", name)


def test_a_read_of_a_version_that_is_gone(own: Logs) -> None:
    own.put(A, a_file(range(3)))
    place = place_at(own.url)
    place.find()
    with place.open(f"{own.url}/{A}") as file:
        own.put(A, a_file(range(4)))
        with pytest.raises(ReplacedError):
            file.read_at(0, memoryview(bytearray(10)))
    with place.open(f"{own.url}/{A}") as file:
        assert file.status().size == len(a_file(range(4)))


def test_the_quicker_answers_come_the_fewer_bytes_are_on_their_way(own: Logs) -> None:
    place = place_at(own.url)
    assert isinstance(place, ObjectPlace)
    sizes = 100, 2 << 20, 100 << 20
    fewest = min(32, os.cpu_count() or 1)
    # Until the time to an answer is known, and of a store next door, and of one that is far.
    assert [place.readers(size) for size in sizes] == [32, fewest, fewest]
    place._wait = 0.0001
    assert [place.readers(size) for size in sizes] == [32, fewest, fewest]
    place._wait = 0.1
    assert [place.readers(size) for size in sizes] == [32, 32, max(fewest, 8)]
    # It is found out anew when the store was out of reach.
    server = own.server
    assert isinstance(server, ObjectServer)
    own.put(A, a_file(range(3)))
    server.before = lambda request: Fault(403, "ExpiredToken")
    place.find()
    server.before = lambda request: None
    place.find()
    assert place.readers(2 << 20) == fewest


def test_as_many_objects_are_read_at_a_time_as_the_place_wants_by_now(
    own: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    get, by = ObjectPlace.get, list[threading.Thread]()

    def noting(*arguments: Any) -> memoryview:
        by.append(threading.current_thread())
        return get(*arguments)

    monkeypatch.setattr(ObjectPlace, "get", noting)
    monkeypatch.setattr(ObjectPlace, "readers", lambda *_: 8 if not 4 < len(by) < 20 else 1)
    for number in range(60):
        own.put(f"{number}/{NAME}", a_file(range(3)))
    log = LogDirectory(own.url)
    log.refresh()
    assert [steps_of(log, str(number)) for number in range(60)] == [[0, 1, 2]] * 60
    # Those that had begun end, then one thread goes on alone.
    assert len(set(by[13:20])) == 1


def test_pauses_grow_while_nothing_changes(own: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("cutaway.store.places.object_store.time.monotonic", lambda: now[0])
    own.put(A, a_file(range(3)))
    place = place_at(own.url)
    pauses = []
    for seconds in (0, 60, 200, 6000):
        now[0] = 1000.0 + seconds
        place.find()
        pauses.append(place.pause)
    assert pauses == [2.0, 10.0, 200 / 6, 60.0]
    own.append(A, records(range(3, 5)))
    place.find()
    assert place.pause == 2.0
