"""Groups of runs: plain definitions, at every bucket, whatever is missing."""

import math
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.curve import Axis
from cutaway.store.groups import Gathering, GroupLine, Member, _students, on_grid
from cutaway.store.reduce import reduce_groups
from cutaway.store.segments import FilePoints
from cutaway.store.series import Points
from cutaway.store.smoothing import Smoothing, smooth

NUMBERS = st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))
NO_BUCKET = np.empty(0, np.int64)
NO_COUNTS = np.empty(0, np.uint32)


def gathered(rows: list[list[float]], size: int, width: float = 0.0) -> GroupLine:
    """A group of runs with these means, each with values as far below and above them as `width`."""
    group = Gathering(len(rows), size)
    # In any order: a run's place is told with it.
    for place, row in reversed(list(enumerate(rows))):
        mean = np.array(row, np.float64).reshape(size)
        group.add(place, Member(mean, mean - width, mean + width, NO_BUCKET, NO_COUNTS, NO_COUNTS, NO_COUNTS))
    return group.line()


@given(st.integers(1, 8), st.integers(0, 12), st.data())
def test_by_definition(runs: int, buckets: int, data: st.DataObject) -> None:
    table = [data.draw(st.lists(NUMBERS, min_size=buckets, max_size=buckets)) for _ in range(runs)]
    found = gathered(table, buckets, width=3.0)
    columns = {idx: [row[idx] for row in table if not math.isnan(row[idx])] for idx in range(buckets)}
    assert found.bucket.tolist() == [idx for idx, column in columns.items() if column]
    for place, idx in enumerate(found.bucket.tolist()):
        column = columns[idx]
        near: dict[str, Any] = {"rel": 1e-9, "abs": 1e-6}
        assert found.runs[place] == len(column)
        assert found.mean[place] == pytest.approx(statistics.fmean(column), **near)
        assert found.median[place] == pytest.approx(statistics.median(column), **near)
        assert (found.lowest_mean[place], found.highest_mean[place]) == (min(column), max(column))
        assert (found.min[place], found.max[place]) == (min(column) - 3.0, max(column) + 3.0)
        assert found.lowest_mean[place] <= found.mean[place] <= found.highest_mean[place]
        if len(column) > 1:
            deviation = statistics.stdev(column)
            assert found.deviation[place] == pytest.approx(deviation, **near)
            assert found.error[place] == pytest.approx(deviation / math.sqrt(len(column)), **near)
            assert found.confidence[place] >= found.error[place] * 1.95
        else:
            assert math.isnan(found.deviation[place])
            assert math.isnan(found.confidence[place])


def test_the_largest_and_the_smallest_numbers() -> None:
    found = gathered([[1.7e308, 1e-300], [-1.7e308, 3e-300], [1.7e308, 2e-300]], 2)
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.median).all()
    assert found.mean[1] == pytest.approx(2e-300)
    assert found.deviation[1] == pytest.approx(1e-300)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (10, 2.2281),
        (30, 2.0423),
        (31, 2.0395),
        (60, 2.0003),
        (120, 1.9799),
        (10_000, 1.9602),
    ],
)
def test_students_distribution(freedom: int, quantile: float) -> None:
    """As tables have it (Abramowitz and Stegun, 26.10)."""
    assert _students(np.array([freedom]))[0] == pytest.approx(quantile, abs=1.5e-4)


def test_one_run_alone_has_no_spread() -> None:
    assert math.isnan(_students(np.array([0]))[0])


@given(st.lists(st.integers(0, 30), unique=True, max_size=10), st.data())
def test_on_grid(buckets: list[int], data: st.DataObject) -> None:
    buckets.sort()
    means = data.draw(st.lists(st.floats(-1e300, 1e300), min_size=len(buckets), max_size=len(buckets)))
    mean = np.full(31, 123.0)
    mean[buckets] = means
    row = on_grid(np.array(buckets, np.int64), mean, 31)
    assert len(row) == 31
    known = dict(zip(buckets, means, strict=True))
    for idx, value in enumerate(row.tolist()):
        if idx in known:
            assert value == known[idx]
        elif not buckets or idx < buckets[0] or idx > buckets[-1]:
            assert math.isnan(value)
        else:
            before = max(each for each in buckets if each < idx)
            behind = min(each for each in buckets if each > idx)
            ends = sorted((known[before], known[behind]))
            # Halves of the smallest numbers are zero.
            assert ends[0] - 1e-9 * abs(ends[0]) - 1e-320 <= value <= ends[1] + 1e-9 * abs(ends[1]) + 1e-320


