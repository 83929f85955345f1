"""What is wrong is said where it is, and the rest is shown: old links, hostile names, a wrong token."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser

HTML = '<img src=x onerror="document.title=1"><script>document.title=2</script>&amp;'


@pytest.mark.slow
def test_an_old_link(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(5):
                writer.add_scalar("loss", 1.0, step)
    page.goto(
        serve(tmp_path)
        + "#show=none&except=a&except=gone&difference=old&pin=lost&pin=loss"
        + "&axis=tag:nowhere&column=last:lost&sort=nonsense"
    )
    chart = page.locator("[data-testid=chart]").first
    expect(chart).to_have_attribute("data-series", "1")
    notice = page.get_by_text("2 runs and 2 tags not here")
    notice.click()
    for name in ("gone", "old", "lost", "nowhere"):
        expect(page.locator(".notice-body")).to_contain_text(name)
    page.keyboard.press("Escape")
    expect(page.locator(".notice-body")).not_to_be_visible()


def test_names_that_are_html_and_long(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    name = HTML * (50_000 // len(HTML))
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_hparams({HTML: HTML}, {"x": 1.0}, run_name=".")
        for step in range(5):
            writer.add_scalar(name, step, step, summary_description=HTML)
            writer.add_scalar("a/" + HTML, step, step)
    page.goto(serve(tmp_path))
    charts = page.locator("[data-testid=chart]")
    expect(charts).to_have_count(3)
    expect(charts.locator("h3", has_text="<img").first).to_be_visible()
    # Shown as text, cut, with room for what stands beside it.
    box = charts.locator("h3", has_text="<img").first.bounding_box()
    assert box is not None
    card = charts.filter(has=page.locator("h3", has_text="<img")).first.bounding_box()
    assert card is not None
    assert box["x"] + box["width"] < card["x"] + card["width"] - 48
    page.get_by_test_id("run-columns").locator("summary").click()
    page.get_by_test_id("run-columns").get_by_label(HTML, exact=True).check()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("run-row")).to_contain_text("<img")
    assert page.title() not in ("1", "2")
    assert page.locator("main img, aside img").count() == 0


def test_a_wrong_token_says_where_the_right_one_is(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    url = serve(tmp_path)
    answer = page.goto(re.sub(r"/[0-9a-f]{32}/", f"/{'0' * 32}/", url))
    assert answer is not None
    assert answer.status == 401
    expect(page.locator("body")).to_contain_text("open the URL that was printed")


def test_the_page_goes_on_when_requests_fail(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(1000):
            writer.add_scalar("loss", step, step)
    page.goto(serve(tmp_path))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "1")
    broken = '{"error": "the disk is on fire"}'
    page.route("**/api/scalars", lambda route: route.fulfill(status=500, body=broken))
    page.get_by_test_id("smoothing").select_option("ema")
    expect(chart.get_by_text("not loaded")).to_have_attribute("title", "the disk is on fire")
    # What was drawn stays.
    expect(chart).to_have_attribute("data-series", "1")
    page.unroute("**/api/scalars")
    expect(chart.get_by_text("not loaded")).to_have_count(0)
    expect(chart).to_have_attribute("data-state", "ready")
