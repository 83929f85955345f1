"""While a log is read for the first time the header says how far that has come, and the page shows what is there."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway
from cutaway.events.open_file import OpenFile
from cutaway.server.viewer import Viewer
from cutaway.store.places.local import LocalPlace

pytestmark = pytest.mark.browser


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Semaphore]:
    """How often files of the run ``slow`` may still be opened: who opens one waits for its turn.

    Files are read one by one, as where there is no memory to load several at once.
    """
    allowed, open_file = Semaphore(0), LocalPlace.open

    def wait_and_open(self: LocalPlace, path: str, **options: Any) -> OpenFile:
        if Path(path).parent.name == "slow":
            allowed.acquire()
        return open_file(self, path, **options)

    def load(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(LocalPlace, "open", wait_and_open)
    monkeypatch.setattr(LocalPlace, "load", load)
    yield allowed
    allowed.release(1000)


@pytest.fixture
def viewer(tmp_path: Path, openings: Semaphore) -> Iterator[Viewer]:
    """Of two runs of the same size, one of which is read when the test says so."""
    for run, modified in (("fast", 2000), ("slow", 1000)):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            for step in range(100):
                writer.add_scalar("loss", 0.5, step)
        for file in (tmp_path / run).iterdir():
            # The newest file is read first.
            os.utime(file, (modified, modified))
    with Viewer(tmp_path, port=0, cache=False) as started:
        yield started
        openings.release(1000)


def test_the_header_says_how_far_reading_has_come(
    open_page: Callable[..., Page], viewer: Viewer, openings: Semaphore
) -> None:
    page = open_page()
    page.goto(viewer.url)
    header, bar = page.get_by_role("banner"), page.get_by_role("progressbar", name="Reading event files")
    expect(bar).to_have_attribute("value", "0")
    expect(page.get_by_role("main")).to_contain_text("Reading")
    # The window of a phone has no room for words that the page itself says.
    expect_in_header(page, wide="looking for event files", narrow="")

    # Its first record alone is looked at: its file is known, and one of two has been read.
    openings.release()
    chart = page.locator('[data-testid=chart][data-tag="loss"]')
    expect(chart).to_have_attribute("data-series", "1")
    assert 0.4 < share(bar) < 0.6
    expect_in_header(page, wide=r"[\d.]+ kB of [\d.]+ kB read", narrow=r"\d+ %")
    plot = chart.locator(".u-over")
    before = plot.bounding_box()

    openings.release(1000)
    expect(chart).to_have_attribute("data-series", "2")
    expect(bar).to_have_count(0)
    expect(header.locator(".progress")).to_have_count(0)
    # Two lines have their names at their ends, in room that one did without.
    after = plot.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] < before["width"]


def share(bar: Locator) -> float:
    read, of = float(bar.get_attribute("value") or "nan"), float(bar.get_attribute("max") or "nan")
    return read / of


def expect_in_header(page: Page, **words: str) -> None:
    """Wait until the header says these words at either width, and nothing of it is pushed out of the window."""
    header = page.get_by_role("banner")
    for width, shown in ((390, words["narrow"]), (1280, words["wide"])):
        page.set_viewport_size({"width": width, "height": 800})
        expect(header.locator(".progress")).to_have_text(re.compile(f"^{shown}$"), use_inner_text=True)
        assert header.evaluate("header => header.scrollWidth <= header.clientWidth")
