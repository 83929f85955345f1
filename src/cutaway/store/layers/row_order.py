"""Rows of several layouts as one list: a watch whose model changes, or that is started again with another one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import COLUMNS, COUNT, WatchLayout

#: A row's name, and how many rows of that name are before it in its layout.
_Key = tuple[str, int]


def united(layouts: Sequence[WatchLayout]) -> tuple[WatchLayout, list[NDArray[np.int64]]]:
    """One layout with the rows of all, and for each layout which rows of it those are.

    A row that a later layout adds stands behind the row that is before it there. What is known of a row is what the
    last layout says. The columns are the known ones.
    """
    keys = [_keys(layout.rows) for layout in layouts]
    order = list(keys[0])
    for later in keys[1:]:
        order = _with_added(order, later)
    place = {key: number for number, key in enumerate(order)}
    places = [np.array([place[key] for key in each], np.int64) for each in keys]
    facts: dict[_Key, tuple[str, int, int, str]] = {}
    for layout, each in zip(layouts, keys, strict=True):
        rows = zip(layout.classes, layout.numel, layout.sampled, layout.dtypes, strict=True)
        facts.update(zip(each, rows, strict=True))
    classes, numel, sampled, dtypes = zip(*(facts[key] for key in order), strict=True) if order else ((),) * 4
    has_count = any(COUNT in layout.columns for layout in layouts)
    layout = replace(
        layouts[-1],
        rows=tuple(name for name, _ in order),
        classes=classes,
        numel=numel,
        sampled=sampled,
        dtypes=dtypes,
        columns=(*COLUMNS, COUNT) if has_count else COLUMNS,
        exact_extremes=all(layout.exact_extremes for layout in layouts),
    )
    return layout, places


def _keys(rows: Sequence[str]) -> list[_Key]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row] = seen.get(row, -1) + 1
        found.append((row, seen[row]))
    return found


def _with_added(order: list[_Key], later: list[_Key]) -> list[_Key]:
    """The keys of both; what is only in the later one stands behind its neighbour there."""
    known = set(order)
    behind: dict[_Key | None, list[_Key]] = {}
    neighbour: _Key | None = None
    for each in later:
        if each in known:
            neighbour = each
        else:
            behind.setdefault(neighbour, []).append(each)
    if not behind:
        return order
    found = list(behind.get(None, []))
    for each in order:
        found.append(each)
        found += behind.get(each, [])
    return found
