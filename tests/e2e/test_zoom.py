"""Nothing is hidden: one step among very many is found and read exactly; NaN and infinities are marked."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway

pytestmark = pytest.mark.browser

SPIKE_VALUE = 41.625  # exact as float32


def x_of(plot: Locator, chart: Locator, step: float) -> tuple[float, float]:
    """The place on screen of a step, from the chart's own account of the range that it shows."""
    box = plot.bounding_box()
    assert box is not None
    low = float(chart.get_attribute("data-x-min") or "nan")
    high = float(chart.get_attribute("data-x-max") or "nan")
    return box["x"] + (step - low) / (high - low) * box["width"], box["y"] + box["height"] / 2


@pytest.mark.parametrize(("steps", "spike"), [(20_000, 12_345), pytest.param(200_000, 123_457, marks=pytest.mark.slow)])
def test_zoom_to_one_step(page: Page, serve: Callable[..., str], tmp_path: Path, steps: int, spike: int) -> None:
    noise = np.random.default_rng(0).random(steps, dtype=np.float32)
    with cutaway.SummaryWriter(tmp_path / "long") as writer:
        for step, value in enumerate(noise):
            writer.add_scalar("train/loss", SPIKE_VALUE if step == spike else value, step)
    page.goto(serve(tmp_path))
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    expect(chart).to_have_attribute("data-last-x", str(steps - 1))
    plot = chart.locator(".u-over")

    low, high = 0.0, float(steps - 1)
    while high - low > 60:
        quarter = max((high - low) / 8, 15.0)
        left, y = x_of(plot, chart, max(low, spike - quarter))
        right, _ = x_of(plot, chart, min(high, spike + quarter))
        page.mouse.move(left, y)
        page.mouse.down()
        page.mouse.move((left + right) / 2, y)
        page.mouse.move(right, y)
        page.mouse.up()
        page.wait_for_function(
            "([element, width]) => element.dataset.state === 'ready'"
            " && element.dataset.xMax - element.dataset.xMin < width",
            arg=[chart.element_handle(), (high - low) * 0.9],
        )
        low = float(chart.get_attribute("data-x-min") or "nan")
        high = float(chart.get_attribute("data-x-max") or "nan")
        assert low < spike < high

    x, y = x_of(plot, chart, spike)
    page.mouse.move(x, y)
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text(f"{spike:,}")
    expect(tooltip).to_contain_text("41.625")

    page.mouse.dblclick(x, y)
    expect(chart).to_have_attribute("data-x-max", str(steps - 1))


@pytest.mark.slow
def test_spike_is_drawn_before_zooming(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """The band of the whole curve reaches the one extreme value: the axis has room for it."""
    with cutaway.SummaryWriter(tmp_path / "long") as writer:
        for step in range(20_000):
            writer.add_scalar("loss", SPIKE_VALUE if step == 777 else 0.5, step)
    page.goto(serve(tmp_path))
    chart = page.locator('[data-testid=chart][data-tag="loss"]')
    expect(chart).to_have_attribute("data-last-x", "19999")
    assert float(chart.get_attribute("data-y-max") or "nan") >= SPIKE_VALUE


def test_nan_and_infinities_are_marked(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "bad") as writer:
        for step in range(30):
            writer.add_scalar("few", {10: math.nan, 20: math.inf, 21: -math.inf}.get(step, 1.0), step)
        for step in range(20_000):
            writer.add_scalar("many", math.nan if step == 10_000 else 1.0, step)
    page.goto(serve(tmp_path))
    expect(page.locator('[data-testid=chart][data-tag="few"]')).to_have_attribute("data-marks", "3")
    many = page.locator('[data-testid=chart][data-tag="many"]')
    expect(many).to_have_attribute("data-marks", "1")
    # In the middle of the bucket that the NaN is in.
    x, y = x_of(many.locator(".u-over"), many, 10_112)
    page.mouse.move(x, y)
    expect(page.get_by_test_id("tooltip")).to_contain_text("NaN")
