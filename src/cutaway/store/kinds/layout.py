"""Layouts of custom charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor


@dataclass(frozen=True, slots=True)
class CustomChart:
    """Lines of all tags that match, or lines each with a band."""

    title: str
    #: Regular expressions.
    tags: tuple[str, ...]
    #: (value, lower, upper): tags.
    margins: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A group of charts."""

    title: str
    closed: bool
    charts: tuple[CustomChart, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All groups."""

    categories: tuple[Category, ...]

    def describe(self) -> str:
        """In a few words."""
        charts = sum(len(category.charts) for category in self.categories)
        return f"layout of {charts} charts in {len(self.categories)} categories"


def decode_layout(value: Mapping[str, Any], budget: Budget) -> Layout:
    """From the string that holds the message."""
    strings = decode_tensor(value.get("tensor", {}), budget)
    if strings.dtype != object or strings.size != 1:
        raise MalformedError("a layout must be one string")
    message = decode(messages.LAYOUT, strings.reshape(-1)[0], budget)
    return Layout(
        tuple(
            Category(
                category.get("title", ""),
                category.get("closed", False),
                tuple(_chart(chart) for chart in category.get("chart", [])),
            )
            for category in message.get("category", [])
        )
    )


def _chart(chart: Mapping[str, Any]) -> CustomChart:
    margins = tuple(
        (series.get("value", ""), series.get("lower", ""), series.get("upper", ""))
        for series in chart.get("margin", {}).get("series", [])
    )
    return CustomChart(chart.get("title", ""), tuple(chart.get("multiline", {}).get("tag", [])), margins)
