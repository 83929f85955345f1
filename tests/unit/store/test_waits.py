"""Which waits are gaps: the rule, and facts of parts put together against those of the whole."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.series import Series
from cutaway.store.waits import LEAST_GAP, join_waits, waits_in


def gaps(waits: list[float]) -> list[int]:
    return list(map(int, waits_in(1.7e9 + np.cumsum([0.0, *waits])).gaps()))


def test_a_night_is_a_gap_and_what_comes_again_and_again_is_not() -> None:
    assert gaps([10.0] * 50 + [36_000.0] + [10.0] * 50) == [51]
    # Up to ten nights.
    assert gaps(([10.0] * 50 + [36_000.0]) * 10) == [51 * night for night in range(1, 11)]
    # An evaluation of twenty minutes after each of twenty epochs.
    assert gaps(([10.0] * 50 + [1200.0]) * 20) == []
    assert gaps(([10.0] * 50 + [1200.0]) * 20 + [86_400.0] + [10.0]) == [51 * 20 + 1]
    # The points of a rollout are recorded at once.
    assert gaps(([0.0] * 99 + [30.0]) * 40) == []
    assert gaps(([0.0] * 99 + [30.0]) * 40 + [7200.0, 0.0]) == [4001]


def test_a_short_wait_is_no_gap_and_nor_is_one_of_the_usual_kind() -> None:
    assert gaps([0.1] * 50 + [LEAST_GAP] + [0.1] * 50) == []
    assert gaps([0.1] * 50 + [LEAST_GAP + 1] + [0.1] * 50) == [51]
    assert gaps([600.0] * 50 + [20 * 600.0] + [600.0] * 50) == []
    assert gaps([600.0] * 50 + [21 * 600.0] + [600.0] * 50) == [51]


@pytest.mark.parametrize("waits", [[], [1e6], [5.0, 5.0]])
def test_of_few_points_only_a_wait_beside_a_usual_one_is_a_gap(waits: list[float]) -> None:
    assert gaps(waits) == []
    assert gaps([10.0, 1e6]) == [2]


@given(
    st.lists(st.lists(st.sampled_from([0.0, 1.0, 5.0, 200.0, 1e5]), max_size=40), max_size=5),
)
def test_facts_of_parts_are_those_of_the_whole(parts: list[list[float]]) -> None:
    time = np.cumsum(np.array([0.0, *(wait for part in parts for wait in part)]))
    edges = np.cumsum([0, *(len(part) for part in parts), 1])
    joined = join_waits([waits_in(time[a:b]) for a, b in itertools.pairwise(edges)])
    whole = waits_in(time)
    assert (joined.points, joined.first, joined.last) == (whole.points, whole.first, whole.last)
    for name in ("longest", "position", "begin", "end"):
        assert getattr(joined, name).tolist() == getattr(whole, name).tolist()


def test_nothing_has_no_waits() -> None:
    facts = join_waits([])
    assert (facts.points, facts.threshold, facts.gaps().tolist()) == (0, math.inf, [])
    assert math.isnan(facts.first)


@given(st.integers(0, 9000), st.integers(0, 9000))
def test_of_points_in_chunks_and_in_the_tail(one: int, other: int) -> None:
    random = np.random.default_rng(one)
    time = 1.7e9 + np.cumsum(random.choice([0.5, 1.0, 300.0], 9000, p=[0.5, 0.499, 0.001]))
    series = Series()
    for part in np.array_split(np.arange(9000), 2):
        series.append(part.astype(np.int64), time[part], part.astype(np.float32))
    start, stop = sorted((one, other))
    found, expected = series.points.waits(start, stop), waits_in(time[start:stop])
    assert found.points == expected.points
    assert found.longest.tolist() == expected.longest.tolist()
    assert found.position.tolist() == expected.position.tolist()
