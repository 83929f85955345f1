"""Which groups of a drawing are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cutaway.model.graph.parts import Part
from cutaway.model.graph.reading import GraphReading

#: Boxes that can be read in one picture: without other wishes, levels are opened while there are no more.
READABLE = 40
#: The class of a group that is a function of several ops.
FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class Opened:
    """Groups that are open, the whole among them, and those whose boxes are not folded."""

    groups: frozenset[int] = frozenset({0})
    unfolded: frozenset[int] = frozenset()
    #: Whether groups in a row that are the same inside are one box at all.
    fold: bool = True

    def part(self, reading: GraphReading, group: int) -> Part:
        """The part of a group, as it is drawn."""
        return reading.part(group, fold=self.fold and group not in self.unfolded)


def opened_to_depth(reading: GraphReading, depth: int | None, *, fold: bool = True) -> Opened:
    """The groups above a level, from 1 on; without one as many levels as can be read.

    Groups whose inside is one op, and functions, stay closed: their boxes say as much.
    """
    parts: dict[int, Part] = {}

    def part(group: int) -> Part:
        if group not in parts:
            parts[group] = reading.part(group, fold=fold)
        return parts[group]

    def is_worth_opening(group: int) -> bool:
        """Whether there is more than one box, now or when the only one is opened."""
        while group >= 0 and reading.graph.groups.type[group] != FUNCTION:
            inside = part(group).group
            if len(inside) != 1:
                return len(inside) > 1
            group = int(inside[0])
        return False

    groups, level, boxes, at = {0}, [0], len(part(0).group), 1
    while level and (depth is None or at < depth):
        level = [
            group for each in level for group in part(each).group.tolist() if group >= 0 and is_worth_opening(group)
        ]
        boxes += sum(len(part(group).group) - 1 for group in level)
        if depth is None and boxes > READABLE:
            break
        groups.update(level)
        at += 1
    return Opened(frozenset(groups), fold=fold)


def opened_by_names(reading: GraphReading, patterns: Iterable[str], *, fold: bool = True) -> tuple[Opened, list[str]]:
    """The groups with such keys (shell patterns), with those around them; and the patterns that no group has."""
    graph = reading.graph
    missing = []
    groups = {0}
    for pattern in patterns:
        named = [
            idx for idx, key in enumerate(graph.groups.key) if idx and (key == pattern or fnmatchcase(key, pattern))
        ]
        if not named:
            missing.append(pattern)
        for idx in named:
            groups.update(reading.nesting.around(idx))
    unfolded: set[int] = set()
    if fold:
        parents = {idx: int(graph.groups.parent[idx]) for idx in groups if idx}
        shown = {parent: set(reading.part(parent, fold=True).group.tolist()) for parent in set(parents.values())}
        # One that a box of several does not show by itself is shown beside them.
        unfolded = {parent for idx, parent in parents.items() if idx not in shown[parent]}
    return Opened(frozenset(groups), frozenset(unfolded), fold), missing
