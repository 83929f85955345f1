"""What nodes and groups make: the types of their tensors, from the trace where there is one, else from the edges."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.nesting import Nesting
from cutaway.model.trace import Trace


class Outputs:
    """Answers for one graph. Its nodes are ops of `trace`; `call_of` has the call of each group, -1 for none."""

    def __init__(
        self, graph: Graph, nesting: Nesting, trace: Trace | None = None, call_of: NDArray[np.int64] | None = None
    ) -> None:
        self._graph = graph
        self._nesting = nesting
        self._trace = trace
        self._call_of = call_of
        edges = graph.edges
        values = np.flatnonzero(~edges.control)
        codes = (edges.start[values].astype(np.int64) << 32) + edges.output[values]
        distinct, first, which = np.unique(codes, return_index=True, return_inverse=True)
        #: int64[k]: the tensors that somebody reads, by the nodes that make them; and an edge that carries each.
        self._start = distinct >> 32
        self._tensor = edges.tensor[values[first]]
        self._starts = np.searchsorted(self._start, np.arange(len(graph.nodes.op) + 1))
        self._values, self._which = values, which.reshape(-1)

    def of_node(self, node: int) -> list[TensorType]:
        """What a node makes, as far as that is known."""
        source = int(self._graph.nodes.source[node])
        if self._trace is not None and 0 <= source < len(self._trace.ops):
            outputs = self._trace.ops[source].outputs
            return [TensorType(output.shape, output.dtype, output.bytes) for output in outputs]
        if self._graph.nodes.kind[node] == NodeKind.OUTPUT:
            # What a model returns is what comes there.
            edges = self._graph.edges
            places = edges.tensor[np.flatnonzero((edges.end == node) & ~edges.control)].tolist()
        else:
            places = self._tensor[self._starts[node] : self._starts[node + 1]].tolist()
        return [self._graph.tensors[place] for place in places if place >= 0]

    def of_group(self, group: int) -> list[TensorType]:
        """What a call returned; of a group that is none, the tensors that others read, the last one first."""
        if self._trace is not None and self._call_of is not None and self._call_of[group] >= 0:
            outputs = self._trace.calls[int(self._call_of[group])].outputs
            tensors = () if outputs is None else outputs.tensors()
            return [TensorType(tensor.shape, tensor.dtype, tensor.bytes) for tensor in tensors]
        low, high = np.searchsorted(self._leaving[0], (group, group + 1))
        places = self._tensor[self._leaving[1][low:high]].tolist()
        return [self._graph.tensors[place] for place in places[::-1] if place >= 0]

    @cached_property
    def first_of_groups(self) -> list[TensorType | None]:
        """The first of each group; None where it makes nothing that is known."""
        return [next(iter(self.of_group(group)), None) for group in range(len(self._graph.groups.name))]

    @cached_property
    def node_bytes(self) -> NDArray[np.float64]:
        """float64[n]: the bytes of all that a node makes, NaN where they are not known."""
        if self._trace is not None:
            found = np.full(len(self._graph.nodes.op), np.nan)
            for node, source in enumerate(self._graph.nodes.source.tolist()):
                if source >= 0:
                    found[node] = sum(output.bytes for output in self._trace.ops[source].outputs)
            return found
        sizes = self._sizes
        known = ~np.isnan(sizes)
        count = len(self._graph.nodes.op)
        total = np.bincount(self._start[known], weights=sizes[known], minlength=count)
        return np.where(np.bincount(self._start[known], minlength=count) > 0, total, np.nan)

    @cached_property
    def group_bytes(self) -> NDArray[np.float64]:
        """float64[g]: the bytes of all that leaves a group, NaN where they are not known."""
        groups, tensors = self._leaving
        sizes = self._sizes[tensors]
        known = ~np.isnan(sizes)
        count = len(self._graph.groups.name)
        total = np.bincount(groups[known], weights=sizes[known], minlength=count)
        return np.where(np.bincount(groups[known], minlength=count) > 0, total, np.nan)

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        sizes = np.array([tensor.bytes for tensor in self._graph.tensors] + [-1], np.float64)[self._tensor]
        return np.where(sizes < 0, np.nan, sizes)

    @cached_property
    def _leaving(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of a group and a tensor that somebody outside of it reads, by the groups."""
        nodes, edges, parent = self._graph.nodes, self._graph.edges, self._nesting.parent
        depth = self._nesting.depth
        around = self._nesting.common(nodes.group[edges.start[self._values]], nodes.group[edges.end[self._values]])
        outermost = np.full(len(self._start), len(depth), np.int64)
        np.minimum.at(outermost, self._which, depth[around])
        # Parameters and constants are no results of the group that holds them.
        tensors = np.flatnonzero(nodes.kind[self._start] < NodeKind.PARAMETER)
        group = nodes.group[self._start[tensors]].astype(np.int64)
        groups, found = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        while len(tensors):
            leaves = depth[group] > outermost[tensors]
            tensors, group = tensors[leaves], group[leaves]
            groups.append(group)
            found.append(tensors)
            group = parent[group].astype(np.int64)
        every, made = np.concatenate(groups), np.concatenate(found)
        order = np.lexsort((made, every))
        return every[order], made[order]
