"""A click keeps a place: values, distances and best values of all runs, as a table, as CSV; and runs compared."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for number, name in enumerate(("a", "b", "c")):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(41):
                writer.add_scalar("loss", (step - 10 * number) ** 2 + number, step)
    return tmp_path


def test_values_distances_best_and_csv(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    page.mouse.click(*in_plot(chart, 0.5, 0.98))
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("at step 20")
    rows = details.get_by_test_id("details-row")
    expect(rows).to_have_count(3)
    # The highest on top; all less the first, until another is chosen.
    assert [row.locator("td").nth(1).inner_text().split("\n")[0] for row in rows.all()] == ["a", "b", "c"]
    expect(rows.nth(1)).to_contain_text("−299")
    rows.nth(2).click()
    expect(rows.nth(1)).to_contain_text("+99")
    expect(rows.nth(2)).to_contain_text("min 2 at 20")
    expect(rows.nth(2)).to_contain_text("max 402 at 0")
    with page.expect_download() as download:
        page.get_by_test_id("details-csv").click()
    table = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    names = ("value", "min from step", "max", "max to step")
    assert [(row["run"], *(float(row[name]) for name in names)) for row in table] == [
        ("a", 400, 0, 1600, 40),
        ("b", 101, 10, 901, 40),
        ("c", 2, 20, 402, 0),
    ]
    page.keyboard.press("Escape")
    expect(details).not_to_be_visible()
    # A double click resets; it picks nothing.
    page.mouse.dblclick(*in_plot(chart, 0.3, 0.5))
    page.mouse.move(*in_plot(chart, 0.6, 0.5))
    expect(page.get_by_test_id("tooltip")).to_be_visible()
    expect(details).not_to_be_visible()


def test_runs_compared_with_one(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "3")
    page.get_by_label("Colour and menu of b").click()
    page.get_by_test_id("compare").click()
    expect(page.get_by_test_id("baseline")).to_contain_text("difference to b")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    # At step 20: 400, 101 and 2.
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text("299")
    expect(tooltip).to_contain_text("−99")
    page.get_by_label("Show b").uncheck()
    # What is compared with need not be shown.
    expect(chart).to_have_attribute("data-series", "2")
    expect(chart).to_have_attribute("data-state", "ready")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("comparison").select_option("ratio")
    page.keyboard.press("Escape")
    assert "ratio=b" in page.url
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    expect(tooltip).to_contain_text("3.9604")
    page.get_by_test_id("baseline").click()
    expect(chart).to_have_attribute("data-series", "2")
    expect_fact(chart, "y-max", 1000, 2000)


def test_the_best_is_marked(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-state", "ready")
    plain = chart.locator("canvas").first.screenshot()
    page.goto(page.url + "#best=lowest")
    expect(chart).to_have_attribute("data-best", "a")
    assert chart.locator("canvas").first.screenshot() != plain
