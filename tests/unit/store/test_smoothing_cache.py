"""The cache of smoothed lines: each made once, none taken for another, and never more than its bytes."""

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.smoothing_cache import Smoothed, SmoothingCache


class Made:
    """Counts what it makes."""

    def __init__(self, number: float, length: int = 10) -> None:
        self.number, self.length, self.count = number, length, 0

    def __call__(self) -> Smoothed:
        self.count += 1
        return np.full(self.length, self.number)


def test_once() -> None:
    cache, origin, make = SmoothingCache(), (object(),), Made(1.0)
    first = cache.get(origin, ("ema", 0.5), make)
    assert cache.get(origin, ("ema", 0.5), make) is first
    assert make.count == 1
    cache.get(origin, ("ema", 0.6), make)
    cache.get((object(),), ("ema", 0.5), make)
    assert make.count == 3
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 2


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=40))
def test_never_more_than_its_bytes(asked: list[tuple[int, int]]) -> None:
    cache, origins = SmoothingCache(800), [(object(),) for _ in range(6)]
    for idx, length in asked:
        found = cache.get(origins[idx], length, Made(idx, length * 10))
        assert found.tolist() == [idx] * length * 10
        assert cache.nbytes <= 800
    assert cache.nbytes == sum(line.nbytes for _, line in cache._lines.values())


def test_the_oldest_goes_first() -> None:
    cache, origins = SmoothingCache(160), [(object(),) for _ in range(3)]
    makes = [Made(idx) for idx in range(3)]
    for idx in (0, 1, 0, 2, 0, 1):
        cache.get(origins[idx], None, makes[idx])
    assert [make.count for make in makes] == [1, 2, 1]


def test_none_is_taken_for_another() -> None:
    """Origins are kept, so that no new object has the address of one that is gone."""
    cache = SmoothingCache()
    for number in range(2000):
        assert cache.get(([number],), None, Made(number)).tolist() == [number] * 10
        gc.collect(0)


def test_many_threads() -> None:
    cache, origins = SmoothingCache(8000), [(object(),) for _ in range(20)]

    def ask(number: int) -> bool:
        idx = number % 20
        return bool((cache.get(origins[idx], number % 3, Made(idx)) == idx).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(2000)))
    assert cache.nbytes <= 8000
