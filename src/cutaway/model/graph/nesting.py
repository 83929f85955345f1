"""Which groups and nodes are in which group, in time that no depth of groups makes long.

Groups are numbered a second time, each right before all that is in it: what a group holds is then a range of numbers.
"""

import itertools
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Graph, Groups


class Nesting:
    """The tree of a graph's groups, with its nodes."""

    def __init__(self, graph: Graph) -> None:
        self.parent = graph.groups.parent
        #: int32[g]: how many groups are around each.
        self.depth = graph.groups.depths()
        parents = self.parent.tolist()
        sizes = [1] * len(parents)
        for idx in range(len(parents) - 1, 0, -1):
            sizes[parents[idx]] += sizes[idx]
        enter = [0] * len(parents)
        free = [1] * len(parents)
        for idx in range(1, len(parents)):
            enter[idx] = free[parents[idx]]
            free[parents[idx]] += sizes[idx]
            free[idx] = enter[idx] + 1
        self._enter = np.array(enter, np.int64)
        self._leave = self._enter + np.array(sizes, np.int64)
        #: int64[n]: the second number of each node's group.
        self._at = self._enter[graph.nodes.group]
        self._by_group = np.argsort(self._at, kind="stable")
        self._sorted = self._at[self._by_group]
        self._by_parent = np.argsort(self.parent, kind="stable")
        self._child_starts = np.searchsorted(self.parent[self._by_parent], np.arange(len(parents) + 1))

    def nodes_of(self, group: int) -> NDArray[np.int64]:
        """The nodes in a group and in all groups below it, in order."""
        low, high = np.searchsorted(self._sorted, (self._enter[group], self._leave[group]))
        return np.sort(self._by_group[low:high])

    @cached_property
    def node_counts(self) -> NDArray[np.int64]:
        """int64[g]: the nodes of each group with all that is below it."""
        return np.searchsorted(self._sorted, self._leave) - np.searchsorted(self._sorted, self._enter)

    def children_of(self, group: int) -> NDArray[np.int64]:
        """The groups directly below."""
        return self._by_parent[self._child_starts[group] : self._child_starts[group + 1]]

    @cached_property
    def child_counts(self) -> NDArray[np.int64]:
        """int64[g]: the groups directly below each."""
        return np.diff(self._child_starts)

    def child_with(self, group: int, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of nodes in a group, the group directly below it that holds each; -1 for nodes of its own."""
        children = self.children_of(group)
        if not len(children):
            return np.full(len(nodes), -1, np.int64)
        place = np.searchsorted(self._enter[children], self._at[nodes], "right") - 1
        return np.where(place < 0, -1, children[place])

    def around(self, group: int) -> list[int]:
        """The groups from the whole to this one."""
        found = [group]
        while self.parent[found[-1]] >= 0:
            found.append(int(self.parent[found[-1]]))
        return found[::-1]

    def holds(self, group: int, inner: int) -> bool:
        """Whether a group is another one, or around it."""
        return bool(self._enter[group] <= self._enter[inner] < self._leave[group])

    def positions(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Some nodes, one group's behind the other, so that each group's with all below it are a range.

        Returns the place of each among them, and for each group the place of its first.
        """
        at = self._at[nodes]
        place = np.empty(len(nodes), np.int64)
        place[np.argsort(at, kind="stable")] = np.arange(len(nodes))
        return place, np.searchsorted(np.sort(at), self._enter)

    def common(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
        """The innermost group that is, or is around, both groups of each pair."""
        first, last = self._enter[one], self._enter[other]
        low, high = np.minimum(first, last), np.maximum(first, last)
        # Between the two, the parent with the smallest number is around both.
        level = np.zeros(len(low), np.int64)
        apart = high > low
        level[apart] = np.log2(high[apart] - low[apart]).astype(np.int64)
        found = low.copy()
        table = self._lowest
        for each in np.unique(level[apart]).tolist():
            here = np.flatnonzero(apart & (level == each))
            row = table[each]
            found[here] = np.minimum(row[low[here] + 1], row[high[here] - (1 << each) + 1])
        return self._of_second[found]

    @cached_property
    def _of_second(self) -> NDArray[np.int64]:
        return np.argsort(self._enter)

    @cached_property
    def _lowest(self) -> list[NDArray[np.int64]]:
        """At level k and place i, the smallest second number of the parents of the 2^k groups from i on."""
        parents = np.maximum(self.parent[self._of_second], 0)
        table = [self._enter[parents]]
        while 2 << (len(table) - 1) <= len(parents):
            above, step = table[-1], 1 << (len(table) - 1)
            table.append(np.minimum(above[:-step], above[step:]))
        return table

    def summed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[g]: for each group its own number and those of all groups below it."""
        total = values.copy()
        for level in self._levels:
            np.add.at(total, self.parent[level], total[level])
        return total

    def highest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[g]: for each group the highest of its own number and those of all groups below it, without NaN."""
        total = values.copy()
        for level in self._levels:
            np.fmax.at(total, self.parent[level], total[level])
        return total

    @cached_property
    def _levels(self) -> list[NDArray[np.int64]]:
        """The groups of each depth, the deepest first, without the whole."""
        order = np.argsort(self.depth, kind="stable")
        ends = np.searchsorted(self.depth[order], np.arange(1, int(self.depth.max(initial=0)) + 2))
        return [order[start:end] for start, end in itertools.pairwise(ends)][::-1]


def breadth_first(graph: Graph) -> Graph:
    """The same graph with its groups numbered anew: level by level, and siblings in the order of execution."""
    parents = graph.groups.parent.tolist()
    count, last = len(parents), len(graph.nodes.op)
    first = np.full(count, last, np.int64)
    np.minimum.at(first, graph.nodes.group, np.arange(last))
    firsts: list[int] = first.tolist()
    for idx in range(count - 1, 0, -1):
        firsts[parents[idx]] = min(firsts[parents[idx]], firsts[idx])
    below: list[list[int]] = [[] for _ in parents]
    for idx in range(1, count):
        siblings = below[parents[idx]]
        if firsts[idx] == last and siblings:
            # A group without nodes stays behind the one that it follows.
            firsts[idx] = firsts[siblings[-1]]
        siblings.append(idx)
    order = [0]
    for group in order:
        order.extend(sorted(below[group], key=firsts.__getitem__))
    number = np.empty(count, np.int32)
    number[order] = np.arange(count, dtype=np.int32)
    old = graph.groups
    parent = old.parent[order]
    parent[1:] = number[parent[1:]]
    name, key, type_ = ([column[idx] for idx in order] for column in (old.name, old.key, old.type))
    failure = graph.failure
    return replace(
        graph,
        groups=Groups(parent, name, key, type_, old.source[order]),
        nodes=replace(graph.nodes, group=number[graph.nodes.group]),
        failure=None if failure is None else replace(failure, group=int(number[failure.group])),
    )
