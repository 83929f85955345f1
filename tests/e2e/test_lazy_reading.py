"""A log that is larger than the memory for it: what is not read is said, and read when it is selected."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway
from cutaway.server.viewer import Viewer

pytestmark = pytest.mark.browser


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    """Of two runs that were recorded, the newer one is in memory: there is room for one."""
    for place, run in enumerate(("old", "new")):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            # A large file is read by itself; small ones are read together, as soon as they are found.
            for step in range(8000):
                writer.add_scalar("loss", 0.5 + place, step)
        for file in (tmp_path / run).iterdir():
            os.utime(file, (1000 + place, 1000 + place))
    with Viewer(tmp_path, port=0, cache=False, memory=1000) as started:
        yield started


def row_of(page: Page, run: str) -> Locator:
    return page.locator(f'[data-testid="run-row"][data-run="{run}"]')


def test_a_run_is_read_when_it_is_selected(open_page: Callable[..., Page], viewer: Viewer) -> None:
    page = open_page()
    page.goto(viewer.url)
    expect(row_of(page, "old").get_by_test_id("unread")).to_have_text("not read")
    expect(row_of(page, "new").get_by_test_id("unread")).to_have_count(0)
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-series", "1")
    expect(chart.get_by_test_id("pending")).to_have_text("1 run not read")
    notice = page.locator(".notice", has_text="1 not read")
    notice.locator("summary").click()
    expect(notice).to_contain_text("1 of 2 runs are not in memory, where there is room for 1 kB of points (--memory)")
    expect(notice.get_by_role("listitem")).to_have_text(["old"])
    notice.locator("summary").click()
    # It takes the place of the other one.
    row_of(page, "old").get_by_role("button", name="only").dispatch_event("click")
    expect(row_of(page, "old").get_by_test_id("unread")).to_have_count(0)
    expect(row_of(page, "new").get_by_test_id("unread")).to_have_text("not read")
    expect(chart).to_have_attribute("data-series", "1")
    expect(chart).to_have_attribute("data-y-min", re.compile(r"^0\.[0-9]+$"))
    expect(chart.get_by_test_id("pending")).to_have_count(0)
    # What is known of the other stays.
    expect(row_of(page, "new")).to_have_attribute("title", re.compile("8,000 points\nNot in memory"))
