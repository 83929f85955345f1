"""The table for a terminal: laid out here in plain characters, coloured by rich when the terminal can.

The layout is our own and not rich's table, which needs seconds for thousands of rows.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import replace

from cutaway.model.counted import Counted
from cutaway.model.render.cells import Table, make_table
from cutaway.model.render.memory_picture import text_picture
from cutaway.model.view import TableLine, TableView

#: The width for a file or a pipe, which has none of its own.
WIDTH_WITHOUT_TERMINAL = 160
_NARROWEST = 60
_GAP = 2
_NARROWEST_NAME = 16
_NARROWEST_TEXT = 7
_BAR = 8
_PERCENT = 3
_FACT = 13
_WIDEST_PICTURE = 110
_RED = ("Failed", "in", "given", "made for", "calling", "at", "Try")
_STYLES = {"failed": "bold red", "unused": "dim"}

Segments = list[tuple[str, str]]


def to_text(summary: Counted, view: TableView, width: int | None = None) -> str:
    """The whole table as plain text of at most `width` characters (at least 60)."""
    return "\n".join("".join(text for text, _ in line) for line in _layout(summary, view, width))


def print_text(summary: Counted, view: TableView, width: int | None = None) -> None:
    """Print to standard output, in colour on a terminal that shows it unless NO_COLOR is set."""
    print_lines(_layout(summary, view, width))


def print_lines(lines: Iterable[Segments]) -> None:
    """Print pieces of text with their styles to standard output, each list of pieces as a line."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        text = "\n".join("".join(part for part, _ in line) for line in lines)
        print(_encodable(text, sys.stdout.encoding or "utf-8"))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        console.print(Text.assemble(*line, no_wrap=True, overflow="crop"), crop=False, soft_wrap=True)


