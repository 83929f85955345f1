"""Layouts of charts that show several tags, or a tag with a band."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cutaway.events import messages
from cutaway.events.kind_names import CUSTOM_SCALARS
from cutaway.events.schema import encode
from cutaway.record.tensor import plugin, strings_message

#: Category → chart → (kind, tags).
Layout = Mapping[str, Mapping[str, Sequence[Any]]]

_ACCEPTED = "['Multiline', [regular expressions of tags]] or ['Margin', [value, lower, upper]]"


def to_layout(layout: Any) -> dict[str, dict[str, tuple[str, list[str]]]]:
    """A layout as ``{category: {chart: ('Multiline', tags) or ('Margin', [value, lower, upper])}}``.

    Kinds of charts may be written in small letters, and tags be a single one or come from anything that gives them one
    by one. Raises TypeError or ValueError that names the chart.
    """
    if not isinstance(layout, Mapping):
        raise TypeError(f"layout must be a mapping of categories, got {type(layout).__name__}")
    categories: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for title, charts in layout.items():
        if not isinstance(charts, Mapping):
            raise TypeError(f"layout must give category {title!r} as a mapping of charts, got {charts!r}")
        categories[str(title)] = {str(name): _to_chart(str(name), chart) for name, chart in charts.items()}
    return categories


def layout_value(layout: Mapping[str, Mapping[str, tuple[str, list[str]]]]) -> bytes:
    """The Summary.Value of what `to_layout` gave."""
    categories = [
        {"title": title, "chart": [_chart(name, *chart) for name, chart in charts.items()]}
        for title, charts in layout.items()
    ]
    message = encode(messages.LAYOUT, {"version": 0, "category": categories})
    tensor = strings_message(np.array(message, object))
    return encode(
        messages.VALUE,
        {"tag": "custom_scalars__config__", "tensor": tensor, "metadata": plugin(CUSTOM_SCALARS)},
    )


def _to_chart(title: str, chart: Any) -> tuple[str, list[str]]:
    if isinstance(chart, str) or not isinstance(chart, Sequence) or len(chart) < 2:
        raise ValueError(f"layout must give chart {title!r} as {_ACCEPTED}, got {chart!r}")
    # Arguments that PyTorch's writer does not check are not checked here either.
    kind, tags = str(chart[0]).capitalize(), chart[1]
    if isinstance(tags, str):
        tags = [tags]
    tags = list(tags) if isinstance(tags, Iterable) else [tags]
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError(f"layout must give chart {title!r} a list of tags, got {tags!r}")
    if kind == "Multiline" or (kind == "Margin" and len(tags) == 3):
        return kind, [str(tag) for tag in tags]
    raise ValueError(f"layout must give chart {title!r} as {_ACCEPTED}, got {chart!r}")


def _chart(title: str, kind: str, tags: list[str]) -> dict[str, Any]:
    if kind == "Multiline":
        return {"title": title, "multiline": {"tag": tags}}
    value, lower, upper = tags
    return {"title": title, "margin": {"series": [{"value": value, "lower": lower, "upper": upper}]}}
