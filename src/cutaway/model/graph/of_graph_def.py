"""The graph of TensorFlow's GraphDefs: scopes of names are groups, and nodes that call functions have their bodies.

A node whose name is a scope as well stands in that scope. Constants and variables are nodes of kinds of their own. A
node that calls a function of the library is a group with the function's body, in which arguments and results are nodes
too; with several functions, as a loop and its condition, it has a group for each. A function within itself is not
opened again, and so are calls beyond `MOST_OPENED`: those stay nodes. Functions that no node calls are in a group
of their own, so that every node of the source is there. Names are anybody's: of a path of more than `MOST_DEPTH` parts
the end is one name.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.execution_order import execution_order, renumbered
from cutaway.model.graph.graph import Edges, Graph, Groups, Nodes
from cutaway.model.graph.graph_def import CONTROL, FunctionColumns, GraphDefColumns
from cutaway.model.graph.graph_def_template import MOST_DEPTH, Call, Template, Tensors

#: Nodes, groups and edges of functions that are opened where they are called.
MOST_OPENED = 1_000_000
#: What each body costs beside these.
_OF_A_BODY = 60
#: Edges from or to what is opened: with more, only those of a call's first function are there.
_MOST_MORE = 1_000_000
#: The group of the functions that no node calls.
FUNCTIONS = "(functions)"
#: Ops whose first input chooses the function, which takes the others.
_CHOOSE = frozenset({"If", "StatelessIf", "Case", "StatelessCase"})
#: What a loop asks before each round: its result is nobody's input.
_CONDITION = "cond"


def graph_of_graph_defs(name: str, graph_defs: Sequence[GraphDefColumns]) -> Graph:
    """The graph of one GraphDef, or of several, each in a group."""
    assembly = _Assembly(name)
    for graph_def in graph_defs:
        assembly.add(graph_def)
    return assembly.graph()


@dataclass(eq=False, slots=True)
class _Instance:
    """A template in its place: where it is called, or the whole."""

    template: Template
    #: The group around it, and what is before the names in it.
    group: int
    prefix: str
    #: The functions around it, which are not opened again in it.
    chain: frozenset[str]
    #: The source's number of its first node.
    source: int
    depth: int
    #: Of each slot its node; -1 for what is opened.
    number: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    #: By slots: which attribute each is for, and the instance.
    opened: dict[int, list[tuple[str, "_Instance"]]] = field(default_factory=dict)


class _Library:
    """The functions of one GraphDef, by their names: of several with one name the first."""

    def __init__(self, graph_def: GraphDefColumns, first_source: int, tensors: Tensors) -> None:
        self.functions: dict[str, FunctionColumns] = {}
        #: The source's numbers of their first nodes, and the one behind all.
        self.sources: dict[str, int] = {}
        self.end = first_source + len(graph_def.nodes.names)
        for function in graph_def.functions:
            if function.name not in self.functions:
                self.functions[function.name] = function
                self.sources[function.name] = self.end
            self.end += len(function.nodes.names)
        self.names = frozenset(self.functions)
        self.templates: dict[str, Template] = {}
        #: Those that are shown somewhere.
        self.shown: set[str] = set()
        self._tensors = tensors

    def template(self, name: str) -> Template:
        """What all pictures of a function have in common."""
        if name not in self.templates:
            function = self.functions[name]
            self.templates[name] = Template(function.nodes, function, self.names, self._tensors)
        return self.templates[name]


class _Assembly:
    def __init__(self, name: str) -> None:
        self.parents, self.group_names, self.group_keys, self.types = [-1], [name], [""], [""]
        self.group_sources = [-1]
        self.tensors = Tensors()
        self.instances: list[_Instance] = []
        self.roots: list[_Instance] = []
        self.names: list[str] = []
        self.keys: list[str] = []
        self.ops: list[str] = []
        #: Of each instance the groups, kinds and numbers in the source of its nodes.
        self.columns: list[tuple[NDArray[Any], ...]] = []
        self.left = MOST_OPENED
        self.more = 0
        self.next_source = 0
        self.duplicates = self.missing = self.unopened = self.uncalled = self.uncalled_nodes = 0

    def add(self, graph_def: GraphDefColumns) -> None:
        """One more GraphDef, with its functions."""
        group = 0 if not graph_def.name else self._group(0, graph_def.name, graph_def.name, "")
        prefix = f"{graph_def.name}/" if graph_def.name else ""
        library = _Library(graph_def, self.next_source, self.tensors)
        main = Template(graph_def.nodes, None, library.names, self.tensors)
        self._open(_Instance(main, group, prefix, frozenset(), self.next_source, 0), library)
        others = -1
        for name, function in library.functions.items():
            if name in library.shown:
                continue
            if others < 0:
                others = self._group(group, FUNCTIONS, f"{prefix}{FUNCTIONS}", "")
            key = f"{prefix}{FUNCTIONS}/{name}"
            inner = self._group(others, name, key, "function")
            self.uncalled += 1
            self.uncalled_nodes += len(function.nodes.names)
            template, source = library.template(name), library.sources[name]
            library.shown.add(name)
            self._open(_Instance(template, inner, f"{key}/", frozenset({name}), source, 2), library)
        for template in (main, *library.templates.values()):
            names = template.columns.names
            self.duplicates += len(names) - len(set(names))
            self.missing += template.missing
        self.next_source = library.end

    def _open(self, root: _Instance, library: "_Library") -> None:
        """Place a whole and all that it opens, what is nearer to it first."""
        self.roots.append(root)
        waiting = deque([root])
        while waiting:
            self._place(waiting.popleft(), library, waiting)

    def _group(self, parent: int, name: str, key: str, class_name: str, source: int = -1) -> int:
        self.parents.append(parent)
        self.group_names.append(name)
        self.group_keys.append(key)
        self.types.append(class_name)
        self.group_sources.append(source)
        return len(self.parents) - 1

    def _place(self, instance: _Instance, library: "_Library", waiting: deque[_Instance]) -> None:
        """Number the nodes of an instance, and let those of what it calls wait."""
        template, prefix = instance.template, instance.prefix
        self.instances.append(instance)
        base = len(self.parents)
        for parent, name, scope, class_name in template.groups:
            self._group(instance.group if parent < 0 else base + parent, name, prefix + scope, class_name)
        groups = np.where(template.group < 0, instance.group, base + template.group)
        is_node = np.ones(template.size, np.bool_)
        for call in template.calls:
            if not self._may_open(call, instance, library):
                self.unopened += 1
                continue
            slot = template.first_node + call.node
            is_node[slot] = False
            instance.opened[slot] = []
            for attribute, function, group, key in self._places(call, instance, int(groups[slot])):
                chain = instance.chain | {function}
                body, first = library.template(function), library.sources[function]
                inner = _Instance(body, group, f"{key}/", chain, first, instance.depth + 1)
                instance.opened[slot].append((attribute, inner))
                waiting.append(inner)
        kept = np.flatnonzero(is_node)
        instance.number = np.where(is_node, len(self.names) + np.cumsum(is_node) - 1, -1)
        names, keys, ops = template.names, template.keys, template.ops
        if len(kept) < template.size:
            names, keys, ops = ([texts[slot] for slot in kept.tolist()] for texts in (names, keys, ops))
        self.names += names
        self.keys += [prefix + key for key in keys] if prefix else keys
        self.ops += ops
        slots = np.arange(template.size)
        in_source = (slots >= template.first_node) & (slots < template.first_result)
        source = np.where(in_source, instance.source + slots - template.first_node, -1)
        self.columns.append((groups[kept], template.kind[kept], source[kept]))

    def _may_open(self, call: Call, instance: _Instance, library: "_Library") -> bool:
        """Whether the bodies of a call are shown in its place; takes them off what is left."""
        names = [function for _, function in call.functions]
        if instance.depth >= MOST_DEPTH or not instance.chain.isdisjoint(names):
            return False
        bodies = [library.template(name) for name in names]
        weight = sum(body.weight + _OF_A_BODY for body in bodies)
        if weight > self.left or not min(body.size for body in bodies):
            return False
        self.left -= weight
        library.shown.update(names)
        return True

    def _places(self, call: Call, instance: _Instance, around: int) -> list[tuple[str, str, int, str]]:
        """For each function of a call: its attribute, name, group and key."""
        template = instance.template
        key = instance.prefix + template.columns.names[call.node]
        source = instance.source + call.node
        if template.is_scope[call.node] and self.group_sources[around] < 0:
            group = around
            self.types[group], self.group_sources[group] = call.op, source
        else:
            group = self._group(around, template.node_names[call.node], key, call.op, source)
        if len(call.functions) == 1:
            return [(*call.functions[0], group, key)]
        return [
            (attribute, function, self._group(group, attribute, f"{key}/{attribute}", function), f"{key}/{attribute}")
            for attribute, function in call.functions
        ]

    def graph(self) -> Graph:
        """What was added, in the order of execution."""
        none = np.empty(0, np.int64)
        group, kind, source = (np.concatenate([none, *(part[idx] for part in self.columns)]) for idx in range(3))
        start, output, end, tensor, closes = self._edges()
        count = len(self.names)
        order = self._inlined()
        if order is not None:
            start, end = renumbered(order, start), renumbered(order, end)
        proper = ~closes & (start != end)
        sorted_order = execution_order(count, start[proper], end[proper])
        if sorted_order is not None:
            start, end = renumbered(sorted_order, start), renumbered(sorted_order, end)
            order = sorted_order if order is None else order[sorted_order]
        names, keys, ops = self.names, self.keys, self.ops
        if order is not None:
            group, kind, source = group[order], kind[order], source[order]
            names, keys, ops = ([texts[idx] for idx in order.tolist()] for texts in (names, keys, ops))
        by_end = np.argsort(end, kind="stable")
        return Graph(
            Groups(
                np.array(self.parents, np.int32),
                self.group_names,
                self.group_keys,
                self.types,
                np.array(self.group_sources, np.int32),
            ),
            Nodes(group.astype(np.int32), kind.astype(np.uint8), names, keys, ops, source.astype(np.int32)),
            Edges(
                start[by_end].astype(np.int32),
                np.maximum(output, 0)[by_end].astype(np.int32),
                end[by_end].astype(np.int32),
                (output == CONTROL)[by_end],
                tensor[by_end].astype(np.int32),
            ),
            list(self.tensors.types),
            self._notes(),
        )

    def _edges(self) -> tuple[NDArray[Any], ...]:
        """Start, output, end, type, and whether it closes a loop, of every edge."""
        found: list[tuple[NDArray[Any], ...]] = [tuple(np.empty(0, np.int64) for _ in range(5))]
        for instance in self.instances:
            template = instance.template
            start, end = instance.number[template.start], instance.number[template.end]
            simple = (start >= 0) & (end >= 0)
            columns = (start, template.output, end, template.tensor, template.closes_loop)
            found.append(tuple(column[simple] for column in columns))
            more = [edge for place in np.flatnonzero(~simple).tolist() for edge in self._of_calls(instance, place)]
            if more:
                found.append(tuple(np.array(column, np.int64) for column in zip(*more, strict=True)))
        start, output, end, tensor, closes = (np.concatenate(column) for column in zip(*found, strict=True))
        return start, output, end, tensor, closes.astype(np.bool_)

    def _of_calls(self, instance: _Instance, place: int) -> list[tuple[int, int, int, int, int]]:
        """The edges for one from or to a node that is opened: from results, and to arguments."""
        template = instance.template
        start, end = int(template.start[place]), int(template.end[place])
        output, tensor = int(template.output[place]), int(template.tensor[place])
        closes, is_control = int(template.closes_loop[place]), output == CONTROL
        starts, ends = [int(instance.number[start])], [int(instance.number[end])]
        if start in instance.opened:
            opened = instance.opened[start]
            makers = [inner for attribute, inner in opened if attribute != _CONDITION or len(opened) == 1]
            starts = [_last(inner) if is_control else _result(inner, output) for inner in makers]
            output = CONTROL if is_control else 0
        if end in instance.opened:
            position = int(template.position[place])
            if template.ops[end] in _CHOOSE:
                position -= 1
                if position < 0:
                    # What chooses is read by none of the functions: it only comes before them.
                    is_control, output, tensor = True, CONTROL, -1
            opened = instance.opened[end]
            ends = [_first(inner) if is_control else _argument(inner, position) for _, inner in opened]
        if self.more > _MOST_MORE:
            starts, ends = starts[:1], ends[:1]
        self.more += len(starts) * len(ends)
        return [(one, output, other, tensor, closes) for one in starts for other in ends if one >= 0 and other >= 0]

    def _inlined(self) -> NDArray[np.int64] | None:
        """All nodes with those of what is opened in its place; None where nothing is opened."""
        if len(self.instances) == len(self.roots) == 1:
            return None
        pieces: list[NDArray[np.int64]] = []
        waiting = [(root, 0, iter(root.opened)) for root in reversed(self.roots)]
        while waiting:
            instance, slot, opened = waiting.pop()
            following = next(opened, None)
            pieces.append(instance.number[slot:following])
            if following is not None:
                waiting.append((instance, following + 1, opened))
                inside = [inner for _, inner in reversed(instance.opened[following])]
                waiting.extend((inner, 0, iter(inner.opened)) for inner in inside)
        return np.concatenate(pieces)

    def _notes(self) -> list[str]:
        counts = (
            (self.duplicates, "nodes have the name of another one"),
            (self.missing, "inputs name nodes that are not in the graph"),
            (self.unopened, "calls of functions are not opened: they are in themselves, or too many"),
            (self.uncalled, f"functions of {self.uncalled_nodes:,} nodes are opened by no node"),
        )
        return [f"{count:,} {text}" for count, text in counts if count]


def _first(instance: _Instance) -> int:
    """The first node of an instance, or of what it opens first; -1 for none."""
    while True:
        found = int(instance.number[0])
        if found >= 0:
            return found
        instance = instance.opened[0][0][1]


def _last(instance: _Instance) -> int:
    while True:
        last = instance.template.size - 1
        if instance.number[last] >= 0:
            return int(instance.number[last])
        instance = instance.opened[last][-1][1]


def _result(instance: _Instance, output: int) -> int:
    template = instance.template
    count = len(template.results)
    if not count:
        return _last(instance)
    return int(instance.number[template.first_result + min(max(output, 0), count - 1)])


def _argument(instance: _Instance, position: int) -> int:
    count = len(instance.template.arguments)
    return int(instance.number[min(position, count - 1)]) if count else _first(instance)
