"""Whatever goes wrong with a bucket is said in words, and the picture stays."""

import logging
import threading
from pathlib import Path

import pytest
from tests.bucket_logs import Logs, runs_of, set_environment, steps_of
from tests.log_events import NAME, a_file, records
from tests.object_server import Fault, ObjectServer, Request
from tests.patience import until
from tests.seaweed import seaweed

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")

import cutaway
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places import object_store, stores
from cutaway.store.places.object_url import object_url
from cutaway.store.tailer import Tailer

A = f"a/{NAME}"


WORDS = [
    (Fault(403, "AccessDenied"), "access is denied"),
    (Fault(403, "ExpiredToken"), "the credentials have expired"),
    (Fault(400, "ExpiredToken"), "the credentials have expired"),
    (Fault(403, "InvalidAccessKeyId"), "the credentials are not valid"),
    (Fault(403, "SignatureDoesNotMatch"), "the credentials are not valid"),
    (Fault(404, "NoSuchBucket"), "there is no bucket logs"),
    (Fault(400, "AuthorizationHeaderMalformed"), "the bucket is in another region: AWS_REGION must name it"),
    (Fault(500, "InternalError"), "the store failed: status 500, InternalError"),
    (Fault(503, "SlowDown"), "the store asks for fewer requests"),
]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(*each, id=f"{each[0].status} {each[0].code}", marks=[pytest.mark.slow] if number > 2 else [])
        for number, each in enumerate(WORDS)
    ],
)
def test_what_goes_wrong_is_said_and_the_picture_stays(
    own: Logs, fault: Fault, words: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    monkeypatch.setattr(stores, "_RETRIES", 1)
    monkeypatch.setattr(object_store, "SHORTEST_PAUSE", 0.05)
    own.put(A, a_file(range(3)))
    log = LogDirectory(own.url)
    tailer = Tailer(log)
    with caplog.at_level(logging.WARNING):
        tailer.start()
        until("the first points", lambda: runs_of(log) == ["a"] and len(steps_of(log)) == 3)
        server.before = lambda request: fault
        own.append(A, records(range(3, 5)))
        until("the words", lambda: [item.reason for item in log.catalogue().unreadable], lambda found: words in found)
        assert steps_of(log) == [0, 1, 2]
        server.before = lambda request: None
        until("the rest", lambda: steps_of(log) == [0, 1, 2, 3, 4] and log.catalogue().unreadable == ())
        tailer.stop()
    assert [record.message for record in caplog.records] == [
        f"{own.url} cannot be read: {words}",
        f"{own.url} can be read again",
    ]
    # From the start there is nothing to keep.
    server.before = lambda request: fault
    with pytest.raises((FileNotFoundError, PermissionError), match=words):
        cutaway.open(own.url)
    assert "secret" not in caplog.text


def test_a_server_that_is_gone_and_one_that_does_not_answer(own: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    monkeypatch.setattr(stores, "_RETRIES", 0)
    own.put(A, a_file(range(3)))
    log = LogDirectory(own.url)
    log.refresh()
    # Only from here on, when nothing is to be answered in time.
    monkeypatch.setattr(stores, "_READ_TIMEOUT", "1s")
    assert isinstance(log.place, object_store.ObjectPlace)
    log.place._store = stores.connect(object_url(own.url))
    released = threading.Event()

    def wait(_: Request) -> None:
        released.wait()

    server.before = wait
    own.append(A, records(range(3, 5)))
    log.refresh()
    # Only from here on, when nothing is to be answered in time.
    monkeypatch.setattr(stores, "_READ_TIMEOUT", "1s")
    assert isinstance(log.place, object_store.ObjectPlace)
    log.place._store = stores.connect(object_url(own.url))
    released.set()
    assert [item.reason for item in log.catalogue().unreadable] == [f"the store does not answer: {server.endpoint}"]
    server.stop()
    log.refresh()
    (item,) = log.catalogue().unreadable
    assert (item.run, item.file) == (None, own.url)
    assert item.reason == f"the store cannot be reached: {server.endpoint}"
    assert steps_of(log) == [0, 1, 2]


@pytest.mark.slow
@pytest.mark.xdist_group("seaweedfs")
def test_a_real_server_refuses_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_RETRIES", 0)
    with seaweed(tmp_path) as server:
        set_environment(monkeypatch, server)
        logs = Logs(server, "logs")
        for number in range(1500):
            logs.put(f"{number}/{NAME}", a_file(range(2)))
        log = LogDirectory(logs.url)
        log.refresh()
        assert len(runs_of(log)) == 1500
        for name, value, words in (
            ("AWS_SECRET_ACCESS_KEY", "wrong", "the credentials are not valid"),
            ("AWS_ACCESS_KEY_ID", "nobody", "the credentials are not valid"),
        ):
            with monkeypatch.context() as changed:
                changed.setenv(name, value)
                with pytest.raises(PermissionError, match=words):
                    cutaway.open(logs.url)
        with pytest.raises(FileNotFoundError, match="there is no bucket elsewhere"):
            cutaway.open("s3://elsewhere/logs")
        server.stop()
        log.refresh()
    (item,) = log.catalogue().unreadable
    assert item.reason == f"the store cannot be reached: {server.endpoint}"
    assert len(runs_of(log)) == 1500


def test_credentials_that_end_are_taken_from_their_file_again(
    own: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)

    def write(key: str) -> None:
        text = f"[default]\naws_access_key_id = {key}\naws_secret_access_key = secret\n"
        (tmp_path / "credentials").write_text(text)

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    own.put(A, a_file(range(3)))
    write("first")
    log = LogDirectory(own.url)
    log.refresh()
    assert steps_of(log) == [0, 1, 2]
    server.before = lambda request: None if request.access_key == "second" else Fault(403, "ExpiredToken")
    own.append(A, records(range(3, 5)))
    log.refresh()
    log.refresh()
    assert [item.reason for item in log.catalogue().unreadable] == ["the credentials have expired"]
    write("second")
    log.refresh()
    assert (steps_of(log), log.catalogue().unreadable) == ([0, 1, 2, 3, 4], ())
    (tmp_path / "credentials").unlink()
    server.before = lambda request: Fault(403, "ExpiredToken")
    log.refresh()
    monkeypatch.setenv("AWS_PROFILE", "gone")
    log.refresh()
    assert [item.reason for item in log.catalogue().unreadable] == ["there is no profile 'gone' in ~/.aws"]
    assert steps_of(log) == [0, 1, 2, 3, 4]


def test_an_object_that_nobody_may_read_is_not_asked_for_at_each_look(own: Logs) -> None:
    server = own.server
    assert isinstance(server, ObjectServer)
    own.put(A, a_file(range(3)))
    own.put(f"b/{NAME}", a_file(range(3)))
    server.before = lambda request: Fault(403, "AccessDenied") if request.key == f"logs/{A}" else None
    log = LogDirectory(own.url)
    with server.counted() as requests:
        for _ in range(5):
            log.refresh()
    assert sum(request.key == f"logs/{A}" for request in requests) == 1
    (item,) = log.catalogue().unreadable
    assert (item.file, item.reason) == (NAME, "access is denied")
    assert steps_of(log, "b") == [0, 1, 2]
    # A new version is another matter.
    server.before = lambda request: None
    own.append(A, records(range(3, 5)))
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4]
