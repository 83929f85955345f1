"""Fold what repeats: equal blocks in a row and calls of the same modules in a loop become one group each.

Two rows are equal when everything about them and below them is, but for their names, call numbers and which of them
counts a shared parameter. Found by numbering subtrees from the leaves up, in time linear in the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cutaway.model.rows import Row, children_of
from cutaway.model.values_text import dtype_text, shape_text

#: A loop whose body has more modules than this on one level is not found.
MOST_IN_LOOP = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Equal rows, by index, and the groups of what is in them: each has all the equal rows of all of them.

    `last` is the last row of those that have the parent of the first: a name spans these two.
    """

    rows: tuple[int, ...]
    children: tuple["Group", ...]
    last: int


def fold(rows: Sequence[Row]) -> Group:
    """The first row, with everything below it in groups."""
    below = children_of(rows)
    return _group((0,), 0, rows, below, _kinds(rows, below))


def unfolded(rows: Sequence[Row]) -> Group:
    """The same, where every row is a group of its own."""
    children: list[list[Group]] = [[] for _ in rows]
    for idx in range(len(rows) - 1, 0, -1):
        parent = rows[idx].parent
        assert parent is not None
        children[parent].append(Group((idx,), tuple(reversed(children[idx])), idx))
    return Group((0,), tuple(reversed(children[0])), 0)


def _kinds(rows: Sequence[Row], below: list[list[int]]) -> list[int]:
    """For each row a number that equal rows share."""
    numbers: dict[Any, int] = {}
    kinds = [0] * len(rows)
    for idx in range(len(rows) - 1, -1, -1):
        row = rows[idx]
        own = tuple((parameter.shape, parameter.dtype, parameter.trainable) for parameter in row.own)
        inner = tuple((_leaf(rows[child].path), kinds[child]) for child in below[idx])
        used = row.call is not None, row.weights_used, row.failed
        made = shape_text(row.outputs), dtype_text(row.outputs)
        key = row.type, row.config, own, inner, used, row.macs, row.uncounted_ops, made
        kinds[idx] = numbers.setdefault(key, len(numbers))
    return kinds


def _group(equal: tuple[int, ...], last: int, rows: Sequence[Row], below: list[list[int]], kinds: list[int]) -> Group:
    """A group of `equal` rows: the i-th row in the first of them has an equal one at i in each of the others."""
    found = []
    children = below[equal[0]]
    for start, period, times in _runs(children, rows, kinds):
        for offset in range(period):
            places = range(start + offset, start + offset + period * times, period)
            together = tuple(below[row][place] for row in equal for place in places)
            found.append(_group(together, children[places[-1]], rows, below, kinds))
    return Group(equal, tuple(found), last)


def _runs(children: list[int], rows: Sequence[Row], kinds: list[int]) -> list[tuple[int, int, int]]:
    """Cut into runs of `times` equal stretches of `period` children."""
    runs = []
    idx = 0
    while idx < len(children):
        period, times = _repeats(children, idx, rows, kinds)
        runs.append((idx, period, times))
        idx += period * times
    return runs


def _repeats(children: list[int], start: int, rows: Sequence[Row], kinds: list[int]) -> tuple[int, int]:
    for period in range(1, MOST_IN_LOOP + 1):
        end = start + period
        while end < len(children) and _follows(children[end - period], children[end], rows, kinds, loop=period > 1):
            end += 1
        times = (end - start) // period
        if times > 1:
            return period, times
    return 1, 1


def _follows(first: int, second: int, rows: Sequence[Row], kinds: list[int], *, loop: bool) -> bool:
    """Whether the second repeats the first: the next in a list, or another call of the same module."""
    if kinds[first] != kinds[second]:
        return False
    one, other = rows[first], rows[second]
    if one.path == other.path:
        return other.call_number == one.call_number + 1
    if loop:
        return False
    holder, _, name = one.path.rpartition(".")
    other_holder, _, other_name = other.path.rpartition(".")
    return holder == other_holder and name.isdecimal() and other_name == str(int(name) + 1)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]
