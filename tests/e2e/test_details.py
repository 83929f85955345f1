"""A click keeps a place: values, distances and best values of all runs, as a table, as CSV; and runs compared."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = pytest.mark.browser


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


def test_all_other_tags_at_the_step(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Of the run that distances are to: those of pinned charts first, at the step or the newest before it."""
    for number, name in enumerate(("a", "b")):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(40):
                writer.add_scalar("loss", 10.0 - number, step)
                if step % 15 == 0:
                    writer.add_scalar("val/accuracy", number + step / 100, step)
                    writer.add_scalar("val/error", float("nan") if number else 0.5, step)
    page.goto(serve(tmp_path) + "#at=step:20&details=loss&pin=val/error")
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("at step 20")
    tags = details.get_by_test_id("details-tag")
    expect(tags).to_have_count(2)
    expect(tags.first).to_contain_text("val/error")
    expect(tags.first).to_contain_text("0.5")
    expect(tags.nth(1)).to_contain_text("from 15")
    expect(tags.nth(1)).to_contain_text("0.15")
    details.get_by_test_id("details-row").filter(has_text="b").first.click()
    expect(tags.nth(1)).to_contain_text("1.15")
    expect(tags.first).to_contain_text("NaN")
    # A tag opens its own chart's values.
    tags.nth(1).get_by_role("button").click()
    expect(details.get_by_role("heading")).to_have_text("val/accuracy")
    expect(details.get_by_test_id("details-row").first).to_contain_text("from 15")


@pytest.mark.parametrize("width", [1280, pytest.param(1700, marks=pytest.mark.slow)])
def test_nothing_moves_when_a_place_is_fixed(
    open_page: Callable[..., Page], serve: Callable[..., str], logdir: Path, width: int
) -> None:
    """On a wide screen there is room for the details, else they stand over the charts."""
    page = open_page(viewport={"width": width, "height": 720})
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    place = in_plot(chart, 0.3, 0.5)
    before = chart.bounding_box()
    page.mouse.click(*place)
    expect(page.get_by_test_id("details")).to_be_visible()
    assert chart.bounding_box() == before


@pytest.mark.slow
def test_a_menu_without_room_below_opens_upwards(
    open_page: Callable[..., Page], serve: Callable[..., str], tmp_path: Path
) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(10):
            writer.log({f"tag{number}": float(step) for number in range(12)}, step)
    page = open_page(viewport={"width": 1280, "height": 600})
    page.goto(serve(tmp_path))
    charts = page.get_by_test_id("chart")
    expect(charts.first).to_have_attribute("data-state", "ready")
    heads = [(chart, chart.locator("summary").bounding_box()) for chart in charts.all()]
    seen = [(chart, box["y"]) for chart, box in heads if box is not None and box["y"] + box["height"] < 600]
    (highest, _), (lowest, top) = seen[0], max(seen, key=lambda each: each[1])
    assert top > 330
    for chart, state in ((highest, "menu"), (lowest, "menu is-upwards")):
        menu = chart.get_by_test_id("chart-menu")
        menu.locator("summary").click()
        expect(menu).to_have_class(state)
        box = menu.locator(".menu-body").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 600
        page.keyboard.press("Escape")


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
