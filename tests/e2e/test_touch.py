"""Fingers in a chart: a tap and a stroke read values, two fingers zoom, and up and down they scroll the page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect
from tests.e2e.places import expect_fact, fact, in_plot

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def tablet(open_page: Callable[..., Page]) -> Page:
    """A page of a tablet's size that is touched."""
    return open_page(viewport={"width": 820, "height": 700}, has_touch=True, is_mobile=True)


def stroke(session: CDPSession, *fingers: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Each finger from one place on screen to another, in ten moves."""

    def touch(kind: str, share: float) -> None:
        points = [{"x": x + share * (to_x - x), "y": y + share * (to_y - y)} for (x, y), (to_x, to_y) in fingers]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if kind != "touchEnd" else []})

    touch("touchStart", 0)
    for number in range(1, 11):
        touch("touchMove", number / 10)
    touch("touchEnd", 1)


def test_fingers(tablet: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(1000):
            writer.log({f"tag{number}": float(step) for number in range(8)}, step)
    tablet.goto(serve(tmp_path))
    chart = tablet.get_by_test_id("chart").first
    tooltip = tablet.get_by_test_id("tooltip")
    session = tablet.context.new_cdp_session(tablet)

    tablet.touchscreen.tap(*in_plot(chart, 0.5, 0.5))
    expect(tooltip).to_contain_text(re.compile("step (49|50)"))
    details = tablet.get_by_test_id("details")
    expect(details).to_be_visible()
    tablet.keyboard.press("Escape")
    expect(details).not_to_be_visible()

    stroke(session, (in_plot(chart, 0.2, 0.5), in_plot(chart, 0.8, 0.5)))
    expect(tooltip).to_contain_text(re.compile("step (79|80)"))
    assert "step=" not in tablet.url

    stroke(
        session,
        (in_plot(chart, 0.45, 0.5), in_plot(chart, 0.1, 0.5)),
        (in_plot(chart, 0.55, 0.5), in_plot(chart, 0.9, 0.5)),
    )
    expect_fact(chart, "x-min", 400, 480)
    expect_fact(chart, "x-max", 520, 600)
    assert fact(chart, "x-max") - fact(chart, "x-min") < 160

    zoomed = tablet.url
    stroke(session, (in_plot(chart, 0.5, 0.9), in_plot(chart, 0.5, -3)))
    tablet.wait_for_function("() => document.querySelector('[data-testid=chart]').getBoundingClientRect().top < 60")
    assert tablet.url == zoomed
