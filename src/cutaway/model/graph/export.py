"""A graph as columns of plain JSON values, with a version: see ``docs/graphs.md``."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import NodeKind
from cutaway.model.graph.reading import GraphReading

FORMAT = "cutaway graph"
#: Goes up when a field changes its meaning or is gone; fields may be added without.
VERSION = 1


def to_dict(reading: GraphReading, title: str) -> dict[str, Any]:
    """All groups, nodes, edges and costs."""
    graph, costs, failure = reading.graph, reading.costs, reading.graph.failure
    groups, nodes, edges = graph.groups, graph.nodes, graph.edges
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "notes": list(graph.notes),
        "failure": None
        if failure is None
        else {"group": failure.group, "node": failure.node if failure.node >= 0 else None, "text": failure.text},
        "groups": {
            "parent": groups.parent.tolist(),
            "name": groups.name,
            "key": groups.key,
            "path": [reading.path(group) for group in range(len(groups.name))],
            "type": groups.type,
        },
        "nodes": {
            "group": nodes.group.tolist(),
            "kind": [NodeKind(kind).name.lower() for kind in nodes.kind.tolist()],
            "name": nodes.name,
            "key": nodes.key,
            "op": nodes.op,
            "source": [reading.source(node) for node in range(len(nodes.op))],
        },
        "edges": {
            "start": edges.start.tolist(),
            "output": edges.output.tolist(),
            "end": edges.end.tolist(),
            "control": edges.control.tolist(),
            "tensor": edges.tensor.tolist(),
        },
        "tensors": [
            {
                "shape": None if tensor.shape is None else list(tensor.shape),
                "dtype": tensor.dtype,
                "bytes": tensor.bytes if tensor.bytes >= 0 else None,
            }
            for tensor in graph.tensors
        ],
        "costs": [
            {
                "name": cost.name,
                "title": cost.title,
                "unit": cost.unit,
                "adds": cost.adds,
                "groups": _numbers(costs.groups[cost.name]),
                "nodes": _numbers(costs.nodes[cost.name]),
            }
            for cost in costs.kinds
        ],
    }


def to_json(reading: GraphReading, title: str) -> str:
    """`to_dict` as JSON, a line for each of its fields."""
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'), allow_nan=False)}"
        for name, value in to_dict(reading, title).items()
    )
    return f"{{\n{lines}\n}}\n"


def _numbers(column: NDArray[np.float64]) -> list[int | float | None]:
    """Whole numbers as such, and None for NaN."""
    return [None if value != value else int(value) if value.is_integer() else value for value in column.tolist()]
