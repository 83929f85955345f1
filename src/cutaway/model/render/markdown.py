"""The table in GitHub's Markdown."""

import re

from cutaway.model.counted import Counted
from cutaway.model.render.cells import make_table
from cutaway.model.view import TableView


def to_markdown(summary: Counted, view: TableView) -> str:
    """A pipe table, and the totals as a list below it."""
    table = make_table(summary, view)
    lines = [_row(["Layer", *table.headings])]
    marks = ["---:" if column.is_number or column.kind == "bar" else "---" for column in table.columns]
    lines.append(_row(["---", *marks]))
    for line in table.lines:
        # Blanks at the beginning of a cell would be lost.
        stem = line.stem.replace(" ", "\u00a0")
        label = _escaped(table.label(line))
        label = f"**✗ {label}**" if line.state == "failed" else label
        lines.append(_row([stem + label, *map(_escaped, table.texts(line))]))
    return "\n".join([*lines, "", *(f"- {name}: {_escaped(text)}" for name, text in table.facts)]) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|~])", r"\\\1", text)
