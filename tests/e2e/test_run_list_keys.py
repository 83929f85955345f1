"""The list of runs without a pointer: one stop of the Tab key, arrows within it, and ways past everything before it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser

FOCUS = "document.activeElement.closest('[data-row]')?.dataset.row ?? document.activeElement.tagName"


def test_one_tab_stop_with_arrows(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(60):
        with cutaway.SummaryWriter(tmp_path / f"run{number:02}") as writer:
            writer.add_scalar("loss", 1.0, number)
    page.goto(serve(tmp_path))
    rows = page.get_by_test_id("run-row")
    expect(rows.first).to_be_visible()

    def press(*keys: str) -> str:
        for key in keys:
            page.keyboard.press(key)
        return str(page.evaluate(FOCUS))

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Go to the runs")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Show run00")).to_be_focused()
    assert press("ArrowDown", "ArrowDown") == "run02"
    assert press("ArrowUp") == "run01"
    page.keyboard.press("Space")
    expect(page.get_by_label("Show run01")).not_to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Colour and menu of run01")).to_be_focused()
    assert press("ArrowDown") == "run02"
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Show run02")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_label("Show run59")).to_be_focused()
    expect(page.locator("[data-run=run59]")).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(page.get_by_label("Show run00")).to_be_focused()

    # Farther than is in the document.
    for _ in range(45):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Show run45")).to_be_focused()
    expect(page.locator("[data-run=run45]")).to_be_in_viewport()
    # One stop: the next leads out of the list, and back to where one was.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.run-scroller')") is None
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Show run45")).to_be_focused()

    page.get_by_role("button", name="Go to scalars").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
