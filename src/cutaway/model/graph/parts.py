"""One group of a graph as it is drawn: its boxes, and the edges between them, those between the same two as one bundle.

What a graph of a hundred thousand nodes costs is that of the group that is opened: the whole is never sent. Groups that
are the same inside and follow each other, or that are numbered and stand side by side, can be one box; and so can those
of each kind where groups of several kinds take turns, whose edges are a loop then.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.alike import alike_siblings
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.nesting import Nesting
from cutaway.model.graph.turns import in_turns

#: Instead of a box's number: the edge comes from outside the group, or goes there.
OUTSIDE = -1
MOST_BOXES = 20_000
MOST_BUNDLES = 60_000
#: Groups that do not follow each other are one box from this number on.
FEWEST_SIDE_BY_SIDE = 4
#: A name that ends in a number; those of more digits number nothing.
_NUMBER = re.compile(r"(.{0,200}?)([0-9]{1,9})", re.DOTALL)
Numbers = NDArray[np.int32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """The boxes of one group in the order of execution, b of them, and m bundles of edges."""

    #: int32[b] each: the group that a box is (of several the first), or the node; -1 for the other.
    group: NDArray[np.int32]
    node: NDArray[np.int32]
    #: int32[b + 1]: the groups that box i stands for are [runs[i], runs[i + 1]) in `members`; a node is there as -1.
    runs: NDArray[np.int32]
    members: NDArray[np.int32]
    #: int32[b]: how many parameters and constants that are no boxes each reads.
    reads: NDArray[np.int32]
    #: int32[t] each: such parameters and constants, and the first box that reads each.
    tucked_node: NDArray[np.int32]
    tucked_box: NDArray[np.int32]
    #: int32[m] each: places among the boxes, or `OUTSIDE`.
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    #: int32[m]: how many edges are in a bundle, and how many of them are mere dependencies.
    edges: NDArray[np.int32]
    controls: NDArray[np.int32]
    #: int32[m]: the largest tensor of the bundle, a place in `Graph.tensors`; -1 where none is known.
    tensor: NDArray[np.int32]
    #: int32[m]: edges from parameters and constants, of the group or within its boxes, in bundles of their own.
    tucked: NDArray[np.int32]
    #: Boxes beyond `MOST_BOXES`, whose bundles are left out with them, and bundles beyond `MOST_BUNDLES`.
    left_out: int
    edges_left_out: int

    @property
    def repeats(self) -> NDArray[np.int32]:
        """int32[b]: how many groups each box stands for."""
        return np.diff(self.runs)


class Parts:
    """Gives the parts of one graph. `alike` has the numbers of `alike_siblings`."""

    def __init__(self, graph: Graph, nesting: Nesting | None = None, alike: Numbers | None = None) -> None:
        self._graph = graph
        self._nesting = Nesting(graph) if nesting is None else nesting
        self._alike = alike_siblings(graph, self._nesting) if alike is None else alike
        self._is_tucked = graph.nodes.kind >= NodeKind.PARAMETER
        self._bytes = np.array([tensor.bytes for tensor in graph.tensors] + [-1], np.int64)

    def of(self, group: int, *, fold: bool = False) -> Part:
        """The part of a group, with boxes folded or not: IndexError for a number that is none."""
        count, nodes, edges = len(self._graph.groups.name), len(self._graph.nodes.op), self._graph.edges
        if not 0 <= group < count:
            raise IndexError(f"group {group} is none of {count}")
        inside = self._nesting.nodes_of(group)
        below = self._nesting.child_with(group, inside)
        is_box = (below >= 0) | ~self._is_tucked[inside]
        # A box is known by its group, or by its node behind all groups.
        known = np.where(below >= 0, below, count + inside)[is_box]
        keys, first, which = np.unique(known, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty(len(keys), np.int64)
        rank[order] = np.arange(len(keys))
        keys = keys[order]
        place_of = np.full(nodes, OUTSIDE, np.int64)
        place_of[inside[is_box]] = rank[which.reshape(-1)]
        is_inside, is_tucked = np.zeros((2, nodes), np.bool_)
        is_inside[inside] = True
        is_tucked[inside[~is_box]] = True
        touches = np.flatnonzero(is_inside[edges.start] | is_inside[edges.end])
        members = np.where(keys < count, keys, -1)
        box_of = np.arange(len(keys))
        if fold and len(keys):
            box_of = self._folded(members, place_of[edges.start[touches]], place_of[edges.end[touches]])
            place_of = np.where(place_of < 0, OUTSIDE, box_of[place_of])
        in_boxes = np.argsort(box_of, kind="stable")
        members = members[in_boxes]
        starts = np.append(0, np.cumsum(np.bincount(box_of)))
        boxes = min(len(starts) - 1, MOST_BOXES)
        runs = starts[: boxes + 1]
        keys = keys[in_boxes[starts[:boxes]]]
        is_left_out = place_of >= boxes
        touches = touches[~is_left_out[edges.start[touches]] & ~is_left_out[edges.end[touches]]]
        readers, tucked_node, tucked_box = self._read(touches, place_of, is_tucked)
        bundles = self._bundles(touches, place_of, is_tucked)
        return Part(
            group=np.where(keys < count, keys, -1).astype(np.int32),
            node=np.where(keys < count, -1, keys - count).astype(np.int32),
            runs=runs.astype(np.int32),
            members=members[: runs[-1]].astype(np.int32),
            reads=np.bincount(readers, minlength=boxes).astype(np.int32),
            tucked_node=tucked_node.astype(np.int32),
            tucked_box=tucked_box.astype(np.int32),
            **{name: column[:MOST_BUNDLES].astype(np.int32) for name, column in bundles.items()},
            left_out=len(starts) - 1 - boxes,
            edges_left_out=max(len(bundles["start"]) - MOST_BUNDLES, 0),
        )

    def _folded(self, members: Places, start: Places, end: Places) -> Places:
        """For each box that there is without folding the one that it is in."""
        alike = np.where(members >= 0, self._alike[members], -1)
        joins = np.append(False, (alike[1:] == alike[:-1]) & (alike[1:] >= 0))
        follows = np.zeros(len(members), np.bool_)
        follows[end[(end - start == 1) & (start >= 0)]] = True
        beside = joins & ~follows & self._are_numbered(members, joins)
        # Of groups side by side, as heads and experts are, a few are clearer than one that stands for them.
        begins = np.flatnonzero(~beside)
        sizes = np.diff(np.append(begins, len(members)))
        beside &= np.repeat(sizes, sizes) >= FEWEST_SIDE_BY_SIDE
        begins = np.flatnonzero(~(beside | (joins & follows)))
        sizes = np.diff(np.append(begins, len(members)))
        kinds = np.where(alike[begins] >= 0, alike[begins] * (len(members) + 1) + sizes, -1)
        first = in_turns(kinds.tolist(), follows[begins].tolist())
        _, number = np.unique(first, return_inverse=True)
        return np.repeat(number.reshape(-1), sizes)

    def _are_numbered(self, members: Places, joins: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each that is alike to the one before has the next number in its name."""
        found = np.zeros(len(members), np.bool_)
        names = self._graph.groups.name
        for place in np.flatnonzero(joins).tolist():
            before, this = (_NUMBER.fullmatch(names[members[idx]]) for idx in (place - 1, place))
            found[place] = (
                before is not None
                and this is not None
                and before[1] == this[1]
                and (int(this[2]) == int(before[2]) + 1)
            )
        return found

    def _read(self, touches: Places, place_of: Places, is_tucked: NDArray[np.bool_]) -> tuple[Places, Places, Places]:
        """The box of each pair of a box and what it reads; and what is read, with the first box that does."""
        start, other = self._graph.edges.start[touches], place_of[self._graph.edges.end[touches]]
        here = is_tucked[start] & (other >= 0)
        width = len(place_of) + 1
        pairs = np.unique(start[here].astype(np.int64) * width + other[here])
        nodes, boxes = pairs // width, pairs % width
        _, first = np.unique(nodes, return_index=True)
        return boxes, nodes[first], boxes[first]

    def _bundles(self, touches: Places, place_of: Places, is_tucked: NDArray[np.bool_]) -> dict[str, Places]:
        edges = self._graph.edges
        start = edges.start[touches]
        one, other = place_of[start], place_of[edges.end[touches]]
        # What lies within one box is seen when that is opened.
        between = (one != other) | ((one == OUTSIDE) & is_tucked[start])
        touches, start, one, other = touches[between], start[between], one[between], other[between]
        width = int(place_of.max(initial=0)) + 2
        # Those from weights and constants are told apart, wherever these are: they carry nothing that was computed.
        code = ((one + 1) * width + (other + 1)) * 2 + self._is_tucked[start]
        distinct, number = np.unique(code, return_inverse=True)
        number = number.reshape(-1)
        size = len(distinct)
        order = np.lexsort((self._bytes[edges.tensor[touches]], number))
        last = np.flatnonzero(np.append(np.diff(number[order]) > 0, True)) if size else order
        pair = distinct // 2
        counts = np.bincount(number, minlength=size)
        return {
            "start": pair // width - 1,
            "end": pair % width - 1,
            "edges": counts,
            "controls": np.bincount(number, weights=edges.control[touches], minlength=size),
            "tensor": edges.tensor[touches][order[last]],
            "tucked": np.where(distinct % 2 == 1, counts, 0),
        }
