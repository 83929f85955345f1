"""Groups of runs: plain definitions, at every bucket, whatever is missing."""

import math
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.groups import _students, aggregate, on_grid

NUMBERS = st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))


@given(st.integers(1, 8), st.integers(0, 12), st.data())
def test_by_definition(runs: int, buckets: int, data: st.DataObject) -> None:
    table = [data.draw(st.lists(NUMBERS, min_size=buckets, max_size=buckets)) for _ in range(runs)]
    found = aggregate(np.array(table).reshape(runs, buckets))
    columns = {idx: [row[idx] for row in table if not math.isnan(row[idx])] for idx in range(buckets)}
    assert found.bucket.tolist() == [idx for idx, column in columns.items() if column]
    for place, idx in enumerate(found.bucket.tolist()):
        column = columns[idx]
        near: dict[str, Any] = {"rel": 1e-9, "abs": 1e-6}
        assert found.runs[place] == len(column)
        assert found.mean[place] == pytest.approx(statistics.fmean(column), **near)
        assert found.median[place] == pytest.approx(statistics.median(column), **near)
        assert (found.min[place], found.max[place]) == (min(column), max(column))
        assert found.min[place] <= found.mean[place] <= found.max[place]
        if len(column) > 1:
            deviation = statistics.stdev(column)
            assert found.deviation[place] == pytest.approx(deviation, **near)
            assert found.error[place] == pytest.approx(deviation / math.sqrt(len(column)), **near)
            assert found.confidence[place] >= found.error[place] * 1.95
        else:
            assert math.isnan(found.deviation[place])
            assert math.isnan(found.confidence[place])


def test_the_largest_and_the_smallest_numbers() -> None:
    found = aggregate(np.array([[1.7e308, 1e-300], [-1.7e308, 3e-300], [1.7e308, 2e-300]]))
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
    row = on_grid(np.array(buckets, np.uint32), np.array(means, np.float64), 31)
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
    found = aggregate(np.empty((0, 5)))
    assert len(found.bucket) == len(found.mean) == len(found.median) == 0
    assert len(aggregate(np.full((3, 4), np.nan)).runs) == 0