def _encodable(text: str, encoding: str) -> str:
    """The drawing in ASCII where the output cannot take it."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        table = str.maketrans("×├└┤│─–−…✗≥→█▉▊▋▌▍▎▏▇▆▅▄▃▂▁▒", "x|`||---.X>>#######.###===.:")
        return text.translate(table).encode(encoding, "replace").decode(encoding)
    return text


def _layout(summary: Counted, view: TableView, width: int | None) -> list[Segments]:
    if width is None:
        width = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns
    width = max(width, _NARROWEST)
    table = make_table(summary, view)
    grid = _Grid(table, width)
    names = [column.name for column in table.columns]
    left_out: list[str] = []
    while grid.width > width and len(names) > 1:
        # A share says what another column does; then the last ones go.
        left_out.append(names.pop(names.index("share") if "share" in names else -1))
        table = make_table(summary, replace(view, columns=tuple(names)))
        grid = _Grid(table, width)
    facts = table.facts + ([("Left out", f"{', '.join(left_out)}: the line is too short")] if left_out else [])
    rule: Segments = [("─" * grid.width, "dim")]
    drawn = [grid.heading(), rule, *map(grid.line, range(len(table.lines)))]
    drawn += [rule, *(line for name, text in facts for line in _fact(name, text, width))]
    if view.picture and summary.memory is not None:
        picture = text_picture(summary.memory, min(width, _WIDEST_PICTURE) - _FACT)
        drawn += [
            [(f"{'Memory' if not idx else '':<{_FACT}}", "bold"), (row, "blue")] for idx, row in enumerate(picture)
        ]
    return drawn


class _Grid:
    """Columns as wide as what is in them, and less where the whole would be too wide for the terminal."""

    def __init__(self, table: Table, width: int) -> None:
        self.table = table
        self.labels = [line.stem + _name(line) + table.label(line).removeprefix(line.name) for line in table.lines]
        self.bars = any(column.kind == "bar" for column in table.columns)
        # Parts give way in this order: digits, then the longest of the texts, then the bars, then names.
        for short, typical, bar in ((False, False, _BAR), (True, False, _BAR), (True, True, _BAR), (True, True, 0)):
            self.bar = bar if self.bars else 0
            self.cells = [table.texts(line, short=short) for line in table.lines]
            self.widths = self._needed(typical)
            if self._total() <= width:
                break
        self._shrink(width)
        self._grow(width)
        self.width = self._total()

    def heading(self) -> Segments:
        """The first line."""
        headings = ["Layer", *self.table.headings]
        cells = map(_cell, headings, self.widths, self._right())
        return [((" " * _GAP).join(cells).rstrip(), "bold")]

    def line(self, idx: int) -> Segments:
        """One line of the table."""
        line, label = self.table.lines[idx], _cell(self.labels[idx], self.widths[0], False)
        style = _STYLES.get(line.state, "")
        stem = min(len(line.stem), len(label))
        name = min(stem + len(_name(line)), len(label))
        segments = [(label[:stem], "dim"), (label[stem:name], style or "bold"), (label[name:], style or "cyan")]
        right = self._right()[1:]
        for position, (column, text) in enumerate(zip(self.table.columns, self.cells[idx], strict=True)):
            size = self.widths[position + 1]
            if column.kind == "bar":
                text = _bar(line.share, text, self.bar)
            cell = _cell(text, size, right[position])
            colour = "green" if column.is_number else "blue" if column.kind == "bar" else ""
            segments.append((" " * _GAP + cell, style or colour))
        last, colour = segments[-1]
        segments[-1] = (last.rstrip(), colour)
        return segments

    def _right(self) -> list[bool]:
        return [False, *(column.is_number for column in self.table.columns)]

    def _needed(self, typical: bool) -> list[int]:
        """The width of each column; of texts, where it is `typical`, what four of five fit in."""
        widths = [max(len("Layer"), max(map(len, self.labels)))]
        for idx, (column, heading) in enumerate(zip(self.table.columns, self.table.headings, strict=True)):
            lengths = sorted(len(cells[idx]) for cells in self.cells)
            longest = lengths[-1]
            if column.kind == "bar":
                longest = _PERCENT + (1 + self.bar if self.bar else 0)
            elif column.kind == "text" and typical:
                longest = max(_NARROWEST_TEXT, lengths[len(lengths) * 4 // 5])
            widths.append(max(len(heading), longest))
        return widths

    def _total(self) -> int:
        return sum(self.widths) + _GAP * (len(self.widths) - 1)

    def _shrink(self, width: int) -> None:
        """Names and texts give way, the widest text first; numbers are never cut."""
        texts = [idx + 1 for idx, column in enumerate(self.table.columns) if column.kind == "text"]
        while (excess := self._total() - width) > 0:
            widest = max(texts, key=lambda idx: self.widths[idx], default=0)
            if not widest or self.widths[widest] <= max(_NARROWEST_TEXT, self.widths[0] // 2):
                if self.widths[0] > _NARROWEST_NAME:
                    widest = 0
                elif not widest or self.widths[widest] <= _NARROWEST_TEXT:
                    break
            least = _NARROWEST_TEXT if widest else _NARROWEST_NAME
            self.widths[widest] = max(least, self.widths[widest] - max(1, excess // 8))

    def _grow(self, width: int) -> None:
        """Texts get what is left, the shortest first."""
        needed = self._needed(False)
        texts = [idx + 1 for idx, column in enumerate(self.table.columns) if column.kind == "text"]
        for idx in sorted(texts, key=needed.__getitem__):
            self.widths[idx] += max(0, min(needed[idx] - self.widths[idx], width - self._total()))


def _name(line: TableLine) -> str:
    return f"✗ {line.name}" if line.state == "failed" else line.name


def _bar(share: float | None, text: str, width: int) -> str:
    if share is None:
        return ""
    eighths = round(share * width * 8)
    bar = "█" * (eighths // 8) + (" ▏▎▍▌▋▊▉"[eighths % 8] if eighths % 8 else "")
    return f"{text:>{_PERCENT}} {bar}" if width else f"{text:>{_PERCENT}}"


def _cell(text: str, width: int, right: bool) -> str:
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text.rjust(width) if right else text.ljust(width)


def _fact(name: str, text: str, width: int) -> list[Segments]:
    pieces = textwrap.wrap(text, width - _FACT, break_on_hyphens=False) or [""]
    style = "red" if name in _RED else ""
    return [[(f"{name if idx == 0 else '':<{_FACT}}", "bold"), (piece, style)] for idx, piece in enumerate(pieces)]
