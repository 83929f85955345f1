"""What is wrong with a compacted directory is said, and the event files are read in its place."""

import json
import logging
from itertools import product
from pathlib import Path

import pytest
from tests.unit.store.compacted.charts import chart, check_same, opened
from tests.unit.store.compacted.conftest import Record, manifest_of

import cutaway
from cutaway.store.compacted import layout
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
