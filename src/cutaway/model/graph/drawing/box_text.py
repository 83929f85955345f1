"""The texts in a box, and how large they make it: as on the page (``web/src/charts/graph/box_text.ts``)."""

import re
from dataclasses import dataclass
from math import ceil

from cutaway.model.graph.drawing.text_width import cut_text, text_width
from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.parts import Part
from cutaway.model.values_text import size_text

#: Sizes of the fonts of names and of everything else.
TITLE_SIZE, TEXT_SIZE = 12, 11
#: Pixels beside the texts, and the height of boxes with one line and with two.
SIDE, ONE_LINE, TWO_LINES = 8, 24, 40
_LEAST, _MOST = 64, 220
#: Room for the number of a cost, at the right of the second line.
NUMBER_WIDTH = 50
_BETWEEN = 8
_LAST_PART = re.compile(r"[./]")
_VARIANT = re.compile(r"\w+\.(\w+)\.\w+", re.ASCII)


@dataclass(frozen=True, slots=True)
class BoxText:
    """What is written in a closed box, and its size."""

    title: str
    #: A class or an op, and what is tucked in; empty where the title says it all.
    below: str
    #: As "× 32" where the box stands for several.
    repeats: str
    width: float
    height: float
    #: What the box is called in the source, uncut.
    full: str


def box_text(graph: Graph, part: Part, box: int, tucked_word: str, *, has_number: bool) -> BoxText:
    """The texts of one box of a part, with room for a number where it has one. `tucked_word` names what it reads."""
    group, node = int(part.group[box]), int(part.node[box])
    repeats = int(part.repeats[box])
    name, op, key = _names(graph, group, node)
    kind = short_op(op)
    is_given = node >= 0 and graph.nodes.kind[node] in (NodeKind.INPUT, NodeKind.OUTPUT)
    last = graph.groups.name[int(part.members[part.runs[box + 1] - 1])] if repeats > 1 else ""
    shown = f"{name} … {_LAST_PART.split(last)[-1]}" if last else name
    if node >= 0 and name.isdecimal():
        # Of an input that has only a number the kind with it, and of such an operation the end of its kind.
        shown = f"{kind} {name}" if is_given else kind.rpartition("::")[2]
    title = cut_text(shown, _MOST, TITLE_SIZE, bold=True)
    number = f"× {repeats}" if repeats > 1 else ""
    tucked = int(part.reads[box]) if group < 0 else 0
    is_said = title.startswith(kind) and (is_given or title == kind)
    words = ["" if is_said else kind, f"{tucked:,} {tucked_word}{'' if tucked == 1 else 's'}" if tucked else ""]
    below = cut_text(" · ".join(word for word in words if word), _MOST, TEXT_SIZE)
    first = text_width(title, TITLE_SIZE, bold=True)
    if number:
        first += _BETWEEN + text_width(number, TITLE_SIZE, bold=True)
    # Inputs and outputs cost nothing.
    has_number = has_number and not is_given
    second = (text_width(below, TEXT_SIZE) if below else 0) + (_BETWEEN + NUMBER_WIDTH if has_number else 0)
    # Whole and even: the middle of a box is on a pixel.
    width = 2 * ceil((max(_LEAST, first, second) + 2 * SIDE) / 2)
    return BoxText(title, below, number, width, TWO_LINES if below or has_number else ONE_LINE, key)


def short_op(op: str) -> str:
    """An op without what stands before its name and which of its variants it is: ``view`` of ``aten.view.default``."""
    found = _VARIANT.fullmatch(op)
    return op if found is None else found[1]


def _names(graph: Graph, group: int, node: int) -> tuple[str, str, str]:
    """The name of a box, its class or op, and what it is in the source."""
    if group >= 0:
        return graph.groups.name[group], graph.groups.type[group], graph.groups.key[group]
    return graph.nodes.name[node], graph.nodes.op[node], graph.nodes.key[node] or graph.nodes.name[node]


def tensor_text(tensor: TensorType) -> str:
    """``1×64×112×112``, with ``?`` for a size that is not known, and the dtype where it is not float32."""
    dtype = "" if tensor.dtype in ("float32", "") else tensor.dtype
    if tensor.shape is None:
        return dtype
    shape = size_text(tensor.shape) if tensor.shape else "scalar"
    return f"{shape} {dtype}" if dtype else shape
