"""Layouts of charts that show several tags, or a tag with a band."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.record.tensor import plugin, strings_message

#: Category → chart → (kind, tags).
Layout = Mapping[str, Mapping[str, Sequence[Any]]]

_ACCEPTED = "['Multiline', [regular expressions of tags]] or ['Margin', [value, lower, upper]]"


def layout_value(layout: Layout) -> bytes:
    """The Summary.Value of a layout: ``{category: {chart: ['Multiline', tags] or ['Margin', [value, lower, upper]]}}``.

    Raises TypeError or ValueError that names the chart.
    """
    if not isinstance(layout, Mapping):
        raise TypeError(f"layout must be a mapping of categories, got {type(layout).__name__}")
    categories = [
        {"title": str(title), "chart": [_chart(str(name), chart) for name, chart in charts.items()]}
        for title, charts in layout.items()
    ]
    message = encode(messages.LAYOUT, {"version": 0, "category": categories})
    tensor = strings_message(np.array(message, object))
    return encode(
        messages.VALUE,
        {"tag": "custom_scalars__config__", "tensor": tensor, "metadata": plugin("custom_scalars")},
    )


def _chart(title: str, chart: Any) -> dict[str, Any]:
    if isinstance(chart, str) or not isinstance(chart, Sequence) or len(chart) != 2:
        raise ValueError(f"layout must give chart {title!r} as {_ACCEPTED}, got {chart!r}")
    kind, tags = chart
    if isinstance(tags, str) or not isinstance(tags, Sequence) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError(f"layout must give chart {title!r} a list of tags, got {tags!r}")
    if kind == "Multiline":
        return {"title": title, "multiline": {"tag": list(tags)}}
    if kind == "Margin" and len(tags) == 3:
        value, lower, upper = tags
        return {"title": title, "margin": {"series": [{"value": value, "lower": lower, "upper": upper}]}}
    raise ValueError(f"layout must give chart {title!r} as {_ACCEPTED}, got {chart!r}")
