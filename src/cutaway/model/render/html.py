"""The table in HTML: rows that open and close, without scripts, in the colours of the page around it."""

from collections.abc import Iterator
from html import escape

from cutaway.model.counted import Counted
from cutaway.model.render.cells import Table, make_table
from cutaway.model.render.memory_picture import svg_picture
from cutaway.model.view import TableLine, TableView

#: Levels that are open at first.
_OPEN = 2

_STYLE = """
.cutaway{font:12px/1.5 ui-sans-serif,system-ui,sans-serif;font-variant-numeric:tabular-nums;overflow-x:auto}
.cutaway .r{display:grid;align-items:baseline;gap:0 1.2em;min-width:max-content;padding:1px 6px;
border-bottom:1px solid color-mix(in srgb,currentColor 10%,transparent)}
.cutaway summary.r{list-style:none;cursor:pointer}
.cutaway summary.r::-webkit-details-marker{display:none}
.cutaway summary.r:hover,.cutaway .r:hover{background:color-mix(in srgb,currentColor 6%,transparent)}
.cutaway summary.r:focus-visible{outline:2px solid #3b82f6;outline-offset:-2px}
.cutaway .l{white-space:nowrap}
.cutaway .m{display:inline-block;width:1em;opacity:.6}
.cutaway details[open]>summary .m{transform:rotate(90deg)}
.cutaway .t{opacity:.65}
.cutaway .n{text-align:right;white-space:nowrap}
.cutaway .x{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.cutaway .b{position:relative}
.cutaway .b i{position:absolute;inset:2px auto 2px 0;background:#3b82f6;opacity:.45;border-radius:2px}
.cutaway .h{font-weight:600;border-bottom:1px solid color-mix(in srgb,currentColor 40%,transparent)}
.cutaway .unused{opacity:.5}
.cutaway .failed{color:#dc2626;font-weight:600}
.cutaway dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 1.2em;margin:8px 6px}
.cutaway dt{font-weight:600}
.cutaway dd{margin:0}
.cutaway .legend{display:flex;flex-wrap:wrap;gap:0 1.2em;margin:0 6px 8px}
"""


def to_html(summary: Counted, view: TableView) -> str:
    """A fragment of a page: a style of its own, and the table as nested ``details``."""
    table = make_table(summary, view)
    widths = " ".join(_width(table, idx) for idx in range(len(table.columns)))
    columns = f"grid-template-columns:minmax(18em,1fr) {widths}"
    heading = "".join(
        f'<span class="{"n" if column.is_number else "x"}">{escape(text)}</span>'
        for column, text in zip(table.columns, table.headings, strict=True)
    )
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in table.facts)
    picture = svg_picture(summary.memory) if view.picture and summary.memory is not None else ""
    return (
        f'<div class="cutaway"><style>{_STYLE}.cutaway .r{{{columns}}}</style>'
        f'<div class="r h"><span class="l">Layer</span>{heading}</div>'
        f"{''.join(_rows(table))}<dl>{facts}</dl>{picture}</div>"
    )


def _rows(table: Table) -> Iterator[str]:
    """Every line, in a ``details`` with all lines below it."""
    waiting: list[int] = []
    for line in table.lines:
        while waiting and waiting[-1] >= line.depth:
            waiting.pop()
            yield "</details>"
        cells = _label(table, line) + "".join(_cells(table, line))
        kind = f"r {line.state}".strip()
        if line.opens:
            waiting.append(line.depth)
            is_open = " open" if line.depth < _OPEN else ""
            yield f'<details{is_open}><summary class="{kind}">{cells}</summary>'
        else:
            yield f'<div class="{kind}">{cells}</div>'
    for _ in waiting:
        yield "</details>"


def _label(table: Table, line: TableLine) -> str:
    mark = '<span class="m">▸</span>' if line.opens else '<span class="m"></span>'
    name = ("✗ " if line.state == "failed" else "") + line.name
    rest = table.label(line).removeprefix(line.name)
    indent = f"padding-left:{1.2 * line.depth:g}em"
    return f'<span class="l" style="{indent}">{mark}{escape(name)}<span class="t">{escape(rest)}</span></span>'


def _cells(table: Table, line: TableLine) -> Iterator[str]:
    for column, text in zip(table.columns, table.texts(line), strict=True):
        if column.kind == "bar":
            bar = "" if line.share is None else f'<i style="width:{line.share * 100:.1f}%"></i>'
            yield f'<span class="b">{bar}{escape(text)}</span>'
        else:
            yield f'<span class="{"n" if column.is_number else "x"}" title="{escape(text)}">{escape(text)}</span>'


def _width(table: Table, idx: int) -> str:
    """Wide enough for the column's longest cell: the rows are grids of their own, which must agree."""
    if table.columns[idx].kind == "bar":
        return "7em"
    longest = max(len(table.headings[idx]), *(len(table.texts(line)[idx]) for line in table.lines))
    return f"{min(longest, 40) * 0.62 + 0.5:.1f}em"
