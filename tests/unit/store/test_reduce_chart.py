"""The chart contract: nothing within the range is lost, and new points change the last bucket only."""

import math
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.drawn import lines_of

from cutaway.store.curve import Axis
from cutaway.store.reduce import MOST_BUCKETS_IN_CHART, ReducedChart, reduce_chart, reduce_groups
from cutaway.store.segments import FilePoints
from cutaway.store.series import Series
from cutaway.store.window import Range, Scale, bucket_of, choose_level

Rows = list[tuple[int, float, float]]

VALUES = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0]),
    st.floats(-1e6, 1e6, width=32),
)
NO_TIMES = st.sampled_from([math.nan, math.inf])
#: Within a minute, so that no wait is a gap; and over years.
CLOSE_TIMES = st.one_of(st.floats(-1, 59), NO_TIMES)
FAR_TIMES = st.one_of(st.floats(1.7e9, 1.8e9), st.sampled_from([0.0, -1.0, 1e300]), NO_TIMES)
TIMED = st.one_of(*(st.lists(st.tuples(times, VALUES), min_size=1, max_size=200) for times in (CLOSE_TIMES, FAR_TIMES)))


def file_of(rows: Rows, dtype: type[np.generic] = np.float32) -> FilePoints:
    series = Series()
    if rows:
        step, wall, value = zip(*rows, strict=True)
        series.append(np.array(step, np.int64), np.array(wall, np.float64), np.array(value).astype(dtype))
    return FilePoints(series.points, 0.0, 0.0)


def ascending(values: list[float]) -> Rows:
    return [(step, float(step), value) for step, value in enumerate(values)]


def reduce_rows(rows: Rows, **options: Any) -> ReducedChart:
    return reduce_chart({"r0": [file_of(rows)]}, **options)


@st.composite
def rows_in_order(draw: st.DrawFn) -> Rows:
    """Rows of one unbroken line: steps that never go back, in clusters that make full buckets."""
    gaps = draw(st.lists(st.sampled_from([0, 0, 0, 1, 1, 1, 2, 50, 1000]), min_size=1, max_size=300))
    steps = np.cumsum([draw(st.integers(-500, 500)), *gaps])
    values = draw(st.lists(VALUES, min_size=len(steps), max_size=len(steps)))
    start = draw(st.floats(1.7e9, 1.8e9))
    return [(int(step), start + i * 0.25, value) for i, (step, value) in enumerate(zip(steps, values, strict=True))]


def coordinate(x: float, scale: Scale) -> float:
    return float(np.log10(x)) if scale == "log" else x


def check_against_oracle(series: Any, chart: ReducedChart, placed: list[tuple[float, float]]) -> None:
    """Compare with buckets made point by point. ``placed`` is (x, value) of all points with a place on the axis."""
    by_bucket: dict[int, list[tuple[float, float]]] = {}
    for x, value in placed:
        by_bucket.setdefault(bucket_of(coordinate(x, chart.scale), chart.level), []).append((x, value))
    sent = Counter(zip(series.point_x.tolist(), map(repr, series.point_y.tolist()), strict=True))
    first_bucket = bucket_of(coordinate(chart.range[0], chart.scale), chart.level) if chart.range else 0
    if chart.range and chart.scale == "log" and chart.range[0] <= 0:
        first_bucket = chart.origin
    last_bucket = bucket_of(coordinate(chart.range[1], chart.scale), chart.level) if chart.range else -1
    assert chart.origin == first_bucket
    expected_points: Counter[tuple[float, str]] = Counter()
    expected_buckets, expected_marks = [], []
    for number in sorted(by_bucket):
        content = by_bucket[number]
        if not first_bucket <= number <= last_bucket:
            continue
        if len(content) <= 4:
            expected_points.update((x, repr(value)) for x, value in content)
            continue
        finite = [value for _, value in content if math.isfinite(value)]
        if finite:
            mean = float(sum(map(Fraction, finite)) / len(finite))
            expected_buckets.append((number - chart.origin, mean, min(finite), max(finite)))
        if len(finite) < len(content):
            others = [value for _, value in content if not math.isfinite(value)]
            counts = (sum(map(math.isnan, others)), others.count(math.inf), others.count(-math.inf))
            expected_marks.append((number - chart.origin, *counts))
    before = [x for x, _ in placed if bucket_of(coordinate(x, chart.scale), chart.level) < first_bucket]
    after = [x for x, _ in placed if bucket_of(coordinate(x, chart.scale), chart.level) > last_bucket]
    neighbours = sent - expected_points
    assert not expected_points - sent
    expected_neighbours = ([max(before)] if before else []) + ([min(after)] if after else [])
    assert sorted(x for x, _ in neighbours.elements()) == expected_neighbours
    assert all((x, text) in {(x, repr(value)) for x, value in placed} for x, text in neighbours)
    assert series.bucket.tolist() == [row[0] for row in expected_buckets]
    np.testing.assert_allclose(series.mean, [row[1] for row in expected_buckets], rtol=1e-12, atol=1e-9)
    assert series.min.tolist() == [row[2] for row in expected_buckets]
    assert series.max.tolist() == [row[3] for row in expected_buckets]
    marks = zip(series.mark_bucket, series.mark_nan, series.mark_pos_inf, series.mark_neg_inf, strict=True)
    assert [tuple(map(int, mark)) for mark in marks] == expected_marks
    assert np.all(np.diff(series.point_x) >= 0)


