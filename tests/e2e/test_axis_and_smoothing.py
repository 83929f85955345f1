"""What curves are drawn against, and smoothing: chosen, in the link, and there again after a reload."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser

STEPS = 100
#: Seconds between two steps.
PACE = 30.0


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for number, start in enumerate((1.7e9, 1.71e9)):
        with cutaway.SummaryWriter(tmp_path / f"run{number}") as writer:
            for step in range(STEPS):
                writer.add_scalar("loss", step % 2, step, walltime=start + PACE * step)
    return tmp_path


def test_time_since_the_start(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-x-max", str(STEPS - 1))
    page.get_by_test_id("axis").select_option("relative time")
    # Both runs begin at 0, though the second began months later.
    expect(chart).to_have_attribute("data-x-max", str(int(PACE * (STEPS - 1))))
    assert chart.get_attribute("data-x-min") == "0"
    page.get_by_test_id("axis").select_option("wall time")
    expect(chart).to_have_attribute("data-x-min", "1700000000")
    assert "axis=wall" in page.url
    page.reload()
    expect(chart).to_have_attribute("data-x-min", "1700000000")
    expect(page.get_by_test_id("axis")).to_have_value("wall")


def test_smoothing_beside_what_was_recorded(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-last-x", str(STEPS - 1))
    page.get_by_test_id("smoothing").select_option("running mean")
    amount = page.get_by_test_id("smoothing-amount")
    amount.focus()
    page.keyboard.press("End")
    assert "smooth=mean%2C1000" in page.url
    expect(chart).to_have_attribute("data-state", "ready")
    # What was recorded is still what the y axis has room for.
    assert float(chart.get_attribute("data-y-max") or 0) >= 1
    chart.locator(".u-over").hover()
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text("smoothed")
    expect(tooltip.locator("tr.is-emphasised td").nth(2)).to_have_text("0.5")
    page.keyboard.press("Home")
    page.reload()
    expect(page.get_by_test_id("smoothing")).to_have_value("mean")
    page.get_by_test_id("smoothing").select_option("none")
    assert "smooth" not in page.url


@pytest.mark.slow
def test_a_zoom_stays_when_the_axis_changes(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#step=20,40")
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-x-max", "40")
    page.get_by_test_id("axis").select_option("relative time")
    expect(chart).to_have_attribute("data-x-min", str(int(PACE * 20)))
    expect(chart).to_have_attribute("data-x-max", str(int(PACE * 40)))
    assert "relative=600%2C1200" in page.url


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    """A run of two sessions with a night between them, and one that begins at step 1000; epochs of twenty steps."""
    for name, first in (("new", 0), ("tuned", 1000)):
        for session in range(2):
            with cutaway.SummaryWriter(tmp_path / name) as writer:
                for step in range(session * STEPS, (session + 1) * STEPS):
                    time = 1.7e9 + PACE * step + session * 36_000
                    writer.add_scalar("loss", step % 7, first + step, walltime=time)
                    if step % 20 == 0:
                        writer.add_scalar("epoch", step // 20, first + step, walltime=time)
                        writer.add_scalar("rate", step % 3, first + step, walltime=time)
    return tmp_path


def test_nothing_is_drawn_through_the_night_and_training_time_leaves_it_out(
    page: Page, serve: Callable[..., str], interrupted: Path
) -> None:
    page.goto(serve(interrupted) + "#filter=loss")
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    axis = page.get_by_test_id("axis")
    expect(chart).to_have_attribute("data-x-max", "1199")
    axis.select_option("step, aligned starts")
    expect(chart).to_have_attribute("data-x-max", "199")
    assert "axis=aligned" in page.url
    axis.select_option("relative time")
    expect(chart).to_have_attribute("data-x-max", str(int(PACE * 199 + 36_000)))
    axis.select_option("training time")
    # From the last value of the first session to the first of the second nothing was spent.
    expect(chart).to_have_attribute("data-x-max", str(int(PACE * 198)))
    page.reload()
    expect(axis).to_have_value("training")
    expect(chart).to_have_attribute("data-x-max", str(int(PACE * 198)))


@pytest.mark.slow
def test_a_tag_that_never_turns_back_throws_no_points_away(
    page: Page, serve: Callable[..., str], interrupted: Path
) -> None:
    page.goto(serve(interrupted) + "#axis=tag:epoch")
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-x-max", "9")
    expect(chart).not_to_contain_text("left out")
    page.get_by_test_id("x-tag").fill("rate")
    expect(chart).to_contain_text("at equal steps, 380 points left out")
