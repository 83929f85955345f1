"""From a chart to the images, distributions and texts of the same subject, at the same place, and back."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.places import in_plot

import cutaway

pytestmark = pytest.mark.browser

#: Where the loss jumps, of 101 steps.
SPIKE = 60


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(101):
            loss = 100.0 if step == SPIKE else 1.0 / (step + 1)
            writer.log({"train/loss": loss, "grad_norm/decoder.3.weight": 1.0, "lr": 0.1}, step)
            if step % 20 == 0:
                picture = np.full((4, 4, 1), step, np.uint8)
                writer.add_image("train/samples", picture, step, dataformats="HWC")
                writer.add_image("other/samples", picture, step, dataformats="HWC")
                writer.add_histogram("weights/decoder/3", np.arange(step + 1.0), step)
                writer.add_histogram("weights/decoder/4", np.arange(step + 1.0), step)
                writer.add_text("train/mistakes", f"at {step}", step)
                writer.add_text("config", "lr 0.1", step)
    return tmp_path


def chart(page: Page, tag: str) -> Locator:
    return page.locator(f'[data-testid=chart][data-tag="{tag}"]')


def tags(page: Page, card: str) -> list[str]:
    return [each.get_attribute("data-tag") or "" for each in page.get_by_test_id(card).all()]


def click_on_spike(page: Page) -> None:
    """The first click: the spike's step is fixed, and the details open."""
    page.mouse.click(*in_plot(chart(page, "train/loss"), SPIKE / 100, 0.5))
    expect(page.get_by_test_id("timeline").locator("output")).to_have_text(f"step {SPIKE}")


def test_from_a_spike_to_all_of_that_step_in_two_clicks(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    click_on_spike(page)
    place = page.get_by_test_id("timeline").locator("output")
    details = page.get_by_test_id("details")

    length = page.evaluate("history.length")
    details.get_by_test_id("subject-text").click()
    expect(page.get_by_test_id("text")).to_contain_text(f"at {SPIKE}")
    assert tags(page, "text-card") == ["train/mistakes/text_summary"]
    expect(page.get_by_test_id("subject")).to_have_text("train for train/loss ×")
    expect(place).to_have_text(f"step {SPIKE}")
    assert page.evaluate("history.length") == length + 1

    # One step back: the chart, with its details at the same step, and all other charts.
    page.go_back()
    expect(details).to_be_visible()
    expect(page.get_by_test_id("subject")).to_have_count(0)
    expect(chart(page, "lr")).to_have_count(1)
    details.get_by_test_id("subject-images").click()
    expect(page.get_by_test_id("image")).to_have_attribute("data-step", str(SPIKE))
    assert tags(page, "image-card") == ["train/samples"]

    # Of the loss there are no histograms: all are shown.
    page.go_back()
    details.get_by_test_id("subject-distributions").click()
    expect(page.get_by_test_id("distribution")).to_have_count(2)
    expect(page.get_by_test_id("subject")).to_have_text("all for train/loss ×")
    run = page.get_by_test_id("distribution-run").first
    expect(run).to_have_attribute("data-step", str(SPIKE))
    page.keyboard.press("Escape")
    expect(place).to_have_text("newest")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("subject")).to_have_count(0)


def test_the_key_goes_on_with_the_step_that_is_pointed_at(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    pointed = chart(page, "grad_norm/decoder.3.weight")
    page.mouse.move(*in_plot(pointed, 0.4, 0.5))
    expect(page.get_by_test_id("tooltip")).to_be_visible()
    length = page.evaluate("history.length")
    page.keyboard.press("g")
    # The same subject by another name, at the step under the pointer.
    expect(page.get_by_test_id("distribution")).to_have_count(1)
    expect(page.get_by_test_id("distribution-run")).to_have_attribute("data-step", "40")
    expect(page.get_by_test_id("subject")).to_have_text("decoder/3 ×")
    assert tags(page, "distribution") == ["weights/decoder/3"]
    assert page.evaluate("history.length") == length + 1
    page.keyboard.press("g")
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    expect(pointed).to_have_count(1)
    expect(page.get_by_test_id("timeline").locator("output")).to_have_text("step 40")
    page.get_by_test_id("subject").click()
    expect(chart(page, "lr")).to_have_count(1)


@pytest.mark.slow
def test_a_typed_filter_leads_to_no_empty_page(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("tag-filter").fill("loss")
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    click_on_spike(page)
    # By the timeline: all texts, as none has the name.
    page.get_by_test_id("timeline").get_by_role("button", name="Text").click()
    expect(page.get_by_test_id("text-card")).to_have_count(2)
    expect(page.get_by_test_id("filter-off")).to_be_visible()
    expect(page.get_by_test_id("tag-filter")).to_have_value("loss")
    page.go_back()
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    expect(page.get_by_test_id("filter-off")).to_have_count(0)
    # By the subject.
    page.get_by_test_id("details").get_by_test_id("subject-images").click()
    expect(page.get_by_test_id("image")).to_have_attribute("data-step", str(SPIKE))
    assert tags(page, "image-card") == ["train/samples"]
    expect(page).to_have_url(re.compile("tags-off=yes&subject="))
    # It holds again when the user says so.
    page.get_by_test_id("filter-off").click()
    expect(page.get_by_text("matches the filter and the subject")).to_be_visible()
    page.get_by_test_id("view-scalars").click()
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    # A link brings the same page.
    page.reload()
    expect(page.get_by_test_id("subject")).to_have_text("train/loss ×")
    expect(page.get_by_test_id("tag-filter")).to_have_value("loss")
