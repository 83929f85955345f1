"""Which groups of a trace's graph are which calls of modules, and which rows of its summary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import Graph
from cutaway.model.rows import Row


@dataclass(frozen=True, slots=True)
class GroupRows:
    """The summary's rows and the graph's groups, of which either has some that the other has not."""

    #: For each row its group; for a module that was not called, the group around it.
    group_of_row: list[int]
    #: int64[g] each: the row of a group and its call; -1 for a function, which has none, and for a container's call.
    row: NDArray[np.int64]
    call: NDArray[np.int64]


def group_rows(graph: Graph, rows: tuple[Row, ...]) -> GroupRows:
    """Join them by their keys, from the whole down: a list of modules is there once in each call that uses it."""
    inside = {
        (parent, key): group
        for group, (parent, key) in enumerate(zip(graph.groups.parent.tolist(), graph.groups.key, strict=True))
    }
    of_row = [0] * len(rows)
    row_of, call_of = np.full((2, len(graph.groups.name)), -1, np.int64)
    for idx, row in enumerate(rows):
        around = -1 if row.parent is None else of_row[row.parent]
        group = inside.get((around, row.key), around) if idx else 0
        of_row[idx] = group
        if group != around:
            row_of[group] = idx
            call_of[group] = -1 if row.call is None else row.call
    return GroupRows(of_row, row_of, call_of)
