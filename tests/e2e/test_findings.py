"""What the rules find: listed, counted beside runs and in the tab, on the timeline, and followed to the layers."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests import watch_log
from tests.e2e.test_accessibility import violations
from tests.layers import columns, names

import cutaway

pytestmark = pytest.mark.browser

STEPS = 200


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A gradient that explodes, a loss that goes to NaN, and a run that goes well."""
    log = tmp_path / "log"
    rms = 1e-3 * np.exp(0.2 * np.random.default_rng(0).standard_normal((STEPS, 6)))
    rms[150:160, 2:4] *= 100
    of = columns("gradient", names(6, ".weight"), rms, steps=STEPS)
    watch_log.write(log / "bad", watch_log.records("watch/gradient", of.layout, of.steps.tolist(), of.values))
    with cutaway.SummaryWriter(log / "lost") as writer:
        for step in range(100):
            writer.add_scalar("train/loss", float("nan") if step > 60 else 2.0 / (1 + step), step)
        writer.add_text("notes", "text", 0)
    record_well(log / "well", 20)
    return log


def record_well(run: Path, points: int) -> None:
    with cutaway.SummaryWriter(run) as writer:
        for step in range(points):
            writer.add_scalar("train/loss", 1 / (1 + step), step)


def test_a_finding_leads_to_its_layer(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    # An error and a warning: whatever view is open, the tab counts them.
    expect(page.get_by_test_id("tab-alarm")).to_have_text("2")
    bad = page.locator("[data-testid=run-row][data-run=bad] [data-testid=findings-badge]")
    expect(bad).to_have_attribute("title", re.compile(r"The gradient explodes in layers\.2–3\.weight"))
    expect(page.locator("[data-run=well] [data-testid=findings-badge]")).to_have_count(0)

    bad.click()
    found = page.get_by_test_id("finding")
    # The newest first: the loss was recorded today.
    expect(found).to_have_count(2)
    expect(found.nth(0)).to_contain_text("train/loss is NaN from step 61 on")
    expect(found.nth(0)).to_have_attribute("data-severity", "error")
    expect(found.nth(1)).to_contain_text("at steps 150–159")
    assert violations(page) == []

    found.nth(1).get_by_role("button", name="Layers", exact=True).click()
    expect(page).to_have_url(re.compile(r"view=layers.*at=step%3A150.*layers-row=layers\.2\.weight"))
    expect(page.get_by_test_id("view-layers")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(found).to_have_count(2)
    found.nth(0).get_by_role("button", name="Scalars", exact=True).click()
    expect(page).to_have_url(re.compile(r"at=step%3A61"))
    expect(page.get_by_test_id("view-scalars")).to_have_attribute("aria-current", "page")


def test_which_are_listed(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(f"{serve(logdir)}#view=findings")
    found = page.get_by_test_id("finding")
    expect(found).to_have_count(2)
    page.get_by_test_id("severity-unknown").click()
    expect(found.filter(has_text="not enough data").first).to_be_visible()
    page.get_by_test_id("severity-unknown").click()
    page.get_by_test_id("severity-error").click()
    expect(found).to_have_count(1)
    expect(page).to_have_url(re.compile("severity=warning%2Cinfo"))
    page.get_by_test_id("findings-rule").select_option("loss-not-finite")
    expect(page.get_by_test_id("no-findings")).to_contain_text("No such finding")
    page.get_by_test_id("severity-error").click()
    expect(found).to_have_count(1)
    page.reload()
    expect(found).to_have_count(1)


def test_keys_go_from_one_finding_to_the_next(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(f"{serve(logdir)}#view=findings")
    sentences = page.locator(".finding-sentence")
    expect(sentences).to_have_count(2)
    sentences.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(sentences.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(sentences.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=layers"))


def test_the_timeline_has_a_tick_at_each(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(f"{serve(logdir)}#view=text")
    marks = page.get_by_test_id("timeline-marks")
    expect(marks).to_have_attribute("data-findings", "150 61")
    # Of the shown runs alone.
    page.locator("[data-testid=run-row][data-run=lost] input").uncheck()
    expect(marks).to_have_attribute("data-findings", "150")


def test_a_finding_appears_while_the_page_is_open(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    record_well(tmp_path / "log" / "well", 5)
    page.goto(f"{serve(tmp_path / 'log')}#view=findings")
    expect(page.get_by_test_id("no-findings")).to_contain_text("Nothing found")
    assert violations(page) == []
    with cutaway.SummaryWriter(tmp_path / "log" / "new") as writer:
        writer.add_scalar("train/loss", float("inf"), 7)
    expect(page.get_by_test_id("finding")).to_contain_text("train/loss is +Inf from step 7 on")
    expect(page.get_by_test_id("tab-alarm")).to_have_text("1")


def test_very_many_findings(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(250):
        with cutaway.SummaryWriter(tmp_path / "log" / f"run{number}") as writer:
            writer.add_scalar("train/loss", float("nan"), number)
    page.goto(f"{serve(tmp_path / 'log')}#view=findings")
    found = page.get_by_test_id("finding")
    expect(found).to_have_count(200)
    page.get_by_role("button", name="Show 50 more of 250").click()
    expect(found).to_have_count(250)
