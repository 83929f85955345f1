"""The exact step of a spike: in the tooltip when the pointer rests, and fixed by a click; also of a run in a group."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.places import fact, in_plot

import cutaway

pytestmark = pytest.mark.browser

STEPS = 20_000
SPIKE, DIP, NAN = 12_345, 12_340, 15_001


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Far more steps than pixels, of which one run has a spike and a dip in one bucket, and another a single NaN."""
    for rank in range(3):
        odd = {SPIKE: 6.66, DIP: -3.25} if rank == 1 else {NAN: math.nan} if rank == 2 else {}
        with cutaway.SummaryWriter(tmp_path / f"rank_{rank}") as writer:
            for step in range(STEPS):
                writer.add_scalar("loss", odd.get(step, 1.0 - rank / 10 * (rank > 1)), step)
    return tmp_path


def place_of(chart: Locator, step: float, value: float) -> tuple[float, float]:
    """On screen."""
    expect(chart).to_have_attribute("data-state", "ready")
    low, high = fact(chart, "y-min"), fact(chart, "y-max")
    start, end = fact(chart, "x-min"), fact(chart, "x-max")
    return in_plot(chart, (step - start) / (end - start), (high - value) / (high - low))


def rest_at(page: Page, chart: Locator, step: int, value: float) -> tuple[float, float]:
    """The pointer where the tooltip is of the bucket that the step is in: buckets are as narrow as two pixels."""
    x, y = place_of(chart, step, value)
    for aside in (0, 1, -1, 2, -2):
        page.mouse.move(x + aside, y)
        page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        bounds = re.findall(r"[\d,]+", page.locator(".tooltip-place").inner_text())
        low, high = (int(bounds[end].replace(",", "")) for end in (0, -1))
        if low <= step <= high:
            return x + aside, y
    pytest.fail(f"no place within two pixels of ({x}, {y}) is in the bucket of {step}")


def test_the_step_of_a_spike(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    # A spike is as narrow as its bucket: the pointer need not be within its two pixels.
    x, y = place_of(chart, SPIKE, 6.6)
    page.mouse.move(x + 3, y)
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text("6.66")
    expect(page.get_by_test_id("tooltip-extremes")).to_contain_text("max 6.66 at 12,345")
    expect(page.get_by_test_id("tooltip-extremes")).to_contain_text("min −3.25 at 12,340")
    # On the spike, its step is fixed, wherever in the bucket the pointer is.
    page.mouse.click(*rest_at(page, chart, SPIKE, 6.66))
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("at step 12,345")
    expect(page).to_have_url(re.compile("at=step%3A12345"))
    spiked = details.get_by_test_id("details-row").filter(has_text="rank_1")
    expect(spiked.locator(".number").first).to_have_text("6.66")
    expect(spiked).to_contain_text("max 6.66 at 12,345")
    expect(spiked).to_contain_text("min −3.25 at 12,340")
    # Beside it the nearest step that was recorded.
    page.mouse.click(*place_of(chart, 5000.4, 3.0))
    expect(details).to_contain_text(re.compile(r"at step [45],\d\d\d"))
    assert re.search(r"at=step%3A\d+(&|$)", page.url)
    # Anyone who opens the link is told the same.
    page.goto(re.sub("at=step%3A[0-9]+", "at=step%3A12345", page.url))
    expect(details).to_contain_text("at step 12,345")
    expect(spiked.locator(".number").first).to_have_text("6.66")


@pytest.mark.slow
def test_the_extremes_of_a_group_and_its_marks(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#group=/(rank)/")
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "1")
    expect(chart).to_have_attribute("data-marks", "1")
    rest_at(page, chart, SPIKE, 1.0)
    extremes = page.get_by_test_id("tooltip-extremes")
    expect(extremes).to_contain_text("max 6.66 at 12,345 (rank_1)")
    expect(extremes).to_contain_text("min −3.25 at 12,340 (rank_1)")
    rest_at(page, chart, NAN, 1.0)
    expect(page.get_by_test_id("tooltip")).to_contain_text("NaN: rank_2")
    expect(extremes).to_contain_text("NaN at 15,001 (rank_2)")
    page.mouse.click(*rest_at(page, chart, SPIKE, 6.66))
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("at step 12,345")
    expect(details.get_by_test_id("details-row")).to_contain_text("max 6.66 at 12,345 (rank_1)")
    # The smaller band is another choice.
    page.keyboard.press("Escape")
    page.get_by_test_id("band").select_option("means")
    expect(chart).to_have_attribute("data-state", "ready")
    page.wait_for_function("() => Number(document.querySelector('[data-testid=chart]').dataset.yMax) < 3")
