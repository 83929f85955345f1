"""The list of runs: colours, directories that fold, and very many runs without as many rows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot
from tests.patience import LONG_PATIENCE

import cutaway

pytestmark = pytest.mark.browser


def test_directories_fold_and_a_colour_is_kept(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name in ("sweep/a", "sweep/b", "other/c", "other/d", "alone"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(10):
                writer.add_scalar("loss", 1.0, step)
    page.goto(serve(tmp_path))
    rows, headings = page.get_by_test_id("run-row"), page.get_by_test_id("run-heading")
    expect(rows).to_have_count(5)
    assert headings.all_inner_texts() == ["other\n2", "sweep\n2"]
    headings.first.get_by_role("button", expanded=True).click()
    expect(rows).to_have_count(3)
    # Folded is not hidden.
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "5")
    headings.first.get_by_role("checkbox").uncheck()
    expect(chart).to_have_attribute("data-series", "3")
    page.reload()
    expect(rows).to_have_count(3)
    expect(chart).to_have_attribute("data-series", "3")

    swatch = page.get_by_label("Colour and menu of alone")
    stroke = swatch.locator("line").get_attribute("stroke")
    swatch.click()
    menu = page.get_by_test_id("run-menu")
    menu.get_by_label("Colour 7", exact=True).click()
    expect(menu).not_to_be_visible()
    expect(swatch.locator("line")).not_to_have_attribute("stroke", stroke or "")
    chosen = swatch.locator("line").get_attribute("stroke")
    page.reload()
    expect(swatch.locator("line")).to_have_attribute("stroke", chosen or "")
    swatch.click()
    menu.get_by_text("The colour it had").click()
    expect(swatch.locator("line")).to_have_attribute("stroke", stroke or "")
    swatch.click()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()


def test_pinned_runs_are_on_top_whatever_the_filter_and_the_order(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    for number in range(60):
        with cutaway.SummaryWriter(tmp_path / f"run{number:02}") as writer:
            for step in range(2 + number):
                writer.add_scalar("loss", 1.0, step)
    page.goto(serve(tmp_path) + "#column=step")
    rows, chart = page.get_by_test_id("run-row"), page.locator("[data-testid=chart]")
    pinned = page.get_by_role("list", name="Pinned runs").get_by_test_id("run-row")
    page.get_by_label("Colour and menu of run05").click()
    page.get_by_test_id("pin-run").click()
    expect(pinned).to_have_count(1)
    rows.nth(3).hover()
    page.keyboard.press("p")
    assert [text.split("\n")[:: len(text.split("\n")) - 1] for text in pinned.all_inner_texts()] == [
        ["run05", "6"],
        ["run02", "3"],
    ]
    assert "pin-run=run05&pin-run=run02" in page.url

    page.get_by_test_id("run-column").filter(has_text="last step").click()
    expect(rows.nth(2)).to_have_attribute("data-run", "run59")
    page.locator(".run-scroller").hover()
    page.mouse.wheel(0, 1000)
    expect(page.locator("[data-run=run59]")).not_to_be_in_viewport()
    expect(pinned.first).to_be_in_viewport()

    page.get_by_test_id("run-filter").fill("run3")
    expect(rows).to_have_count(12)
    expect(chart).to_have_attribute("data-series", "12")
    page.reload()
    expect(chart).to_have_attribute("data-series", "12")
    page.get_by_label("Unpin run05").click()
    expect(rows).to_have_count(11)
    expect(chart).to_have_attribute("data-series", "11")


def test_names_of_many_runs_are_whole(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(24):
        name = f"2026-11-{1 + number % 3:02}/lr{10.0 ** -(number % 4):g}_wd{0.05 * (number % 2):g}_seed{number}"
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar("val/loss", number, 0)
    page.goto(serve(tmp_path) + "#sort=best:val/loss")
    heads = page.get_by_test_id("run-column")
    expect(heads.first).to_have_text("last val/loss")
    rows = page.get_by_test_id("run-row")
    expect(rows.first).to_have_attribute("data-run", "2026-11-01/lr1_wd0_seed0")
    for words in (heads, rows.locator(".run-label > span")):
        assert words.count() >= 2
        assert words.evaluate_all("all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length") == 0
        assert words.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_only_rows_in_sight_are_there(page: Page, serve: Callable[..., str], tmp_path: Path, count: int) -> None:
    """Of five hundred runs as of ten thousand."""
    with cutaway.SummaryWriter(tmp_path / "first") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_scalar("loss", 0.5, 1)
    (file,) = (tmp_path / "first").iterdir()
    content = file.read_bytes()
    for number in range(1, count):
        directory = tmp_path / f"run{number:05}"
        directory.mkdir()
        (directory / "events.out.tfevents.1.host").write_bytes(content)
    page.goto(serve(tmp_path) + "#show=none&except=run00001")
    expect(page.locator(".run-foot")).to_contain_text(f"1 of {count:,} runs", timeout=LONG_PATIENCE * 1000)
    expect(page.locator(".run-foot")).to_contain_text(f"· {2 * count // 1000} k points", timeout=LONG_PATIENCE * 1000)
    rows = page.get_by_test_id("run-row")
    assert rows.count() < 60
    page.locator(".run-scroller").evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(rows.last).to_have_attribute("data-run", f"run{count - 1:05}")
    page.get_by_test_id("run-filter").fill("run0[0-4]{4}$")
    expect(rows.first).to_have_attribute("data-run", "run00001")
    expect(page.locator("[data-testid=chart]")).to_have_attribute("data-series", "1")


def test_the_list_stands_still_under_a_pointer_that_crosses_curves(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    """Keys lead to runs that are out of sight; the pointer in a chart does not."""
    for number in range(80):
        with cutaway.SummaryWriter(tmp_path / f"run{number:02}") as writer:
            for step in range(10):
                writer.add_scalar("loss", float(number), step)
    page.goto(serve(tmp_path))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "80")
    scroller = page.locator(".run-scroller")
    for share in (0.2, 0.5, 0.8):
        page.mouse.move(*in_plot(chart, 0.5, share))
        expect(page.get_by_test_id("tooltip")).to_be_visible()
        assert scroller.evaluate("element => element.scrollTop") == 0
    # From the run that is pointed at last, near the start of the list, to the last ones.
    for _ in range(80):
        page.keyboard.press("j")
    expect(page.locator("[data-run=run79]")).to_be_in_viewport()
