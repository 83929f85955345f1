"""What is wrong with a compacted directory is said, and the event files are read in its place."""

import json
import logging
from itertools import product
from pathlib import Path

import pytest
from tests.unit.store.compacted.charts import chart, check_same, opened
from tests.unit.store.compacted.conftest import Record, manifest_of

import cutaway
from cutaway.store.compacted import layout, shard
from cutaway.store.compacted.compact import compact


def damaged_at(path: Path, place: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *product(
            ["buckets-64.parquet", "points.parquet", "series.parquet", "files.parquet"], ["page", "gone", "short"]
        ),
        # Those of the others are not read.
        *product(["series.parquet", "files.parquet"], ["footer"]),
    ],
)
def test_a_damaged_file_is_said_and_event_files_are_read_in_its_place(
    logdir: Path, tmp_path: Path, record: Record, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    for run in "ab":
        record(run, range(3000))
    compact(str(logdir), str(tmp_path / "to"))
    path = tmp_path / "to" / layout.SHARDS / manifest_of(tmp_path / "to").shards[0].name / name
    if how == "gone":
        path.unlink()
    elif how == "short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 4])
    else:
        damaged_at(path, 0.3 if how == "page" else 0.98)
    expected = opened(logdir)
    with caplog.at_level(logging.WARNING):
        ours = opened(tmp_path / "to")
        for view in ({"pixels": 100}, {"pixels": 3000}, {"pixels": 3000, "axis": "wall"}):
            check_same(chart(ours, "lr", **view), chart(expected, "lr", **view))
    revision = ours.revision
    ours.refresh()
    said = [item.reason for item in ours.catalogue().unreadable]
    assert said
    assert all("the event files are read in its place" in reason for reason in said)
    assert "the event files are read in its place" in caplog.text
    if name.startswith(("buckets", "points")):
        # Found by a chart: the page fetches the catalogue again.
        assert ours.revision > revision
    compact(str(logdir), str(tmp_path / "to"))


def test_a_shard_of_another_version_is_not_read_and_made_again(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("a", range(500))
    compact(str(logdir), str(tmp_path / "to"))
    manifest = tmp_path / "to" / layout.MANIFESTS / "00000001.json"
    document = json.loads(manifest.read_text())
    document["shards"][0]["version"] = "0.1"
    manifest.write_text(json.dumps(document))
    ours = opened(tmp_path / "to")
    check_same(chart(ours, "loss"), chart(opened(logdir), "loss"))
    assert "version 0.1" in ours.catalogue().unreadable[0].reason
    assert compact(str(logdir), str(tmp_path / "to")).made == 1
    assert opened(tmp_path / "to").catalogue().unreadable == ()


def test_without_pyarrow_a_compacted_directory_says_what_reads_it(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record("a", range(10))
    compact(str(logdir), str(tmp_path / "to"))
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r"cutaway\[parquet\]"):
        cutaway.open(tmp_path / "to")


def test_facts_that_cannot_be_understood_are_said_and_the_event_file_is_read(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of another program's making, since those that were damaged have a wrong checksum."""
    record("a", range(500))
    monkeypatch.setattr(shard, "encode_state", lambda points: "[]")
    compact(str(logdir), str(tmp_path / "to"))
    ours = opened(tmp_path / "to")
    check_same(chart(ours, "loss", axis="wall"), chart(opened(logdir), "loss", axis="wall"))
    ours.refresh()
    assert "facts of a series cannot be understood" in ours.catalogue().unreadable[0].reason


def test_buckets_of_other_series_are_said_and_points_are_read(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of another program's making."""
    record("a", range(500))
    plain = shard._bucket_columns
    monkeypatch.setattr(shard, "_bucket_columns", lambda first, chunks, *rest: plain(first, chunks + 7, *rest))
    compact(str(logdir), str(tmp_path / "to"))
    ours = opened(tmp_path / "to")
    check_same(chart(ours, "loss", pixels=30), chart(opened(logdir), "loss", pixels=30))
    ours.refresh()
    assert "buckets are not where they should be" in ours.catalogue().unreadable[0].reason


def test_chunks_that_are_not_those_of_the_points_are_said_and_the_event_files_are_read(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of another program's making, too."""
    record("a", range(500))
    monkeypatch.setattr(shard, "_columns_of", lambda facts: facts._asdict() | {"stride": 1, "is_even": 1, "points": 7})
    compact(str(logdir), str(tmp_path / "to"))
    ours = opened(tmp_path / "to")
    check_same(chart(ours, "loss"), chart(opened(logdir), "loss"))
    assert "chunks are not where they should be" in ours.catalogue().unreadable[0].reason


def test_where_buckets_are_not_there_the_points_are_drawn(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of another program's making, too: its facts of chunks tell of others."""
    record("a", range(500))
    record("b", range(3000))
    plain = shard._columns_of
    monkeypatch.setattr(shard, "_columns_of", lambda facts: plain(facts) | {"finest": 64 if facts.finest else 16})
    compact(str(logdir), str(tmp_path / "to"))
    for pixels in (20, 100, 800):
        check_same(chart(opened(tmp_path / "to"), "loss", pixels=pixels), chart(opened(logdir), "loss", pixels=pixels))
