"""Boxes that take turns."""

import pytest

from cutaway.model.graph.turns import in_turns


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        ("", []),
        ("abab", [0, 1, 2, 3]),
        ("ababab", [0, 1, 0, 1, 0, 1]),
        ("xabababy", [0, 1, 2, 1, 2, 1, 2, 7]),
        # What has no whole turn stays alone; those that are like no other have none.
        ("abababa", [0, 1, 0, 1, 0, 1, 6]),
        ("a-a-a-", [0, 1, 2, 3, 4, 5]),
        ("abcabcabc", [0, 1, 2, 0, 1, 2, 0, 1, 2]),
        ("ababababab", [0, 1] * 5),
        ("abcdeabcdeabcde", list(range(15))),
    ],
)
def test_in_turns(kinds: str, first: list[int]) -> None:
    numbers = [-1 if kind == "-" else ord(kind) for kind in kinds]
    assert in_turns(numbers, [True] * len(kinds)) == first


def test_turns_follow_each_other() -> None:
    assert in_turns([1, 2] * 3, [False, *[True] * 5]) == [0, 1] * 3
    assert in_turns([1, 2] * 3, [True, True, True, False, True, True]) == list(range(6))
