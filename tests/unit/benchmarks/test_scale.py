"""The curves of scale: each axis has its plots, and the logs are what they are said to be."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from benchmarks import bench_scale, logs
from benchmarks.bench_scale import CURVES, Size
from benchmarks.curves import curves_of
from benchmarks.harness import Row
from benchmarks.page import page_of, picture_name, pictures_of
from benchmarks.results import Chapter, Results

from cutaway.store.log_directory import LogDirectory

AXES = ("points of a series", "tags of a run", "runs", "files of a run")


def total(size: Size) -> int:
    return size.runs * size.tags * size.points * size.files


def measured(monkeypatch: pytest.MonkeyPatch) -> Results:
    """As if our time grew with the points, and the peer's were ten times as long; memory likewise."""
    monkeypatch.setattr(bench_scale, "_ours", lambda size: (total(size) / 1e6, total(size) * 5.0))
    monkeypatch.setattr(bench_scale, "_peer", lambda size: (total(size) / 1e5, total(size) * 50.0))
    chapter = Chapter("bench_scale", "Scale", "", "2026-01-02")
    for group in bench_scale.benchmarks():
        assert not isinstance(group, Row)
        chapter.rows += [row.measured() for row in group if isinstance(row, Row)]
    return Results("2 cores", {"bench_scale": chapter})


def test_time_and_memory_over_each_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    results = measured(monkeypatch)
    curves = curves_of(results.chapters["bench_scale"].rows)
    assert sorted(curves) == sorted([*AXES, *(f"{axis}: memory" for axis in AXES)])
    page, pictures = page_of(results), pictures_of(results)
    assert len(pictures) == len(curves)
    for curve, rows in curves.items():
        assert [row.at for row in rows] == list(CURVES[curve.partition(":")[0]])
        assert {row.measure for row in rows} == {"B" if curve.endswith("memory") else "s"}
        assert f"({picture_name(curve)})" in page
        picture = ET.fromstring(pictures[picture_name(curve)])
        texts = ["".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert {"Cutaway", "TensorBoard 2.21", curve.partition(":")[0]} <= set(texts)
        circles = list(picture.iter("{http://www.w3.org/2000/svg}circle"))
        assert len(circles) == 2 * len(rows)
        # All of it is within the picture.
        assert all(
            0 < float(circle.get("cx", "")) < 460 and 0 < float(circle.get("cy", "")) < 260 for circle in circles
        )


def test_all_curves_have_as_many_points() -> None:
    assert {tuple(map(total, sizes.values())) for sizes in CURVES.values()} == {(10_000, 100_000, 10**6, 10**7)}


@pytest.mark.parametrize("size", [Size(3, 2, 4), Size(1, 3, 5, 4)])
def test_a_log_is_what_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: Size) -> None:
    monkeypatch.setattr(logs, "_place", lambda: tmp_path)
    folder = size.written()
    assert len(list(folder.rglob("*tfevents*"))) == size.runs * size.files
    log = LogDirectory(folder)
    log.refresh()
    runs, tag, last_step = size.asked
    assert [run.name for run in log.catalogue().runs] == runs
    assert sum(run.points for run in log.catalogue().runs) == total(size)
    assert {run.scalars(tag)[-1].points.last[0] for run in log.runs()} == {last_step}
