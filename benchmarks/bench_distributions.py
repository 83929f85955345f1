"""Distributions: from the URL to histograms on the screen, and a ridgeline of 1,000 steps drawn again

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's page, which has at most 500 steps of a tag, a histogram counts as drawn when the first card
has a ridge; of ours when every card in sight has all of what it asked for.
"""

import statistics
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.browser import browser_page, opened
from benchmarks.harness import Row, Rows, compare_figures, within_bound
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

TAGS, STEPS = 300, 1000

#: Whether every card of which more than the heading is in the window has its histograms on its canvas.
OURS = """() => {
  const seen = [...document.querySelectorAll('[data-testid=distribution]')].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 0 && top < innerHeight - 40;
  });
  return seen.length > 0 && seen.every((card) => card.dataset.state === 'ready' && card.querySelector('canvas'));
}"""
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
#: From a click on a box to the end of the frame after it, in milliseconds: left in `window.redrawn`.
_REDRAWN = """
(box) => {
  window.redrawn = undefined;
  const start = performance.now();
  box.click();
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { window.redrawn = performance.now() - start; };
    channel.port2.postMessage(null);
  });
}
"""
BOUND = 0.05


def benchmarks() -> Rows:
    """Opening, and drawing again."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(lambda server: len(server.json("data/plugin/histograms/tags").get("run0", {})) == TAGS)
            yield compare_figures(
                f"URL to the histograms in sight, {TAGS} tags x {STEPS:,} steps",
                lambda: opened(f"{mine.url}#view=distributions", OURS),
                lambda: opened(f"{peer.url}#histograms", THEIRS),
                peer_name=f"{TENSORBOARD}, its first histogram",
            )
            yield _redrawn(mine)


def write(folder: Path) -> None:
    """One run of 300,000 histograms of 512 numbers."""
    numbers = np.random.default_rng(0).standard_normal((16, 512)).astype(np.float32)
    with SummaryWriter(folder / "run0") as writer:
        for step in range(STEPS):
            for tag in range(TAGS):
                values = numbers[(tag + step) % 16] * (1 + step / STEPS)
                writer.add_histogram(f"layer{tag // 6}/w{tag % 6}", values, step)


def _redrawn(mine: Server) -> Row:
    def redrawn() -> float:
        with browser_page() as page:
            page.goto(f"{mine.url}#view=distributions&large-distribution=layer0/w0")
            page.wait_for_function(LARGE, timeout=120_000)
            page.wait_for_timeout(2000)
            return statistics.median(_one_redraw(page) for _ in range(5))

    what = f"ridgeline of {STEPS:,} steps drawn again, with logarithmic counts and without"
    return within_bound(what, redrawn, BOUND)


def _one_redraw(page: Page) -> float:
    page.evaluate(_REDRAWN.replace("(box)", "([box])"), [page.get_by_test_id("log-counts").element_handle()])
    page.wait_for_function("() => window.redrawn !== undefined", timeout=60_000)
    page.wait_for_timeout(500)
    return float(page.evaluate("window.redrawn")) / 1000
