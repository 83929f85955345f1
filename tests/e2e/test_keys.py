"""Values by keys; and thousands of tags, of which only those in sight cost anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact
from tests.patience import LONG_PATIENCE

import cutaway

pytestmark = pytest.mark.browser


def test_values_are_read_by_keys(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name, place in (("a", 0), ("b", 10)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 100, 10):
                writer.add_scalar("loss", place + step / 100, step)
    page.goto(serve(tmp_path))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "2")
    plot = page.get_by_role("application", name="loss, 2 runs")
    chart.get_by_role("button", name="Expand loss").focus()
    page.keyboard.press("Tab")
    expect(plot).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text("step 20")
    expect(page.get_by_test_id("spoken")).to_have_text("step 20, b 10.2, a 0.2")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("spoken")).to_have_text("step 20, a 0.2, b 10.2")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("details")).to_contain_text("at step 20")
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Make loss small")).to_be_visible()
    # Anyone who gets the link sees the same.
    page.reload()
    expect(page.get_by_test_id("details")).to_contain_text("at step 20")
    expect(page.get_by_role("button", name="Make loss small")).to_be_visible()
    plot.focus()
    page.keyboard.press("+")
    # A tenth less at both ends.
    expect_fact(chart, "x-max", 80, 82)
    page.keyboard.press("End")
    expect(tooltip).to_contain_text("step 80")
    # To the filter of tags: its letters are none of the page's keys, and Escape leaves it as it is.
    page.keyboard.press("/")
    expect(tooltip).not_to_be_visible()
    page.keyboard.type("jf?")
    expect(page.get_by_test_id("tag-filter")).to_have_value("jf?")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("tag-filter")).not_to_be_focused()
    expect(page.get_by_test_id("tag-filter")).to_have_value("jf?")


@pytest.mark.parametrize("layers", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_only_charts_in_sight_are_drawn(page: Page, serve: Callable[..., str], tmp_path: Path, layers: int) -> None:
    """Of 1,200 tags as of 12,000."""
    letters = "abcdefghij"
    parts = ["".join(letters[int(digit)] for digit in f"{part:03d}") for part in range(layers)]
    tags = [f"{part}/weight{number}" for part in parts for number in range(12)]
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(3):
            writer.log({tag: number for number, tag in enumerate(tags)}, step)
    page.goto(serve(tmp_path))
    expect(page.locator(".found")).to_have_text(f"{len(tags):,} tags", timeout=LONG_PATIENCE * 1000)
    charts = page.locator("[data-testid=chart]")
    expect(charts.first).to_have_attribute("data-series", "1")
    assert charts.count() < 100
    page.locator(".charts").evaluate("element => element.scrollTo(0, element.scrollHeight)")
    last = page.locator(f'[data-testid=chart][data-tag="{tags[-1]}"]')
    expect(last).to_have_attribute("data-series", "1")
    assert charts.count() < 100
    # And where the first ones were nothing has moved.
    page.locator(".charts").evaluate("element => element.scrollTo(0, 0)")
    expect(page.locator('[data-testid=chart][data-tag="aaa/weight0"]')).to_be_in_viewport()
