"""A log that is read by its compacted directory is the log that its event files are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import lines_of
from tests.log_events import files_of
from tests.unit.store.compacted.charts import NEAR, chart, chart_of_series, check_same, opened
from tests.unit.store.compacted.conftest import Record

import cutaway
from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store import reduce
from cutaway.store.compacted import chunked, layout, parquet_file, shard
from cutaway.store.compacted.compact import compact
from cutaway.store.compacted.objects import LocalObjects
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.compacted.plan import Limits
from cutaway.store.compacted.stored_tag import StoredTag
from cutaway.store.line_columns import NO_LINES
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import reduce_groups


def check_groups_are_same(ours: LogDirectory, expected: LogDirectory, view: dict[str, Any]) -> None:
    """Counts and marks are the same, and lines nearly so: where a run has no value its line is between means."""
    found, right = (
        reduce_groups([log.scalars(log.tag_id("loss"), log.runs_matching(""))], **view).groups[0]
        for log in (ours, expected)
    )
    for name in ("bucket", "runs", "mark_bucket", "mark_run", "mark_nan", "mark_pos_inf", "mark_neg_inf"):
        np.testing.assert_array_equal(getattr(found, name), getattr(right, name), err_msg=name)
    largest = np.nanmax(np.abs([right.min, right.max]), initial=0.0)
    for name in ("min", "max", "median", "lowest_mean", "highest_mean"):
        one, other = getattr(found, name) / 2, getattr(right, name) / 2
        assert (np.abs(one - other) <= NEAR * largest).all(), name


class CountedReads:
    """The reads of all compacted directories."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: list[tuple[str, int]] = []
        plain = LocalObjects.read

        def read(objects: LocalObjects, key: str, offset: int, length: int) -> bytes:
            data = plain(objects, key, offset, length)
            self.reads.append((key.rpartition("/")[2], len(data)))
            return data

        monkeypatch.setattr(LocalObjects, "read", read)

    def clear(self) -> None:
        self.reads.clear()

    def names(self) -> set[str]:
        return {name for name, _ in self.reads}


@st.composite
def columns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of one file: with gaps, repeated steps, steps that go back, spikes and values not finite."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    length = draw(st.sampled_from([1, 60, 65, 300, 2000, 5000]))
    change = np.full(length, draw(st.sampled_from([1, 1, 2, 100])))
    for _ in range(draw(st.integers(0, 3))):
        change[rng.integers(length)] = draw(st.sampled_from([0, 5, 1000, -300]))
    if draw(st.booleans()):
        change[rng.integers(length, size=length // 5)] = 0
    step = draw(st.sampled_from([0, 7, -1000])) + np.cumsum(change)
    value: np.ndarray = rng.normal(0, 1, length)
    kind = draw(st.sampled_from(["single", "single", "double", "huge", "whole"]))
    value = (
        value.astype(np.float32).astype(np.float64) if kind == "single" else value * 1e307 if kind == "huge" else value
    )
    for odd in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 1e6, -1e6]), max_size=5)):
        value[rng.integers(length)] = odd
    if kind == "whole":
        value = 2.0**61 + np.arange(length) * 512
    return step, value


