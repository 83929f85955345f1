"""What the demo is there to show: from the page alone, which layer of the run that blows up failed first, and when."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from tests.watch_records import recorded

import cutaway
from cutaway.cli import demo
from cutaway.cli.demo import training

pytestmark = pytest.mark.browser

#: The rate that is too high.
RATE = training.LEARNING_RATES[-1]
RUN = training.run_name(RATE)
#: When it has long blown up.
STEPS = 800
RELUS = ("features.1", "features.3", "classifier.2")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run as `cutaway demo` trains it, with the interval that it chooses on most machines."""

    class Writer(cutaway.SummaryWriter):
        def watch(self, *arguments: Any, **options: Any) -> Any:
            return super().watch(*arguments, **options | {"every": 20})

    folder, threads = tmp_path_factory.mktemp("demo"), torch.get_num_threads()
    training.use_one_thread()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "SummaryWriter", Writer)
        steps = training.train(training.load(), RATE, demo.DEFAULT_STEPS, folder / RUN)
        for _ in islice(steps, STEPS):
            pass
        steps.close()
    torch.set_num_threads(threads)
    return folder


def recorded_first(run: Path) -> tuple[str, int]:
    """From the bytes of the log: the first layer that is NaN, or a ReLU that is zero for three logging steps."""
    found = recorded(run)
    steps = sorted(found.arrays["watch/activation"])
    begins = {}
    for row in found.layouts["watch/activation"].rows:
        columns = [found.row("watch/activation", row, step) for step in steps]
        dead = [row in RELUS and each["zeros"] > 0.95 * each["count"] for each in columns]
        bad = [
            each["nan"] > 0 or (all(dead[place : place + 3]) and place + 2 < len(dead))
            for place, each in enumerate(columns)
        ]
        if any(bad):
            begins[row] = steps[bad.index(True)]
    first = min(begins.values())
    return next(row for row, step in begins.items() if step == first), first


def test_which_layer_failed_first_and_at_which_step(page: Page, serve: Callable[..., str], log: Path) -> None:
    layer, step = recorded_first(log / RUN)
    page.goto(serve(log))
    page.locator(f'[data-testid=run-row][data-run="{RUN}"] [data-testid=findings-badge]').click()
    first = page.get_by_test_id("finding").filter(has_text="went wrong first")
    expect(first).to_have_count(1)
    expect(first).to_contain_text(f"steps {step:,}–")

    first.get_by_role("button", name="Layers", exact=True).click()
    details = page.get_by_test_id("layers-details")
    expect(details.locator("h2")).to_have_text(layer)
    expect(details).to_contain_text(f"At step {step:,}")
    statistic = page.get_by_test_id("layers-statistic").locator("option:checked").inner_text()
    value = details.locator("tr").filter(has_text=statistic).locator("td").first
    failed = value.inner_text()
    # At the logging step before it was at work.
    layers = page.get_by_test_id("layers-map")
    expect(layers).to_have_attribute("data-state", "ready")
    layers.focus()
    page.keyboard.press("ArrowLeft")
    said = page.get_by_test_id("layers-said")
    expect(said).to_contain_text(f"{layer}, step {step - 20:,}: {statistic}")
    assert not said.inner_text().endswith(failed)
