"""Charts beyond one a tag: the user's own, several tags in one, a tag against a tag, bands, pins, and the log's."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_custom_scalars(
                {
                    "curves": {
                        "losses": ["Multiline", ["train/l", "val/loss", "nothing"]],
                        "spread": ["Margin", ["train/loss", "low", "high"]],
                    }
                }
            )
            for step in range(50):
                for tag, value in (("train/loss", 1.0), ("val/loss", 2.0), ("low", 0.5), ("high", 3.0)):
                    writer.add_scalar(tag, value, step)
                writer.add_scalar("examples", step * 1000.0, step)
    return tmp_path


def test_layouts_of_the_log(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    expect(page.get_by_role("heading", name="curves")).to_contain_text("layout in the log")
    losses = page.locator("[data-testid=chart][data-tag=losses]")
    # Two tags, the second pattern matching nothing, of two runs.
    expect(losses).to_have_attribute("data-series", "4")
    spread = page.locator("[data-testid=chart][data-tag=spread]")
    expect(spread).to_have_attribute("data-series", "2")
    # The band belongs to the line.
    expect_fact(spread, "y-min", 0, 0.5)
    expect_fact(spread, "y-max", 3, 4)
    page.mouse.move(*in_plot(spread, 0.5, 0.5))
    expect(page.get_by_test_id("tooltip")).to_contain_text("1 [0.5 … 3]")
    # It can stand on top too, whatever becomes of the tags' own charts.
    page.get_by_role("button", name="Pin spread to the top").click()
    expect(page.get_by_role("heading", name="pinned 1")).to_be_visible()
    expect(spread).to_have_count(1)
    expect(page.get_by_text("not here")).to_have_count(0)


def test_own_charts_are_made_kept_and_saved(
    page: Page, serve: Callable[..., str], logdir: Path, tmp_path: Path
) -> None:
    page.goto(serve(logdir))
    expect(page.locator("[data-testid=chart]").first).to_have_attribute("data-state", "ready")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("new-chart").click()
    editor = page.get_by_test_id("plan-editor")
    editor.get_by_role("button", name="Add").click()
    expect(editor.get_by_role("alert")).to_contain_text("Name at least one tag")
    editor.get_by_label("And all that match").fill("(")
    editor.get_by_role("button", name="Add").click()
    expect(editor.get_by_role("alert")).to_contain_text("Unterminated group")
    # What is typed are letters, and none of the page's keys.
    editor.get_by_label("And all that match").fill("")
    editor.get_by_label("And all that match").press_sequentially("/loss$|xjkpbrf?")
    expect(editor.get_by_label("And all that match")).to_have_value("/loss$|xjkpbrf?")
    expect(page.get_by_test_id("help")).not_to_be_visible()
    editor.get_by_label("Title").fill("both")
    editor.get_by_label("Over the tag").fill("examples")
    editor.get_by_role("button", name="Add").click()
    expect(editor).not_to_be_visible()
    chart = page.locator("[data-testid=chart][data-tag=both]")
    expect(chart).to_have_attribute("data-series", "4")
    # Over the examples seen, of this chart alone.
    expect(chart).to_have_attribute("data-x-max", "49000")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    expect(page.get_by_test_id("tooltip")).to_contain_text("examples 2")
    page.reload()
    expect(chart).to_have_attribute("data-series", "4")

    page.get_by_test_id("more").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_text("Save own charts as a file").click()
    saved = tmp_path / "charts.json"
    download.value.save_as(saved)
    assert json.loads(saved.read_text()) == [{"title": "both", "patterns": ["/loss$|xjkpbrf?"], "x": "examples"}]
    page.keyboard.press("Escape")

    chart.get_by_test_id("chart-menu").locator("summary").click()
    chart.get_by_text("Change this chart…").click()
    editor.get_by_label("Title").fill("changed")
    editor.get_by_role("button", name="Change").click()
    changed = page.locator("[data-testid=chart][data-tag=changed]")
    changed.get_by_test_id("chart-menu").locator("summary").click()
    changed.get_by_text("Remove this chart").click()
    expect(changed).to_have_count(0)
    assert "chart=" not in page.url
    page.get_by_test_id("plans-file").set_input_files(saved)
    expect(chart).to_have_attribute("data-series", "4")


def test_all_charts_over_another_tag(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    page.get_by_test_id("axis").select_option("tag")
    page.get_by_test_id("x-tag").fill("examples")
    expect(chart).to_have_attribute("data-x-max", "49000")
    assert "axis=tag%3Aexamples" in page.url
    page.reload()
    expect(chart).to_have_attribute("data-x-max", "49000")
    page.get_by_test_id("x-tag").fill("nothing")
    expect(page.get_by_test_id("x-tag")).to_have_attribute("title", "No tag has this name: charts are over steps")
    expect(chart).to_have_attribute("data-x-max", "49")


@pytest.mark.slow
def test_pins_and_charts_put_together(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#folded=%0Acurves")
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    expect(chart).to_have_attribute("data-state", "ready")
    chart.hover()
    chart.get_by_label("Pin train/loss to the top").click()
    pinned = page.get_by_role("region", name="pinned").locator("[data-testid=chart]")
    expect(pinned).to_have_count(1)
    page.reload()
    # It is there once, and stays whatever tags are looked for.
    page.get_by_test_id("tag-filter").fill("nothing of this name")
    expect(pinned).to_have_attribute("data-tag", "train/loss")
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    page.get_by_test_id("tag-filter").fill("")
    chart.hover()
    chart.get_by_label("Pin train/loss to the top").click()
    expect(pinned).to_have_count(0)
    expect(chart).to_have_count(1)

    other = page.locator('[data-testid=chart][data-tag="val/loss"]')
    other.scroll_into_view_if_needed()
    chart.locator("h3").drag_to(other.locator("h3"))
    both = page.locator('[data-testid=chart][data-tag="val/loss + train/loss"]')
    expect(both).to_have_attribute("data-series", "4")
