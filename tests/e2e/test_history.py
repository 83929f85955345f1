"""Back and Forward: views, zooms, expanded charts and the fixed place are steps, and what is typed is none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot

import cutaway

pytestmark = pytest.mark.browser

STEPS = 100


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A run with a loss over 100 steps, a text, and 40 more charts."""
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(STEPS):
            writer.log({"loss": 1 / (step + 1), **{f"more/value{number}": 1.0 for number in range(40)}}, step)
        writer.add_text("note", "hello", 5)
    return tmp_path


def test_back_and_forward(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-state", "ready")
    length = page.evaluate("history.length")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    page.get_by_test_id("tag-filter").press_sequentially("loss")
    page.mouse.move(*in_plot(chart, 0.6, 0.5))
    assert page.evaluate("history.length") == length

    page.mouse.move(*in_plot(chart, 0.2, 0.5))
    page.mouse.down()
    page.mouse.move(*in_plot(chart, 0.4, 0.5), steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile("step="))
    page.get_by_role("button", name="Expand loss").click()
    expect(page).to_have_url(re.compile("large=loss"))
    page.get_by_test_id("view-text").click()
    expect(page.get_by_test_id("text")).to_have_count(0)
    expect(page.get_by_text("None of 1 tag matches")).to_be_visible()
    # What is typed belongs to no step.
    page.get_by_test_id("tag-filter").fill("lo")

    page.go_back()
    expect(page.get_by_role("button", name="Make loss small")).to_be_visible()
    expect(page.get_by_test_id("tag-filter")).to_have_value("lo")
    page.go_back()
    expect(page.get_by_role("button", name="Expand loss")).to_be_visible()
    expect(page).to_have_url(re.compile("step="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("step="))
    expect(chart).to_have_attribute("data-x-max", str(STEPS - 1))
    expect(page.get_by_test_id("tag-filter")).to_have_value("lo")
    for _ in range(3):
        page.go_forward()
    expect(page.get_by_text("None of 1 tag matches")).to_be_visible()


@pytest.mark.slow
def test_the_fixed_place_and_the_scrolled_one(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-state", "ready")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    page.mouse.click(*in_plot(chart, 0.5, 0.5))
    details = page.get_by_test_id("details")
    expect(details).to_be_visible()
    page.go_back()
    expect(details).to_have_count(0)
    page.go_forward()
    expect(details).to_be_visible()
    body = page.locator(".charts")
    body.evaluate("element => element.scrollTo(0, 700)")
    page.get_by_test_id("view-files").click()
    expect(page.get_by_test_id("file-row")).to_have_count(1)
    page.go_back()
    expect(body).to_be_visible()
    assert body.evaluate("element => element.scrollTop") == 700
