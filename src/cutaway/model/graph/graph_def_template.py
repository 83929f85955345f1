"""What all pictures of one GraphDef, or of one function, have in common: made once, and put where it is called.

Slots number what is drawn: the arguments of a function, its nodes, and what it returns.

Graphs of TorchScript, as PyTorch and tensorboardX write them, name modules ``Linear[head]``, and leave the names of
lists out of the scopes of ops, which `scopes_with_lists` puts in. Their weights are in scopes of their own: a weight
stands with what first reads it, as in the graph of a trace.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import NodeKind, TensorType
from cutaway.model.graph.graph_def import CONTROL, FunctionColumns, NodeColumns, Result, tensor_type
from cutaway.model.graph.graph_def_kinds import WEIGHT, is_script, kinds_of
from cutaway.model.graph.list_scopes import scopes_with_lists

#: Groups in groups, at the most, of the names in one GraphDef or function.
MOST_DEPTH = 32
#: Groups for each node, at the most.
_GROUPS_OF_A_NODE = 4
#: For a name, or a part of one, that is empty.
NO_NAME = "(no name)"
#: TorchScript's name of a module, with its class.
_MODULE = re.compile(r"(.+)\[(.+)\]")
#: The ops of what stands for arguments and results.
ARGUMENT, RESULT = "_Arg", "_Retval"
#: The op whose output closes a loop.
_CLOSES_LOOP = "NextIteration"


@dataclass(frozen=True, slots=True)
class Call:
    """A node that calls functions of the library."""

    node: int
    op: str
    #: The attribute that names each, with its place where that is a list; and the function.
    functions: tuple[tuple[str, str], ...]


class Tensors:
    """The types of a graph's tensors, each once."""

    def __init__(self) -> None:
        self.types: dict[TensorType, int] = {}

    def place(self, tensor: TensorType | None) -> int:
        """Where a type is among them; -1 for None."""
        return -1 if tensor is None else self.types.setdefault(tensor, len(self.types))

    def places(self, columns: NodeColumns) -> NDArray[np.int32]:
        """int32[k]: those of the outputs whose shapes are known."""
        dtypes = np.repeat(columns.dtype, np.diff(columns.output_starts)).tolist()
        starts, sizes = columns.size_starts.tolist(), columns.sizes.tolist()
        raw, seen = np.ascontiguousarray(columns.sizes, np.int64).tobytes(), dict[tuple[int, bytes | None], int]()
        found = []
        for place, (dtype, is_known) in enumerate(zip(dtypes, columns.rank_known.tolist(), strict=True)):
            start, stop = starts[place], starts[place + 1]
            what = dtype, raw[8 * start : 8 * stop] if is_known else None
            known = seen.get(what)
            if known is None:
                shape = tuple(sizes[start:stop]) if is_known else None
                known = seen[what] = self.place(tensor_type(dtype, shape))
            found.append(known)
        return np.array(found, np.int32)


