"""Ten thousand tags of mixed kinds: from the URL to the cards in sight

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of ours every card in sight has its data; of TensorBoard's time series page the first card has its run.
"""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.browser import opened
from benchmarks.harness import Row, Rows, compare_figures
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

#: Of each kind.
TAGS, IN_GROUP = 2500, 50

#: Whether every card of which more than the heading is in the window has its data.
OURS = """() => {
  const seen = [...document.querySelectorAll('.view-body [data-tag]')].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 0 && top < innerHeight - 40;
  });
  const isReady = (card) => (card.dataset.state ?? card.querySelector('[data-state]')?.dataset.state) === 'ready';
  return seen.length > 0 && seen.every(isReady);
}"""
CHARTS = """() => {
  const seen = [...document.querySelectorAll('[data-testid=chart]')].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 0 && top < innerHeight - 40;
  });
  return seen.length > 0 && seen.every((card) => Number(card.dataset.points) > 0);
}"""
THEIRS = """() => {
  const card = document.querySelector('image-card, scalar-card, histogram-card');
  return card !== null && card.querySelector('mat-spinner') === null && card.textContent.includes('run');
}"""


def benchmarks() -> Rows:
    """Opening the charts, and the histograms."""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(_has_tags)
            for view, condition in (("scalars", CHARTS), ("images", OURS), ("distributions", OURS)):
                yield _opening(view, condition, mine, peer)


def _opening(view: str, condition: str, mine: Server, peer: Server) -> Row:
    return compare_figures(
        f"URL to the {view} in sight, {4 * TAGS:,} tags of scalars, images, histograms and texts",
        lambda: opened(f"{mine.url}#view={view}", condition),
        lambda: opened(peer.url, THEIRS),
        peer_name=f"{TENSORBOARD}, its first card",
    )


def _has_tags(server: Server) -> bool:
    return len(server.json("data/plugin/timeseries/tags")["scalars"]["runTagInfo"].get("run", [])) == TAGS


def _write(folder: Path) -> None:
    pixel = np.zeros((1, 1, 3), np.uint8)
    with SummaryWriter(folder / "run") as writer:
        for number in range(TAGS):
            group = f"group{number // IN_GROUP:02d}"
            for step in range(3):
                writer.add_scalar(f"{group}/value{number}", number + step, step)
            writer.add_image(f"{group}/picture{number}", pixel, 0, dataformats="HWC")
            writer.add_histogram(f"{group}/weights{number}", [float(number)], 0, bins=1)
            writer.add_text(f"{group}/note{number}", f"note {number}", 0)
