"""Distributions: from the URL to histograms on the screen, and a ridgeline of 1,000 steps drawn again

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's page a histogram counts as drawn when the first card has a ridge.
"""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.browser import browser_page, click_durations, opened, watch_clicks
from benchmarks.harness import Result, compare_figures
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

TAGS, STEPS = 300, 1000
OURS = "() => document.querySelector('[data-testid=distribution][data-state=ready] canvas[data-drawn]') !== null"
#: Its cards lie in shadow roots.
THEIRS = """() => {
  const found = (root, name) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === name) return element;
      const below = element.shadowRoot && found(element.shadowRoot, name);
      if (below) return below;
    }
    return null;
  };
  const chart = found(document, 'vz-histogram-timeseries');
  return chart !== null && (chart.shadowRoot ?? chart).querySelector('.histogram path[d]') !== null;
}"""
LARGE = (
    "() => document.querySelector('[data-testid=distribution].is-expanded[data-state=ready]')?.dataset.rows === '1000'"
)


def benchmarks() -> Iterator[Result]:
    """Opening, and drawing again."""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(lambda server: len(server.json("data/plugin/histograms/tags").get("run0", {})) == TAGS)
            yield compare_figures(
                "URL to the first histograms, 300 tags x 1,000 steps",
                lambda: opened(f"{mine.url}#view=distributions", OURS),
                lambda: opened(f"{peer.url}#histograms", THEIRS),
                peer_name=f"{TENSORBOARD}, at most 500 steps a tag",
                unit="",
                rounds=3,
            )
            yield _redrawn(mine)


def _write(folder: Path) -> None:
    numbers = np.random.default_rng(0).standard_normal((16, 512)).astype(np.float32)
    with SummaryWriter(folder / "run0") as writer:
        for step in range(STEPS):
            for tag in range(TAGS):
                writer.add_histogram(
                    f"layer{tag // 6}/w{tag % 6}", numbers[(tag + step) % 16] * (1 + step / STEPS), step
                )


def _redrawn(mine: Server) -> Result:
    """From the click that makes counts logarithmic to the frame after it; 50 ms is the bound."""
    with browser_page() as page:
        page.goto(f"{mine.url}#view=distributions&large-distribution=layer0/w0")
        page.wait_for_function(LARGE, timeout=120_000)
        page.wait_for_timeout(2000)
        watch_clicks(page)
        for _ in range(8):
            page.get_by_test_id("log-counts").click()
            page.wait_for_timeout(700)
        durations = click_durations(page)
    # What takes less than a frame is not told.
    figure = statistics.median(durations) if durations else 0.016
    ratio = 0.05 / figure
    return Result(
        what="ridgeline of 1,000 steps drawn again",
        unit="",
        ours=figure,
        peer_name="the bound, 50 ms",
        peer=0.05,
        ratio=ratio,
        lowest_ratio=ratio,
        highest_ratio=ratio,
        note="all steps on screen, median of 8",
    )
