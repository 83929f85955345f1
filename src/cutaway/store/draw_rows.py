"""What is sent of lines by step that are rows of tables: of those in memory in one call of the kernel."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from cutaway.events import core
from cutaway.events.kernel_types import FLOAT32
from cutaway.store.drawn import MOST_POINTS_IN_BUCKET, Drawn, View, lines_of
from cutaway.store.tag_points import TagRows


class DrawnRows(NamedTuple):
    """n lines: the ids of their runs, how many points they have, and what is sent of them."""

    runs: list[str]
    recorded: list[int]
    drawn: Drawn


def draw_rows(every: Sequence[TagRows], view: View) -> list[DrawnRows]:
    """Those of the lines that could be drawn so."""
    found = list[DrawnRows]()
    in_memory = list[TagRows]()
    for each in every:
        drawn = each.table.draw(each.rows, view)
        if drawn is None:
            in_memory.append(each)
            continue
        recorded = each.facts["points"].tolist()
        for places, lines in drawn:
            found.append(DrawnRows([each.runs[at] for at in places], [recorded[at] for at in places], lines))
    if in_memory:
        runs, recorded = (list(chain.from_iterable(column)) for column in zip(*map(_named, in_memory), strict=True))
        found.append(DrawnRows(runs, recorded, _from_arenas(in_memory, view)))
    return found


def _named(rows: TagRows) -> tuple[list[str], list[int]]:
    return rows.runs, rows.facts["points"].tolist()


def _from_arenas(every: Sequence[TagRows], view: View) -> Drawn:
    low, high = view.shown
    drawn = core.draw_rows(
        [(each.facts, each.table.arena) for each in every],
        view.edges,
        MOST_POINTS_IN_BUCKET,
        single=all((each.facts["kind"] == FLOAT32).all() for each in every),
        details=view.details,
        low=low,
        high=high,
    )
    return Drawn(lines_of(drawn), drawn.inside.tolist(), [False] * len(drawn.inside))
