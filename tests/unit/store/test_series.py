"""Columns that grow while others read them."""

from threading import Thread
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Values
from cutaway.store import series as series_module
from cutaway.store.packed import values_at
from cutaway.store.series import NumberColumn, Points, Series


def add(series: Series, steps: list[int], value: NumberColumn, wall: list[float] | None = None) -> None:
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
        if series.points:
            assert series.points.last == (series.points.step[-1], series.points.wall_time[-1], series.points.value[-1])
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


numbers = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
points_of_a_series = st.lists(st.lists(st.tuples(numbers, st.floats(), st.floats(width=32)), max_size=9), max_size=8)


@given(points_of_a_series)
def test_what_is_packed_comes_back_bit_by_bit(batches: list[list[tuple[int, float, float]]]) -> None:
    with patch.multiple(series_module, _SEALED_AT=5, _LARGEST_CHUNK=7):
        series = Series()
        for batch in batches:
            step, time, value = ([point[i] for point in batch] for i in range(3))
            series.append(np.array(step, np.int64), np.array(time, np.float64), np.array(value, np.float32))
    points, every = series.points, [point for batch in batches for point in batch]
    assert points.step.tolist() == [point[0] for point in every]
    wall = np.array([point[1] for point in every], np.float64)
    assert points.wall_time.view(np.int64).tolist() == wall.view(np.int64).tolist()
    assert points.value.tobytes() == np.array([point[2] for point in every], np.float32).tobytes()
    assert points.breaks.tolist() == [i for i in range(1, len(every)) if every[i][0] < every[i - 1][0]]
    assert points.wall_ascending == (bool((wall[1:] >= wall[:-1]).all()) and not np.isnan(wall).any())


def test_a_usual_point_takes_less_than_six_bytes() -> None:
    series, random = Series(), np.random.default_rng(0)
    step = np.arange(200_000)
    wall_time = 1.7e9 + np.cumsum(0.13 * (1 + 0.02 * random.standard_normal(len(step))))
    value = (1 + 0.1 * random.standard_normal(len(step))).astype(np.float32)
    series.append(step, wall_time, value)
    assert series.points.nbytes < 5.6 * len(step)
    assert series.points.wall_time.tobytes() == wall_time.tobytes()
    assert series.points.value.tobytes() == value.tobytes()


def test_a_pause_takes_memory_for_its_block_alone() -> None:
    wall_time = np.arange(10_000) * 0.1 + np.random.default_rng(0).random(10_000) * 0.01
    wall_time[5000:] += 1e9
    points = Points.of(np.arange(10_000), wall_time, np.zeros(10_000, np.float32))
    assert points.nbytes < 8 * 10_000


def test_a_point_takes_at_most_twenty_bytes_however_many_came_at_once() -> None:
    for count in (1, 10, 4095, 4096, 70_000):
        series = Series()
        rng = np.random.default_rng(count)
        step, wall_time = rng.integers(0, 2**62, count), rng.random(count) * 2e9
        series.append(step, wall_time, np.zeros(count, np.float32))
        assert series.points.nbytes <= 20.5 * count


def test_sessions_are_where_they_begin() -> None:
    series = Series()
    add(series, [0, 1], floats(1, 1))
    series.append(np.array([5]), np.array([5.0]), floats(1), 2)
    series.append(np.array([6]), np.array([6.0]), floats(1), 2)
    series.append(np.array([7]), np.array([7.0]), floats(1), 3)
    assert series.points.sessions == ((2, 2), (4, 3))


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


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (-(2.0**63), np.int64),
        (np.nextafter(2.0**63, 0), np.int64),
        (0.5, np.float64),
        (2.0**63, np.float64),
        (np.nextafter(-(2.0**63), -np.inf), np.float64),
        (np.inf, np.float64),
        (-np.inf, np.float64),
    ],
)
def test_integers_stay_integers_beside_floats_that_are_int64(beside: float, expected: type) -> None:
    orders: list[list[list[float]]] = [[[7], [beside]], [[beside], [7]]]
    for columns in orders:
        series = Series()
        for step, column in enumerate(columns):
            add(series, [step], np.array(column))
        assert series.points.value.dtype == expected
        assert series.points.value.tolist() == [value for column in columns for value in column]


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


def test_what_drawing_adds_is_less_than_a_byte_a_point() -> None:
    from cutaway.store.chunks import Chunk

    count = 1 << 16
    chunk = Chunk.of(np.arange(count), np.linspace(0, 9e5, count) ** 1.1, np.random.default_rng(0).random(count))
    summaries = sum(column.nbytes for summary in chunk.summaries for column in summary)
    assert summaries + chunk.step.marks.nbytes + chunk.wall_time.marks.nbytes < count


@given(
    st.lists(st.sampled_from([0, 1, 1, 2, 30]), min_size=1, max_size=120),
    st.lists(st.integers(1, 20), min_size=1, max_size=12),
    st.lists(st.floats(-20, 400), min_size=1, max_size=6),
    st.data(),
)
def test_many_chunks_are_reduced_as_one(
    gaps: list[int], batches: list[int], fractions: list[float], data: st.DataObject
) -> None:
    step, value = np.cumsum(gaps), np.random.default_rng(len(gaps)).normal(size=len(gaps)).astype(np.float32)
    # A line may begin within a chunk, behind points that do not ascend.
    start = data.draw(st.integers(0, len(gaps)))
    step[:start] = np.random.default_rng(start).integers(0, 500, start)
    stop = data.draw(st.integers(start, len(gaps)))
    series, at = Series(), 0
    with patch.multiple(series_module, _SEALED_AT=5, _LARGEST_CHUNK=7):
        for size in [*batches, len(gaps)]:
            part = slice(at, at + size)
            wall: NDArray[np.float64] = step[part] * 0.5
            series.append(step[part], wall, value[part])
            at += size
    for axis, x in (("step", step), ("wall", step * 0.5)):
        edges = np.unique(np.array(fractions))
        found, expected = core.new_reduction(edges), core.new_reduction(edges)
        series.points.reduce_into(found, axis, start, stop)  # type: ignore[arg-type]
        expected.add(x[start:stop], value[start:stop])
        assert found.before == expected.before
        first = start + int(np.searchsorted(x[start:stop], edges[0]))
        assert series.points.first_from(axis, edges[0], start, stop) == first  # type: ignore[arg-type]
        for name, column in vars(found.buckets()).items():
            np.testing.assert_array_equal(column, getattr(expected.buckets(), name))


def test_chunks_out_of_sight_are_not_read() -> None:
    read: list[tuple[int, int]] = []

    class Recorded:
        low, high, before = 50_000.0, 50_100.0, 0

        def skip(self, count: int) -> None:
            self.before += count

        def add_packed(self, packed: object, value: Values, summaries: object, start: int, stop: int) -> None:
            read.append((int(values_at(value, np.array([start]))[0]), stop - start))

    series, steps = Series(), np.arange(100_000)
    for start in range(0, 100_000, 5000):
        part = steps[start : start + 5000]
        series.append(part, part.astype(np.float64), part.astype(np.float32))
    recorded = Recorded()
    series.points.reduce_into(recorded, "step", 0, 100_000)  # type: ignore[arg-type]
    # With the chunk whose end might reach into the range.
    assert recorded.before == 45_000
    assert read == [(45_000, 5000), (50_000, 5000)]
