"""Pairs of rows that stand for each other in two models: by path, and by content where names differ.

Both trees are walked together from the root. Children of matched rows are matched when they are alike and have the same
name; then runs of alike ones, in order, so that a layer put in between shifts no other; then those of the same name.
What is left is matched wherever an equal subtree with parameters stands: it has moved.
"""

from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from cutaway.model.rows import Row, children_of

#: How much of a model must be found below one row of the other to take that row for its root.
_MOST_OF_IT = 0.6


def align(before: Sequence[Row], after: Sequence[Row]) -> dict[int, int]:
    """For rows of `before` the row of `after` that each has become, by index."""
    return _Alignment(before, after).found()


def name_of(rows: Sequence[Row], idx: int) -> str:
    """The name of a row below its parent: ``attn``, ``layers.0``, ``cell#2``."""
    row = rows[idx]
    outer = "" if row.parent is None else rows[row.parent].path
    return row.key.removeprefix(f"{outer}.") if outer else row.key


class _Alignment:
    def __init__(self, before: Sequence[Row], after: Sequence[Row]) -> None:
        self.before, self.after = before, after
        self.below_before, self.below_after = children_of(before), children_of(after)
        numbers: dict[object, int] = {}
        self.kind_before = _kinds(before, self.below_before, numbers)
        self.kind_after = _kinds(after, self.below_after, numbers)
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()

    def found(self) -> dict[int, int]:
        self._walk(*self._roots())
        self._moved()
        return self.pairs

    def _roots(self) -> tuple[int, int]:
        """The rows that stand for each other where one model is wrapped into another."""
        before, after = {row.key for row in self.before}, {row.key for row in self.after}
        if len(before) > 2 and len(before & after) <= len(before) * (1 - _MOST_OF_IT):
            wrapped = _wrapped(before, [row.path for row in self.after], after)
            if wrapped is not None:
                return 0, wrapped
        if len(after) > 2 and len(before & after) <= len(after) * (1 - _MOST_OF_IT):
            wrapped = _wrapped(after, [row.path for row in self.before], before)
            if wrapped is not None:
                return wrapped, 0
        return 0, 0

    def _pair(self, before: int, after: int) -> None:
        self.pairs[before] = after
        self.taken.add(after)

    def _walk(self, before: int, after: int) -> None:
        waiting = [(before, after)]
        while waiting:
            one, other = waiting.pop()
            if one in self.pairs or other in self.taken:
                continue
            self._pair(one, other)
            waiting += self._children(self.below_before[one], self.below_after[other])

    def _children(self, before: list[int], after: list[int]) -> list[tuple[int, int]]:
        names = {name_of(self.after, idx): idx for idx in after}
        pairs: dict[int, int] = {}
        for idx in before:
            same = names.get(name_of(self.before, idx))
            if same is not None and self.kind_before[idx] == self.kind_after[same]:
                pairs[idx] = same
        self._in_order(before, after, pairs)
        for idx in before:
            same = names.get(name_of(self.before, idx))
            if idx not in pairs and same is not None and same not in pairs.values() and self._related(idx, same):
                pairs[idx] = same
        return list(pairs.items())

    def _in_order(self, before: list[int], after: list[int], pairs: dict[int, int]) -> None:
        """Alike children with other names, in runs that keep their order."""
        left = [idx for idx in before if idx not in pairs]
        right = [idx for idx in after if idx not in pairs.values()]
        kinds = [self.kind_before[idx] for idx in left], [self.kind_after[idx] for idx in right]
        for start, other, length in SequenceMatcher(None, *kinds, autojunk=False).get_matching_blocks():
            pairs.update(zip(left[start : start + length], right[other : other + length], strict=True))

    def _related(self, before: int, after: int) -> bool:
        """Whether a row can have become one of the same name: in a list, where names are numbers, only of its class."""
        one, other = self.before[before], self.after[after]
        return one.type == other.type or not name_of(self.before, before).partition("#")[0].isdecimal()

    def _moved(self) -> None:
        """Equal subtrees with parameters, wherever they are."""
        places: dict[int, list[int]] = defaultdict(list)
        for idx in range(len(self.after) - 1, -1, -1):
            if idx not in self.taken and self.after[idx].parameters:
                places[self.kind_after[idx]].append(idx)
        for idx, row in enumerate(self.before):
            if idx in self.pairs or not row.parameters:
                continue
            free = places[self.kind_before[idx]]
            while free and free[-1] in self.taken:
                free.pop()
            if free:
                self._walk(idx, free.pop())


def _kinds(rows: Sequence[Row], below: list[list[int]], numbers: dict[object, int]) -> list[int]:
    """For each row a number that equal subtrees of both models share: classes and parameters, without names."""
    kinds = [0] * len(rows)
    for idx in range(len(rows) - 1, -1, -1):
        row = rows[idx]
        own = tuple((parameter.shape, parameter.path.rpartition(".")[2]) for parameter in row.own)
        inner = tuple(kinds[child] for child in below[idx])
        kinds[idx] = numbers.setdefault((row.type, row.config, own, inner), len(numbers))
    return kinds


def _wrapped(inner: set[str], paths: list[str], outer: set[str]) -> int | None:
    """The row below which most of the names of `inner` are found."""
    best: tuple[float, int] | None = None
    for idx, path in enumerate(paths):
        if not path or not any(f"{path}.{name}" in outer for name in inner if name):
            continue
        share = sum(f"{path}.{name}" in outer for name in inner if name) / (len(inner) - 1)
        if share >= _MOST_OF_IT and (best is None or share > best[0]):
            best = (share, idx)
    return None if best is None else best[1]
