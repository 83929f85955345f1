"""Differences as text: only what differs, and where it is."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from cutaway.model.align import name_of
from cutaway.model.columns import COLUMNS, Cell
from cutaway.model.diff.records import LayerDifferences, Renaming, RowDiff, TensorDifferences
from cutaway.model.render.text import WIDTH_WITHOUT_TERMINAL, print_lines
from cutaway.model.values_text import si, size_text

_MARKS = {"same": " ", "changed": "~", "added": "+", "removed": "-", "moved": ">"}
_STYLES = {"+": "green", "-": "red", "~": "yellow", ">": "blue"}
_SHOWN = ("outputs", "parameters", "macs")
_GAP = "  "
_NARROWEST = 60
_FACT = 13
_MOST_NAMES = 20
_TOTALS = {
    "parameters": ("Parameters", ""),
    "trainable_parameters": ("Trainable", ""),
    "parameter_bytes": ("Param size", "B"),
    "buffers": ("Buffers", ""),
    "macs": ("MACs", ""),
    "backward_macs": ("Backward MACs", ""),
    "element_operations": ("Element ops", ""),
    "saved_bytes": ("Saved", "B"),
}

Pair = tuple[Cell, Cell]


@dataclass(slots=True)
class _Node:
    """A row that is shown. `cells` are what it was and is; both sides of what is only on one are the same."""

    status: str
    name: str
    type: str
    cells: list[Pair]
    note: str
    children: list["_Node"] = field(default_factory=list)
    count: int = 1

    @property
    def differs(self) -> bool:
        """Whether any of the cells has changed."""
        return any(before != after for before, after in self.cells)

    @property
    def shape(self) -> tuple[object, ...]:
        """Equal for rows that can be one line."""
        inner = tuple((child.name, child.shape) for child in self.children)
        return self.status, self.type, self.count, tuple(self.cells), self.note, inner


def model_diff_text(diff: LayerDifferences, width: int | None = None) -> str:
    """A table of what differs between two models, and the totals of both."""
    width = _width(width)
    names = [name for name in _SHOWN if diff.after.trace.has_calls or name == "parameters"]
    lines = [f"{diff.before.trace.model} → {diff.after.trace.model}", ""]
    root = _tree(diff, names)
    if root is None:
        lines.append("No layer differs.")
    else:
        lines += _table(root, names, width)
    lines.append("")
    counts = {status: sum(row.status == status for row in diff.rows) for status in _MARKS}
    told = [f"{counts['same']:,} alike"] + [f"{counts[each]:,} {each}" for each in list(_MARKS)[1:] if counts[each]]
    lines.append(f"{'Layers':<{_FACT}}{', '.join(told)}")
    for name, (label, unit) in _TOTALS.items():
        before, after = diff.totals[name]
        if before is not None and after is not None and before != after:
            lines.append(
                f"{label:<{_FACT}}{_number(before, unit)} → {_number(after, unit)} ({_more(before, after, unit)})"
            )
    return "\n".join(lines)


def checkpoint_diff_text(diff: TensorDifferences, width: int | None = None) -> str:
    """The tensors that do not fit between a checkpoint and a model, in lists."""
    width = _width(width)
    renamed = sum(len(each.names) for each in diff.renamed)
    lines = [f"{diff.before.model} → {diff.after.model}", ""]
    lines.append(f"{'Matched':<{_FACT}}{len(diff.matched):,} tensors" + ("" if diff else ", and nothing else"))
    if renamed:
        lines.append(f"{'Renamed':<{_FACT}}{renamed:,}, likely:")
        lines += _some(map(_renaming, diff.renamed))
    if diff.wrong_shape:
        lines.append(f"{'Wrong shape':<{_FACT}}{len(diff.wrong_shape):,}:")
        pairs = list(diff.wrong_shape.items())
        lines += _some(f"  {name}  {size_text(one)} → {size_text(other)}" for name, (one, other) in pairs)
    for label, found in (("Missing", diff.missing), ("Unexpected", diff.unexpected)):
        if found:
            where = diff.before.model if label == "Missing" else diff.after.model
            lines.append(f"{label:<{_FACT}}{len(found):,}, not in {where}:")
            lines += _some(f"  {name}" for name in found)
    if diff.other_dtype:
        kinds = groupby(sorted(diff.other_dtype.values()))
        told = ", ".join(f"{one} → {other} × {sum(1 for _ in run):,}" for (one, other), run in kinds)
        lines.append(f"{'Other dtype':<{_FACT}}{told}")
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in lines)


def print_differences(text: str) -> None:
    """Print to standard output, in colour on a terminal that shows it unless NO_COLOR is set."""
    print_lines([(line, _STYLES.get(line[:1], ""))] for line in text.splitlines())


def _tree(diff: LayerDifferences, names: list[str]) -> _Node | None:
    """The rows that differ, and those around them; None where there are none."""
    nodes: dict[tuple[str, int], _Node] = {}
    children: dict[tuple[str, int], list[tuple[str, int]]] = {}
    pairs = {row.before: row.after for row in diff.rows if row.before is not None and row.after is not None}
    order = []
    for row in diff.rows:
        key = ("before", row.before or 0) if row.after is None else ("after", row.after)
        order.append(key)
        nodes[key] = _node(diff, row, names, pairs)
        parent = _parent(diff, row, pairs)
        if parent is not None:
            children.setdefault(parent, []).append(key)
    for key in reversed(order):
        node = nodes[key]
        inner = [nodes[child] for child in children.get(key, ()) if child in nodes]
        # A layer that is added or removed as a whole is one line.
        whole = node.status not in _INNER
        node.children = _folded([each for each in inner if each.status != node.status or each.children or not whole])
        if (
            node.status == "changed"
            and not node.differs
            and all(_says_the_same(child, node) for child in node.children)
        ):
            node.children = []
        if node.status == "same" and not node.children and key != order[0]:
            del nodes[key]
    root = nodes[order[0]]
    return root if root.children or root.status != "same" else None


def _says_the_same(child: _Node, node: _Node) -> bool:
    """Whether a line tells nothing that the one above it does not: that all of it was frozen, for example."""
    return child.status == "changed" and child.note == node.note and not child.differs and not child.children


_INNER = ("changed", "same", "moved")


def _parent(diff: LayerDifferences, row: RowDiff, pairs: dict[int, int]) -> tuple[str, int] | None:
    if row.after is not None:
        parent = diff.after.rows[row.after].parent
        return None if parent is None else ("after", parent)
    assert row.before is not None
    parent = diff.before.rows[row.before].parent
    if parent is None:
        return "after", 0
    return ("after", pairs[parent]) if parent in pairs else ("before", parent)


def _node(diff: LayerDifferences, row: RowDiff, names: list[str], pairs: dict[int, int]) -> _Node:
    old = None if row.before is None else diff.before.rows[row.before]
    new = None if row.after is None else diff.after.rows[row.after]
    shown = new or old
    assert shown is not None
    cells = []
    for name in names:
        read = COLUMNS[name].read
        cells.append((read(old or shown), read(new or shown)))
    if row.after is not None:
        name = name_of(diff.after.rows, row.after)
    else:
        assert row.before is not None
        name = name_of(diff.before.rows, row.before)
    kind = shown.type
    if old is not None and new is not None and old.type != new.type:
        kind = f"{old.type} → {new.type}"
    notes = []
    if row.status == "moved" and old is not None and old.key:
        assert row.before is not None
        held = old.parent is not None and shown.parent is not None and pairs.get(old.parent) == shown.parent
        notes.append(f"was {name_of(diff.before.rows, row.before) if held else old.key}")
    notes += [
        f"{COLUMNS[name].heading.lower()} {_short(one)} → {_short(other)}"
        for name, (one, other) in row.changes.items()
        if name in ("trainable", "dtype") or (name == "config" and "type" not in row.changes)
    ]
    return _Node(row.status, name, kind, cells, "; ".join(notes))


def _short(cell: Cell) -> str:
    return str(cell) or "none"


def _folded(nodes: Sequence[_Node]) -> list[_Node]:
    """Equal neighbours in a list become one line, with their numbers added up."""
    runs: list[list[_Node]] = []
    for node in nodes:
        if runs and _follows(runs[-1], node):
            runs[-1].append(node)
        else:
            runs.append([node])
    return [_together(run) for run in runs]


def _follows(run: Sequence[_Node], node: _Node) -> bool:
    holder, _, number = run[-1].name.rpartition(".")
    other_holder, _, other = node.name.rpartition(".")
    next_one = number.isdecimal() and other == str(int(number) + 1) and holder == other_holder
    return next_one and run[0].shape == node.shape


def _together(run: Sequence[_Node]) -> _Node:
    """One line of equal ones, named from the first to the last."""
    first, last = run[0].name, run[-1].name
    node = _added(run)
    node.name = first if len(run) == 1 else f"{first}-{last.rpartition('.')[2]}"
    return node


def _added(run: Sequence[_Node]) -> _Node:
    node = run[0]
    pairs = list(zip(*(each.cells for each in run), strict=True))
    return _Node(
        node.status,
        node.name,
        node.type,
        [(_sum([old for old, _ in column]), _sum([new for _, new in column])) for column in pairs],
        node.note,
        [_added(children) for children in zip(*(each.children for each in run), strict=True)],
        sum(each.count for each in run),
    )


def _sum(cells: Sequence[Cell]) -> Cell:
    numbers = [cell for cell in cells if isinstance(cell, int)]
    return sum(numbers) if numbers else cells[0]


def _table(root: _Node, names: list[str], width: int) -> list[str]:
    rows: list[list[str]] = []
    _draw(root, names, "", "", rows)
    # In a short line the shapes go, then the numbers from the last one on.
    while len(names) > 1 and _least(rows, names) > width:
        idx = len(names) - 1 if COLUMNS[names[0]].is_number else 0
        names = [*names[:idx], *names[idx + 1 :]]
        rows = [[*row[: idx + 2], *row[idx + 3 :]] for row in rows]
    headings = ["Layer", *(COLUMNS[name].heading for name in names), "Change" if any(row[-1] for row in rows) else ""]
    columns = [max(map(len, column)) for column in zip(headings, *(row[1:] for row in rows), strict=True)]
    texts = [idx + 1 for idx, name in enumerate(names) if not COLUMNS[name].is_number]
    # Parts give way in this order: notes, then shapes, then names.
    for idx, least in ((len(columns) - 1, 24), *((idx, 16) for idx in texts), (0, 24), (len(columns) - 1, 8)):
        excess = sum(columns) + len(_GAP) * len(columns) - width
        columns[idx] -= max(0, min(excess, columns[idx] - least))
    numbers = [False, *(COLUMNS[name].is_number for name in names), False]

    def line(mark: str, cells: Iterable[str]) -> str:
        drawn = (_cell(text, size, right) for text, size, right in zip(cells, columns, numbers, strict=True))
        return f"{mark} {_GAP.join(drawn)}".rstrip()

    heading = line(" ", headings)
    return [
        heading,
        "─" * max(len(heading), *(len(line(row[0], row[1:])) for row in rows)),
        *(line(r[0], r[1:]) for r in rows),
    ]


def _least(rows: list[list[str]], names: list[str]) -> int:
    """The width that a table cannot do without."""
    numbers = sum(
        max(len(COLUMNS[name].heading), *(len(row[idx + 2]) for row in rows)) if COLUMNS[name].is_number else 16
        for idx, name in enumerate(names)
    )
    return 24 + numbers + 8 + len(_GAP) * (len(names) + 2)


def _draw(node: _Node, names: list[str], stem: str, below: str, rows: list[list[str]]) -> None:
    kind = node.type if node.count == 1 else f"{node.count:,} × {node.type}"
    label = f"{node.name}: {kind}" if node.name and kind else node.name or kind
    cells = [_change(name, *pair) for name, pair in zip(names, node.cells, strict=True)]
    # A shape that is what it was tells nothing.
    kept = [node.status in ("added", "removed") or COLUMNS[name].is_number for name in names]
    kept = [keep or one != other for keep, (one, other) in zip(kept, node.cells, strict=True)]
    cells = [text if keep else "" for text, keep in zip(cells, kept, strict=True)]
    rows.append([_MARKS[node.status], stem + label, *cells, node.note])
    for idx, child in enumerate(node.children):
        last = idx == len(node.children) - 1
        _draw(child, names, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), rows)


def _change(name: str, before: Cell, after: Cell) -> str:
    column = COLUMNS[name]
    old, new = (column.text(cell, short=isinstance(cell, int) and cell >= 10**6) for cell in (before, after))
    return new if before == after else f"{old} → {new}"


def _cell(text: str, width: int, right: bool) -> str:
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text.rjust(width) if right else text.ljust(width)


def _renaming(renaming: Renaming) -> str:
    if len(renaming.names) == 1:
        return f"  {renaming.names[0][0]} → {renaming.names[0][1]}"
    old, new = renaming.old, renaming.new
    if not old or not new:  # Something in front of the whole name.
        old, new = (f"{part}.*" if part else "*" for part in (old, new))
    return f"  {old} → {new}  × {len(renaming.names):,}"


def _some(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    if len(found) <= _MOST_NAMES:
        return found
    return [*found[:_MOST_NAMES], f"  … {len(found) - _MOST_NAMES:,} more"]


def _number(number: int, unit: str) -> str:
    return si(number, unit) if unit else f"{number:,}"


def _more(before: int, after: int, unit: str) -> str:
    sign = "+" if after > before else "−"
    ratio = f", × {after / before:.3g}" if before else ""
    return f"{sign}{_number(abs(after - before), unit)}{ratio}"


def _width(width: int | None) -> int:
    if width is None:
        width = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns
    return max(width, _NARROWEST)