def write(path: Path, start: float, step: np.ndarray, value: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not file.tell():
            file.write(frame(file_version(start)))
        for number, (at, each) in enumerate(zip(step.tolist(), value.tolist(), strict=True)):
            file.write(encode(start + number * 0.1, at, ["loss"], [each]))


VIEWS = st.fixed_dictionaries(
    {
        "pixels": st.sampled_from([16, 100, 800, 3000]),
        "x_range": st.none() | st.tuples(st.floats(-1200, 6000), st.floats(0, 6000)).map(lambda r: (r[0], r[0] + r[1])),
        "details": st.booleans(),
        "axis": st.sampled_from(["step", "step", "step", "wall"]),
    }
)


# An example is a compaction.
@settings(deadline=None, max_examples=settings().max_examples // 2)
@given(
    files=st.lists(st.tuples(st.sampled_from("abcd"), columns()), min_size=1, max_size=6),
    tail=st.none() | columns(),
    views=st.lists(VIEWS, min_size=1, max_size=4),
    chunk=st.sampled_from([100, 1000, 1 << 16]),
    runs=st.sampled_from([1, 2, 1000]),
)
def test_any_chart_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, files: Any, tail: Any, views: Any, chunk: int, runs: int
) -> None:
    """Counts, minima and maxima bit for bit; also of several shards, and with a tail that only the event files have."""
    directory = tmp_path_factory.mktemp("property")
    logdir, target = directory / "log", directory / "to"
    for number, (run, (step, value)) in enumerate(files):
        write(logdir / run / f"events.out.tfevents.{number}", 1000.0 + 700 * number, step, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunked, "LARGEST_CHUNK", chunk)
        compact(str(logdir), str(target), limits=Limits(runs))
    if tail is not None:
        number, run = len(files) - 1, files[-1][0]
        write(logdir / run / f"events.out.tfevents.{number}", 1000.0 + 700 * number, *tail)
    ours, expected = opened(target), opened(logdir)
    for view in views:
        for draw in (chart, chart_of_series):
            check_same(draw(ours, "loss", **view), chart_of_series(expected, "loss", **view))
        check_groups_are_same(ours, expected, {name: value for name, value in view.items() if name != "details"})


@pytest.mark.parametrize("axis", ["step", "aligned", "wall"])
def test_short_lines_are_drawn_all_at_once(
    axis: str, logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        record(f"run{number}", range(number, 50), tags=("loss", "lr"))
    compact(str(logdir), str(tmp_path / "to"))

    def alone(*_: object) -> None:
        raise AssertionError("a line is drawn alone")

    monkeypatch.setattr("cutaway.store.draw_lines._reduced", alone)
    views: list[dict[str, Any]] = [{}, {"details": True}, {"pixels": 10}, {"x_range": (5.0, 20.0)}]
    for view in views if axis == "step" else views[:3]:
        check_same(
            chart(opened(tmp_path / "to"), "lr", axis=axis, **view), chart(opened(logdir), "lr", axis=axis, **view)
        )


def test_a_chart_of_all_runs_is_one_small_read(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buckets of one tag."""
    for number in range(20):
        record(f"run{number}", range(5000), tags=("loss", "lr", "acc"))
    compact(str(logdir), str(tmp_path / "to"))
    ours, counted = opened(tmp_path / "to"), CountedReads(monkeypatch)
    for pixels, width in ((800, 16), (200, 64), (50, 256)):
        counted.clear()
        check_same(chart(ours, "lr", pixels=pixels), chart(opened(logdir), "lr", pixels=pixels))
        assert [name for name, _ in counted.reads] == [layout.buckets_name(width)]
    counted.clear()
    # A part of it: also where the line comes from and goes to, and how many points there are.
    view: dict[str, Any] = {"pixels": 60, "x_range": (1003.5, 3300.0), "details": True}
    check_same(chart(ours, "lr", **view), chart(opened(logdir), "lr", **view))
    assert counted.reads == []
    # Of the narrowest, too, the first and the last values are known.
    view = {"pixels": 800, "x_range": (500.0, 3700.0), "details": True}
    check_same(chart(ours, "lr", **view), chart(opened(logdir), "lr", **view))
    assert counted.reads == []


def test_lines_of_a_shard_are_drawn_together(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but those of runs that went on since: a line of several files and of chunks behind long waits, too."""
    monkeypatch.setattr(chunked, "LARGEST_CHUNK", 700)
    for number in range(6):
        record(f"run{number}", [*range(1000), *range(2000, 3000)])
    write(logdir / "run5" / "events.out.tfevents.b", 5000.0, np.arange(3000, 4000), np.sqrt(np.arange(1000)))
    compact(str(logdir), str(tmp_path / "to"), limits=Limits(3))
    record("run0", range(3000, 3100))
    plain, calls = StoredTag.draw_chunks, []

    def draw(tag: StoredTag, chunks: Any, count: int, grid: Any, *, details: bool) -> Any:
        drawn = plain(tag, chunks, count, grid, details=details)
        calls.append((count, len(drawn[0])))
        return drawn

    monkeypatch.setattr(StoredTag, "draw_chunks", draw)
    together = chart(opened(tmp_path / "to"), "loss", pixels=150, details=True)
    check_same(together, chart(opened(logdir), "loss", pixels=150, details=True))
    # Those that are rows of tables, and the one of two files.
    assert calls == [(2, 2), (2, 2), (1, 1)]
    calls.clear()
    check_same(chart_of_series(opened(tmp_path / "to"), "loss", pixels=150, details=True), together)
    assert calls == [(2, 2), (3, 3)]
    # One by one they are the same.
    monkeypatch.setattr(StoredTag, "draw_chunks", lambda *_, **__: ([], NO_LINES))
    check_same(chart(opened(tmp_path / "to"), "loss", pixels=150, details=True), together)


def test_opening_reads_three_objects(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record("a", range(5000))
    compact(str(logdir), str(tmp_path / "to"))
    counted = CountedReads(monkeypatch)
    opened(tmp_path / "to")
    assert sorted(name for name, _ in counted.reads) == ["00000001.json", layout.FILES, layout.SERIES]


def test_points_of_all_runs_are_read_ahead(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice as many row groups with each read, and each of them once."""
    monkeypatch.setattr(shard, "POINT_ROWS", 100)
    for number in range(40):
        record(f"run{number}", range(90), tags=("loss", "lr"))
    compact(str(logdir), str(tmp_path / "to"))
    ours, counted = opened(tmp_path / "to"), CountedReads(monkeypatch)
    check_same(chart(ours, "loss", pixels=3000), chart(opened(logdir), "loss", pixels=3000))
    # 36 row groups: 1, 2, 4, 8, 16 and the rest, and the footer.
    assert len(counted.reads) <= 8
    (path,) = (tmp_path / "to").glob("shards/*/points.parquet")
    assert sum(size for _, size in counted.reads) <= path.stat().st_size


def test_the_few_points_of_a_last_bucket_are_read_with_those_of_all_runs(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And runs that go on at a lower step have buckets in each of their files."""
    for number in range(20):
        record(f"run{number}", range(1000 + number % 3), tags=("loss", "lr"))
        record(f"run{number}", range(990, 2050 + number % 3), tags=("loss", "lr"), name="b")
    compact(str(logdir), str(tmp_path / "to"))
    ours, counted = opened(tmp_path / "to"), CountedReads(monkeypatch)
    for pixels in (200, 60):
        check_same(chart(ours, "lr", pixels=pixels), chart(opened(logdir), "lr", pixels=pixels))
    assert len(counted.reads) == 3
    assert counted.names() == {layout.buckets_name(16), layout.buckets_name(64), layout.ENDS}


def test_over_time_many_points_are_placed_by_their_buckets_and_that_is_said(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        record(f"run{number}", range(30_000), tags=("loss",))
    compact(str(logdir), str(tmp_path / "to"))
    ours, expected, counted = opened(tmp_path / "to"), opened(logdir), CountedReads(monkeypatch)
    view: dict[str, Any] = {"pixels": 100, "axis": "relative"}
    view["clocks"] = expected.clocks([run.id for run in expected.catalogue().runs])
    exact = chart(expected, "loss", **view)
    check_same(chart(ours, "loss", **view), exact)
    assert counted.names() == {layout.POINTS}
    counted.clear()
    monkeypatch.setattr(reduce, "MOST_EXACT_OVER_TIME", 100_000)
    ours = opened(tmp_path / "to")
    view["clocks"] = ours.clocks([run.id for run in ours.catalogue().runs])
    for x_range in (None, (100.0, 9000.0)):
        counted.clear()
        about, exact = (chart(log, "loss", **view, x_range=x_range, details=True) for log in (ours, expected))
        assert layout.POINTS not in counted.names()
        assert (about.level, about.origin) == (exact.level, exact.origin)
        for one, other in zip(lines_of(about), lines_of(exact), strict=True):
            assert one.approximate
            assert not other.approximate
            assert one.recorded == other.recorded
            # Off by a bucket of steps at each end, and at each edge.
            assert abs(one.in_range - other.in_range) <= 2 * 256
            assert abs(int(one.count_in_bucket.sum()) - int(other.count_in_bucket.sum())) <= 2 * 256
            assert (one.min.min(), one.max.max()) == (other.min.min(), other.max.max())
    groups = [
        reduce_groups([log.scalars(log.tag_id("loss"), log.runs_matching(""))], **view) for log in (ours, expected)
    ]
    assert [group.approximate for group in groups] == [True, False]
    # Nearer, where a bucket of the chart is a few of 64 steps, points are told apart.
    near: dict[str, Any] = {**view, "x_range": (1000.0, 1100.0)}
    check_same(chart(ours, "loss", **near), chart(expected, "loss", **near))


@pytest.mark.parametrize("how", ["gone", "others"])
def test_without_the_times_of_buckets_charts_over_time_are_made_of_points(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(reduce, "MOST_EXACT_OVER_TIME", 1000)
    for number in range(2):
        record(f"run{number}", range(10_000), tags=("loss",))
    if how == "others":
        plain = parquet_file.ParquetRows.read
        monkeypatch.setattr(
            parquet_file.ParquetRows,
            "read",
            lambda file, *groups: plain(file, *groups).slice("times" in file.key),
        )
    compact(str(logdir), str(tmp_path / "to"))
    if how == "gone":
        for path in (tmp_path / "to").glob("shards/*/times-*"):
            path.unlink()
    ours = opened(tmp_path / "to")
    view: dict[str, Any] = {"pixels": 30, "axis": "wall", "details": True}
    check_same(chart(ours, "loss", **view), chart(opened(logdir), "loss", **view))
    ours.refresh()
    assert "times-" in ours.catalogue().unreadable[0].file


def test_times_at_work_are_known_without_reading_points(
    logdir: Path, tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a run slept for a night."""
    record("a", [*range(1000), *range(200_000, 201_000)])
    compact(str(logdir), str(tmp_path / "to"))
    ours, expected = opened(tmp_path / "to"), opened(logdir)
    counted = CountedReads(monkeypatch)
    (run,) = (run.id for run in ours.catalogue().runs)
    times = np.linspace(1000, 80_000, 50)
    found = ours.clocks([run])[run].training_time(times)
    assert counted.reads == []
    np.testing.assert_array_equal(found, expected.clocks([run])[run].training_time(times))


def test_catalogue_runs_and_groups_are_the_same(logdir: Path, tmp_path: Path, record: Record) -> None:
    for number in range(3):
        record(f"run{number}", range(3000))
    compact(str(logdir), str(tmp_path / "to"))
    ours, expected = opened(tmp_path / "to"), opened(logdir)
    assert ours.catalogue().tags == expected.catalogue().tags
    for one, other in zip(ours.catalogue().runs, expected.catalogue().runs, strict=True):
        assert (one.id, one.points, one.last_step, one.first_wall_time, one.last_wall_time) == (
            other.id, other.points, other.last_step, other.first_wall_time, other.last_wall_time,
        )  # fmt: skip
    groups = [
        reduce_groups([log.scalars(log.tag_id("loss"), [run.id for run in log.catalogue().runs])], pixels=100)
        for log in (ours, expected)
    ]
    for name in ("min", "max"):
        if hasattr(groups[0].groups[0], name):
            np.testing.assert_array_equal(*(getattr(group.groups[0], name) for group in groups))
    assert groups[0].recorded == groups[1].recorded


def test_values_of_every_kind_and_exact_columns_come_back(tmp_path: Path) -> None:
    logdir, target = tmp_path / "log", tmp_path / "to"
    with cutaway.SummaryWriter(logdir / "run") as writer:
        for step in range(200):
            writer.log({"third": step / 3, "wide": 2**60 + step, "single": step / 8}, step)
        writer.add_text("note", "a text", 3)
        writer.add_histogram("weights", np.arange(10.0), 4)
    compact(str(logdir), str(target))
    ours, expected = cutaway.open(target)["run"], cutaway.open(logdir)["run"]
    assert ours.kinds == expected.kinds
    for tag in expected.tags():
        one, other = ours.scalars(tag), expected.scalars(tag)
        assert one.value.dtype == other.value.dtype
        for name in ("step", "wall_time", "value"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert ours.texts("note/text_summary")[0] == "a text"
    assert ours.histograms("weights")[0].count == 10


def test_a_run_that_goes_on_is_seen_without_another_compaction(logdir: Path, tmp_path: Path, record: Record) -> None:
    record("a", range(1000))
    compact(str(logdir), str(tmp_path / "to"))
    logs = cutaway.open(tmp_path / "to")
    record("a", range(1000, 1200))
    record("b", range(10))
    assert logs.refresh().new_runs == ("b",)
    assert logs["a"].scalars("loss").step.tolist() == [*range(1200)]


def test_only_what_is_not_covered_is_read_from_event_files(logdir: Path, tmp_path: Path, record: Record) -> None:
    path = record("a", range(1000))
    compact(str(logdir), str(tmp_path / "to"))
    covered = path.stat().st_size
    record("a", range(1000, 1010))
    log = open_log_directory(tmp_path / "to")
    log.discover()
    log.check(log.looked_at())
    read: list[int] = []
    (file,) = files_of(log)
    plain = file.read
    file.read = lambda: read.append(file.bytes_read) or plain()  # type: ignore[method-assign, func-returns-value]
    log.read()
    assert read == [covered]


@pytest.mark.parametrize("change", ["replaced", "shorter", "gone"])
def test_a_file_that_is_another_one_is_read_anew(logdir: Path, tmp_path: Path, record: Record, change: str) -> None:
    path = record("a", range(500))
    record("b", range(500))
    compact(str(logdir), str(tmp_path / "to"))
    path.unlink()
    if change != "gone":
        record("a", range(5000, 5700) if change == "replaced" else range(5000, 5010))
    ours, expected = opened(tmp_path / "to"), opened(logdir)
    assert [run.name for run in ours.catalogue().runs] == [run.name for run in expected.catalogue().runs]
    check_same(chart(ours, "loss"), chart(expected, "loss"))
    assert ours.catalogue().unreadable == ()
