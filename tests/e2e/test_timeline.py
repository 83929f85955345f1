"""The timeline: where each kind of data was recorded, and the place that all views share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot

import cutaway

pytestmark = pytest.mark.browser


def test_from_a_curve_to_the_texts_of_that_step(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(101):
            writer.add_scalar("loss", 1.0 / (step + 1), step)
            if step % 20 == 0:
                writer.add_text("note", f"at {step}", step)
        page.goto(serve(tmp_path))
        timeline = page.get_by_test_id("timeline")
        marks = timeline.get_by_test_id("timeline-marks")
        expect(marks).to_have_attribute("data-marks", "text:6")
        place = timeline.locator("output")
        expect(place).to_have_text("newest")
        # Between two texts the one before holds.
        page.mouse.click(*in_plot(page.locator("[data-testid=chart]"), 0.47, 0.5))
        expect(place).to_have_text("step 47")
        timeline.get_by_role("button", name="Text").click()
        text = page.get_by_test_id("text")
        expect(text).to_contain_text("at 40")
        expect(text).to_contain_text("from 40")
        page.keyboard.press("ArrowRight")
        expect(text).to_contain_text("at 60")
        slider = timeline.get_by_test_id("step-slider")
        expect(slider).to_have_value("60")
        slider.focus()
        # A step of the slider leads to the next recorded one.
        page.keyboard.press("ArrowLeft")
        expect(text).to_contain_text("at 40")
        # What comes has its mark, and leaves the place alone.
        writer.add_text("note", "at 120", 120)
        writer.flush()
        expect(marks).to_have_attribute("data-marks", "text:7")
        expect(text).to_contain_text("at 40")
        page.keyboard.press("0")
        expect(text).to_contain_text("at 120")


@pytest.mark.slow
def test_a_log_of_curves_alone_has_none(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_scalar("loss", 1.0, 1)
    page.goto(serve(tmp_path))
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    expect(page.get_by_test_id("timeline")).to_have_count(0)
