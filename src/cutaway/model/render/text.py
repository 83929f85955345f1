"""The table for a terminal: laid out here in plain characters, coloured by rich when the terminal can.

The layout is our own and not rich's table, which needs seconds for thousands of rows.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cutaway.model.trace import Parameter, Shape, Value

if TYPE_CHECKING:
    from cutaway.model.rows import Row
    from cutaway.model.summary import ModelSummary

#: What a file or a pipe gets, which has no width of its own.
WIDTH_WITHOUT_TERMINAL = 160
_GAP = 2
_MOST_PARTS = 6
_NARROWEST_NAME = 16
_NARROWEST_SHAPE = 7
_HEADINGS = ("Layer", "Input", "Output", "Parameters", "MACs")
_METHODS = {
    "fake": "on shapes alone; nothing was computed",
    "real": "by running the forward on real tensors",
    "modules": "modules only; no forward was run",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `stem` is the drawing of the tree before the name."""

    stem: str
    name: str
    type: str
    inputs: str
    outputs: str
    parameters: str
    macs: str
    short_macs: str
    style: str = ""

    @property
    def label(self) -> str:
        """What stands behind the stem."""
        return f"{self.name}: {self.type}" if self.name else self.type


def shape_text(value: Value | None) -> str:
    """The shapes in a value: 2×3×8, (4×16, 4×32), {logits: 2×10}; the type's name for what is no tensor."""
    if value is None:
        return "–"
    if value.tensor is not None:
        return size_text(value.tensor.shape)
    if value.kind == "none":
        return "None"
    if value.kind == "scalar":
        return value.text
    if value.kind == "object":
        return value.type
    if value.type == "arguments":
        # A missing optional argument tells nothing here, and no more does a switch.
        items = [(key, item) for key, item in value.items if item.kind != "none"]
        items = [(key, item) for key, item in items if key.isdigit() or item.kind != "scalar"]
        if len(items) < 2:
            return shape_text(items[0][1]) if items else "–"
        return ", ".join(shape_text(item) if key.isdigit() else f"{key}={shape_text(item)}" for key, item in items)
    if not any(True for _ in value.tensors()):
        return f"{value.type} of {len(value.items)}"
    named = value.type not in ("tuple", "list")
    parts = [f"{key}: {shape_text(item)}" if named else shape_text(item) for key, item in value.items[:_MOST_PARTS]]
    if len(value.items) > _MOST_PARTS:
        parts.append(f"… {len(value.items)} in all")
    inner = ", ".join(parts)
    brackets = {"list": "[]", "tuple": "()", "dict": "{}", "OrderedDict": "{}"}.get(value.type)
    return f"{value.type}({inner})" if brackets is None else f"{brackets[0]}{inner}{brackets[1]}"


def size_text(shape: Shape) -> str:
    """2×3×8; () for a single number."""
    return "×".join(map(str, shape)) if shape else "()"


def si(number: float, unit: str = "") -> str:
    """Four digits and a decimal prefix: 4.089 G."""
    for prefix in ("", "k", "M", "G", "T", "P"):
        if abs(number) < 999.95 or prefix == "P":
            break
        number /= 1000
    digits = f"{number:#.4g}" if prefix else f"{number:g}"
    return f"{digits} {prefix}{unit}".strip()


def to_text(summary: "ModelSummary", width: int | None = None) -> str:
    """The whole table as plain text of at most `width` characters (at least 60)."""
    return "\n".join("".join(text for text, _ in line) for line in _layout(summary, width))


def print_text(summary: "ModelSummary", width: int | None = None) -> None:
    """Print to standard output, in colour on a terminal that shows it unless NO_COLOR is set."""
    lines = _layout(summary, width)
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
        table = str.maketrans(
            {"×": "x", "├": "|", "└": "`", "│": "|", "─": "-", "–": "-", "…": ".", "✗": "X", "≥": ">"}
        )
        return text.translate(table).encode(encoding, "replace").decode(encoding)
    return text


Segments = list[tuple[str, str]]


def _layout(summary: "ModelSummary", width: int | None) -> list[Segments]:
    if width is None:
        width = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns
    width = max(width, 60)
    lines = _lines(summary)
    widths, short = _widths(lines, width)
    rule: Segments = [("─" * (sum(widths) + _GAP * (len(widths) - 1)), "dim")]
    heading = [
        _cell(text, size, right=idx >= 3) for idx, (text, size) in enumerate(zip(_HEADINGS, widths, strict=True))
    ]
    table: list[Segments] = [[((" " * _GAP).join(heading).rstrip(), "bold")], rule]
    table += [_segments(line, widths, short) for line in lines]
    return [*table, rule, *_footer(summary, max(width, 60))]


