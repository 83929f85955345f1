"""Stretches in which something holds, against a plain count."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.rules.episodes import MOST_EPISODES, Episodes, Marks

#: Of each logging step: whether it holds; None where it is not judged.
HOLDS = st.lists(st.sampled_from([True, True, False, None]), max_size=60)


def plain(holds: list[bool | None], consecutive: int) -> list[tuple[int, int, int]]:
    """First and last step, and the count, of each stretch that is long enough."""
    found, current = [], list[int]()
    for step, held in [*enumerate(holds), (len(holds), False)]:
        if held:
            current.append(step)
        elif held is False and current:
            if len(current) >= consecutive:
                found.append((current[0], current[-1], len(current)))
            current = []
    return found


@given(HOLDS, st.integers(1, 4), st.lists(st.integers(1, 20), max_size=6))
def test_episodes_are_as_counted(holds: list[bool | None], consecutive: int, parts: list[int]) -> None:
    count = len(holds)
    value = np.array([[np.nan if held is None else float(step)] for step, held in enumerate(holds)]).reshape(count, 1)
    marks = np.array([[bool(held)] for held in holds], bool).reshape(count, 1)
    episodes = Episodes(consecutive)
    edges = [0, *np.minimum(np.cumsum(parts), count).tolist(), count]
    for start, stop in pairwise(edges):
        steps = np.arange(start, stop)
        episodes.add(Marks(marks[start:stop], value[start:stop]), steps, steps.astype(float), start)
    found = episodes.all()
    assert [(each.first_step, each.last_step, each.count) for each in found] == plain(holds, consecutive)
    assert all(each.value == each.first_step == each.first_index == each.wall_time for each in found)
    assert all(each.worst == each.last_step == each.last_index for each in found)
    assert episodes.judged == sum(held is not None for held in holds)


def test_a_logging_step_that_is_enough() -> None:
    holds, certain = np.zeros((2, 10, 2), bool)
    holds[[2, 5, 6], 0] = holds[[2, 3, 7], 1] = certain[[6, 9], 0] = True
    steps = np.arange(10)
    episodes = Episodes(3)
    episodes.add(Marks(holds, np.ones((10, 2)), certain), steps, steps.astype(float), 0)
    assert [(each.row, each.first_step, each.last_step) for each in episodes.all()] == [(0, 5, 6)]


def test_very_many_stretches_are_counted_into_the_last() -> None:
    holds = (np.arange(1000)[:, None] % 2).astype(bool)
    episodes = Episodes(1)
    steps = np.arange(1000)
    episodes.add(Marks(holds, np.ones((1000, 1))), steps, steps.astype(float), 0)
    found = episodes.all()
    assert len(found) <= MOST_EPISODES + 1
    assert sum(each.count for each in found) == 500
    assert found[-1].last_step == 999
