"""Which groups are the same inside, so that one can stand for several.

A group's number is made of its class, the ops in it, what each reads and makes, the edges between them, and the numbers
of the groups below, from the leaves up and in time linear in the graph. Names are left out, and so are parameters and
constants but for the tensors that they give: a layer that is called again is the same although its weights are not
there a second time.
"""

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.nesting import Nesting

_Words = NDArray[np.uint64]


def alike_siblings(graph: Graph, nesting: Nesting) -> NDArray[np.int32]:
    """int32[g]: siblings with the same number are the same inside; -1 for a group that is like no other."""
    known = _structures(graph, nesting)
    pairs = _mixed(known, graph.groups.parent)
    _, number, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    number = number.reshape(-1)
    return np.where(counts[number] > 1, number, -1).astype(np.int32)


def _structures(graph: Graph, nesting: Nesting) -> _Words:
    """uint64[g]: a number that groups of one structure share."""
    nodes, edges = graph.nodes, graph.edges
    is_tucked = nodes.kind >= NodeKind.PARAMETER
    place = np.zeros(len(nodes.op), np.int64)
    place[~is_tucked], starts = nesting.positions(np.flatnonzero(~is_tucked))
    # What a node is: its op, what it makes, and what it reads, wherever that comes from.
    own = _mixed(_numbered(nodes.op), nodes.kind)
    # Of what is given to a model nobody knows the bytes, so that a first layer is like the others by its shape alone.
    types = _numbered([(tensor.shape, tensor.dtype) for tensor in graph.tensors] + [None])
    tensor = types[edges.tensor]
    given = _mixed(tensor, edges.control, is_tucked[edges.start], _order_within(edges.end))
    np.add.at(own, edges.end, given)
    made = np.flatnonzero(~edges.control)
    _, first = np.unique((edges.start[made].astype(np.int64) << 32) + edges.output[made], return_index=True)
    made = made[first]
    np.add.at(own, edges.start[made], _mixed(edges.output[made], tensor[made], 1))
    whole = _mixed(_numbered(graph.groups.type), 0)
    ops = np.flatnonzero(~is_tucked)
    groups = nodes.group[ops]
    np.add.at(whole, groups, _mixed(own[ops], place[ops] - starts[groups]))
    between = np.flatnonzero(~is_tucked[edges.start])
    start, end = edges.start[between], edges.end[between]
    around = nesting.common(nodes.group[start], nodes.group[end])
    joined = _mixed(
        place[start] - starts[around], place[end] - starts[around], edges.output[between], edges.control[between]
    )
    np.add.at(whole, around, joined)
    return _with_those_below(whole, starts, graph.groups.parent)


def _with_those_below(whole: _Words, starts: NDArray[np.int64], parents: NDArray[np.int32]) -> _Words:
    numbers, firsts, above = whole.tolist(), starts.tolist(), parents.tolist()
    for idx in range(len(numbers) - 1, 0, -1):
        parent = above[idx]
        offset = firsts[idx] - firsts[parent]
        numbers[parent] = (numbers[parent] + _mix(numbers[idx] ^ _mix(offset + 1))) & _MASK
    return np.array(numbers, np.uint64)


_MASK = (1 << 64) - 1
_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def _mix(number: int) -> int:
    """The bits of a number, well mixed (Vigna's splitmix64)."""
    number = (number + _STEP) & _MASK
    number = ((number ^ (number >> 30)) * _FIRST) & _MASK
    number = ((number ^ (number >> 27)) * _SECOND) & _MASK
    return number ^ (number >> 31)


def _mixed(*columns: NDArray[np.generic] | int) -> _Words:
    """The same for rows of numbers: rows that are equal have equal results."""
    found: _Words | None = None
    for column in columns:
        words = np.atleast_1d(np.asarray(column)).astype(
            np.int64 if np.asarray(column).dtype.kind != "u" else np.uint64
        )
        mixed = words.view(np.uint64) if found is None else words.view(np.uint64) ^ found
        mixed = mixed + np.uint64(_STEP)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_FIRST)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_SECOND)
        found = mixed ^ (mixed >> np.uint64(31))
    assert found is not None
    return found


def _numbered(words: Iterable[Hashable]) -> NDArray[np.int64]:
    """A number for each word, or other thing, the same for the same one."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int64)


def _order_within(ends: NDArray[np.int32]) -> NDArray[np.int64]:
    """Which of its node's inputs each edge is."""
    order = np.argsort(ends, kind="stable")
    ordered = ends[order]
    first = np.searchsorted(ordered, ordered)
    place = np.empty(len(ends), np.int64)
    place[order] = np.arange(len(ends)) - first
    return place
