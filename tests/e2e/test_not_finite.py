"""Which runs went to NaN: the list says it, the filter finds them, and the marks of a chart name them first."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser


def test_which_runs_went_to_nan(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(20):
        with cutaway.SummaryWriter(tmp_path / f"s{number:02}") as writer:
            for step in range(2000):
                is_lost = number == 13 and step >= 1201
                writer.add_scalar("train/loss", math.nan if is_lost else number + 1 / (step + 1), step)
    page.goto(serve(tmp_path))
    badge = page.locator("[data-run=s13]").get_by_test_id("not-finite")
    expect(badge).to_have_text("NaN from 1,201")
    expect(badge).to_have_attribute("title", "train/loss: NaN from 1,201")
    expect(page.get_by_test_id("not-finite")).to_have_count(1)

    plot = page.locator(".u-over").first
    expect(page.locator("[data-testid=chart]").first).to_have_attribute("data-series", "20")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 4)
    first = page.get_by_test_id("tooltip").locator("tbody tr").first
    expect(first).to_contain_text("s13")
    expect(first).to_contain_text("NaN from 1,201")

    page.get_by_test_id("run-filter").fill("nan:train/loss")
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-run", "s13")
    page.get_by_test_id("run-filter").fill("((")
    expect(page.get_by_role("alert")).to_contain_text("The last good one holds.")
    expect(rows).to_have_count(1)
