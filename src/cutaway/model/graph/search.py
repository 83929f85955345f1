"""Search for groups and nodes by what they are called, what they make and what they cost.

A query is terms with spaces between, all of which a box must meet; case makes no difference:

* ``word``: the name, the key, or the class or op has it. ``"two words"`` is one term.
* ``name:word``, ``key:word``, ``class:word``, ``op:word``, ``dtype:word``, ``source:word``: that alone has it; classes
  are of groups, ops of nodes, dtypes of what a box makes, and sources the line of code of a node.
* ``shape:[*,768]``: it makes a tensor of that shape, where ``*`` is any size and ``...`` any number of them.
* ``kind:op``, also ``input``, ``output``, ``auxiliary``, ``parameter``, ``constant`` and ``group``.
* ``macs>1e9``, ``parameters>=1M``, ``bytes<2k``, ``seconds=0``: a cost by its name, with ``k``, ``M``, ``G`` or ``T``
  for thousands. ``flops`` are two for each multiply-accumulate, ``bytes`` those of what a box makes.
"""

import operator
import re
from collections.abc import Callable
from typing import Protocol

from cutaway.model.costs.flops import FLOPS_PER_MAC
from cutaway.model.graph.graph import NodeKind, TensorType

MOST_QUERY = 1000
MOST_TERMS = 20
_TERM = re.compile(r'(?:"[^"]*"|[^\s"])+')
_COST = re.compile(r"([a-z_]+)(<=|>=|<|>|=)(.*)", re.DOTALL)
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,3})?)([kmgt]?)", re.IGNORECASE)
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_THOUSANDS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_TEXTS = ("name", "key", "class", "op", "source")
KINDS = (*(kind.name.lower() for kind in NodeKind), "group")
#: Other names of costs, and by how much their numbers are larger.
_OTHER_NAMES = {"flops": ("macs", FLOPS_PER_MAC), "bytes": ("output_bytes", 1), "params": ("parameters", 1)}


class QueryError(ValueError):
    """A query that cannot be read; the text says why."""


class Box(Protocol):
    """A group or a node as the terms of a query see it; texts are in lower case."""

    kind: str
    name: str
    key: str
    type: str

    def source(self) -> str:
        """The line of code, empty where it is not known."""

    def outputs(self) -> list[TensorType]:
        """What it makes."""

    def cost(self, name: str) -> float:
        """What it costs, NaN where that is not known."""


Term = Callable[[Box], bool]


def parse(query: str, costs: tuple[str, ...]) -> list[Term]:
    """The terms of a query; `costs` are the names of those that are known. Raises QueryError."""
    if len(query) > MOST_QUERY:
        raise QueryError(f"the query has {len(query):,} characters; at most {MOST_QUERY:,} are accepted")
    words = _TERM.findall(query)
    if query.count('"') % 2:
        raise QueryError("a quotation mark is not closed")
    if len(words) > MOST_TERMS:
        raise QueryError(f"the query has {len(words)} terms; at most {MOST_TERMS} are accepted")
    return [_term(word.lower(), costs) for word in words]


def _term(word: str, costs: tuple[str, ...]) -> Term:
    field, colon, text = word.partition(":")
    text = text.replace('"', "")
    if colon and field in (*_TEXTS, "dtype", "shape", "kind"):
        if not text:
            raise QueryError(f"{field}: needs something behind it")
        return _of_field(field, text)
    cost = _COST.fullmatch(word)
    if cost is not None and _is_cost(cost[1], costs):
        return _of_cost(cost[1], cost[2], cost[3], costs)
    plain = word.replace('"', "")
    return lambda box: plain in box.name or plain in box.key or plain in box.type


def _of_field(field: str, text: str) -> Term:
    if field == "shape":
        wanted = _shape(text)
        return lambda box: any(_fits(wanted, made.shape) for made in box.outputs() if made.shape is not None)
    if field == "dtype":
        return lambda box: any(text in made.dtype.lower() for made in box.outputs())
    if field == "kind":
        if text not in KINDS:
            raise QueryError(f"kind:{text} is none; {', '.join(KINDS)} are accepted")
        return lambda box: box.kind == text
    if field == "source":
        return lambda box: text in box.source()
    if field in ("class", "op"):
        return lambda box: (box.kind == "group") == (field == "class") and text in box.type
    return lambda box: text in (box.name if field == "name" else box.key)


def _is_cost(name: str, costs: tuple[str, ...]) -> bool:
    """Whether a term such as ``macs>1`` is one of costs; of a name that is none, it is a mistake and not a word."""
    if name in costs or _OTHER_NAMES.get(name, ("", 1))[0] in costs:
        return True
    known = (*costs, *(other for other, (cost, _) in _OTHER_NAMES.items() if cost in costs))
    raise QueryError(f"there is no cost {name[:50]!r} here; {', '.join(known) or 'none'} can be compared")


def _of_cost(name: str, sign: str, text: str, costs: tuple[str, ...]) -> Term:
    number = _NUMBER.fullmatch(text)
    if number is None:
        raise QueryError(f"{name}{sign} needs a number behind it such as 1e9 or 2.5M, not {text[:50]!r}")
    limit = float(number[1]) * _THOUSANDS[number[2].lower()]
    cost, times = (name, 1) if name in costs else _OTHER_NAMES[name]
    compare = _COMPARISONS[sign]
    # No comparison with NaN is true.
    return lambda box: compare(times * box.cost(cost), limit)


def _shape(text: str) -> list[int | str]:
    """Sizes, ``*`` for any, ``...`` for any number of them."""
    inner = text.removeprefix("[").removesuffix("]").removeprefix("(").removesuffix(")")
    found: list[int | str] = []
    for part in re.split(r"[,×x]", inner) if inner.strip() else []:
        size = part.strip()
        if size in ("*", "...", "…", "?"):
            found.append("..." if size in ("...", "…") else "*")
        elif size.isascii() and size.isdecimal() and len(size) < 16:
            found.append(int(size))
        else:
            raise QueryError(f"shape:{text[:50]} is none; sizes, * and ... are accepted, as in shape:[*,768]")
    if found.count("...") > 1:
        raise QueryError(f"shape:{text[:50]} has ... twice, where it is accepted once")
    return found


def _fits(wanted: list[int | str], shape: tuple[int, ...]) -> bool:
    if "..." in wanted:
        place = wanted.index("...")
        behind = len(wanted) - place - 1
        if len(shape) < place + behind:
            return False
        shape = shape[:place] + shape[len(shape) - behind :]
        wanted = wanted[:place] + wanted[place + 1 :]
    return len(wanted) == len(shape) and all(want in ("*", size) for want, size in zip(wanted, shape, strict=True))


def meets(box: Box, terms: list[Term]) -> bool:
    """Whether a box meets all terms."""
    return all(term(box) for term in terms)
