"""What a node or a group depends on, and what depends on it, through any number of others."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Graph

Direction = Literal["inputs", "outputs", "both"]
MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Reached:
    """`nodes` in order, at most `MOST_NODES` of the nearest, `left_out` of them more; `groups` hold any of them."""

    nodes: list[int]
    groups: list[int]
    left_out: int


class Reach:
    """Follows the edges of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, nodes: Iterable[int], direction: Direction) -> Reached:
        """From some nodes on, which are none of those found."""
        seeds = list(nodes)
        found: list[int] = []
        for name, (starts, ends) in self._neighbours.items():
            if direction in (name, "both"):
                found += _followed(seeds, starts, ends)
        nearest = list(dict.fromkeys(found))
        kept = sorted(nearest[:MOST_NODES])
        return Reached(kept, self._groups(nearest), len(nearest) - len(kept))

    def _groups(self, nodes: list[int]) -> list[int]:
        parents = self._graph.groups.parent
        found = np.zeros(len(parents), np.bool_)
        found[self._graph.nodes.group[nodes]] = True
        above = parents.tolist()
        for group in range(len(above) - 1, 0, -1):
            if found[group]:
                found[above[group]] = True
        return np.flatnonzero(found).tolist()

    @cached_property
    def _neighbours(self) -> dict[str, tuple[list[int], list[int]]]:
        edges = self._graph.edges
        count = len(self._graph.nodes.op)
        return {
            "inputs": _by_first(edges.end, edges.start, count),
            "outputs": _by_first(edges.start, edges.end, count),
        }


def _by_first(one: NDArray[np.int32], other: NDArray[np.int32], count: int) -> tuple[list[int], list[int]]:
    """The others of node i are [starts[i], starts[i + 1]) in a list."""
    order = np.argsort(one, kind="stable")
    return np.searchsorted(one[order], np.arange(count + 1)).tolist(), other[order].tolist()


def _followed(seeds: list[int], starts: list[int], ends: list[int]) -> list[int]:
    """All nodes that are reached, the nearest first."""
    known = set(seeds)
    found: list[int] = []
    level = seeds
    while level:
        following = []
        for node in level:
            for end in ends[starts[node] : starts[node + 1]]:
                if end not in known:
                    known.add(end)
                    following.append(end)
        found += following
        level = following
    return found
