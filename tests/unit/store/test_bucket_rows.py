"""Buckets of steps as columns, against the kernel's buckets of the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events import core
from cutaway.events.kernel_types import Buckets
from cutaway.store.bucket_rows import BucketRows, joined, rows_of

VALUES = st.one_of(
    st.floats(-1e3, 1e3, width=32),
    st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e300, -1.7e308, 1.7e308, 5e-324]),
)


@st.composite
def series(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Ascending steps, some of them equal, and values."""
    changes = draw(st.lists(st.sampled_from([0, 1, 1, 1, 3, 40, 2000]), min_size=1, max_size=200))
    first = draw(st.sampled_from([0, 1, -37, -5000, 10**9]))
    step = first + np.cumsum(np.array(changes, np.int64))
    value = draw(st.lists(VALUES, min_size=len(step), max_size=len(step)))
    return step, np.array(value, np.float64)


def of_points(step: np.ndarray, value: np.ndarray, width: int) -> Buckets:
    low, high = int(step[0]) // width, int(step[-1]) // width
    reduction = core.new_reduction((np.arange(low, high + 2) * width).astype(np.float64), huge=True)
    reduction.add(step, value)
    return reduction.buckets()


def check(rows: BucketRows, step: np.ndarray, value: np.ndarray, width: int) -> None:
    expected = of_points(step, value, width)
    there = rows.bucket - int(step[0]) // width
    assert rows.finite.tolist() == expected.count[there].tolist()
    assert rows.nan.tolist() == expected.nan[there].tolist()
    assert rows.pos_inf.tolist() == expected.pos_inf[there].tolist()
    assert rows.neg_inf.tolist() == expected.neg_inf[there].tolist()
    assert rows.total.sum() == len(step)
    np.testing.assert_array_equal(rows.min, expected.min[there])
    np.testing.assert_array_equal(rows.max, expected.max[there])
    largest = np.fmax(np.abs(rows.min), np.abs(rows.max))
    some = rows.finite > 0
    assert (np.abs(rows.mean / 2 - expected.mean[there] / 2)[some] <= 1e-12 * largest[some]).all()
    assert np.isnan(rows.mean[~some]).all()
    assert rows.position.tolist() == np.searchsorted(step // width, rows.bucket).tolist()
    lasts = rows.position + rows.total - 1
    assert rows.first_step.tolist() == step[rows.position].tolist()
    assert rows.last_step.tolist() == step[lasts].tolist()
    np.testing.assert_array_equal(rows.first, value[rows.position])
    np.testing.assert_array_equal(rows.last, value[lasts])


@given(series())
def test_buckets_of_every_width_are_those_of_the_points(points: tuple[np.ndarray, np.ndarray]) -> None:
    step, value = points
    position = np.arange(len(step))
    rows = rows_of(np.zeros(len(step), np.int64), position, step, step * 0.5, value, 16)
    check(rows, step, value, 16)
    for width in (64, 256, 1024, 4096):
        rows = joined(rows, width // 4, width)
        check(rows, step, value, width)


def test_a_bucket_has_points_of_one_chunk_only() -> None:
    rows = rows_of(np.array([0, 0, 1, 1]), np.arange(4), np.array([0, 1, 1, 2]), np.arange(4.0), np.arange(4.0), 16)
    assert rows.bucket.tolist() == [0, 0]
    assert rows.chunk.tolist() == [0, 1]
    assert joined(rows, 16, 1024).mean.tolist() == [0.5, 2.5]


@pytest.mark.parametrize("number", [3, 7, 1000])
def test_a_mean_is_never_beyond_its_values(number: int) -> None:
    value = np.full(number, 0.1)
    rows = rows_of(
        np.zeros(number, np.int64), np.arange(number), np.arange(number), np.arange(float(number)), value, 1024
    )
    assert rows.mean.tolist() == [0.1]
