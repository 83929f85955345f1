"""What a watch records of a model's layers: which statistics, of which rows, and how their layout is written.

A watch measures the activations, gradients, weights and updates of a model on some steps, its *logging steps*. Each
kind is one tensor a logging step, with a row for each layer or parameter and a column for each of `COLUMNS`, under
the tag ``<prefix>/<kind>``; its *magnitudes* are another, under ``<prefix>/<kind>/magnitude``. The content of the
plug-in in the metadata of a tag's first value in each file says what the rows are: a `WatchLayout` as JSON.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from cutaway.events.wire import MalformedError

#: The meaning of a layout. Readers take unknown keys and columns; another version is for another meaning alone.
VERSION = 1
#: What is measured, in this order.
ACTIVATION, GRADIENT, WEIGHT, UPDATE = "activation", "gradient", "weight", "update"
WATCHED_KINDS = (ACTIVATION, GRADIENT, WEIGHT, UPDATE)
#: The columns of each row. The first four are those of the finite elements alone; the others count elements.
#: All can be added up, or be the least or the greatest, so that steps and ranks merge without a loss. A row that was
#: not measured at a step is NaN in every column.
COLUMNS = ("sum", "sum_sq", "min", "max", "zeros", "nan", "pos_inf", "neg_inf")
#: A ninth column, of activations: how many elements were measured, since batches and sequences differ in size.
COUNT = "count"
#: Magnitudes: bin ``b`` counts the elements of the sample with floor(log2|x|) = b + LOWEST_EXPONENT. The first bin has
#: those below it too, the last those above it. Zeros and elements that are not finite are in none.
MAGNITUDE_BINS, LOWEST_EXPONENT = 64, -40
#: The end of a tag of magnitudes.
MAGNITUDE = "magnitude"
#: Rows that a layout may have: a hostile one has no more.
_MOST_ROWS = 1 << 20


@dataclass(frozen=True)
class WatchLayout:
    """The rows of a watch's tensor, in the order of execution. All sequences have one element a row."""

    #: ``activation`` and so on.
    kind: str
    #: Keys of calls for activations (``path``, ``path#2``, with ``[1]`` for one of several outputs), else the paths
    #: of parameters.
    rows: tuple[str, ...]
    #: The class of the module that the row is of, or that holds the parameter: ``Linear``.
    classes: tuple[str, ...]
    #: Elements of the whole tensor, and how many of them are measured (as many, or a sample).
    numel: tuple[int, ...]
    sampled: tuple[int, ...]
    #: As ``float32``.
    dtypes: tuple[str, ...]
    #: Names of the tensor's columns.
    columns: tuple[str, ...] = COLUMNS
    #: Where extremes and counts of elements that are not finite are of all elements, not of the sample.
    exact_extremes: bool = True
    #: The tag of the model's trace in the same run (`add_model`); empty where there is none.
    model_tag: str = ""
    #: The rank that wrote, of how many; ``reduced``: the columns are of all ranks.
    rank: int = 0
    world: int = 1
    reduced: bool = False

    def to_json(self) -> bytes:
        """The content of the plug-in in the metadata."""
        return json.dumps({"version": VERSION, **asdict(self)}, separators=(",", ":")).encode()

    @staticmethod
    def from_json(content: bytes | str) -> "WatchLayout":
        """The layout of a plug-in's content. Raises MalformedError for content that is none."""
        try:
            known = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise MalformedError(f"the layout of a watch is not JSON: {error}") from error
        if not isinstance(known, dict) or known.get("version") != VERSION:
            raise MalformedError(f"the layout of a watch is not an object of version {VERSION}")
        rows = _texts(known, "rows")
        if len(rows) > _MOST_ROWS:
            raise MalformedError(f"the layout of a watch has {len(rows)} rows, more than {_MOST_ROWS}")
        defaults = {field.name: field.default for field in fields(WatchLayout)}
        layout = WatchLayout(
            kind=_text(known, "kind", ""),
            rows=rows,
            classes=_texts(known, "classes", rows),
            numel=_numbers(known, "numel", rows),
            sampled=_numbers(known, "sampled", rows),
            dtypes=_texts(known, "dtypes", rows),
            columns=_texts(known, "columns"),
            exact_extremes=bool(known.get("exact_extremes", defaults["exact_extremes"])),
            model_tag=_text(known, "model_tag", ""),
            rank=_number(known, "rank", 0),
            world=_number(known, "world", 1),
            reduced=bool(known.get("reduced", False)),
        )
        if layout.columns[: len(COLUMNS)] != COLUMNS:
            raise MalformedError(f"the columns of a watch begin with {', '.join(layout.columns[:8])}")
        return layout


def _text(known: dict[str, Any], name: str, default: str) -> str:
    value = known.get(name, default)
    if not isinstance(value, str):
        raise MalformedError(f"{name} in the layout of a watch is not a text")
    return value


def _number(known: dict[str, Any], name: str, default: int) -> int:
    value = known.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 1 << 62:
        raise MalformedError(f"{name} in the layout of a watch is not a count")
    return value


def _texts(known: dict[str, Any], name: str, rows: Sequence[str] | None = None) -> tuple[str, ...]:
    return tuple(_text({name: item}, name, "") for item in _items(known, name, rows))


def _numbers(known: dict[str, Any], name: str, rows: Sequence[str]) -> tuple[int, ...]:
    return tuple(_number({name: item}, name, 0) for item in _items(known, name, rows))


def _items(known: dict[str, Any], name: str, rows: Sequence[str] | None) -> list[Any]:
    items = known.get(name)
    if not isinstance(items, list) or (rows is not None and len(items) != len(rows)):
        raise MalformedError(f"{name} in the layout of a watch is not a list with an item for each row")
    return items
