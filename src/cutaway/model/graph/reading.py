"""Everything that is asked of one graph, made when it is first asked for and kept together."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.model.counted import Counted
from cutaway.model.graph import search
from cutaway.model.graph.alike import alike_siblings
from cutaway.model.graph.calls import GroupRows, group_rows
from cutaway.model.graph.costs import Costs, costs_of_graph, costs_of_trace
from cutaway.model.graph.graph import Graph, GraphFailure, NodeKind, TensorType
from cutaway.model.graph.nesting import Nesting, breadth_first
from cutaway.model.graph.outputs import Outputs
from cutaway.model.graph.parts import Part, Parts
from cutaway.model.graph.reach import Direction, Reach, Reached
from cutaway.model.trace import Trace

#: Groups in groups, at the most: those of a real model are a few dozen.
MOST_DEPTH = 1000
#: What is made of each node, edge and group takes in memory.
_NODE_BYTES, _EDGE_BYTES, _GROUP_BYTES = 250, 60, 800


class Thing(NamedTuple):
    """A group or a node by its number; -1 for the other."""

    group: int
    node: int


class GraphReading:
    """A graph with its groups numbered breadth first, and the readings of it.

    `trace` is the trace that the graph was made of. `measured` are other numbers of its nodes, float64[n] by the names
    of costs, NaN where there is none. ValueError for a graph that is deeper than any model's.
    """

    def __init__(
        self,
        graph: Graph,
        trace: Trace | None = None,
        measured: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> None:
        self.graph = breadth_first(graph)
        self.trace = trace
        self._measured = measured
        self.nesting = Nesting(self.graph)
        if int(self.nesting.depth.max(initial=0)) > MOST_DEPTH:
            raise ValueError(f"the groups of the graph are more than {MOST_DEPTH:,} deep in each other")

    @property
    def nbytes(self) -> int:
        """About what all readings together take in memory, beside the graph."""
        graph = self.graph
        nodes, edges, groups = len(graph.nodes.op), len(graph.edges.start), len(graph.groups.name)
        return _NODE_BYTES * nodes + _EDGE_BYTES * edges + _GROUP_BYTES * groups

    @cached_property
    def counted(self) -> Counted | None:
        """The summary of the trace, where there is one."""
        return None if self.trace is None else Counted(self.trace)

    @cached_property
    def joined(self) -> GroupRows | None:
        """How the summary's rows and the groups belong together."""
        return None if self.counted is None else group_rows(self.graph, self.counted.rows)

    @cached_property
    def outputs(self) -> Outputs:
        """What groups and nodes make."""
        return Outputs(self.graph, self.nesting, self.trace, None if self.joined is None else self.joined.call)

    @cached_property
    def costs(self) -> Costs:
        """What groups and nodes cost."""
        if self.counted is not None and self.joined is not None:
            return costs_of_trace(self.graph, self.nesting, self.counted, self.joined, self.outputs)
        return costs_of_graph(self.graph, self.nesting, self.outputs, self._measured)

    @cached_property
    def alike(self) -> NDArray[np.int32]:
        """Which siblings are the same inside."""
        return alike_siblings(self.graph, self.nesting)

    @cached_property
    def is_beside(self) -> NDArray[np.bool_]:
        """bool[g]: whether all nodes of a group, but for parameters and constants, stand beside the graph."""
        kind, count = self.graph.nodes.kind, len(self.graph.groups.name)
        of_group = [
            np.bincount(self.graph.nodes.group[which], minlength=count).astype(np.float64)
            for which in (kind == NodeKind.AUXILIARY, kind < NodeKind.AUXILIARY)
        ]
        beside, others = (self.nesting.summed(each) for each in of_group)
        found: NDArray[np.bool_] = (beside > 0) & (others == 0)
        return found

    @cached_property
    def tucked(self) -> NDArray[np.int64]:
        """int64[g]: the parameters and constants of a group with all that is below it, which are no boxes."""
        is_tucked = self.graph.nodes.kind >= NodeKind.PARAMETER
        counts = np.bincount(self.graph.nodes.group[is_tucked], minlength=len(self.graph.groups.name))
        return self.nesting.summed(counts.astype(np.float64)).astype(np.int64)

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.graph, self.nesting, self.alike)

    def part(self, group: int, *, fold: bool) -> Part:
        """The boxes of a group; IndexError for a number that is none."""
        return self._parts.of(group, fold=fold)

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self.graph)

    def reach(self, thing: Thing, direction: Direction) -> Reached:
        """What a group or node depends on, and what depends on it. IndexError for numbers that are none."""
        self.check(thing)
        nodes = [thing.node] if thing.group < 0 else self.nesting.nodes_of(thing.group).tolist()
        return self._reach.of(nodes, direction)

    def check(self, thing: Thing) -> None:
        """IndexError for numbers that are none."""
        for what, number, count in (
            ("group", thing.group, len(self.graph.groups.name)),
            ("node", thing.node, len(self.graph.nodes.op)),
        ):
            if not -1 <= number < count:
                raise IndexError(f"there is no {what} {number} among {count:,}")

    def path(self, group: int) -> str:
        """The path that joins a group with a log: of a module, or the name of a scope; empty for neither."""
        if self.joined is None:
            return self.graph.groups.key[group]
        call = int(self.joined.call[group])
        if call >= 0 and self.trace is not None:
            return self.trace.calls[call].path
        return self.graph.groups.key[group] if self.joined.row[group] >= 0 else ""

    @cached_property
    def calls_of_paths(self) -> dict[str, list[int]]:
        """The calls of each module, by its path."""
        found: dict[str, list[int]] = {}
        for call in () if self.trace is None else self.trace.calls:
            found.setdefault(call.path, []).append(call.id)
        return found

    def node_key(self, node: int) -> str:
        """What a node is named in the source, or its group's key with its name."""
        nodes = self.graph.nodes
        if nodes.key[node]:
            return nodes.key[node]
        key = self.graph.groups.key[nodes.group[node]]
        return f"{key}/{nodes.name[node]}" if key else nodes.name[node]

    @property
    def failure(self) -> GraphFailure | None:
        """Where the model failed; None where it did not."""
        return self.graph.failure

    @cached_property
    def node_of_op(self) -> dict[int, int]:
        """The nodes by the numbers that they have in the source."""
        return {source: node for node, source in enumerate(self.graph.nodes.source.tolist()) if source >= 0}

    def source_number(self, thing: Thing) -> int:
        """The number of a node, or of a group that is one, in its source; -1 for any other."""
        return int(self.graph.groups.source[thing.group] if thing.group >= 0 else self.graph.nodes.source[thing.node])

    def source(self, node: int) -> str:
        """The line of code of a node, empty where it is not known."""
        number = int(self.graph.nodes.source[node])
        return "" if self.trace is None or number < 0 else self.trace.ops[number].source or ""

    def search(self, query: str) -> Iterator[Thing]:
        """The groups and nodes that meet a query, in the order of execution. Raises `search.QueryError`."""
        terms = search.parse(query, tuple(cost.name for cost in self.costs.kinds))
        if not terms:
            return iter(())
        return (thing for thing in self._in_order if search.meets(_Box(self, thing), terms))

    @cached_property
    def _in_order(self) -> list[Thing]:
        """Each group before all that is in it, and nodes where they are executed."""
        graph, count = self.graph, len(self.graph.nodes.op)
        first = np.full(len(graph.groups.name), count, np.int64)
        np.minimum.at(first, graph.nodes.group, np.arange(count))
        parents, firsts = graph.groups.parent.tolist(), first.tolist()
        for group in range(len(parents) - 1, 0, -1):
            firsts[parents[group]] = min(firsts[parents[group]], firsts[group])
        places = np.concatenate([np.array(firsts, np.int64), np.arange(count)])
        depths = np.concatenate([self.nesting.depth, np.full(count, MOST_DEPTH + 1)])
        groups = len(parents)
        order = np.lexsort((depths, places)).tolist()
        return [Thing(idx, -1) if idx < groups else Thing(-1, idx - groups) for idx in order]


class _Box:
    """A group or a node as a search sees it."""

    __slots__ = ("_reading", "_thing", "key", "kind", "name", "type")

    def __init__(self, reading: GraphReading, thing: Thing) -> None:
        graph = reading.graph
        self._reading = reading
        self._thing = thing
        if thing.group >= 0:
            self.kind = "group"
            name, key, type_ = (
                column[thing.group] for column in (graph.groups.name, graph.groups.key, graph.groups.type)
            )
        else:
            self.kind = search.KINDS[graph.nodes.kind[thing.node]]
            name, key, type_ = graph.nodes.name[thing.node], reading.node_key(thing.node), graph.nodes.op[thing.node]
        self.name, self.key, self.type = name.lower(), key.lower(), type_.lower()

    def source(self) -> str:
        return "" if self._thing.node < 0 else self._reading.source(self._thing.node).lower()

    def outputs(self) -> list[TensorType]:
        group, node = self._thing
        return self._reading.outputs.of_group(group) if group >= 0 else self._reading.outputs.of_node(node)

    def cost(self, name: str) -> float:
        group, node = self._thing
        costs = self._reading.costs
        return float(costs.groups[name][group] if group >= 0 else costs.nodes[name][node])
