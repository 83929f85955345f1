"""Colours and line widths of the picture: the page's (``web/src/charts/graph/colours.ts``), for light and dark."""

from math import log10

#: Names of things, with their colours in light and in dark.
_COLOURS = {
    "ground": ("#ffffff", "#16181c"),
    "node": ("#ffffff", "#16181c"),
    "group": ("#e9edf3", "#2b313a"),
    "given": ("#e3f0fa", "#17304a"),
    "even": ("#f6f7f8", "#1e2126"),
    "odd": ("#ffffff", "#16181c"),
    "border": ("#8b939f", "#6b7480"),
    "frame-border": ("#b9c0ca", "#4a515c"),
    "edge": ("#8b939f", "#7b8491"),
    "text": ("#1c2026", "#e4e7eb"),
    "quiet": ("#5c636e", "#9aa3af"),
    "accent": ("#0b62b0", "#6cb2f5"),
    "error": ("#b3261e", "#ff8f87"),
}
#: What each class of elements takes of them.
_RULES = {
    ".ground": "fill:ground",
    ".node": "fill:node;stroke:border",
    ".group": "fill:group;stroke:border",
    ".given": "fill:given;stroke:accent",
    ".even": "fill:even",
    ".odd": "fill:odd",
    ".frame": "stroke:frame-border",
    ".failed": "stroke:error",
    ".edge": "stroke:edge",
    ".head": "fill:edge",
    ".bar": "fill:accent",
    "text": "fill:text",
    ".quiet": "fill:quiet",
    ".portal": "fill:accent",
    ".label": "fill:quiet;stroke:odd",
    ".even-label": "stroke:even",
}
_PLAIN = """
text{font:11px system-ui,"Segoe UI",Roboto,sans-serif;white-space:pre}
.title{font-weight:600;font-size:12px}
.number{text-anchor:end}
.failed{stroke-width:2}
.edge{fill:none}
.port{stroke-width:1.5}
.aside{stroke-dasharray:4 3}
.label{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
""".strip().splitlines()
#: The class of the picture, so that the rules reach nothing else on a page that it stands in.
ROOT = "cutaway-graph"
#: Lines of tensors up to a kB have one pixel, from 100 MB on they have four.
_THIN, _DECADES, _WIDEST = 1e3, 5, 4


def style_sheet() -> str:
    """The rules of the picture, those for dark where the reader's system is dark."""
    plain = "".join(f".{ROOT} {rule}" for rule in _PLAIN)
    return f"{plain}{_rules(0)}@media (prefers-color-scheme:dark){{{_rules(1)}}}"


def _rules(theme: int) -> str:
    found = []
    for selector, rule in _RULES.items():
        pairs = (each.split(":") for each in rule.split(";"))
        colours = ";".join(f"{what}:{_COLOURS[name][theme]}" for what, name in pairs)
        found.append(f".{ROOT} {selector}{{{colours}}}")
    return "".join(found)


def line_width(size: float) -> float:
    """Of the line of a tensor of so many bytes, -1 for one of which nobody knows."""
    if size <= _THIN:
        return 1.0
    return 1 + min(1.0, log10(size / _THIN) / _DECADES) * (_WIDEST - 1)
