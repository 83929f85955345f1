"""The lines of a chart one by one."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from cutaway.store.line_columns import Columns, Lines
from cutaway.store.reduce import ReducedChart


def lines_of(chart: ReducedChart) -> list[Any]:
    """Each with the fields of `LineFacts` and of `Columns`."""
    every = zip(chart.facts, columns_of(chart.lines), strict=True)
    return [SimpleNamespace(**facts._asdict(), **columns._asdict()) for facts, columns in every]


def columns_of(lines: Lines) -> list[Columns]:
    """The columns of each line."""
    edges = (lines.point_edges, lines.bucket_edges, lines.mark_edges)
    every = zip(*(pairwise(each.tolist()) for each in edges), strict=True)
    found = []
    for spans in every:
        points, buckets, marks = (slice(*span) for span in spans)
        parts = {
            name: column[points if name.startswith("point") else marks if name.startswith("mark") else buckets]
            for name, column in lines.columns._asdict().items()
        }
        found.append(Columns(**parts))
    return found
