"""Arrays that are kept are copies of their own, wherever they lie."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from cutaway.store.slabs import apart, kept


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.float64, np.uint16])
def test_arrays_of_every_size(dtype: Any) -> None:
    arrays = [np.arange(size).astype(dtype) for size in (0, 1, 3, 1000, 65_536, 400_000, 2_000_000)] * 3
    copies = [kept(array) for array in arrays]
    expected = [array.copy() for array in arrays]
    for array in arrays:
        array[:] = 7
    for copy, array in zip(copies, expected, strict=True):
        assert copy.dtype == array.dtype
        assert copy.flags.aligned
        np.testing.assert_array_equal(copy, array)


def test_tables_and_threads() -> None:
    tables = [np.full((3, size), size, np.float64) for size in range(1, 300)]
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(kept, tables))
    for copy, table in zip(copies, tables, strict=True):
        assert copy.flags.c_contiguous
        np.testing.assert_array_equal(copy, table)


def test_what_lies_apart_shares_no_memory() -> None:
    first, second = kept(np.ones(10)), kept(np.ones(10))
    apart()
    third = kept(np.ones(10))
    places = [array.__array_interface__["data"][0] for array in (first, second, third)]
    assert places[1] - places[0] == first.nbytes
    assert places[2] - places[1] != first.nbytes