def _widths(lines: list[Line], width: int) -> tuple[list[int], bool]:
    """The width of each column, and whether MACs are shortened. Numbers are never cut; names and shapes are."""

    def needed(texts: list[str], heading: str) -> int:
        return max(len(heading), max(map(len, texts)))

    short = False
    while True:
        numbers = [
            needed([line.parameters for line in lines], _HEADINGS[3]),
            needed([line.short_macs if short else line.macs for line in lines], _HEADINGS[4]),
        ]
        texts = [
            needed([line.stem + line.label for line in lines], _HEADINGS[0]),
            needed([line.inputs for line in lines], _HEADINGS[1]),
            needed([line.outputs for line in lines], _HEADINGS[2]),
        ]
        free = width - sum(numbers) - 4 * _GAP
        if sum(texts) <= free or short:
            break
        short = True
    # The widest shape gives way first, then the name.
    while sum(texts) > free:
        idx = 1 if texts[1] >= texts[2] else 2
        if texts[idx] <= max(_NARROWEST_SHAPE, texts[0] // 2):
            idx = 0
        if idx == 0 and texts[0] <= _NARROWEST_NAME:
            break
        texts[idx] -= 1
    return [*texts, *numbers], short


def _cell(text: str, width: int, *, right: bool = False) -> str:
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text.rjust(width) if right else text.ljust(width)


def _segments(line: Line, widths: list[int], short: bool) -> Segments:
    name_width = widths[0]
    label = _cell(line.stem + line.label, name_width)
    stem = min(len(line.stem), name_width)
    name = min(len(line.stem) + len(line.name), name_width)
    gap = " " * _GAP
    rest = (
        _cell(line.inputs, widths[1]),
        _cell(line.outputs, widths[2]),
        _cell(line.parameters, widths[3], right=True),
        _cell(line.short_macs if short else line.macs, widths[4], right=True),
    )
    return [
        (label[:stem], "dim"),
        (label[stem:name], line.style or "bold"),
        (label[name:], line.style or "cyan"),
        (gap + gap.join(rest[:2]), line.style or ""),
        ((gap + gap.join(rest[2:])).rstrip(), line.style or "green"),
    ]


def _lines(summary: "ModelSummary") -> list[Line]:
    """The rows down to the summary's depth, with what a container itself holds on lines of its own."""
    shown = [idx for idx, row in enumerate(summary.rows) if summary.depth is None or row.depth <= summary.depth]
    children = [0] * len(summary.rows)
    for idx in shown:
        parent = summary.rows[idx].parent
        if parent is not None:
            children[parent] += 1
    failure = summary.trace.failure
    left = list(children)
    # What hangs below a row begins with this.
    stems = [""] * len(summary.rows)
    lines = []
    for idx in shown:
        row = summary.rows[idx]
        stem = ""
        if row.parent is not None:
            left[row.parent] -= 1
            last = left[row.parent] == 0
            stem = stems[row.parent] + ("└─ " if last else "├─ ")
            stems[idx] = stems[row.parent] + ("   " if last else "│  ")
        broken = failure is not None and failure.call is not None and failure.call == row.call
        lines.append(_line(row, summary.rows[row.parent].path if row.parent is not None else "", stem, broken, summary))
        if children[idx]:
            lines += [_parameter_line(parameter, stems[idx] + "├─ ") for parameter in row.own]
    return lines


def _line(row: "Row", parent: str, stem: str, broken: bool, summary: "ModelSummary") -> Line:
    name = row.path.removeprefix(f"{parent}.") if parent else row.path
    if row.call_number > 1:
        name = f"{name}#{row.call_number}"
    if broken:
        name = f"✗ {name}"
    inputs, outputs, style = shape_text(row.inputs), shape_text(row.outputs), ""
    if row.call is None:
        inputs = outputs = ""
        if not row.contains_calls and summary.trace.method != "modules":
            inputs = "weights only" if row.weights_used else "not reached" if summary.trace.failure else "not called"
            style = "dim"
    if broken:
        outputs, style = "failed", "bold red"
    return Line(
        stem=stem,
        name=name,
        type=row.type,
        inputs=inputs,
        outputs=outputs,
        parameters=_count(row.parameters, row.shared_parameters),
        macs=_macs(f"{row.macs:,}" if row.macs else "", row.uncounted_ops),
        short_macs=_macs(si(row.macs) if row.macs else "", row.uncounted_ops),
        style=style,
    )


def _parameter_line(parameter: Parameter, stem: str) -> Line:
    name = parameter.path.rpartition(".")[2]
    shape = "" if parameter.shape is None else size_text(parameter.shape)
    return Line(stem, name, "Parameter", "", shape, f"{parameter.count:,}", "", "")


def _count(parameters: int, shared: int) -> str:
    """The parameters counted here; in brackets those that a row above has."""
    if not parameters:
        return f"({shared:,})" if shared else "–"
    return f"{parameters:,}"


def _macs(text: str, uncounted: int) -> str:
    """At least so many, when an op in there has no formula."""
    if uncounted:
        return f"≥ {text or '0'}"
    return text or "–"


def _footer(summary: "ModelSummary", width: int) -> list[Segments]:
    totals, trace = summary.totals, summary.trace
    facts = [
        (
            "Parameters",
            f"{totals.parameters:,} ({si(totals.parameter_bytes, 'B')}): "
            f"{totals.trainable_parameters:,} trainable, {totals.frozen_parameters:,} frozen",
        ),
    ]
    if totals.buffers:
        facts.append(("Buffers", f"{totals.buffers:,} ({si(totals.buffer_bytes, 'B')})"))
    if trace.method != "modules":
        bound = "≥ " if totals.uncounted_ops else ""
        facts.append(("MACs", f"{bound}{totals.macs:,} ({bound}{si(totals.flops, 'FLOPs')}, two for each MAC)"))
    if totals.uncounted_ops:
        names = ", ".join(f"{name} × {count:,}" for name, count in totals.uncounted_ops.items())
        facts.append(("Not counted", names))
    reason = f" ({trace.reason})" if trace.reason else ""
    facts.append(("Captured", _METHODS[trace.method] + reason))
    if trace.failure is not None:
        from cutaway.model.summary import failure_message

        facts.append(("Failed", failure_message(summary)))
    return [line for name, text in facts for line in _fact(name, text, width)]


def _fact(name: str, text: str, width: int) -> list[Segments]:
    import textwrap

    pieces = textwrap.wrap(text, width - 13, break_on_hyphens=False) or [""]
    style = "red" if name == "Failed" else ""
    return [[(f"{name if idx == 0 else '':<13}", "bold"), (piece, style)] for idx, piece in enumerate(pieces)]
