"""What is asked for less often: superseded points, the order under the pointer, pausing, sizes, descriptions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = pytest.mark.browser


def test_superseded_points(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(100):
            writer.add_scalar("loss", 50.0 if step > 60 else 1.0, step)
    with cutaway.SummaryWriter(tmp_path / "run", purge_step=50) as writer:
        for step in range(50, 80):
            writer.add_scalar("loss", 2.0, step)
    page.goto(serve(tmp_path))
    chart = page.locator("[data-testid=chart]")
    expect_fact(chart, "y-max", 2, 3)
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("superseded").check()
    expect_fact(chart, "y-max", 50, 60)
    assert "superseded=yes" in page.url
    page.get_by_test_id("superseded").uncheck()
    expect_fact(chart, "y-max", 2, 3)


def test_the_order_under_the_pointer_and_descriptions(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name, value in (("b", 3.0), ("a", 1.0), ("c", 2.0)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(10):
                writer.add_scalar("loss", value, step, summary_description="Mean over the batch")
    page.goto(serve(tmp_path))
    chart = page.locator("[data-testid=chart]")
    tooltip = page.get_by_test_id("tooltip")

    def names() -> list[str]:
        page.mouse.move(*in_plot(chart, 0.5, 0.97))
        page.mouse.move(*in_plot(chart, 0.51, 0.97))
        expect(tooltip).to_be_visible()
        return tooltip.locator(".tooltip-run").all_inner_texts()

    assert names() == ["b", "c", "a"]
    page.get_by_test_id("more").locator("summary").click()
    page.mouse.click(640, 780)
    # A press beside a menu closes it.
    expect(page.get_by_test_id("tooltip-order")).not_to_be_visible()
    for order, expected in (("nearest", ["a", "c", "b"]), ("name", ["a", "b", "c"])):
        page.get_by_test_id("more").locator("summary").click()
        page.get_by_test_id("tooltip-order").select_option(order)
        page.keyboard.press("Escape")
        assert names() == expected
    # It is beside the pointer, wherever that is.
    for across in (0.05, 0.5, 0.95):
        x, y = in_plot(chart, across, 0.5)
        page.mouse.move(x, y)
        box = tooltip.bounding_box()
        assert box is not None
        assert not (box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"])
    expect(chart.get_by_role("note")).to_have_attribute("title", "Mean over the batch")


@pytest.mark.slow
def test_pause_and_sizes(page: Page, open_page: Callable[..., Page], serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_scalar("loss", 1.0, 1)
        writer.flush()
        # Findings are asked for a little after the first picture.
        with page.expect_response(lambda answer: "api/findings" in answer.url):
            page.goto(serve(tmp_path))
        chart = page.locator("[data-testid=chart]")
        expect(chart).to_have_attribute("data-last-x", "1")
        state = page.get_by_test_id("live-state")
        expect(state).to_have_attribute("data-state", "live")
        other = open_page()
        other.goto(page.url)
        elsewhere = other.locator("[data-testid=chart]")
        expect(elsewhere).to_have_attribute("data-last-x", "1")
        # It listens no more, and asks for nothing, while another page already has what is new.
        with page.expect_event("requestfailed", lambda request: "/api/live" in request.url):
            state.click()
        expect(state).to_have_attribute("data-state", "paused")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        writer.add_scalar("loss", 1.0, 2)
        writer.flush()
        expect(elsewhere).to_have_attribute("data-last-x", "2")
        assert asked == []
        expect(chart).to_have_attribute("data-last-x", "1")
        state.click()
        expect(chart).to_have_attribute("data-last-x", "2")
    before = chart.bounding_box()
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("chart-size").select_option("large")
    page.keyboard.press("Escape")
    after = chart.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 50
    page.reload()
    expect(page.get_by_test_id("chart-size")).to_have_value("large")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    page.keyboard.press("f")
    page.wait_for_function("() => document.querySelector('.card').clientHeight > innerHeight * 0.7")
