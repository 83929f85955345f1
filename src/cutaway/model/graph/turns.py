"""Boxes that take turns, as a block and what follows each block, again and again."""

from collections.abc import Sequence

#: Boxes that take turns, at the most, and how often each has its turn, at the least.
MOST_IN_TURNS = 4
FEWEST_TURNS = 3


def in_turns(kinds: Sequence[int], follows: Sequence[bool]) -> list[int]:
    """For each box the first one of its kind that has turns with the same others; for most boxes themselves.

    ``kinds`` are the same for boxes that are alike, and -1 for one that is like no other. ``follows`` says of each
    whether it reads the one before it.
    """
    found = list(range(len(kinds)))
    start = 0
    while start < len(kinds):
        period, turns = _longest(kinds, follows, start)
        for place in range(period, period * turns):
            found[start + place] = start + place % period
        start += max(period * turns, 1)
    return found


def _longest(kinds: Sequence[int], follows: Sequence[bool], start: int) -> tuple[int, int]:
    """How many boxes take turns from one on, and how often; 0 and 0 for none."""
    best = 0, 0
    for period in range(2, MOST_IN_TURNS + 1):
        end = start
        while end < len(kinds) and kinds[end] >= 0:
            is_first = end < start + period
            if (end > start and not follows[end]) or not (is_first or kinds[end] == kinds[end - period]):
                break
            end += 1
        turns = (end - start) // period
        if turns >= FEWEST_TURNS and period * turns > best[0] * best[1]:
            best = period, turns
    return best
