"""What the demo is there to show: from the page alone, which layer of the run that blows up failed first, and when."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.watch_records import recorded

from cutaway.cli import demo
from cutaway.cli.demo import training

pytestmark = pytest.mark.browser

#: The rate that is too high.
RATE = training.LEARNING_RATES[-1]
RUN = training.run_name(RATE)
RELUS = ("features.1", "features.3", "classifier.2")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run as `cutaway demo` trains it."""
    folder = tmp_path_factory.mktemp("demo")
    for _ in training.train(training.load(), RATE, demo.DEFAULT_STEPS, folder / RUN):
        pass
    return folder


def recorded_first(run: Path) -> tuple[str, int]:
    """From the bytes of the log: the first ReLU from which only zeros came at three logging steps in a row, and when."""
    found = recorded(run)
    steps = sorted(found.arrays["watch/activation"])
    shares = {row: [_zero_share(found.row("watch/activation", row, step)) for step in steps] for row in RELUS}
    begins = {
        row: next(step for step, *last in zip(steps, share, share[1:], share[2:], strict=False) if min(last) > 0.95)
        for row, share in shares.items()
    }
    first = min(begins.values())
    return next(row for row in RELUS if begins[row] == first), first


def _zero_share(columns: dict[str, float]) -> float:
    return columns["zeros"] / columns["count"]


def test_which_layer_failed_first_and_at_which_step(page: Page, serve: Callable[..., str], log: Path) -> None:
    layer, step = recorded_first(log / RUN)
    page.goto(serve(log))
    page.locator(f'[data-testid=run-row][data-run="{RUN}"] [data-testid=findings-badge]').click()
    first = page.get_by_test_id("finding").filter(has=page.locator(".finding-first"))
    expect(first).to_have_count(1)
    expect(first).to_contain_text("Dead layer")
    expect(first).to_contain_text(re.compile(rf"at steps {step:,}–1,\d\d\d: every output is zero"))

    first.get_by_role("button", name="Layers", exact=True).click()
    details = page.get_by_test_id("layers-details")
    expect(details.locator("h2")).to_have_text(layer)
    expect(details).to_contain_text(f"At step {step:,}")
    share = details.locator("tr").filter(has_text="zero share").locator("td")
    assert np.isclose(float(share.first.inner_text().removesuffix("%").strip() or "nan"), 100)
    # At the logging step before it was at work.
    page.get_by_test_id("layers-map").focus()
    page.keyboard.press("ArrowLeft")
    said = page.get_by_test_id("layers-said")
    expect(said).to_have_text(re.compile(rf"^{re.escape(layer)}, step [\d,]+: zero share"))
    print(said.inner_text())
