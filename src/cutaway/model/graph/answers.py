"""What a page is told of a graph, as JSON has it: the outline, the part of a group, and what a search has found.

The fields are those of the HTTP API, "Models". Groups beyond `MOST_GROUPS` come with parts alone.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import NodeKind, TensorType
from cutaway.model.graph.parts import Part
from cutaway.model.graph.reach import Direction
from cutaway.model.graph.reading import GraphReading, Thing
from cutaway.model.graph.search import QueryError
from cutaway.model.graph.short_text import short

MOST_GROUPS = 20_000
MOST_FOUND = 1000
#: No framework has tensors with more axes.
_MOST_AXES = 64


class _Tensors:
    """Types of tensors, each once."""

    def __init__(self) -> None:
        self._places: dict[TensorType, int] = {}

    def place(self, tensor: TensorType | None) -> int:
        return -1 if tensor is None else self._places.setdefault(tensor, len(self._places))

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "shape": None if each.shape is None or len(each.shape) > _MOST_AXES else list(each.shape),
                "dtype": each.dtype,
                "bytes": each.bytes,
            }
            for each in self._places
        ]


def outline(reading: GraphReading) -> dict[str, Any]:
    """All groups with what each costs."""
    graph, nesting = reading.graph, reading.nesting
    kept = slice(0, MOST_GROUPS)
    groups = graph.groups
    count = len(groups.name[kept])
    paths = [reading.path(group) for group in range(count)]
    tensors = _Tensors()
    return {
        "notes": graph.notes,
        "nodes": len(graph.nodes.op),
        "failure": _failure(reading),
        "costs": [
            {"name": cost.name, "title": cost.title, "unit": cost.unit, "adds": cost.adds}
            for cost in reading.costs.kinds
        ],
        "groups": {
            "parent": groups.parent[kept].tolist(),
            "name": [short(name) for name in groups.name[kept]],
            "key": [short(key) for key in groups.key[kept]],
            "path": [short(path) for path in paths],
            "type": [short(type_) for type_ in groups.type[kept]],
            "nodes": nesting.node_counts[kept].tolist(),
            "tucked": reading.tucked[kept].tolist(),
            "alike": reading.alike[kept].tolist(),
            "below": nesting.child_counts[kept].tolist(),
            "calls": [
                len(reading.calls_of_paths.get(path, ())) if path or group == 0 else 0
                for group, path in enumerate(paths)
            ],
            "output": [tensors.place(tensor) for tensor in reading.outputs.first_of_groups[kept]],
            "costs": {name: numbers(column[kept]) for name, column in reading.costs.groups.items()},
        },
        "tensors": tensors.as_json(),
    }


def _failure(reading: GraphReading) -> dict[str, Any] | None:
    failure = reading.failure
    if failure is None:
        return None
    node = failure.node if failure.node >= 0 else None
    return {"group": failure.group, "node": node, "text": short(failure.text)}


def part(reading: GraphReading, group: int, *, fold: bool) -> dict[str, Any]:
    """The boxes of a group and the bundles between them; IndexError for a number that is none."""
    found = reading.part(group, fold=fold)
    graph, outputs, costs = reading.graph, reading.outputs, reading.costs
    groups, nodes, repeats = found.group.tolist(), found.node.tolist(), found.repeats.tolist()
    last = found.members[found.runs[1:] - 1].tolist() if groups else []
    tensors = _Tensors()
    made = [
        outputs.first_of_groups[each] if each >= 0 else next(iter(outputs.of_node(node)), None)
        for each, node in zip(groups, nodes, strict=True)
    ]
    return {
        "group": group,
        "boxes": {
            "group": groups,
            "node": nodes,
            "kind": [
                _kind(reading, each) if node < 0 else int(graph.nodes.kind[node])
                for each, node in zip(groups, nodes, strict=True)
            ],
            "name": [
                short(graph.groups.name[each] if each >= 0 else graph.nodes.name[node])
                for each, node in zip(groups, nodes, strict=True)
            ],
            "type": [
                short(graph.groups.type[each] if each >= 0 else graph.nodes.op[node])
                for each, node in zip(groups, nodes, strict=True)
            ],
            "key": [_key(reading, each, node, end) for each, node, end in zip(groups, nodes, last, strict=True)],
            "nodes": _of_members(found, reading.nesting.node_counts, np.add, np.ones(len(nodes))).astype(int).tolist(),
            "repeats": repeats,
            "tucked": found.reads.tolist(),
            "output": [tensors.place(tensor) for tensor in made],
            "costs": {cost.name: numbers(_of_boxes(reading, found, cost.name, adds=cost.adds)) for cost in costs.kinds},
            "failed": _failed(reading, found),
        },
        "edges": {
            "start": found.start.tolist(),
            "end": found.end.tolist(),
            "edges": found.edges.tolist(),
            "controls": found.controls.tolist(),
            "tensor": [tensors.place(graph.tensors[place]) if place >= 0 else -1 for place in found.tensor.tolist()],
            "tucked": found.tucked.tolist(),
        },
        "tensors": tensors.as_json(),
        "left_out": found.left_out,
        "edges_left_out": found.edges_left_out,
    }


def _kind(reading: GraphReading, group: int) -> int:
    """A group of nothing but nodes that stand beside the graph stands there as well."""
    return int(NodeKind.AUXILIARY if reading.is_beside[group] else NodeKind.OP)


def _key(reading: GraphReading, group: int, node: int, last: int) -> str:
    keys = reading.graph.groups.key
    if group < 0:
        return short(reading.node_key(node))
    return short(keys[group]) if last == group else f"{short(keys[group])} … {short(keys[last])}"


def _of_members(
    found: Part, of_groups: NDArray[Any], together: np.ufunc, of_nodes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """float64[b]: a number of each box, that of several groups put together from theirs."""
    if not len(found.group):
        return np.empty(0)
    values = np.where(found.members >= 0, of_groups[found.members], np.nan)
    of_groups_together = together.reduceat(values, found.runs[:-1])
    return np.where(found.group >= 0, of_groups_together, of_nodes)


def _of_boxes(reading: GraphReading, found: Part, name: str, *, adds: bool) -> NDArray[np.float64]:
    """float64[b]: one cost of each box. What a node reads that is no box itself counts with the node."""
    of_nodes = np.where(found.node >= 0, reading.costs.nodes[name][found.node], np.nan)
    if adds and len(found.tucked_node):
        tucked = reading.costs.nodes[name][found.tucked_node]
        known = ~np.isnan(tucked)
        read = np.bincount(found.tucked_box[known], weights=tucked[known], minlength=len(found.node))
        is_read = np.bincount(found.tucked_box[known], minlength=len(found.node)) > 0
        of_nodes = np.where(is_read, np.nan_to_num(of_nodes) + read, of_nodes)
    return _of_members(found, reading.costs.groups[name], np.add if adds else np.fmax, of_nodes)


def _failed(reading: GraphReading, found: Part) -> list[int]:
    """The boxes that hold what failed."""
    failure = reading.failure
    if failure is None:
        return []
    boxes = np.repeat(np.arange(len(found.group)), found.repeats)
    holding = [
        int(box)
        for box, member in zip(boxes, found.members.tolist(), strict=True)
        if member >= 0 and reading.nesting.holds(member, failure.group)
    ]
    return holding + [int(box) for box in np.flatnonzero((found.node == failure.node) & (found.node >= 0))]


def found(reading: GraphReading, query: str) -> dict[str, Any]:
    """What meets a query, at most `MOST_FOUND`, or why the query cannot be read."""
    kept: list[Thing] = []
    count = 0
    try:
        for thing in reading.search(query):
            count += 1
            if len(kept) < MOST_FOUND:
                kept.append(thing)
    except QueryError as error:
        return {"count": 0, "found": [], "problem": str(error)}
    return {"count": count, "found": [_found(reading, thing) for thing in kept], "problem": ""}


def _found(reading: GraphReading, thing: Thing) -> dict[str, Any]:
    groups, nodes = reading.graph.groups, reading.graph.nodes
    group, node = thing
    if group >= 0:
        around = reading.nesting.around(group)[:-1]
        named = {"name": groups.name[group], "type": groups.type[group], "key": groups.key[group]}
    else:
        around = reading.nesting.around(int(nodes.group[node]))
        named = {"name": nodes.name[node], "type": nodes.op[node], "key": reading.node_key(node)}
    return {"group": group, "node": node, **{name: short(text) for name, text in named.items()}, "groups": around}


def reached(reading: GraphReading, thing: Thing, direction: Direction) -> dict[str, Any]:
    """What a group or node depends on, and what depends on it; IndexError for numbers that are none."""
    reach = reading.reach(thing, direction)
    return {"nodes": reach.nodes, "groups": reach.groups, "left_out": reach.left_out}


def numbers(column: NDArray[np.float64]) -> list[float | int | None]:
    """As JSON has them: whole numbers without a point, and null for NaN."""
    return [None if each != each else int(each) if each.is_integer() else each for each in column.tolist()]