def test_nothing() -> None:
    found = gathered([], 5)
    assert len(found.bucket) == len(found.mean) == len(found.median) == len(found.max) == 0
    assert len(gathered([[math.nan] * 4] * 3, 4).runs) == 0


def test_marks_have_their_runs() -> None:
    """By bucket, then by run; also of a run that takes no part with any number."""
    group = Gathering(3, 4)
    nothing = np.full(4, math.nan)
    counts = [np.array(column, np.uint32) for column in ([2, 0], [0, 1], [0, 0])]
    group.add(2, Member(nothing, nothing, nothing, np.array([0, 3]), *counts))
    group.add(0, Member(nothing, nothing, nothing, np.array([3]), *(column[1:] for column in counts)))
    found = group.line()
    assert len(found.bucket) == 0
    assert found.mark_bucket.tolist() == [0, 3, 3]
    assert found.mark_run.tolist() == [2, 0, 2]
    assert found.mark_nan.tolist() == [2, 0, 0]
    assert found.mark_pos_inf.tolist() == [0, 1, 1]
    assert found.mark_neg_inf.tolist() == [0, 0, 0]


@pytest.mark.parametrize("smoothing", [None, Smoothing("ema", 0.9)])
@pytest.mark.parametrize("axis", ["step", "wall"])
def test_no_extreme_is_hidden(smoothing: Smoothing | None, axis: Axis) -> None:
    """Eight runs of ones, one with a single spike and one with a single NaN, far more points than buckets."""
    size = 100_000
    runs = {}
    for rank in range(8):
        values = np.ones(size, np.float32)
        if rank == 3:
            values[50_000], values[60_000] = 1000.0, -2000.0
        if rank == 5:
            values[70_000] = math.nan
        points = Points.of(np.arange(size), np.arange(size, dtype=np.float64), values)
        runs[f"rank_{rank}"] = [FilePoints(points, 0.0, size - 1.0)]
    chart = reduce_groups([runs], axis=axis, pixels=800, smoothing=smoothing)
    (group,) = chart.groups
    assert (group.min.min(), group.max.max()) == (-2000.0, 1000.0)
    assert group.runs.min() == 8
    width = 2**chart.level
    assert group.bucket[group.max.argmax()] == 50_000 // width - chart.origin
    # What the means come to is another thing.
    assert group.highest_mean.max() < 200
    (mark,) = group.mark_bucket.tolist()
    assert mark == 70_000 // width - chart.origin
    assert [list(runs)[place] for place in group.mark_run] == ["rank_5"]
    assert (group.mark_nan.tolist(), group.mark_pos_inf.tolist(), group.mark_neg_inf.tolist()) == ([1], [0], [0])


def test_segments_of_a_run_count_together() -> None:
    """A restart's extremes and its values that are not finite are the run's too; a run may be in two groups."""
    step, time = np.arange(1000), np.arange(1000, dtype=np.float64)
    first = Points.of(step, time, np.where(step == 100, 7.0, 1.0))
    again = Points.of(step, time + 2000, np.where(step == 101, -np.inf, 1.0))
    runs = {"a": [FilePoints(first, 0.0, 999.0), FilePoints(again, 2000.0, 2999.0)]}
    for group in reduce_groups([{}, runs, runs], pixels=32).groups[1:]:
        assert (group.min.min(), group.max.max()) == (1.0, 7.0)
        assert set(group.runs.tolist()) == {1}
        assert (group.mark_run.tolist(), group.mark_neg_inf.tolist()) == ([0], [1])


@pytest.mark.parametrize("largest", [1.0, 1.7e308])
def test_means_of_smoothed_values(largest: float) -> None:
    """As the smoothed values by themselves, also where buckets are empty, or have nothing that is finite."""
    step = np.concatenate([np.arange(500), np.arange(900, 1400)])
    value = np.sin(step / 7) * largest
    value[100:150] = math.nan
    value[600] = math.inf
    kind = Smoothing("mean", 9)
    chart = reduce_groups(
        [{"r": [FilePoints(Points.of(step, step * 1.0, value), 0.0, 1.0)]}], pixels=100, smoothing=kind
    )
    (group,) = chart.groups
    smoothed = smooth(step.astype(np.float64), value, kind)
    width = 2**chart.level
    found = dict(zip(group.bucket.tolist(), group.mean.tolist(), strict=True))
    for number in range(chart.origin, int(step[-1]) // width + 1):
        inside = smoothed[(step // width == number) & np.isfinite(smoothed)]
        if len(inside):
            mean = (inside / 2**10).mean() * 2**10
            assert found[number - chart.origin] == pytest.approx(mean, rel=1e-12, abs=1e-12 * largest)
