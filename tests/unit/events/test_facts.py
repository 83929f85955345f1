"""Facts of points, against plain loops over them."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.facts import facts_of

point = st.tuples(st.integers(-3, 3), st.sampled_from([0.5, -1.0, math.nan, math.inf, -math.inf]))


@given(st.lists(st.lists(point, min_size=1, max_size=6), min_size=1, max_size=4))
def test_the_first_value_that_is_not_finite(groups: list[list[tuple[int, float]]]) -> None:
    points = [each for group in groups for each in group]
    step = np.array([step for step, _ in points], np.int64)
    value = np.array([value for _, value in points])
    starts = np.cumsum([0, *map(len, groups)])
    found = [facts.not_finite for facts in facts_of(step, np.zeros(len(points)), value, starts)]
    for group, place in zip(groups, found, strict=True):
        wrong = [each for each in group if not math.isfinite(each[1])]
        # Of equal steps `min` takes the first.
        expected = min(wrong, key=lambda each: each[0], default=None)
        assert repr(place) == repr(expected)
