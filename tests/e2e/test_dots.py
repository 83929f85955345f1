"""Results that each run recorded once are dots, a place for each run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import drag, in_plot

import cutaway

pytestmark = pytest.mark.browser

SCORES = {"lr=0.1/seed=0": 0.75, "lr=0.1/seed=1": 0.5, "lr=0.2/seed=0": 0.25}


def test_each_run_has_its_dot(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number, (run, score) in enumerate(SCORES.items()):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            writer.add_scalar("hparam/score", score, 100 * number)
    url = serve(tmp_path)
    # Neither a range of steps nor a logarithmic axis hides a point; groups have the dots of their runs.
    for fragment in ("", "#step=10,20&x=log", "#group=/(lr=[^/]*)/&smooth=ema,0.6"):
        page.goto("about:blank")
        page.goto(url + fragment)
        chart = page.locator("[data-testid=chart]")
        expect(chart).to_have_attribute("data-state", "ready")
        expect(chart).to_have_attribute("data-x-max", "2.5")
        expect(chart).to_have_attribute("data-series", "3")
        for place, score in enumerate(SCORES.values()):
            page.mouse.move(*in_plot(chart, (place + 0.5) / 3, 0.5))
            tooltip = page.get_by_test_id("tooltip")
            expect(tooltip).to_contain_text(f"step {100 * place}")
            expect(tooltip).to_contain_text(str(score))
            assert tooltip.locator("tbody tr").count() == 1
    drag(page, chart, (0.1, 0.5), (0.4, 0.5))
    expect(chart).to_have_attribute("data-x-max", "2.5")
    page.mouse.click(*in_plot(chart, 0.5, 0.5))
    expect(page.get_by_test_id("details")).to_contain_text("0.5")
    assert "at=step%3A100" in page.url
