"""A training that was started twice into one directory by a writer that says nothing of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cutaway.events import core

pytestmark = pytest.mark.browser


def test_the_last_attempt_can_be_chosen(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number, steps in enumerate([40, 15]):
        time = 1_764_000_000.0 + 5000 * number
        records = b"".join(core.encode(time + step, step, ["loss"], [(number + step) / 10]) for step in range(steps))
        (tmp_path / f"events.out.tfevents.{time:.0f}.host.{number}.0").write_bytes(records)
    page.goto(serve(tmp_path) + "#column=best:loss")
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-last-x", "39")
    expect(page.get_by_test_id("run-row")).to_have_attribute("title", re.compile("2 attempts"))
    # A loss is best where it is least: in the first attempt.
    cell = page.get_by_test_id("run-row").get_by_title("best loss", exact=False)
    expect(cell).to_have_text("0")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("attempts").select_option("last")
    expect(chart).to_have_attribute("data-last-x", "14")
    expect(cell).to_have_text("0.1")
    assert "attempts=last" in page.url
    page.reload()
    expect(chart).to_have_attribute("data-last-x", "14")
    expect(cell).to_have_text("0.1")
