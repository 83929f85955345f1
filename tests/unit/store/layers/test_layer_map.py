"""Statistics over steps reduced to buckets: as by hand, whatever is kept, and however the log is split over files."""

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.watch_log import START, columns_of, layout, records, write

from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.store.layers.all_statistics import curves_of, magnitudes_of, statistics_of, stretch_of
from cutaway.store.layers.layer_map import Reduced, buckets_of, grouped, is_zero, medians, reduced
from cutaway.store.layers.log_layers import LogLayers, RunLayers
from cutaway.store.layers.series import LayerSeries
from cutaway.store.layers.statistics import STATISTICS
from cutaway.store.layers.step_values import StepValues
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
EVERY = 5
SECOND = "events.out.tfevents.1764001000.host"


def elements_of(steps: int, rows: int) -> NDArray[np.float32]:
    """Some of them zero or not finite, some rows all zero."""
    found = RNG.normal(size=(steps, rows, 16)).astype(np.float32)
    found[RNG.random(found.shape) < 0.1] = 0
    found[RNG.random(found.shape) < 0.01] = np.nan
    found[RNG.random(found.shape) < 0.01] = np.inf
    found[RNG.random(found.shape[:2]) < 0.1] = 0
    return found


def read(folder: Path) -> RunLayers:
    log = LogDirectory(folder)
    log.refresh()
    return LogLayers(log).of("r0")[1]


def series_of(layers: RunLayers, kind: str = "gradient") -> LayerSeries:
    series = layers.find("watch", kind)
    assert series is not None
    return series


@pytest.fixture
def logged(tmp_path: Path) -> RunLayers:
    """A hundred logging steps in two files, the first of which is superseded from step 300 on."""
    rows = [f"{number}.weight" for number in range(6)]
    later = START + 1000
    for kind in ("gradient", "weight"):
        values = columns_of(elements_of(120, 6))
        steps = range(0, 80 * EVERY, EVERY)
        write(tmp_path / "a", records(f"watch/{kind}", layout(kind, rows, numel=16), steps, values[:80]))
    write(
        tmp_path / "a",
        frame(session_log(later, SESSION_START, 300)),
        name=SECOND,
        start=later,
    )
    for kind in ("gradient", "weight"):
        values = columns_of(elements_of(40, 6))
        more = records(f"watch/{kind}", layout(kind, rows, numel=16), range(300, 500, EVERY), values, start=later)
        write(tmp_path / "a", more, name=SECOND, start=later)
    return read(tmp_path)


