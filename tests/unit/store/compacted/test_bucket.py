"""A log in a bucket that is compacted into the same or another one, on a real server of S3's protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.drawn import lines_of
from tests.object_server import ObjectServer, environment
from tests.seaweed import _KEY, _SECRET, Seaweed, seaweed
from tests.unit.store.compacted.conftest import Record

import cutaway
from cutaway.cli import main
from cutaway.store.compacted.chosen import objects_at
from cutaway.store.compacted.compact import compact
from cutaway.store.compacted.manifest import read_newest
from cutaway.store.compacted.objects import ExistsError
from cutaway.store.compacted.plan import Limits
from cutaway.store.compacted.runners import in_processes
from cutaway.store.reduce import reduce_chart

pytestmark = pytest.mark.xdist_group("seaweedfs")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as started:
        yield started


@pytest.fixture
def bucket(server: Seaweed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The URL of a part of the bucket that nobody else uses; the environment lets it be written."""
    for name, value in environment(server.endpoint, _KEY, _SECRET).items():
        monkeypatch.setenv(name, value)
    return f"s3://{server.bucket}/{tmp_path.name}"


def upload(server: Seaweed, logdir: Path, url: str) -> None:
    for path in logdir.rglob("*tfevents*"):
        prefix = url.removeprefix(f"s3://{server.bucket}/")
        server.put(f"{prefix}/{path.relative_to(logdir).as_posix()}", path.read_bytes())


def test_objects_are_put_once_and_read_in_ranges(bucket: str, tmp_path: Path) -> None:
    objects = objects_at(f"{bucket}/objects")
    assert objects.list() == []
    objects.put_if_absent("a/b", b"0123456789")
    with pytest.raises(ExistsError):
        objects.put_if_absent("a/b", b"other")
    assert objects.read("a/b", 2, 3) == b"234"
    (tmp_path / "file").write_bytes(bytes(20 << 20))
    objects.put("a/large", tmp_path / "file")
    assert [(item.key, item.size) for item in objects.list("a/")] == [("a/b", 10), ("a/large", 20 << 20)]
    objects.delete("a/b")
    objects.delete("a/b")
    with pytest.raises(FileNotFoundError):
        objects.read("a/b", 0, 1)


def test_a_log_in_a_bucket_is_compacted_and_opened(
    server: Seaweed, bucket: str, logdir: Path, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same shards as of the same files elsewhere in Python and by the command; tails are read as they come."""
    for run in "ab":
        record(run, range(3000))
    source, target = f"{bucket}/logs", f"{bucket}/compacted"
    upload(server, logdir, source)
    assert main(["compact", source, "--to", target]) == 0
    assert "12,000 points of 2 runs" in capsys.readouterr().out
    assert compact(source, target).made == 0
    record("a", range(3000, 3010))
    upload(server, logdir, source)
    logs, expected = cutaway.open(target), cutaway.open(logdir)
    for run in "ab":
        ours, theirs = logs[run].scalars("loss"), expected[run].scalars("loss")
        assert ours.step.tolist() == theirs.step.tolist()
        assert ours.value.tolist() == theirs.value.tolist()
        charts = [lines_of(reduce_chart({run: scalars._files}, pixels=100))[0] for scalars in (ours, theirs)]
        assert charts[0].min.tolist() == charts[1].min.tolist()
        assert charts[0].max.tolist() == charts[1].max.tolist()


def test_event_files_are_asked_for_once_when_they_are_compacted(
    logdir: Path, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And by lists alone when the compacted directory is opened, also where those tell times more exactly."""
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        for run in "ab":
            path = record(run, range(500))
            server.put(f"logs/{path.relative_to(logdir).as_posix()}", path.read_bytes())
        with server.counted() as asked:
            compact("s3://logs/logs", str(tmp_path / "to"))
        assert sorted(request.method for request in asked if not request.is_list) == ["GET", "GET"]
        with server.counted() as asked:
            logs = cutaway.open(tmp_path / "to")
            assert len(logs["a"].scalars("loss").step) == 500
        assert [request for request in asked if not request.is_list] == []


def test_a_local_log_is_compacted_into_a_bucket_by_several_processes(
    bucket: str, logdir: Path, record: Record, tmp_path: Path
) -> None:
    for run in "abcd":
        record(run, range(100))
    there = compact(str(logdir), f"{bucket}/compacted", limits=Limits(runs=2), runner=in_processes(2), grace=0)
    here = compact(str(logdir), str(tmp_path / "to"), limits=Limits(runs=2))
    assert there.manifest == here.manifest
    manifest = read_newest(objects_at(f"{bucket}/compacted"))
    assert manifest == here.manifest
    assert cutaway.open(f"{bucket}/compacted").runs == ["a", "b", "c", "d"]


def test_the_target_is_outside_the_log_directory(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    for source, target in ((f"{bucket}/logs", f"{bucket}/logs/to"), (f"{bucket}/logs", bucket), (bucket, bucket)):
        assert main(["compact", source, "--to", target]) == 2
        assert "must be outside the log directory" in capsys.readouterr().err


def test_credentials_that_are_not_valid_are_said(
    bucket: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    assert main(["compact", f"{bucket}/logs", "--to", f"{bucket}/to"]) == 2
    said = capsys.readouterr().err
    assert "credentials" in said
    assert said.count("\n") == 1