@given(rows_in_order(), st.integers(16, 200), st.data())
def test_steps_against_the_oracle(rows: Rows, pixels: int, data: st.DataObject) -> None:
    x_range: Range | None = None
    if data.draw(st.booleans()):
        low, high = sorted(data.draw(st.tuples(st.floats(-2e3, 2e4), st.floats(-2e3, 2e4))))
        x_range = (low, high)
    chart = reduce_rows(rows, x_range=x_range, pixels=pixels)
    if chart.axis == "wall":
        assert len({step for step, _, _ in rows}) == 1
        return
    (series,) = lines_of(chart)
    placed = [(float(step), value) for step, _, value in rows]
    assert chart.range == (x_range or (placed[0][0], placed[-1][0]))
    assert chart.range is not None
    assert series.in_range == sum(chart.range[0] <= x <= chart.range[1] for x, _ in placed)
    assert series.left_out == 0
    buckets = bucket_of(chart.range[1], chart.level) - chart.origin + 1
    assert buckets <= max(2, pixels // 2)
    check_against_oracle(series, chart, placed)


@given(rows_in_order(), st.integers(16, 200), st.booleans())
def test_symlog_axis_has_every_point_in_the_bucket_around_it(rows: Rows, pixels: int, whole: bool) -> None:
    x_range = None if whole else (-100.0, 2000.0)
    chart = reduce_rows(rows, scale="symlog", pixels=pixels, x_range=x_range, details=True)
    if chart.axis == "wall":
        return
    (series,) = lines_of(chart)
    low, high = chart.range or (0.0, 0.0)
    assert series.left_out == 0

    def edge(number: int) -> float:
        return float(np.sinh((chart.origin + number) * 2.0**chart.level * math.log(10)))

    for number, least, most, count in zip(series.bucket, series.min, series.max, series.count_in_bucket, strict=True):
        inside = [value for step, _, value in rows if edge(int(number)) <= step < edge(int(number) + 1)]
        finite = [value for value in inside if math.isfinite(value)]
        assert (len(inside), min(finite), max(finite)) == (count, least, most)
    places = {*series.bucket.tolist(), *series.mark_bucket.tolist()}
    points = Counter(series.point_x.tolist())
    for step, _, _ in rows:
        if low <= step <= high and not any(edge(number) <= step < edge(number + 1) for number in places):
            assert points[step] > 0
    assert series.in_range == sum(low <= step <= high for step, _, _ in rows)


@given(rows_in_order(), st.integers(16, 200))
@example([(-1, 0.0, 1.0), (999, 1.0, 2.0), (999, 2.0, 3.0)], 16)
def test_log_axis_against_the_oracle(rows: Rows, pixels: int) -> None:
    chart = reduce_rows(rows, scale="log", pixels=pixels)
    if chart.axis == "wall":
        return
    (series,) = lines_of(chart)
    placed = [(float(step), value) for step, _, value in rows if step > 0]
    assert series.left_out == len(rows) - len(placed)
    if placed:
        check_against_oracle(series, chart, placed)
    else:
        assert (chart.range, len(series.point_x), len(series.bucket)) == (None, 0, 0)


@given(TIMED, st.integers(16, 100))
def test_wall_time_may_go_back_and_be_no_number(pairs: list[tuple[float, float]], pixels: int) -> None:
    rows = [(step, wall, value) for step, (wall, value) in enumerate(pairs)]
    chart = reduce_rows(rows, axis="wall", pixels=pixels)
    placed = sorted(((wall, value) for _, wall, value in rows if math.isfinite(wall)), key=lambda pair: pair[0])
    assert sum(series.left_out for series in lines_of(chart)) == len(rows) - len(placed)
    assert sum(series.in_range for series in lines_of(chart)) == len(placed)
    if placed:
        assert chart.range == (placed[0][0], placed[-1][0])
    if len(lines_of(chart)) == 1:
        check_against_oracle(lines_of(chart)[0], chart, placed)


@given(rows_in_order(), st.integers(16, 100), st.integers(1, 100))
def test_new_points_change_the_last_bucket_only(rows: Rows, pixels: int, removed: int) -> None:
    x_range = (float(rows[0][0]), float(rows[-1][0]) + 1)
    earlier = rows[: max(1, len(rows) - removed)]
    if len({row[0] for row in earlier}) == 1:
        return
    was = reduce_rows(earlier, x_range=x_range, pixels=pixels)
    now = reduce_rows(rows, x_range=x_range, pixels=pixels)
    assert (was.level, was.origin) == (now.level, now.origin)
    last = bucket_of(float(earlier[-1][0]), was.level) - was.origin
    (old,), (new,) = lines_of(was), lines_of(now)
    settled = old.bucket < last
    for name in ("bucket", "mean", "min", "max"):
        kept = getattr(old, name)[settled]
        assert getattr(new, name)[: len(kept)].tolist() == kept.tolist()
    marks = old.mark_bucket[old.mark_bucket < last]
    assert new.mark_bucket[: len(marks)].tolist() == marks.tolist()


# Within what a level can scale without rounding to zero.
COORDINATES = st.floats(-1e100, 1e100).map(lambda c: c if abs(c) > 1e-100 else 0.0)


@given(COORDINATES, COORDINATES, st.integers(2, 8192))
def test_the_level_is_the_smallest_that_fits(one: float, other: float, limit: int) -> None:
    low, high = sorted((one, other))
    level = choose_level(low, high, limit)

    def buckets(level: int) -> int:
        scale = Fraction(2) ** level
        return math.floor(Fraction(high) / scale) - math.floor(Fraction(low) / scale) + 1

    assert buckets(level) <= limit
    finest = max(math.frexp(max(abs(low), abs(high)))[1] - 53, -52)
    assert level == finest or buckets(level - 1) > limit
    assert abs(bucket_of(low, level)) <= 2**53
    assert abs(bucket_of(high, level)) <= 2**53


def test_one_spike_among_a_million_is_there() -> None:
    step = np.arange(1_000_000)
    value = np.zeros(len(step), np.float32)
    value[123_457] = 41.625
    value[654_321] = np.nan
    series = Series()
    series.append(step, step.astype(np.float64), value)
    chart = reduce_chart({"r0": [FilePoints(series.points, 0.0, 0.0)]}, pixels=800)
    (reduced,) = lines_of(chart)
    assert reduced.max.max() == 41.625
    place = int(reduced.bucket[reduced.max.argmax()])
    assert (chart.origin + place) * 2**chart.level <= 123_457 < (chart.origin + place + 1) * 2**chart.level
    assert (int(reduced.mark_nan.sum()), len(reduced.mark_bucket)) == (1, 1)
    assert len(reduced.bucket) <= 400


def test_a_chart_of_many_runs_stays_within_its_budget() -> None:
    runs = {f"r{i}": [file_of(ascending([1.0] * 700))] for i in range(300)}
    chart = reduce_chart(runs, pixels=16_384)
    assert sum(len(series.bucket) for series in lines_of(chart)) <= MOST_BUCKETS_IN_CHART
    assert len(lines_of(chart)) == 300
    assert chart.level == 2


def test_equal_steps_are_drawn_over_time() -> None:
    rows = [(7, 100.0 + i, 1.0) for i in range(3)]
    chart = reduce_rows(rows, axis="step", scale="log", x_range=(0, 10))
    assert (chart.axis, chart.scale, chart.range) == ("wall", "linear", (100.0, 102.0))
    assert lines_of(chart)[0].point_x.tolist() == [100.0, 101.0, 102.0]
    # A point a run is told apart by the run.
    once = {f"r{i}": [file_of([row])] for i, row in enumerate(rows)}
    assert reduce_chart(once).axis == "step"
    assert reduce_chart(once | {"more": [file_of(rows)]}).axis == "wall"


@pytest.mark.parametrize("axis", ["step", "wall", "relative"])
def test_all_recorded_points_are_counted_wherever_they_are(axis: Axis) -> None:
    rows = [(step, float(i), float(i)) for i, step in enumerate([0, 1, 2, 1, 2])]
    runs = {"often": [file_of(rows)], "once": [file_of([(0, 0.0, 1.0)])]}
    options: dict[str, Any] = {"axis": axis, "scale": "linear" if axis == "wall" else "log", "x_range": (1e6, 2e6)}
    recorded: Counter[str] = Counter()
    for series in lines_of(reduce_chart(runs, **options)):
        recorded[series.run] += series.recorded
    assert recorded == {"often": 5, "once": 1}
    groups = [runs, {"once": runs["once"]}, {}]
    assert reduce_groups(groups, **options).recorded == (5, 1, 0)


def test_segments_and_runs_are_kept_apart() -> None:
    rows = [(step, float(i), float(i)) for i, step in enumerate([0, 1, 2, 1, 2])]
    chart = reduce_chart({"r1": [file_of(rows)], "r0": [file_of(ascending([5.0]))]})
    assert [(s.run, s.segment, s.point_x.tolist(), s.point_y.tolist()) for s in lines_of(chart)] == [
        ("r1", 0, [0, 1, 2], [0, 1, 2]),
        ("r1", 1, [1, 2], [3, 4]),
        ("r0", 0, [0], [5]),
    ]


def test_a_mixture_is_sorted_by_x() -> None:
    rows = [(step, float(i), 0.0) for i in range(200) for step in (i, 1000 + i)]
    (series,) = lines_of(reduce_rows(rows, pixels=16_384))
    assert series.point_x.tolist() == [*range(200), *range(1000, 1200)]


@pytest.mark.parametrize("axis", ["step", "wall"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_no_points_are_no_series(axis: Axis, scale: Scale) -> None:
    chart = reduce_chart({}, axis=axis, scale=scale)
    assert (chart.axis, chart.scale, chart.range, chart.level, chart.origin, lines_of(chart)) == (
        axis, scale, None, 0, 0, [],
    )  # fmt: skip
    assert lines_of(reduce_chart({"r0": [file_of([])]}, axis=axis, scale=scale, x_range=(1, 2))) == []


@pytest.mark.parametrize("step", [2**62, -(2**62), 2**63 - 1, -(2**63)])
def test_extreme_steps(step: int) -> None:
    rows = [(min(step, 0), 0.0, 1.0), (max(step, 0), 1.0, 2.0)]
    (series,) = lines_of(reduce_rows(rows))
    assert series.point_y.tolist() == [1.0, 2.0]
    (series,) = lines_of(reduce_rows(rows, x_range=(-1e300, 1e300)))
    assert (series.in_range, series.point_y.tolist()) == (2, [1.0, 2.0])


def test_large_integers_become_the_nearest_floats() -> None:
    (series,) = lines_of(reduce_chart({"r0": [file_of([(0, 0.0, 1.0), (1, 1.0, 3.0)], np.int64)]}))
    assert series.point_y.dtype == np.float64
    assert series.point_y.tolist() == [1.0, 3.0]


def test_a_range_between_two_points_has_both_neighbours() -> None:
    (series,) = lines_of(reduce_rows([(0, 0.0, 1.0), (1000, 1.0, 2.0)], x_range=(400, 500)))
    assert (series.in_range, series.point_x.tolist()) == (0, [0, 1000])
