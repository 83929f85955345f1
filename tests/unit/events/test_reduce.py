"""Buckets against a plain loop with exact sums."""

import math
from typing import Any

import numpy as np
import pytest

from cutaway.events.core import Kernel
from cutaway.events.kernel_types import Buckets


def reduced(kernel: Kernel, coordinate: Any, value: Any, level: int, origin: int, size: int) -> Buckets:
    return kernel.reduce(np.array(coordinate, np.float64), np.array(value, np.float64), level, origin, size)


def test_buckets_are_of_fixed_edges(kernel: Kernel) -> None:
    found = reduced(kernel, [-0.1, 0, 7.9, 8, 15, 16, 23.9, 24], range(8), 3, 0, 3)
    assert found.count.tolist() == [2, 2, 2]
    assert found.min.tolist() == [1, 3, 5]
    assert found.max.tolist() == [2, 4, 6]
    assert found.mean.tolist() == [1.5, 3.5, 5.5]
    assert found.count.dtype == found.nan.dtype == found.pos_inf.dtype == found.neg_inf.dtype == np.uint32
    assert found.mean.dtype == found.min.dtype == found.max.dtype == np.float64


def test_an_origin_and_a_fine_level(kernel: Kernel) -> None:
    found = reduced(kernel, [-1.0, -0.5, -0.25, 0.25], [1, 2, 3, 4], -2, -3, 3)
    assert found.count.tolist() == [0, 1, 1]
    assert found.mean.tolist()[1:] == [2, 3]
    assert math.isnan(found.mean[0])


def test_values_that_are_not_finite_are_counted_apart(kernel: Kernel) -> None:
    values = [math.nan, math.inf, math.inf, -math.inf, 2.0, math.nan]
    found = reduced(kernel, [0, 0, 0, 0, 0, 1], values, 0, 0, 2)
    assert found.count.tolist() == [1, 0]
    assert found.nan.tolist() == [1, 1]
    assert found.pos_inf.tolist() == [2, 0]
    assert found.neg_inf.tolist() == [1, 0]
    assert (found.mean[0], found.min[0], found.max[0]) == (2, 2, 2)
    assert np.isnan([found.mean[1], found.min[1], found.max[1]]).all()


@pytest.mark.parametrize("level", [-1074, -1040, -60, 0, 60, 1023, 1100])
def test_extreme_coordinates_are_left_out_or_placed(kernel: Kernel, level: int) -> None:
    coordinates = [math.nan, math.inf, -math.inf, 1.7e308, -1.7e308, 5e-324, 0.0]
    found = reduced(kernel, coordinates, [1.0] * 7, level, 0, 4)
    expected = [0] * 4
    for coordinate in coordinates:
        if math.isfinite(coordinate):
            try:
                place = math.floor(math.ldexp(coordinate, -level))
            except OverflowError:
                continue
            if 0 <= place < 4:
                expected[place] += 1
    assert found.count.tolist() == expected


@pytest.mark.parametrize("origin", [2**63 - 1, -(2**63), 2**62, -(2**62) - 5])
def test_far_origins(kernel: Kernel, origin: int) -> None:
    assert reduced(kernel, [0.0, 1e18, -1e18], [1, 2, 3], 0, origin, 10).count.tolist() == [0] * 10


@pytest.mark.parametrize(
    "values",
    [
        [1.7e308, 1.7e308, 1.7e308],
        [1.7e308, -1.7e308, 1.0],
        [-1.7976931348623157e308] * 1000,
        [1e16, 1.0, -1e16] * 100,
        [0.1] * 10_000,
        [5e-324, 5e-324],
        [1e300, 1e-300],
    ],
)
def test_the_mean_neither_overflows_nor_drifts(kernel: Kernel, values: list[float]) -> None:
    found = reduced(kernel, [0.0] * len(values), values, 0, 0, 1)
    scaled = math.fsum(value / 2**64 for value in values) / len(values) * 2**64
    exact = math.fsum(values) / len(values) if max(map(abs, values)) < 1e290 else scaled
    assert found.mean[0] == pytest.approx(exact, rel=1e-13, abs=max(map(abs, values)) * 1e-15)
    assert found.min[0] <= found.mean[0] <= found.max[0]


def test_the_error_of_the_mean_does_not_grow_with_the_number_of_points(kernel: Kernel) -> None:
    value = np.tile([0.1, 0.3], 250_000)
    assert kernel.reduce(np.zeros(len(value)), value, 0, 0, 1).mean[0] == pytest.approx(0.2, rel=4e-16)


def test_float32_values(kernel: Kernel) -> None:
    found = kernel.reduce(np.arange(4.0), np.array([0.1, 0.2, 3e38, 3e38], np.float32), 1, 0, 2)
    assert found.min.tolist() == [np.float32(0.1), np.float32(3e38)]
    assert found.mean[1] == np.float32(3e38)


def test_nothing(kernel: Kernel) -> None:
    assert reduced(kernel, [], [], 0, 0, 3).count.tolist() == [0, 0, 0]
    assert reduced(kernel, [1.0], [1.0], 0, 0, 0).count.tolist() == []


def test_strided_and_read_only_columns(kernel: Kernel) -> None:
    coordinate, value = np.arange(20.0)[::2], np.arange(20.0)[::-2]
    coordinate.flags.writeable = value.flags.writeable = False
    assert kernel.reduce(coordinate, value, 2, 0, 5).count.tolist() == [2] * 5


def test_bad_input_is_refused(kernel: Kernel) -> None:
    with pytest.raises(ValueError, match="equally long, got 2 and 1"):
        reduced(kernel, [1, 2], [1], 0, 0, 1)
    with pytest.raises(ValueError, match="size must not be negative, got -1"):
        reduced(kernel, [1], [1], 0, 0, -1)
