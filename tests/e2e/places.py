"""Places in charts, as a pointer reaches them."""

import re

from playwright.sync_api import Locator, Page, expect


def in_plot(chart: Locator, across: float, down: float) -> tuple[float, float]:
    """The place on screen at these shares of a chart's plot, once it is drawn and in sight."""
    expect(chart).to_have_attribute("data-state", "ready")
    plot = chart.locator(".u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag(page: Page, chart: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag in a chart, from one share of its plot to another."""
    (x, y), (to_x, to_y) = in_plot(chart, *start), in_plot(chart, *end)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()


def expect_fact(chart: Locator, name: str, low: float, high: float) -> None:
    """Wait until a number that the chart tells lies between two others."""
    property_name = re.sub(r"-(.)", lambda match: match[1].upper(), name)
    chart.page.wait_for_function(
        "([element, name, low, high]) => element.dataset[name] !== '' &&"
        " low <= Number(element.dataset[name]) && Number(element.dataset[name]) <= high",
        arg=[chart.element_handle(), property_name, low, high],
    )


def fact(chart: Locator, name: str) -> float:
    """A number that the chart tells of what it shows."""
    return float(chart.get_attribute(f"data-{name}") or "nan")
