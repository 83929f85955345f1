"""Where points are on an axis: packed curves against plain columns."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drawn import columns_of

from cutaway.store.curve import Axis, Curve, PackedCurve, SortedCurve, put_on_axis
from cutaway.store.draw_lines import draw_lines
from cutaway.store.drawn import View
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints, join
from cutaway.store.series import Series


def series_of(step: Any, wall: Any, value: Any, parts: int = 1) -> FilePoints:
    series = Series()
    columns = [np.array_split(np.asarray(column), parts) for column in (step, wall, value)]
    for some in zip(*columns, strict=True):
        series.append(some[0].astype(np.int64), some[1].astype(np.float64), some[2])
    return FilePoints(series.points, float(wall[0]), float(wall[-1]))


@st.composite
def files(draw: st.DrawFn) -> list[FilePoints]:
    """One curve over a few files, some of them long enough for packed chunks."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    found, step, wall = [], 0, 1.7e9
    for _ in range(draw(st.integers(1, 3))):
        length = draw(st.sampled_from([1, 5, 4096, 9000]))
        steps = step + np.cumsum(random.choice(draw(st.sampled_from([[1], [0, 1, 5]])), length))
        walls = wall + np.cumsum(random.random(length))
        values = random.normal(size=length).astype(draw(st.sampled_from([np.float32, np.float64])))
        found.append(series_of(steps, walls, values, draw(st.integers(1, 2)) if length > 5 else 1))
        step, wall = int(steps[-1]), float(walls[-1])
    return found


@given(files(), st.sampled_from(["step", "aligned", "wall", "relative", "training"]), st.data())
def test_a_packed_line_has_the_columns_of_its_segment(parts: list[FilePoints], axis: Axis, data: st.DataObject) -> None:
    (segment,) = join(parts)
    clock = RunClock(1.7e9)
    curve = put_on_axis("r", 0, segment, axis, "linear", clock=clock)
    assert isinstance(curve, PackedCurve)
    x = segment.step.astype(float) if axis in ("step", "aligned") else segment.wall_time
    x = x - 1.7e9 if axis in ("relative", "training") else x
    assert len(curve) == len(x)
    assert curve.extent == (x[0], x[-1])
    start = data.draw(st.integers(0, len(x)))
    stop = data.draw(st.integers(start, len(x)))
    assert curve.x(start, stop).tolist() == x[start:stop].tolist()
    positions = np.array(sorted(data.draw(st.sets(st.integers(0, len(x) - 1), max_size=9))), np.int64)
    assert curve.x_at(positions).tolist() == x[positions].tolist()
    assert curve.y_at(positions).tolist() == segment.value[positions].tolist()
    assert curve.y().tolist() == segment.value.tolist()
    assert curve.dtype == curve.y().dtype
    edges = np.unique(np.linspace(x[0], x[-1] + 1, data.draw(st.integers(2, 50))))
    plain = SortedCurve("r", 0, x, curve.y(), 0, segment, np.arange(len(x)))
    for each in (curve, plain):
        step, wall_time = each.recorded_at(positions)
        assert step.tolist() == segment.step[positions].tolist()
        assert wall_time.tolist() == segment.wall_time[positions].tolist()
    found, expected = curve.reduce(edges), plain.reduce(edges)
    assert found.before == expected.before
    assert abs(found.buckets().count.astype(int) - expected.buckets().count).sum() <= (0 if axis == "step" else 4)


def test_what_is_not_above_zero_has_no_place_on_a_log_axis() -> None:
    parts = [series_of(np.arange(-3, 3), np.arange(6.0), np.arange(6.0)), series_of([3, 4], [7, 8], [6.0, 7.0])]
    (segment,) = join(parts)
    curve = put_on_axis("r", 0, segment, "step", "log")
    assert (len(curve), curve.left_out, curve.extent) == (4, 4, (1, 4))
    assert curve.y().tolist() == [4, 5, 6, 7]
    nothing = put_on_axis("r", 0, join([series_of([-2, -1], [0, 1], [1.0, 2.0])])[0], "step", "log")
    assert (len(nothing), nothing.left_out, nothing.extent) == (0, 2, None)
    relative = put_on_axis("r", 0, join(parts[:1])[0], "relative", "log", clock=RunClock(2.0))
    assert (relative.left_out, relative.extent) == (3, (1, 3))


def test_against_another_tag_by_step() -> None:
    (loss,) = join([series_of([0, 1, 2, 3, 5], range(5), np.array([5.0, 4.0, 3.0, 2.0, 1.0]))])
    rate = [series_of([0, 1, 3, 5], range(4), np.array([0.0, 0.5, math.nan, 0.25]))]
    curve = put_on_axis("r", 0, loss, "tag", "linear", other=rate)
    # It turns back, step 2 has none, and that of step 3 is no number.
    assert (curve.left_out, curve.between) == (2, "joined")
    assert curve.x(0, 9).tolist() == [0, 0.25, 0.5]
    assert curve.y().tolist() == [5, 1, 4]
    assert curve.recorded_at(np.array([0, 1, 2]))[0].tolist() == [0, 5, 1]


