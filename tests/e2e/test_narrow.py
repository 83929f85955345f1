"""A narrow window: the list of runs is a drawer, the details are a sheet, and fingers hit what they aim at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot

import cutaway

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 390, 780


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page(viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True)


def test_on_a_phone(phone: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(100):
                writer.add_scalar("loss", step, step)
    phone.goto(serve(tmp_path))
    chart = phone.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-series", "2")
    runs = phone.get_by_role("complementary", name="Runs")
    expect(runs).not_to_be_visible()
    # Nothing sticks out at the side.
    assert phone.evaluate("document.documentElement.scrollWidth") == WIDTH

    small = phone.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input[type=range], .x-tag")]
            // Links that are seen once the Tab key has come to them.
            .filter((element) => element.closest(".skip-links") === null)
            .filter((element) => element.checkVisibility())
            .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
            .map(([text, box]) => `${text} ${box.width} x ${box.height}`)"""
    )
    assert small == []

    # The toolbar is one line, and scrolling it leads to all that is in it.
    lines = phone.evaluate(
        """() => {
            const toolbar = document.querySelector(".content .toolbar");
            const controls = [...toolbar.querySelectorAll("select, button, input, summary")]
                .filter((element) => element.checkVisibility())
                .map((element) => {
                    element.scrollIntoView({ block: "nearest", inline: "center" });
                    const { left, right, top } = element.getBoundingClientRect();
                    return left >= 0 && right <= innerWidth && document.elementFromPoint((left + right) / 2, top + 12);
                });
            return [toolbar.offsetHeight < 48, controls.length > 5, controls.every(Boolean)];
        }"""
    )
    assert lines == [True, True, True]

    phone.get_by_test_id("list-switch").tap()
    expect(runs).to_be_visible()
    runs.locator("[data-run=b] input[type=checkbox]").tap()
    phone.keyboard.press("Escape")
    expect(runs).not_to_be_visible()
    expect(chart).to_have_attribute("data-series", "1")
    phone.get_by_test_id("list-switch").tap()
    phone.get_by_test_id("scrim").tap(position={"x": WIDTH - 10, "y": 300})
    expect(runs).not_to_be_visible()

    phone.touchscreen.tap(*in_plot(chart, 0.5, 0.5))
    details = phone.get_by_test_id("details")
    expect(details).to_be_visible()
    box = details.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, WIDTH)
    assert box["y"] > HEIGHT / 3
    assert abs(box["y"] + box["height"] - HEIGHT) <= 1


@pytest.mark.slow
def test_the_list_is_beside_the_view_again_where_there_is_room(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
    page.goto(serve(tmp_path))
    runs = page.get_by_role("complementary", name="Runs")
    expect(runs).to_be_visible()
    wide = page.viewport_size
    assert wide is not None
    page.set_viewport_size({"width": 900, "height": 700})
    expect(runs).not_to_be_visible()
    page.set_viewport_size(wide)
    expect(runs).to_be_visible()


def test_the_current_tab_is_in_sight(phone: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Also when a notice comes later and takes room from the tabs."""
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_mesh("cloud", [[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]])
    phone.goto(serve(tmp_path) + "#view=files")
    expect(phone.get_by_text("1 kind not shown")).to_be_visible()
    is_whole = """() => {
        const tab = document.querySelector("[aria-current=page]").getBoundingClientRect();
        const tabs = document.querySelector("nav[aria-label=Views]").getBoundingClientRect();
        return tab.left >= tabs.left - 1 && tab.right <= tabs.right + 1;
    }"""
    phone.wait_for_function(is_whole)
    phone.get_by_test_id("view-runs").evaluate("tab => tab.click()")
    expect(phone.get_by_test_id("view-runs")).to_have_attribute("aria-current", "page")
    phone.wait_for_function(is_whole)
