"""Running medians, against NumPy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.rules.usual import STRIDE, median, usual


def test_the_median_of_blocks_is_near_that_of_all() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal((3000, 4)) * [1, 2, 0.1, 5] + [0, 3, -1, 100]
    middle, spread, highest = usual(values, 100, 50)
    for step in (100, 517, 2999):
        block = step // STRIDE * STRIDE
        window = values[block - 100 : block]
        assert (np.abs(middle[step] - np.median(window, axis=0)) < 0.5 * window.std(axis=0)).all()
    assert (highest[200:] >= middle[200:]).all()
    share = spread[200:].mean(axis=0) / [1, 2, 0.1, 5]
    assert ((share > 0.8) & (share < 1.2)).all()


def test_too_few_steps_say_nothing() -> None:
    middle = usual(np.ones((100, 1)), 100, 50).middle
    assert np.isnan(middle[:50]).all()
    assert (middle[50:] == 1).all()


def test_no_step_is_judged_by_itself_or_later_ones() -> None:
    values = np.ones((200, 1))
    changed = values.copy()
    changed[150:] = 1000
    before, after = usual(values, 100, 50).middle, usual(changed, 100, 50).middle
    np.testing.assert_array_equal(before[:160], after[:160])


def test_equal_numbers_have_a_spread_all_the_same() -> None:
    values = np.ones((100, 1))
    values[99] = 1.1
    above = usual(values, 100, 50).deviations(values)
    np.testing.assert_allclose(above[99], 10, rtol=1e-4)


@given(st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=3, max_size=3), min_size=1))
def test_the_lower_median(rows: list[list[float]]) -> None:
    values = np.array(rows)
    for found, row in zip(median(values), values, strict=True):
        known = np.sort(row[~np.isnan(row)])
        assert np.isnan(found) if not len(known) else found == known[(len(known) - 1) // 2]