class Template:
    """A GraphDef or a function."""

    def __init__(
        self, columns: NodeColumns, function: FunctionColumns | None, known: frozenset[str], tensors: Tensors
    ) -> None:
        """``known``: the names of the library's functions."""
        self.columns = columns
        self.arguments = function.arguments if function is not None else ()
        self.results = function.results if function is not None else ()
        #: Of the first node, and of the first result.
        self.first_node = len(self.arguments)
        self.first_result = self.first_node + len(columns.names)
        self.size = self.first_result + len(self.results)
        self._name_scopes()
        self._name_slots()
        self.calls = _calls(columns, known)
        self._join(function, tensors)

    def _name_scopes(self) -> None:
        """Groups: their places by their scopes; each has the place of its parent (-1: none), name, scope and class."""
        self.groups: list[tuple[int, str, str, str]] = []
        self._places = {"": -1}
        self._is_script = is_script(self.columns)
        self._kinds = kinds_of(self.columns)
        weights = [word == WEIGHT for word in self.columns.words]
        #: bool[n]: which nodes stand with what first reads them.
        self._follows = np.array(weights or [False])[self.columns.op]
        #: Of each node the last part of its name, and its group.
        last: list[str] = []
        scopes: list[str] = []
        for name in self.columns.names:
            scope, _, part = name.rpartition("/")
            last.append(part or NO_NAME)
            scopes.append(scope)
        if self._is_script:
            scopes = scopes_with_lists(self.columns, scopes, self._follows, self._kinds == NodeKind.CONSTANT)
            scopes = ["" if follows else scope for scope, follows in zip(scopes, self._follows.tolist(), strict=True)]
        for scope in dict.fromkeys(scopes):
            self._add_scope(scope)
        places = self._places
        # What is named like a scope stands in it.
        self.is_scope = [name in places and name != "" for name in self.columns.names]
        self.node_names = last
        self.node_groups = [
            places[name] if is_scope else places[scope]
            for name, scope, is_scope in zip(self.columns.names, scopes, self.is_scope, strict=True)
        ]

    def _add_scope(self, scope: str) -> None:
        if scope in self._places:
            return
        parent, key = -1, ""
        # More groups than any program's nodes have are one for each scope.
        is_many = len(self.groups) > _GROUPS_OF_A_NODE * len(self.columns.names) + MOST_DEPTH
        for idx, part in enumerate([scope] if is_many else scope.split("/", MOST_DEPTH)):
            key = part if idx == 0 else f"{key}/{part}"
            # The empty name is that of the whole.
            place = self._places.get(key) if key else None
            if place is None:
                place = len(self.groups)
                module = _MODULE.fullmatch(part) if self._is_script else None
                name, class_name = (module[2], module[1]) if module is not None else (part or NO_NAME, "")
                self.groups.append((parent, name, key, class_name))
                if key:
                    self._places[key] = place
            parent = place
        self._places[scope] = parent

    def _name_slots(self) -> None:
        columns = self.columns
        around = [-1] * self.first_node, [-1] * len(self.results)
        arguments = [argument.name or NO_NAME for argument in self.arguments]
        results = [result.name or NO_NAME for result in self.results]
        words = columns.words
        self.names = [*arguments, *self.node_names, *results]
        self.keys = [*arguments, *columns.names, *results]
        self.ops = [
            *[ARGUMENT] * len(arguments),
            *[words[op] for op in columns.op.tolist()],
            *[RESULT] * len(results),
        ]
        self.group = np.array([*around[0], *self.node_groups, *around[1]], np.int64)
        self.kind = np.concatenate(
            [
                np.full(len(arguments), NodeKind.INPUT, np.uint8),
                self._kinds,
                np.full(len(results), NodeKind.OUTPUT, np.uint8),
            ]
        )

    def _stand_with_readers(self) -> None:
        """Put weights where they are first read."""
        order = np.argsort(self.end, kind="stable")[::-1]
        reader = np.full(self.size, -1, np.int64)
        reader[self.start[order]] = self.end[order]
        moved = np.zeros(self.size, np.bool_)
        moved[self.first_node : self.first_result] = self._follows
        moved &= reader >= 0
        self.group[moved] = self.group[reader[moved]]

    def _join(self, function: FunctionColumns | None, tensors: Tensors) -> None:
        """Edges between slots, by where they end; and how many inputs come from nowhere."""
        columns = self.columns
        start = columns.producer.astype(np.int64)
        start[start >= 0] += self.first_node
        of_node = start >= 0
        places = np.append(tensors.places(columns), -1).astype(np.int32)
        known = of_node & (columns.output >= 0)
        at = columns.output_starts[np.where(known, columns.producer, 0)] + columns.output if len(start) else start
        known &= at < columns.output_starts[np.where(known, columns.producer, 0) + 1] if len(start) else known
        tensor = places[np.where(known, at, -1)]
        if function is not None:
            given = np.array([tensors.place(each.tensor) for each in function.arguments] or [-1], np.int32)
            of_argument = ~of_node & (function.argument >= 0)
            start[of_argument] = function.argument[of_argument]
            tensor[of_argument] = given[function.argument[of_argument]]
            tensor[columns.output == CONTROL] = -1
        counts = np.diff(columns.starts)
        end = np.repeat(np.arange(len(columns.names)), counts)
        position = np.arange(len(end)) - columns.starts[end] if len(end) else end
        there = start >= 0
        # The modules that weights are in are no nodes.
        self.missing = int((~there & ~self._follows[end]).sum()) if len(end) else 0
        returned = [self._returned(result, places) for result in self.results]
        more = np.array([(*found, idx) for idx, found in enumerate(returned) if found[0] >= 0], np.int64).reshape(-1, 4)
        self.start = np.concatenate([start[there], more[:, 0]])
        self.output = np.concatenate([columns.output[there], more[:, 1]]).astype(np.int32)
        self.tensor = np.concatenate([tensor[there], more[:, 2]]).astype(np.int32)
        self.end = np.concatenate([end[there] + self.first_node, more[:, 3] + self.first_result])
        #: Which input of its node each is.
        self.position = np.concatenate([position[there], np.zeros(len(more), np.int64)])
        closes = np.array([word == _CLOSES_LOOP for word in columns.words] or [False])
        is_node = (self.start >= self.first_node) & (self.start < self.first_result)
        nodes = self.start[is_node] - self.first_node
        self.closes_loop = np.zeros(len(self.start), np.bool_)
        self.closes_loop[is_node] = closes[columns.op[nodes]]
        if self._is_script:
            self._stand_with_readers()
        #: Nodes, groups and edges, which each picture has anew.
        self.weight = self.size + len(self.groups) + len(self.start)

    def _returned(self, result: Result, places: NDArray[np.int32]) -> tuple[int, int, int]:
        """The slot that a result comes from (-1: none), which output of it, and its type."""
        if result.argument >= 0 or result.producer < 0:
            return result.argument, 0, -1
        place = int(self.columns.output_starts[result.producer]) + result.output
        is_known = result.output >= 0 and place < self.columns.output_starts[result.producer + 1]
        return self.first_node + result.producer, max(result.output, 0), int(places[place]) if is_known else -1


def _calls(columns: NodeColumns, known: frozenset[str]) -> list[Call]:
    if not known:
        return []
    words = columns.words
    is_function = np.array([word in known for word in words] or [False])
    named = np.flatnonzero(is_function[columns.call_function]) if len(columns.call_function) else np.empty(0, np.int64)
    owners = np.searchsorted(columns.call_starts, named, "right") - 1
    found: dict[int, list[tuple[str, str]]] = {int(node): [] for node in np.flatnonzero(is_function[columns.op])}
    for node in found:
        found[node].append(("", words[columns.op[node]]))
    for node, place in zip(owners.tolist(), named.tolist(), strict=True):
        attribute, function = words[columns.call_attribute[place]], words[columns.call_function[place]]
        found.setdefault(node, []).append((attribute, function))
    return [Call(node, words[columns.op[node]], _numbered(found[node])) for node in sorted(found)]


def _numbered(functions: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """With a place behind each attribute that names several."""
    counts = Counter(attribute for attribute, _ in functions)
    places: Counter[str] = Counter()
    numbered = []
    for attribute, function in functions:
        numbered.append((f"{attribute}.{places[attribute]}" if counts[attribute] > 1 else attribute, function))
        places[attribute] += 1
    return tuple(numbered)