def test_of_several_values_at_one_step_the_last_counts() -> None:
    (loss,) = join([series_of([0, 1], [0, 1], np.array([5.0, 4.0]))])
    restarted = [series_of([0, 1], [0, 1], np.array([1.0, 2.0])), series_of([1], [9], np.array([7.0]))]
    curve = put_on_axis("r", 0, loss, "tag", "linear", other=restarted)
    assert curve.x(0, 2).tolist() == [1, 7]
    assert len(put_on_axis("r", 0, loss, "tag", "linear")) == 0


@pytest.mark.parametrize("wall", [[0, math.inf], [-math.inf, 0], [0, math.nan], [1, 0]])
def test_times_that_are_not_in_order_or_not_finite_are_sorted(wall: list[float]) -> None:
    (segment,) = join([series_of([0, 1], wall, np.array([1.0, 2.0]))])
    curve = put_on_axis("r", 0, segment, "wall", "linear")
    assert isinstance(curve, SortedCurve)
    assert curve.x(0, 2).tolist() == sorted(x for x in wall if math.isfinite(x))


@given(files(), st.sampled_from(["step", "wall"]), st.data())
def test_a_part_is_that_stretch_of_its_curve(parts: list[FilePoints], axis: Axis, data: st.DataObject) -> None:
    (segment,) = join(parts)
    whole = put_on_axis("r", 0, segment, axis, "linear")
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))
    for curve in (whole, SortedCurve("r", 0, whole.x(0, len(whole)), whole.y(), 7, segment, np.arange(len(whole)))):
        part = curve.part(3, start, stop)
        assert (part.segment, part.whole, part.start, len(part)) == (3, curve, start, stop - start)
        assert part.left_out == (0 if start else curve.left_out)
        assert part.x(0, len(part)).tolist() == whole.x(start, stop).tolist()
        assert part.y().tolist() == whole.y()[start:stop].tolist()
        assert part.dtype == whole.dtype


@given(
    st.integers(0, 2**32),
    st.lists(st.sampled_from([1, 100, 4096, 4096, 5000, 12_288]), min_size=1, max_size=5),
    st.sampled_from(["step", "aligned", "wall", "relative"]),
    st.sampled_from([(0.0, 1.0), (0.4, 0.45), (0.0, 0.01), (0.97, 1.0), (-0.5, -0.1), (1.1, 1.2), (-1.0, 2.0)]),
    st.integers(1, 60),
    st.booleans(),
)
def test_what_is_drawn_is_what_is_reduced_selected_and_counted(
    seed: int, lengths: list[int], axis: Axis, fractions: tuple[float, float], buckets: int, is_ragged: bool
) -> None:
    random = np.random.default_rng(seed)
    found, step, wall = [], 0, 1.7e9
    for length in lengths:
        steps, walls = step + np.cumsum(random.integers(0, 3, length)), wall + np.cumsum(random.random(length))
        values: Any = random.normal(size=length).astype(random.choice(np.array(["f4", "f4", "f8"])))
        values[random.random(length) < 0.01] = np.nan
        # Each append of 4,096 points or more is a chunk of its own; what is left is the tail.
        found.append(series_of(steps, walls, values, max(1, length // 4096) + (is_ragged and length > 4096)))
        step, wall = int(steps[-1]), float(walls[-1])
    (segment,) = join(found)
    curve = put_on_axis("r", 0, segment, axis, "linear", clock=RunClock(1.7e9))
    assert isinstance(curve, PackedCurve)
    assert curve.extent is not None
    width = curve.extent[1] - curve.extent[0] + 1
    shown = curve.extent[0] + fractions[0] * width, curve.extent[0] + fractions[1] * width
    edges = np.unique(np.linspace(shown[0] - random.random() * 0.01 * width, shown[1] + 0.01 * width, buckets + 1))
    plain = SortedCurve("r", 0, curve.x(0, len(curve)), curve.y(), 0, segment, np.arange(len(curve)))
    both: list[Curve] = [curve, plain]
    for details in (False, True):
        lines, counts, approximate = draw_lines(both, [None, None], View(edges, shown, details))
        assert approximate == [False, False]
        for each, columns, count in zip(both, columns_of(lines), counts, strict=True):
            expected = each.reduce(edges).selection(4, len(each))
            assert count == each.count(*shown)
            wanted = {
                "point_x": each.x_at(expected.sent),
                "point_y": each.y_at(expected.sent),
                **{name: getattr(expected, name) for name in ("bucket", "mean", "min", "max")},
                **{f"mark_{name}": getattr(expected, name) for name in ("nan", "pos_inf", "neg_inf")},
                "mark_bucket": expected.mark,
            }
            if details:
                wanted["count_in_bucket"] = expected.total
                wanted["first"], wanted["last"] = (
                    each.y_at(at).astype(float) for at in (expected.first, expected.last)
                )
            for name, right in wanted.items():
                np.testing.assert_array_equal(getattr(columns, name), right, err_msg=name)
                assert getattr(columns, name).dtype == right.dtype, name
