"""Compacting a log directory again and again: each point is there once, and nothing else stays."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet
from tests.unit.store.compacted.conftest import Record, manifest_of, points_of, recorded

import cutaway
from cutaway.store.compacted import layout
from cutaway.store.compacted.compact import GRACE, clean, compact, in_this_process
from cutaway.store.compacted.manifest import Shard, read_newest
from cutaway.store.compacted.objects import LocalObjects
from cutaway.store.compacted.plan import Limits
from cutaway.store.compacted.runners import in_processes
from cutaway.store.compacted.shard import ShardTask

#: Nothing is joined, so that each compaction adds a shard.
APART = Limits(runs=2)


def files_of(target: Path) -> set[str]:
    return {item.key for item in LocalObjects(target).list()}


def needed(target: Path) -> set[str]:
    """The newest manifest, and what it names."""
    manifest = manifest_of(target)
    shards = {f"{layout.SHARDS}{shard.name}/{key}" for shard in manifest.shards for key in shard.objects}
    return shards | {f"{layout.MANIFESTS}{manifest.number:08d}.json"}


def test_every_point_is_there_once_and_exact(logdir: Path, tmp_path: Path) -> None:
    """In the order in which it was recorded: also steps that go back, values that are not finite, and all dtypes."""
    for run in ("first", "second/deep"):
        with cutaway.SummaryWriter(logdir / run) as writer:
            for step in (*range(300), *range(200, 400)):
                values = {"single": step / 8, "double": step / 3, "whole": 2**60 + step, "constant": 1.0}
                writer.log(values, step)
            writer.log({"odd": float("nan"), "double": float("inf")}, 400)
            writer.log({"odd": float("-inf"), "double": 1e300}, -(2**62))
    done = compact(str(logdir), str(tmp_path / "to"))
    assert done.made == 1
    rows, expected = points_of(tmp_path / "to"), recorded(logdir)
    assert done.points == len(rows) == len(expected)
    assert [row[:4] for row in rows] == [row[:4] for row in expected]
    np.testing.assert_array_equal([row[4] for row in rows], [row[4] for row in expected])
    assert {type(row[4]) for row in rows if row[1] == "whole"} == {int}
    (shard,) = done.manifest.shards
    assert (shard.files, shard.runs, shard.tags, shard.series) == (2, 2, 5, 10)


def test_a_second_compaction_makes_what_is_new(logdir: Path, tmp_path: Path, record: Record) -> None:
    target = tmp_path / "to"
    for run in "ab":
        record(run, range(100))
    compact(str(logdir), str(target), limits=APART)
    before = manifest_of(target)
    assert compact(str(logdir), str(target), limits=APART).made == 0
    assert manifest_of(target) == before
    record("c", range(50))
    done = compact(str(logdir), str(target), limits=APART)
    assert (done.made, done.points) == (1, 100)
    assert manifest_of(target).shards[0] == before.shards[0]
    assert points_of(target) == recorded(logdir)


def test_a_little_more_is_left_to_the_event_files_and_much_more_is_compacted(
    logdir: Path, tmp_path: Path, record: Record
) -> None:
    target = tmp_path / "to"
    record("a", range(1000))
    compact(str(logdir), str(target))
    record("a", range(1000, 1050))
    assert compact(str(logdir), str(target)).made == 0
    record("a", range(1050, 1500))
    assert compact(str(logdir), str(target)).made == 1
    assert points_of(target) == recorded(logdir)
    assert len(manifest_of(target).shards) == 1


def test_replaced_and_deleted_files_are_not_there_any_more(logdir: Path, tmp_path: Path, record: Record) -> None:
    target = tmp_path / "to"
    record("a", range(100))
    path = record("b", range(100))
    compact(str(logdir), str(target))
    path.unlink()
    record("b", range(500, 700))
    compact(str(logdir), str(target))
    assert points_of(target) == recorded(logdir)
    shutil.rmtree(logdir / "a")
    compact(str(logdir), str(target))
    assert points_of(target) == recorded(logdir)
    shutil.rmtree(logdir / "b")
    assert compact(str(logdir), str(target)).manifest.shards == ()


def test_a_log_directory_that_is_not_there_changes_nothing(logdir: Path, tmp_path: Path, record: Record) -> None:
    """Its disk may not be mounted."""
    record("a", range(100))
    before = compact(str(logdir), str(tmp_path / "to")).manifest
    logdir.rename(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="there is no directory"):
        compact(str(logdir), str(tmp_path / "to"))
    assert manifest_of(tmp_path / "to") == before


def test_processes_make_the_same_bytes(logdir: Path, tmp_path: Path, record: Record) -> None:
    for number in range(6):
        record(f"run{number}", range(100))
    here = compact(str(logdir), str(tmp_path / "here"), limits=APART)
    there = compact(str(logdir), str(tmp_path / "there"), limits=APART, runner=in_processes(2))
    assert here.manifest == there.manifest
    assert len(here.manifest.shards) == 3
    for key in needed(tmp_path / "here"):
        assert (tmp_path / "here" / key).read_bytes() == (tmp_path / "there" / key).read_bytes()


def test_small_shards_become_one_when_more_is_compacted(logdir: Path, tmp_path: Path, record: Record) -> None:
    target = tmp_path / "to"
    for run in "abc":
        record(run, range(20))
        compact(str(logdir), str(target))
    assert len(manifest_of(target).shards) == 1
    assert points_of(target) == recorded(logdir)


def test_a_run_is_not_divided_and_shards_follow_the_order_of_runs(logdir: Path, tmp_path: Path, record: Record) -> None:
    for number in range(6):
        record(f"run{number}", range(20))
        record(f"run{number}", range(20, 40), name="b")
    done = compact(str(logdir), str(tmp_path / "to"), limits=APART)
    assert [(shard.runs, shard.files) for shard in done.manifest.shards] == [(2, 4)] * 3
    assert points_of(tmp_path / "to") == recorded(logdir)


def test_files_without_records_are_passed_over(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("a", range(20))
    (logdir / "a" / "events.out.tfevents.empty").touch()
    (logdir / "a" / "events.out.tfevents.page").write_bytes(b"<html>" * 100)
    done = compact(str(logdir), str(tmp_path / "to"))
    assert done.manifest.shards[0].files == 1
    assert compact(str(logdir), str(tmp_path / "to")).manifest == done.manifest


def test_the_same_files_give_the_same_bytes(logdir: Path, tmp_path: Path, record: Record) -> None:
    for run in "ab":
        record(run, range(500))
    shards = [compact(str(logdir), str(tmp_path / name)).manifest.shards for name in ("one", "two")]
    assert shards[0] == shards[1]
    for key in (key for key in files_of(tmp_path / "one") if key.startswith(layout.SHARDS)):
        assert (tmp_path / "one" / key).read_bytes() == (tmp_path / "two" / key).read_bytes()


def test_of_two_compactions_at_once_the_second_keeps_what_the_first_has_made(
    logdir: Path, tmp_path: Path, record: Record
) -> None:
    target = tmp_path / "to"
    record("a", range(100))
    made: list[Sequence[ShardTask]] = []

    def late(tasks: Sequence[ShardTask]) -> list[Shard | None]:
        shards = in_this_process(tasks)
        if not made:
            # Another one finds one run more, and is first.
            record("b", range(100))
            compact(str(logdir), str(target), limits=APART)
        made.append(tasks)
        return shards

    compact(str(logdir), str(target), runner=late, limits=APART)
    assert manifest_of(target).number == 1
    assert points_of(target) == recorded(logdir)
    assert [len(tasks) for tasks in made] == [1, 0]


def test_what_a_killed_compaction_left_behind_is_deleted_a_day_later(
    logdir: Path, tmp_path: Path, record: Record
) -> None:
    target = tmp_path / "to"
    record("a", range(100))
    compact(str(logdir), str(target))
    unfinished = target / layout.MANIFESTS / "x.unfinished"
    orphan = target / layout.SHARDS / ("0" * 32) / layout.POINTS
    orphan.parent.mkdir()
    mine = target / "notes.txt"
    for path in (orphan, unfinished, mine):
        path.write_bytes(b"x")
    objects = LocalObjects(target)
    assert clean(objects, GRACE) == 0
    long_ago = orphan.stat().st_mtime - GRACE - 10
    for path in (orphan, unfinished, mine):
        os.utime(path, (long_ago, long_ago))
    assert clean(objects, GRACE) == 2
    assert files_of(target) == needed(target) | {"notes.txt"}
    assert not orphan.parent.exists()


def test_shards_that_were_replaced_stay_for_a_day_since_viewers_may_read_them(
    logdir: Path, tmp_path: Path, record: Record
) -> None:
    target = tmp_path / "to"
    record("a", range(100))
    old = compact(str(logdir), str(target)).manifest.shards[0]
    for path in target.rglob("*"):
        os.utime(path, (0, 0))
    record("a", range(100, 200))
    assert compact(str(logdir), str(target)).deleted == 0
    assert (target / layout.SHARDS / old.name).exists()
    assert compact(str(logdir), str(target), grace=0).deleted > 0
    assert files_of(target) == needed(target)


def test_a_target_of_another_log_directory_is_refused(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("a", range(10))
    compact(str(logdir), str(tmp_path / "to"))
    with pytest.raises(ValueError, match="compacted directory of"):
        compact(str(tmp_path), str(tmp_path / "to"))


@pytest.mark.parametrize("damage", ["shard", "manifest"])
def test_a_damaged_shard_is_made_again_and_a_damaged_manifest_is_said(
    logdir: Path, tmp_path: Path, record: Record, damage: str
) -> None:
    target = tmp_path / "to"
    record("a", range(100))
    shard = compact(str(logdir), str(target)).manifest.shards[0]
    if damage == "shard":
        path = target / layout.SHARDS / shard.name / layout.POINTS
        path.write_bytes(path.read_bytes()[:-1])
        compact(str(logdir), str(target))
        assert points_of(target) == recorded(logdir)
    else:
        (target / layout.MANIFESTS / "00000001.json").write_bytes(b"{")
        with pytest.raises(ValueError, match="00000001"):
            read_newest(LocalObjects(target))


def test_buckets_are_there_for_series_that_are_worth_it(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("long", range(5000), tags=("loss",))
    record("short", range(20), tags=("loss",))
    record("sparse", range(0, 50_000, 100), tags=("other",))
    done = compact(str(logdir), str(tmp_path / "to"))
    (shard,) = done.manifest.shards
    directory = tmp_path / "to" / layout.SHARDS / shard.name
    found = {}
    for key in shard.objects:
        if key.startswith("buckets-"):
            series = parquet.read_table(directory / key)["series"].to_pylist()
            found[int(key[8:-8])] = {number: series.count(number) for number in set(series)}
    # Series 0 is the long one, 1 the short one, and 2 that of every hundredth step.
    assert found == {
        16: {0: 313}, 64: {0: 79}, 256: {0: 20}, 1024: {0: 5, 2: 49}, 4096: {0: 2, 2: 13}, 16384: {0: 1, 2: 4},
        65536: {2: 1},
    }  # fmt: skip


def test_objects_are_ranges_of_bytes_and_put_once(tmp_path: Path) -> None:
    objects: Any = LocalObjects(tmp_path / "new")
    assert objects.list() == []
    objects.put_if_absent("a/b", b"0123456789")
    with pytest.raises(FileExistsError):
        objects.put_if_absent("a/b", b"other")
    assert objects.read("a/b", 2, 3) == b"234"
    assert objects.read("a/b", 8, 30) == b"89"
    assert [item.key for item in objects.list("a/")] == ["a/b"]
    objects.delete("a/b")
    objects.delete("a/b")
    with pytest.raises(FileNotFoundError):
        objects.read("a/b", 0, 1)
    with pytest.raises(ValueError, match="local path"):
        LocalObjects("s3://bucket/logs")
