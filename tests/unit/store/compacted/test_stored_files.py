"""Runs of a compacted directory whose one file is as it was, with nothing but scalars, are not opened before somebody
asks for them."""

import os
from pathlib import Path

import pytest
from pyarrow import parquet
from tests.object_server import ObjectServer
from tests.unit.store.compacted.charts import chart, chart_of_series, check_same, opened
from tests.unit.store.compacted.conftest import Record

import cutaway
from cutaway.events.core import encode
from cutaway.store.compacted import layout, shard
from cutaway.store.compacted.compact import compact
from cutaway.store.log_directory import LogDirectory


@pytest.fixture
def target(logdir: Path, tmp_path: Path, record: Record) -> Path:
    """Five runs: three usual ones, one of two files, one with an unfinished end."""
    for number in range(5):
        record(f"run{number}", range(100 + number))
    record("run3", range(200, 300), name="b")
    with (logdir / "run4" / "events.out.tfevents.a").open("ab") as file:
        file.write(encode(1.0, 1, ["loss"], [1.0])[:-3])
    compact(str(logdir), str(tmp_path / "to"))
    return tmp_path / "to"


def opened_runs(log: LogDirectory) -> list[str]:
    return sorted(log._runs.opened)


def told(log: LogDirectory) -> object:
    """The catalogue, without what tells one log object from another."""
    catalogue = log.catalogue()
    runs = [run._replace(revision=0, table_revision=0, kinds=dict.fromkeys(run.kinds, 0)) for run in catalogue.runs]
    return catalogue._replace(revision=0, runs=tuple(runs))


def test_what_is_known_of_all_runs_opens_none(target: Path, logdir: Path) -> None:
    log = opened(target)
    assert told(log) == told(opened(logdir))
    check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))
    log.refresh()
    assert opened_runs(log) == ["run3", "run4"]
    before = log.catalogue()
    for run in before.runs:
        assert log.scalars(log.tag_id("lr"), [run.id])
    assert opened_runs(log) == [f"run{number}" for number in range(5)]
    assert log.catalogue() == before
    log.refresh()
    assert log.catalogue() == before


def test_a_file_that_grows_is_read_from_where_it_is_covered(target: Path, logdir: Path, record: Record) -> None:
    log = opened(target)
    read = log.bytes_taken
    path = record("run1", range(101, 110))
    log.refresh()
    assert opened_runs(log) == ["run1", "run3", "run4"]
    check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))
    assert log.bytes_taken - read < path.stat().st_size / 2


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
def test_a_file_that_is_another_one_is_read_anew(target: Path, logdir: Path, record: Record, when: str) -> None:
    log = opened(target) if when == "while it is open" else None
    path = logdir / "run2" / "events.out.tfevents.a"
    path.unlink()
    record("run2", range(50, 55))
    log = opened(target) if log is None else log
    log.refresh()
    check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))


def test_a_file_that_is_gone_is_no_run(target: Path, logdir: Path) -> None:
    log = opened(target)
    (logdir / "run0" / "events.out.tfevents.a").unlink()
    log.refresh()
    assert [run.name for run in log.catalogue().runs] == ["run1", "run2", "run3", "run4"]


def test_a_file_that_was_touched_is_opened_and_is_the_same(target: Path, logdir: Path) -> None:
    os.utime(logdir / "run0" / "events.out.tfevents.a")
    log = opened(target)
    assert opened_runs(log) == ["run0", "run3", "run4"]
    check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))


def test_a_state_that_cannot_be_understood_is_said_and_the_event_file_is_read(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of another program's making, since a damaged one has a wrong checksum."""
    record("a", range(100))
    monkeypatch.setattr(shard, "encode_index", lambda *_: b"nothing")
    compact(str(logdir), str(tmp_path / "to"))
    log = opened(tmp_path / "to")
    assert log.scalar_metadata()[1] == {}
    assert log.scalars(log.tag_id("loss"), ["r0"]) == {}
    log.refresh()
    check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))
    assert any("index is damaged" in each.reason for each in log.catalogue().unreadable)


def test_what_plug_ins_are_told_is_known_of_unopened_runs(logdir: Path, tmp_path: Path) -> None:
    with cutaway.SummaryWriter(logdir / "a") as writer:
        for step in range(5):
            writer.add_scalar("loss", step, step, summary_description="of the training")
    compact(str(logdir), str(tmp_path / "to"))
    log, plain = opened(tmp_path / "to"), opened(logdir)
    found = log.scalar_metadata()[1]
    assert found == plain.scalar_metadata()[1]
    assert b"of the training" in b"".join(found.values())


def test_runs_of_a_bucket_stay_unopened_until_their_object_is_replaced(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        paths = {run: record(run, range(500)) for run in "ab"}
        for path in paths.values():
            server.put(f"logs/{path.relative_to(logdir).as_posix()}", path.read_bytes())
        compact("s3://logs/logs", str(tmp_path / "to"))
        with server.counted() as asked:
            log = opened(tmp_path / "to")
            log.refresh()
            drawn = chart(log, "loss")
        assert (opened_runs(log), [request for request in asked if not request.is_list]) == ([], [])
        check_same(drawn, chart_of_series(opened(logdir), "loss"))
        record("b", range(500, 510))
        server.put(f"logs/{paths['b'].relative_to(logdir).as_posix()}", paths["b"].read_bytes())
        log.refresh()
        assert opened_runs(log) == ["b"]
        check_same(chart(log, "loss"), chart_of_series(opened(logdir), "loss"))


def test_only_files_of_which_nothing_else_is_needed_are_plain(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("plain", range(10))
    with cutaway.SummaryWriter(logdir / "text") as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.add_text("note", "there", 1)
    (logdir / "cut").mkdir()
    content = record("whole", range(10)).read_bytes()
    (logdir / "cut" / "events.out.tfevents.a").write_bytes(content[:-3])
    (logdir / "damaged").mkdir()
    (logdir / "damaged" / "events.out.tfevents.a").write_bytes(content[:60] + b"x" + content[61:])
    compact(str(logdir), str(tmp_path / "to"))
    (path,) = (tmp_path / "to").glob(f"shards/*/{layout.FILES}")
    rows = parquet.read_table(path).to_pylist()
    assert {row["run"]: row["plain"] for row in rows} == {"plain": 1, "text": 0, "cut": 0, "whole": 1, "damaged": 0}
