"""What a chart shows of x and y: scales, outliers, ranges that are dragged, turned or typed, and a chart's own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import drag, expect_fact, fact, in_plot

import cutaway

pytestmark = pytest.mark.browser

STEPS = 1000


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(STEPS):
            writer.add_scalar("a", 1e6 if step == 500 else -5.0 if step == 10 else step / STEPS, step)
            writer.add_scalar("b", float(step), step)
    return tmp_path


def test_outliers_and_symlog(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart][data-tag=a]")
    expect(chart).to_have_attribute("data-above", "0")
    expect_fact(chart, "y-max", 1e6, 2e6)
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("outliers").check()
    page.keyboard.press("Escape")
    expect(chart).to_have_attribute("data-above", "1")
    expect_fact(chart, "y-max", 0.9, 1.1)
    # What is outside is said, and one click shows it.
    chart.get_by_role("button", name="▲1 ▼1").click()
    expect(chart).to_have_attribute("data-above", "0")
    assert fact(chart, "y-max") > 1e6

    page.get_by_test_id("y-scale").select_option("symlog")
    # The spike is a few decades up: as much of the axis is left for the rest.
    expect_fact(chart, "y-min", -1e6, -5)
    assert "y=symlog" in page.url
    page.get_by_test_id("x-scale").select_option("symlog")
    expect(chart).to_have_attribute("data-x-max", str(STEPS - 1))
    assert fact(chart, "x-min") == 0
    expect(chart).not_to_contain_text("left out")
    page.get_by_test_id("x-scale").select_option("log")
    expect(chart).to_contain_text("1 point left out")


@pytest.mark.slow
def test_values_that_a_log_axis_has_no_place_for(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name, least in (("a", 0.0), ("b", 1.0)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(20):
                writer.add_scalar("loss", max(least, 10.0 - step), step)
    page.goto(serve(tmp_path) + "#y=log")
    mark = page.locator("[data-testid=chart]").get_by_role("button", name="1 ≤ 0")
    mark.click()
    expect(mark).to_have_count(0)
    assert "y=symlog" in page.url


def test_both_axes_wheel_and_typed(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart, other = (page.locator(f"[data-testid=chart][data-tag={tag}]") for tag in "ab")
    page.keyboard.down("Shift")
    drag(page, other, (0.2, 0.2), (0.6, 0.6))
    page.keyboard.up("Shift")
    page.wait_for_function("location.hash.includes('own-y')")
    expect_fact(other, "y-min", 300, 500)
    expect_fact(other, "y-max", 500, 900)
    # x is that of all charts, y is its own.
    expect_fact(other, "x-min", 195, 205)
    expect_fact(chart, "x-min", 195, 205)
    assert fact(chart, "y-max") > 1e5
    page.mouse.dblclick(*in_plot(other, 0.5, 0.5))
    expect(other).to_have_attribute("data-x-max", str(STEPS - 1))
    assert "own-y" not in page.url

    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function("location.hash.includes('step=')")
    expect_fact(chart, "x-min", 236, 252)
    expect_fact(chart, "x-max", 748, 764)

    menu = chart.get_by_test_id("chart-menu")
    menu.locator("summary").click()
    menu.get_by_label("y from").fill("0")
    menu.get_by_label("y to").fill("2e0")
    menu.get_by_label("y to").press("Enter")
    expect(chart).to_have_attribute("data-y-max", "2")
    menu.get_by_label("x from").fill("100")
    menu.get_by_label("x from").press("Enter")
    expect(chart).to_have_attribute("data-x-min", "100")
    menu.get_by_label("x to").fill("50")
    menu.get_by_label("x to").press("Enter")
    expect(menu.locator("fieldset").first).to_have_attribute("title", "Two numbers, the smaller one first")
    menu.get_by_label("x to").fill("200")
    menu.get_by_label("x to").press("Enter")
    expect(chart).to_have_attribute("data-x-max", "200")
    expect(other).not_to_have_attribute("data-x-max", "200")
    page.keyboard.press("Escape")
    chart.get_by_role("button", name="own x range").click()
    expect(chart).not_to_have_attribute("data-x-max", "200")


@pytest.mark.slow
def test_a_range_of_wall_time_that_is_typed(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#axis=wall")
    chart = page.locator("[data-testid=chart][data-tag=a]")
    expect_fact(chart, "x-min", 1e9, 2e9)
    menu = chart.get_by_test_id("chart-menu")
    menu.locator("summary").click()
    menu.get_by_label("x from").fill("2020-01-01 00:00")
    menu.get_by_label("x to").fill("tomorrow")
    menu.get_by_label("x to").press("Enter")
    expect(menu.locator("fieldset").first).to_have_attribute("title", re.compile("^Two times as "))
    menu.get_by_label("x to").fill("2100-01-01 00:00:30")
    menu.get_by_label("x to").press("Enter")
    bounds = page.evaluate("[new Date(2020, 0, 1) / 1000, new Date(2100, 0, 1, 0, 0, 30) / 1000]")
    expect(chart).to_have_attribute("data-x-min", str(bounds[0]))
    expect(chart).to_have_attribute("data-x-max", str(bounds[1]))


def test_a_zoom_of_one_chart_alone(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart, other = (page.locator(f"[data-testid=chart][data-tag={tag}]") for tag in "ab")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("sharing").uncheck()
    page.keyboard.press("Escape")
    drag(page, chart, (0.25, 0.5), (0.5, 0.5))
    page.wait_for_function("location.hash.includes('own-x')")
    expect_fact(chart, "x-max", 400, 600)
    expect(other).to_have_attribute("data-x-max", str(STEPS - 1))
    page.reload()
    expect(page.get_by_test_id("sharing")).not_to_be_checked()
    expect(chart).not_to_have_attribute("data-x-max", str(STEPS - 1))
