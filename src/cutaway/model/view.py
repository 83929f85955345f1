"""The rows of a summary that are shown, their order, folding and columns: plain lines, not drawn.

Lines are made once in time linear in the rows; renderers only draw them. Numbers of folded rows are added up, so what
stands in a table adds up as the rows do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from cutaway.model.columns import (
    COLUMNS,
    COSTS,
    DEFAULT_COLUMNS,
    FILE_COLUMNS,
    MODULES_COLUMNS,
    NEED_BACKWARD,
    TIMED_COLUMNS,
    Cell,
    Column,
)
from cutaway.model.counted import Counted
from cutaway.model.fold import Group, fold, unfolded
from cutaway.model.records import Parameter
from cutaway.model.rows import Row
from cutaway.model.values_text import size_text


@dataclass(frozen=True, slots=True)
class TableView:
    """The settings of a table: which rows and columns of a summary are shown.

    `columns`: names from `COLUMNS`, None for the usual ones. `depth`: levels below the model, None for all. `sort_by`:
    a column with numbers by which the rows within each row are sorted, largest first; None for the order of execution.
    `filter`: a pattern with * and ? for paths; only rows that it fits are shown, without the tree. `cost`: the column
    that ``share`` is of. `fold`: repeated blocks and calls are one line. `picture`: the memory over the step is drawn.
    """

    columns: tuple[str, ...] | None = None
    depth: int | None = None
    sort_by: str | None = None
    filter: str | None = None
    cost: str | None = None
    fold: bool = True
    picture: bool = False


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table.

    `stem` draws the tree before the name. `count` rows are folded into it. `cells` are in the order of the columns.
    `share` is of the chosen cost, from 0 to 1; None where there is none. `state` is ``failed``, ``unused``,
    ``parameter`` or empty, `note` stands in place of shapes: "not called".
    """

    stem: str
    name: str
    type: str
    depth: int
    cells: tuple[Cell, ...]
    count: int = 1
    share: float | None = None
    state: str = ""
    note: str = ""
    shared_parameters: int = 0
    uncounted: int = 0
    saved_is_least: bool = False
    #: Whether lines of what is in it follow.
    opens: bool = False

    @property
    def label(self) -> str:
        """The part of a name behind the stem."""
        kind = self.type if self.count == 1 else f"{self.count:,} × {self.type}".rstrip(" ")
        return f"{self.name}: {kind}" if self.name and kind else self.name or kind


def make_view(**options: Any) -> TableView:
    """A `TableView` of arguments as users give them; ValueError or TypeError names a bad one and what is accepted."""
    return changed(TableView(), **options)


def changed(view: TableView, **options: Any) -> TableView:
    """The view with other settings."""
    for name, value in options.items():
        if name == "columns":
            value = None if value is None else _column_names(value)
        elif name == "depth":
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                raise ValueError(f"depth is {value!r}; None or a whole number from 0 is expected")
        elif name in ("sort_by", "cost"):
            if value is not None and value not in COSTS:
                raise ValueError(f"{name} is {value!r}{_closest(value, COSTS)}; one of {', '.join(COSTS)} is expected")
        elif name == "filter":
            if value is not None and not isinstance(value, str):
                raise TypeError(f"filter is of type {type(value).__name__}; a pattern such as '*attn*' is expected")
        elif name in ("fold", "picture"):
            if not isinstance(value, bool):
                raise TypeError(f"{name} is {value!r}; True or False is expected")
        else:
            raise TypeError(f"there is no setting {name!r}{_closest(name, TableView.__slots__)}")
        view = replace(view, **{name: value})
    return view


def needs_backward(view: TableView) -> bool:
    """Whether a setting asks for what only a backward tells."""
    return bool({*(view.columns or ()), view.sort_by, view.cost} & set(NEED_BACKWARD))


def columns_of(summary: Counted, view: TableView) -> list[Column]:
    """The columns that are shown."""
    names = view.columns
    if names is None:
        names = {"modules": MODULES_COLUMNS, "file": FILE_COLUMNS}.get(summary.trace.method, DEFAULT_COLUMNS)
        if summary.trace.timing is not None:
            return [COLUMNS[name] for name in TIMED_COLUMNS]
        if summary.formulas is not None:
            names = tuple("macs_formula" if name == "saved_bytes" else name for name in names)
        if summary.totals.saved_bytes is None:
            instead = "output_bytes" if summary.memory is None else "peak_bytes"
            names = tuple(instead if name == "saved_bytes" else name for name in names)
        if summary.trace.backward == "":
            names = tuple(each for name in names for each in ((name, "backward_macs") if name == "macs" else (name,)))
    return [COLUMNS[name] for name in names]


def cost_of(summary: Counted, view: TableView) -> Column:
    """The column that shares are of: the chosen one, else MACs, else parameters where nothing is multiplied."""
    usual = "time" if summary.trace.timing is not None else "macs" if summary.totals.macs else "parameters"
    return COLUMNS[view.cost or usual]


def lines(summary: Counted, view: TableView) -> list[TableLine]:
    """The lines of the table."""
    return _Lines(summary, view).all()


