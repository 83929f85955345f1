"""Columns that grow while others read them."""

from threading import Thread

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutaway.store.series import Points, Series, Values


def add(series: Series, steps: list[int], value: Values, wall: list[float] | None = None) -> None:
    series.append(np.array(steps, np.int64), np.array(steps if wall is None else wall, np.float64), value)


def floats(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


@given(st.lists(st.lists(st.integers(-5, 5), max_size=40), max_size=12))
def test_everything_appended_is_there_with_its_breaks(batches: list[list[int]]) -> None:
    series = Series()
    seen: list[tuple[Points, int]] = []
    for batch in batches:
        add(series, batch, np.array(batch, np.float32))
        seen.append((series.points, len(series.points)))
    steps = [step for batch in batches for step in batch]
    points = series.points
    assert points.step.tolist() == steps
    assert points.value.tolist() == steps
    assert points.wall_time.tolist() == steps
    assert points.breaks.tolist() == [i for i in range(1, len(steps)) if steps[i] < steps[i - 1]]
    assert points.wall_ascending == (sorted(steps) == steps)
    assert (points.lowest_step, points.highest_step) == (min(steps, default=0), max(steps, default=0))
    for earlier, length in seen:
        assert earlier.step.tolist() == steps[:length]


def test_nan_in_wall_time_is_no_order() -> None:
    for wall in ([np.nan], [1.0, np.nan], [np.nan, 1.0]):
        series = Series()
        add(series, list(range(len(wall))), np.zeros(len(wall), np.float32), wall)
        assert not series.points.wall_ascending
        add(series, [5], floats(1.0), [9.0])
        assert not series.points.wall_ascending


def test_values_stay_exact() -> None:
    series = Series()
    add(series, [0], floats(0.5))
    assert series.points.value.dtype == np.float32
    add(series, [1], np.array([0.1]))
    before = series.points
    assert before.value.tolist() == [0.5, 0.1]
    series = Series()
    add(series, [0], floats(3.0))
    add(series, [1], np.array([2**60 + 1]))
    add(series, [2], floats(4.0))
    assert series.points.value.dtype == np.int64
    assert series.points.value.tolist() == [3, 2**60 + 1, 4]
    add(series, [3], floats(np.nan, 0.5)[:1])
    assert series.points.value.dtype == np.float64
    np.testing.assert_array_equal(series.points.value, [3, 2.0**60, 4, np.nan])


def test_readers_never_see_half_a_point() -> None:
    """One thread appends, with a promotion on the way, while this one checks that columns belong together."""
    series = Series()

    def append_all() -> None:
        for start in range(0, 200_000, 100):
            steps = np.arange(start, start + 100)
            value = steps.astype(np.float32) if start < 100_000 else steps.astype(np.float64)
            series.append(steps, steps.astype(np.float64), value)

    writer = Thread(target=append_all)
    writer.start()
    while writer.is_alive():
        points = series.points
        assert len(points.step) == len(points.wall_time) == len(points.value)
        if len(points):
            assert points.step[-1] == points.wall_time[-1] == points.value[-1] == len(points) - 1
    writer.join()
    assert len(series.points) == 200_000
