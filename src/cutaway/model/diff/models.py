"""Two models compared row by row: which layers were added, removed, moved or changed, in what."""

from collections.abc import Callable, Sequence

from cutaway.model.align import align, name_of
from cutaway.model.columns import COLUMNS, Cell
from cutaway.model.counted import Counted
from cutaway.model.diff.records import RowDiff, Status
from cutaway.model.diff.result import ModelDiff
from cutaway.model.rows import Row

#: Fields that rows are compared in.
COMPARED = ("inputs", "outputs", "dtype", "parameters", "trainable", "parameter_bytes", "buffers", "macs", "config")
#: Fields that totals are compared in.
COMPARED_TOTALS = (
    "parameters", "trainable_parameters", "parameter_bytes", "buffers", "macs", "backward_macs", "element_operations",
    "saved_bytes",
)  # fmt: skip


def compare_layers(before: Counted, after: Counted) -> ModelDiff:
    """Compare the rows and totals of both."""
    pairs = align(before.rows, after.rows)
    captured = before.trace.has_calls and after.trace.has_calls
    return ModelDiff(before, after, tuple(_rows(before.rows, after.rows, pairs, captured)), _totals(before, after))


def _rows(before: Sequence[Row], after: Sequence[Row], pairs: dict[int, int], captured: bool) -> list[RowDiff]:
    """The rows in the order of `after`; a row that is only in `before` comes behind its predecessor there."""
    origins = {other: one for one, other in pairs.items()}
    removed: dict[int, list[int]] = {}
    latest = -1
    for idx in range(len(before)):
        if idx in pairs:
            latest = pairs[idx]
        else:
            removed.setdefault(latest, []).append(idx)
    found: list[RowDiff] = []
    for other in range(-1, len(after)):
        if other >= 0:
            found.append(_row(before, after, origins, other, captured))
        found += [RowDiff("removed", before[idx].key, idx, None, {}) for idx in removed.get(other, ())]
    return found


def _row(before: Sequence[Row], after: Sequence[Row], origins: dict[int, int], other: int, captured: bool) -> RowDiff:
    one = origins.get(other)
    row = after[other]
    if one is None:
        return RowDiff("added", row.key, None, other, {})
    old = before[one]
    changes: dict[str, tuple[Cell, Cell]] = {}
    if old.type != row.type:
        changes["type"] = (old.type, row.type)
    for name in COMPARED:
        read: Callable[[Row], Cell] = COLUMNS[name].read
        if (captured or name not in ("inputs", "outputs", "dtype", "macs")) and read(old) != read(row):
            changes[name] = (read(old), read(row))
    # Rows in a layer that has moved have moved with it, and have not moved themselves.
    holder = None if row.parent is None else origins.get(row.parent)
    moved = name_of(before, one) != name_of(after, other) or (row.parent is not None and holder != old.parent)
    status: Status = "moved" if moved else "changed" if changes else "same"
    return RowDiff(status, row.key, one, other, changes)


def _totals(before: Counted, after: Counted) -> dict[str, tuple[int | None, int | None]]:
    return {name: (getattr(before.totals, name), getattr(after.totals, name)) for name in COMPARED_TOTALS}