class _Lines:
    def __init__(self, summary: Counted, view: TableView) -> None:
        self.summary = summary
        self.view = view
        self.rows = summary.rows
        self.columns = columns_of(summary, view)
        self.cost = cost_of(summary, view)
        self.total = self.cost.read(self.rows[0])
        failure = summary.trace.failure
        self.failed_call = None if failure is None else failure.call

    def all(self) -> list[TableLine]:
        if self.view.filter is not None:
            return self._filtered(self.view.filter)
        found: list[TableLine] = []
        # A stack of groups with what their names leave out and how their lines begin.
        root = fold(self.rows) if self.view.fold else unfolded(self.rows)
        waiting: list[tuple[Group, str, str, str, int]] = [(root, "", "", "", 0)]
        while waiting:
            group, outer, stem, below, depth = waiting.pop()
            row = self.rows[group.rows[0]]
            if depth and len(group.children) == 1 and self._only_holds(group):
                # layers.0-31 says it all.
                waiting.append((group.children[0], outer, stem, below, depth))
                continue
            children = self._sorted(group.children) if self.view.depth is None or depth < self.view.depth else ()
            own = row.own if children else ()
            found.append(self._line(group, _name(self.rows, group, outer), stem, depth, bool(children)))
            modules = len({self.rows[idx].path for idx in group.rows})
            found.extend(self._parameter(parameter, modules, below + "├─ ", depth + 1) for parameter in own)
            for idx in range(len(children) - 1, -1, -1):
                is_last = idx == len(children) - 1
                mark, rest = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
                waiting.append((children[idx], row.path, below + mark, below + rest, depth + 1))
        return found

    def _only_holds(self, group: Group) -> bool:
        """Whether the group is a list around one group of several blocks."""
        row = self.rows[group.rows[0]]
        return row.call is None and not row.own and len(group.children[0].rows) > len(group.rows)

    def _filtered(self, pattern: str) -> list[TableLine]:
        rows = [idx for idx, row in enumerate(self.rows) if fnmatchcase(row.key, pattern)]
        if self.view.sort_by is not None:
            rows.sort(key=lambda idx: -self._number((idx,)))
        return [self._line(Group((idx,), (), idx), self.rows[idx].key, "", 0, False) for idx in rows]

    def _sorted(self, groups: Sequence[Group]) -> Sequence[Group]:
        if self.view.sort_by is None:
            return groups
        return sorted(groups, key=lambda group: -self._number(group.rows))

    def _number(self, rows: Iterable[int]) -> int:
        column = COLUMNS[self.view.sort_by or "macs"]
        return sum(int(column.read(self.rows[idx]) or 0) for idx in rows)

    def _line(self, group: Group, name: str, stem: str, depth: int, opens: bool) -> TableLine:
        rows = [self.rows[idx] for idx in group.rows]
        row = rows[0]
        broken = self.failed_call is not None and any(each.call == self.failed_call for each in rows)
        state, note = "", ""
        if row.call is None and not row.contains_calls and self.summary.trace.has_calls:
            failure = self.summary.trace.failure
            note = "weights only" if row.weights_used else "not reached" if failure else "not called"
            if row.in_script and not failure:
                note = "in a script"
            state = "unused"
        if broken:
            state, note = "failed", "failed"
        cost = self.cost.over(rows)
        share = cost / self.total if isinstance(cost, int) and isinstance(self.total, int) and self.total else None
        return TableLine(
            stem=stem,
            name=name,
            type=row.type,
            depth=depth,
            cells=tuple(column.over(rows) for column in self.columns),
            count=len(rows),
            share=share,
            state=state,
            note=note,
            shared_parameters=sum(each.shared_parameters for each in rows),
            uncounted=sum(each.uncounted_ops for each in rows),
            saved_is_least=any(each.saved_is_least for each in rows),
            opens=opens,
        )

    def _parameter(self, parameter: Parameter, count: int, stem: str, depth: int) -> TableLine:
        """A line of a parameter that a module with children itself holds."""
        known: dict[str, Cell] = {
            "outputs": "" if parameter.shape is None else size_text(parameter.shape),
            "dtype": parameter.dtype,
            "parameters": parameter.count * count,
            "parameter_bytes": parameter.bytes * count,
            "trainable": "yes" if parameter.trainable else "no",
        }
        cells = tuple(known.get(column.name, "" if column.kind == "text" else None) for column in self.columns)
        name = parameter.path.rpartition(".")[2]
        return TableLine(stem, name, "Parameter", depth, cells, count, state="parameter")


def _name(rows: Sequence[Row], group: Group, outer: str) -> str:
    """The name of a line: ``attn``, ``attn#2``, ``layers.0-31`` or ``cell#1-3000``."""
    first, last = rows[group.rows[0]], rows[group.last]
    path = first.path.removeprefix(f"{outer}.") if outer else first.path
    if first is last:
        return path if first.call_number < 2 else f"{path}#{first.call_number}"
    if first.path == last.path:
        return f"{path}#{first.call_number}-{last.call_number}"
    return f"{path}-{last.path.rpartition('.')[2]}"


def _column_names(columns: Any) -> tuple[str, ...]:
    names = columns.split(",") if isinstance(columns, str) else list(columns)
    names = [str(name).strip() for name in names]
    for name in names:
        if name not in COLUMNS:
            raise ValueError(f"columns has {name!r}{_closest(name, COLUMNS)}; choose from {', '.join(COLUMNS)}")
    return tuple(dict.fromkeys(names))


def _closest(name: Any, names: Iterable[str]) -> str:
    near = get_close_matches(str(name), list(names), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
