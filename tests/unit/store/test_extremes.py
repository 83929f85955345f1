"""Where extremes were recorded: a search through whole columns, and the buckets of a chart as they were drawn."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.drawn import lines_of

from cutaway.store.curve import Axis
from cutaway.store.extremes import Extremes, NotFinite, RecordedPoint, find_extremes
from cutaway.store.reduce import reduce_chart
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints
from cutaway.store.series import Points
from cutaway.store.window import Scale, Window

START = 1.7e9


def one_file(step: Any, wall_time: Any, value: Any) -> list[FilePoints]:
    step, wall_time = np.asarray(step, np.int64), np.asarray(wall_time, np.float64)
    points = Points.of(step, wall_time, np.asarray(value))
    return [FilePoints(points, float(wall_time[0]), float(wall_time[-1]))]


class Columns:
    """The points of a run in the order of x, and what a search through all of them finds."""

    def __init__(self, random: np.random.Generator, length: int, shuffles: bool, levels: int) -> None:
        step = np.cumsum(random.choice([0, 1, 1, 7], length)) - 5
        wall_time = START + np.cumsum(random.choice([0, 0.25, 0.5], length))
        if shuffles:
            random.shuffle(wall_time)
        value = random.integers(-levels, levels + 1, length) / 4
        odd = random.random(length)
        value[odd < 0.01] = math.nan
        value[odd > 0.99] = random.choice([math.inf, -math.inf])
        self.step, self.wall_time, self.value = (
            step,
            wall_time,
            value.astype(np.float32 if random.random() < 0.5 else np.float64),
        )
        self.files = one_file(step, wall_time, self.value)

    def along(self, axis: Axis) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        x = {"step": self.step.astype(np.float64), "wall": self.wall_time, "relative": self.wall_time - START}[axis]
        order = np.argsort(x, kind="stable")
        return x[order], order

    def found(self, axis: Axis, inside: NDArray[np.bool_], near: float | None) -> Extremes | None:
        x, order = self.along(axis)
        places = np.flatnonzero(inside).tolist()
        if not places:
            return None
        value = self.value[order].astype(np.float64)

        def point(place: int) -> RecordedPoint:
            at = order[place]
            return RecordedPoint(float(x[place]), int(self.step[at]), float(self.wall_time[at]), float(value[place]))

        def of_sort(chosen: NDArray[np.bool_]) -> NotFinite:
            some = np.flatnonzero(inside & chosen).tolist()
            return NotFinite(len(some), point(some[0]) if some else None)

        finite = [place for place in places if math.isfinite(value[place])]
        nearest = None
        if near is not None:
            gap = min(abs(x[place] - near) for place in places)
            at = min(x[place] for place in places if abs(x[place] - near) == gap)
            nearest = point(max(place for place in places if x[place] == at))
        return Extremes(
            run="r",
            segment=0,
            count=len(places),
            min=point(min(finite, key=lambda place: (value[place], place))) if finite else None,
            max=point(min(finite, key=lambda place: (-value[place], place))) if finite else None,
            nan=of_sort(np.isnan(value)),
            pos_inf=of_sort(value == math.inf),
            neg_inf=of_sort(value == -math.inf),
            near=nearest,
        )


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 7, 300, 5000, 9000]),
    st.sampled_from(["step", "wall", "relative"]),
    st.booleans(),
    st.sampled_from([0, 2, 10**6]),
    st.data(),
)
def test_as_a_search_through_all_points(
    seed: int, length: int, axis: Axis, shuffles: bool, levels: int, data: st.DataObject
) -> None:
    columns = Columns(np.random.default_rng(seed), length, shuffles, levels)
    x, _ = columns.along(axis)
    # Of four numbers, so that ends and the place may be at a point, and between two.
    ends = sorted(
        data.draw(st.floats(-0.25, 1.25).map(lambda share: round(4 * (x[0] + share * (x[-1] - x[0]))) / 4))
        for _ in range(2)
    )
    near = data.draw(st.none() | st.sampled_from([ends[0], ends[1], (ends[0] + ends[1]) / 2 + 0.1, -1e300]))
    x_range = data.draw(st.sampled_from([None, (ends[0], ends[1])]))
    low, high = x_range or (-math.inf, math.inf)
    expected = columns.found(axis, (x >= low) & (x <= high), near)
    found = find_extremes({"r": columns.files}, axis=axis, x_range=x_range, near=near, clocks={"r": RunClock(START)})
    assert repr(found) == repr([] if expected is None else [expected])


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
@pytest.mark.parametrize("axis", ["step", "relative"])
def test_a_bucket_has_what_was_drawn(axis: Axis, scale: Scale) -> None:
    """Each bucket of a chart, on every scale: the same extremes, the same counts, and steps that say where."""
    columns = Columns(np.random.default_rng(7), 50_000, shuffles=False, levels=10**6)
    runs, clocks = {"r": columns.files}, {"r": RunClock(START)}
    chart = reduce_chart(runs, axis=axis, scale=scale, pixels=100, clocks=clocks, details=True)
    (series,) = lines_of(chart)
    assert len(series.bucket) > 10
    marks = dict(zip(series.mark_bucket.tolist(), series.mark_nan.tolist(), strict=True))
    for place, number in enumerate(series.bucket.tolist()):
        bucket = Window(scale, chart.level, chart.origin + number, 1)
        (found,) = find_extremes(runs, axis=axis, bucket=bucket, clocks=clocks)
        assert found.min is not None
        assert found.max is not None
        assert (found.min.value, found.max.value) == (series.min[place], series.max[place])
        assert found.count == series.count_in_bucket[place]
        assert found.nan.count == marks.get(number, 0)
        for point in (found.min, found.max):
            at = np.flatnonzero((columns.step == point.step) & (columns.wall_time == point.wall_time))
            assert point.value in columns.value[at]


def test_a_spike_has_its_step() -> None:
    values = np.sin(np.arange(1_000_000) / 1000).astype(np.float32)
    values[123_456] = 6.66
    values[123_500] = math.nan
    (found,) = find_extremes({"r": one_file(np.arange(1_000_000), np.arange(1_000_000), values)}, axis="step")
    assert found.max is not None
    assert (found.max.step, np.float32(found.max.value)) == (123_456, np.float32(6.66))
    assert (found.nan.count, found.nan.first and found.nan.first.step) == (1, 123_500)


def test_over_another_tag_the_steps_are_those_of_the_points() -> None:
    loss = one_file(range(6), range(10, 16), [0.0, 5.0, 1.0, 9.0, 2.0, 3.0])
    tokens = one_file([0, 1, 2, 4, 5], range(5), [50.0, 40.0, 30.0, 20.0, 10.0])
    (found,) = find_extremes({"r": loss}, axis="tag", others={"r": tokens}, x_range=(10.0, 45.0), near=21.0)
    # At step 3 there is no token count: it lies between those of steps 2 and 4.
    assert found.max == RecordedPoint(25.0, 3, 13.0, 9.0)
    assert found.near == RecordedPoint(20.0, 4, 14.0, 2.0)


def test_each_segment_by_itself() -> None:
    again = one_file([0, 1, 2, 0, 1, 2], range(6), [1.0, 7.0, 2.0, 3.0, 4.0, 8.0])
    found = find_extremes({"a": again, "b": one_file([5], [0], [math.nan])}, axis="step", x_range=(0, 4))
    assert [(each.run, each.segment, each.max and each.max.step) for each in found] == [("a", 0, 1), ("a", 1, 2)]
    (alone,) = find_extremes({"b": one_file([5], [0], [math.nan])}, axis="step")
    assert (alone.min, alone.max, alone.nan.count) == (None, None, 1)


def test_the_largest_numbers() -> None:
    values = np.tile([1e308, -1e308], 5000)
    values[7777] = -1.5e308
    times = np.linspace(-0.85e308, 0.85e308, 10_000) * 2
    (found,) = find_extremes({"r": one_file(np.arange(10_000), times, values)}, axis="wall", near=1.7e308)
    assert found.min is not None
    assert found.near is not None
    assert (found.min.step, found.near.step) == (7777, 9999)