def test_buckets_are_those_of_charts_and_no_finer_than_steps() -> None:
    steps = np.arange(0, 1000, 10)
    buckets = buckets_of(steps, None, 16)
    assert buckets.level == 6
    assert buckets.first.tolist() == [-(-64 * number // 10) * 10 for number in range(16)]
    assert buckets.last[:-1].tolist() == [(64 * number - 1) // 10 * 10 for number in range(1, 16)]
    assert buckets.sizes.sum() == 100
    fine = buckets_of(steps, (100.5, 131.0), 100)
    assert (fine.level, fine.first.tolist(), fine.sizes.tolist()) == (0, [100, 110, 120, 130], [1, 1, 1, 1])
    assert buckets_of(steps, (-1e300, 1e300), 8).sizes.tolist() == [100]
    assert buckets_of(steps, (1e300, 1e300), 8).sizes.tolist() == []
    assert buckets_of(steps, (-1e300, -1e300), 8).sizes.tolist() == []
    assert buckets_of(steps[:0], None, 8).sizes.tolist() == []


@pytest.mark.parametrize("name", [name for name in STATISTICS if name != "weight_ratio"])
@pytest.mark.parametrize("most_bytes", [256 << 20, 0])
def test_buckets_hold_what_is_in_them_by_hand(logged: RunLayers, name: str, most_bytes: int) -> None:
    """With values that are kept, and with those that are too many for that."""
    series = series_of(logged)
    of = STATISTICS[name].of
    assert of is not None
    every = of(series.columns()).astype(np.float32)
    marks = series.columns().marks()
    values = StepValues(most_bytes)
    for shown in (None, (100.0, 333.0)):
        buckets = buckets_of(series.steps, shown, 16)
        # The second time from what is kept.
        for _ in range(2):
            _check(reduced(logged, series, name, buckets, values), series, every, marks)
        one = reduced(logged, series, name, buckets, values, row=4)
        _check(one, series, every[:, 4:5], marks[:, 4:5])
    assert (values.nbytes > 0) == (most_bytes > 0)


def _check(found: Reduced, series: LayerSeries, every: NDArray[np.float32], marks: NDArray[np.uint8]) -> None:
    for place, (first, last) in enumerate(zip(found.buckets.first, found.buckets.last, strict=True)):
        inside = (series.steps >= first) & (series.steps <= last)
        part = every[inside]
        np.testing.assert_array_equal(found.greatest[place], np.fmax.reduce(part))
        np.testing.assert_array_equal(found.least[place], np.fmin.reduce(part))
        finite = np.where(np.isfinite(part), part, 0).astype(np.float64)
        np.testing.assert_allclose(found.total[place], finite.sum(0), rtol=1e-12)
        assert found.finite[place].tolist() == np.isfinite(part).sum(0).tolist()
        assert found.marks[place].tolist() == np.bitwise_or.reduce(marks[inside]).tolist()


@pytest.mark.parametrize("most_bytes", [256 << 20, 0])
def test_ratios_are_to_the_weights_of_the_same_step(logged: RunLayers, most_bytes: int) -> None:
    series = series_of(logged)
    with np.errstate(all="ignore"):
        ratio = series.columns().rms() / series_of(logged, "weight").columns().rms()
    every = ratio.astype(np.float32)
    buckets = buckets_of(series.steps, None, 40)
    found = reduced(logged, series, "weight_ratio", buckets, StepValues(most_bytes))
    _check(found, series, every, series.columns().marks())
    bands = curves_of(logged, series, 2, buckets).bands["weight_ratio"]
    np.testing.assert_array_equal(bands[2], found.greatest[:, 2])


def test_medians_are_of_magnitudes(logged: RunLayers) -> None:
    series = series_of(logged)
    found = medians(logged, series, "mean", StepValues())
    every = np.sort(np.abs(series.columns().mean().astype(np.float32)), axis=0)
    counts = np.isfinite(every).sum(0)
    np.testing.assert_array_equal(found, [every[(count - 1) // 2, row] for row, count in enumerate(counts)])


def test_the_worst_of_a_group_of_rows() -> None:
    values = np.array([[1, -3, np.nan], [np.nan, np.nan, np.nan]], np.float32)
    marks = np.array([[8, 24, 0], [9, 8, 0]], np.uint8)
    groups = [np.array([0]), np.array([0, 1, 2]), np.array([2])]
    found, of_groups = grouped(values, marks, groups, is_sum=False)
    np.testing.assert_array_equal(found, [[1, np.nan], [-3, np.nan], [np.nan, np.nan]])
    assert of_groups.tolist() == [[8, 9], [24, 9], [0, 0]]
    assert is_zero(of_groups).tolist() == [[True, False], [False, False], [False, False]]
    found, _ = grouped(values, marks, groups, is_sum=True)
    np.testing.assert_array_equal(found, [[1, np.nan], [-2, np.nan], [np.nan, np.nan]])


def test_curves_of_a_row_are_its_buckets(logged: RunLayers) -> None:
    series = series_of(logged)
    buckets = buckets_of(series.steps, (90.0, 400.0), 20)
    curves = curves_of(logged, series, 3, buckets)
    assert list(curves.bands) == statistics_of(series)
    for name in ("rms", "crest", "not_finite"):
        found = reduced(logged, series, name, buckets, StepValues(), row=3)
        least, mean, greatest = curves.bands[name]
        np.testing.assert_array_equal(least, found.least[:, 0])
        np.testing.assert_array_equal(greatest, found.greatest[:, 0])
        np.testing.assert_allclose(mean, found.mean()[:, 0], rtol=1e-6)
        assert curves.marks.tolist() == found.marks[:, 0].tolist()


@pytest.mark.parametrize("rows", [[2], [0, 5], [0, 1, 2, 3, 4, 5, 5, 5, 5]])
def test_a_stretch_has_all_statistics(logged: RunLayers, rows: list[int]) -> None:
    series = series_of(logged)
    found = stretch_of(logged, series, rows, 100, 200)
    inside = (series.steps >= 100) & (series.steps <= 200)
    assert (found.first, found.last, found.count) == (100, 200, 21)
    assert (found.wall_time, found.start) == (series.wall_time[inside][0], series.wall_time[0])
    rms = series.columns().rms()[inside][:, rows]
    spread = found.statistics["rms"]
    assert spread.least == pytest.approx(np.nanmin(rms))
    assert spread.greatest == pytest.approx(np.nanmax(rms))
    assert spread.mean == pytest.approx(np.nanmean(rms))
    assert found.elements["nan"] == series.columns().column("nan")[inside][:, rows].sum()
    nothing = stretch_of(logged, series, rows, 101, 104)
    assert (nothing.first, nothing.last, nothing.count) == (None, None, 0)
    assert nothing.wall_time is nothing.start is None


def test_magnitudes_are_added_up(tmp_path: Path) -> None:
    counts = RNG.integers(0, 60_000, (30, 2, 64)).astype(np.uint16)
    write(tmp_path / "a", records("watch/weight/magnitude", layout("weight", "ab"), range(0, 300, 10), counts))
    layers = read(tmp_path)
    magnitudes = layers.find_magnitudes("watch", "weight")
    assert magnitudes is not None
    buckets = buckets_of(magnitudes.steps, None, 5)
    found = magnitudes_of(magnitudes, 1, buckets)
    edges = [0, *np.cumsum(buckets.sizes).tolist()]
    for place, (start, end) in enumerate(pairwise(edges)):
        assert found[place].tolist() == counts[start:end, 1].astype(np.int64).sum(0).tolist()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_what_is_kept_grows_with_the_log(sizes: list[int]) -> None:
    values = columns_of(elements_of(sum(sizes), 3))
    rows = layout("gradient", "abc", numel=16)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, kept = LogDirectory(folder), StepValues()
        layers = LogLayers(log)
        done = 0
        for size in sizes:
            steps = range(done, done + size)
            write(
                folder / "a", records("watch/gradient", rows, steps, values[done : done + size], with_layout=not done)
            )
            done += size
            log.refresh()
            found = layers.of("r0")[1]
            series = series_of(found)
            buckets = buckets_of(series.steps, None, 8)
            live = reduced(found, series, "rms", buckets, kept)
            np.testing.assert_array_equal(live.greatest, reduced(found, series, "rms", buckets, StepValues()).greatest)


def test_what_was_not_asked_for_the_longest_goes(logged: RunLayers) -> None:
    series = series_of(logged)
    buckets = buckets_of(series.steps, None, 8)
    # Twice as many as one statistic of one file takes, which is the least with which any is kept.
    values = StepValues(2 * 80 * 6 * 5)
    for name in ("rms", "mean", "std"):
        reduced(logged, series, name, buckets, values)
        assert values.nbytes <= values.most_bytes


def test_weights_that_are_read_later_are_waited_for(tmp_path: Path) -> None:
    """A batch of records may end between the updates of a step and its weights."""
    values = columns_of(elements_of(6, 2))
    log, kept = LogDirectory(tmp_path), StepValues()
    layers = LogLayers(log)
    for number in range(6):
        for kind in ("update", "weight"):
            described, new = layout(kind, "ab", numel=16), values[number : number + 1]
            more = records(f"watch/{kind}", described, [number], new, with_layout=not number)
            write(tmp_path / "a", more)
            log.refresh()
            found = layers.of("r0")[1]
            series = series_of(found, "update")
            live = reduced(found, series, "weight_ratio", buckets_of(series.steps, None, 99), kept)
    with np.errstate(all="ignore"):
        expected = series.columns().rms() / series.columns().rms()
    np.testing.assert_array_equal(live.greatest, expected.astype(np.float32))


def test_weights_of_a_training_that_started_again_in_its_file(tmp_path: Path) -> None:
    updates, weights = columns_of(elements_of(4, 2)), columns_of(elements_of(4, 2))
    for number in range(4):
        if number == 2:
            write(tmp_path / "a", frame(session_log(START, SESSION_START, 0)))
        for kind, values in (("update", updates), ("weight", weights)):
            described, new = layout(kind, "ab", numel=16), values[number : number + 1]
            write(tmp_path / "a", records(f"watch/{kind}", described, [number % 2], new, with_layout=not number))
    found = read(tmp_path)
    series = series_of(found, "update")
    assert series.steps.tolist() == [0, 1]
    ratio = reduced(found, series, "weight_ratio", buckets_of(series.steps, None, 9), StepValues()).greatest
    with np.errstate(all="ignore"):
        expected = series.columns().rms() / series_of(found, "weight").columns().rms()
    np.testing.assert_array_equal(ratio, expected.astype(np.float32))
