"""Images: from the URL to a grid of pictures, and a step of twenty of them moved

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's time series page, which keeps 10 steps of each series, the grid counts as drawn when the
first picture has been decoded; of ours when every picture in sight is on its canvas.
"""

import statistics
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, Request

from benchmarks.browser import browser_page, opened
from benchmarks.harness import Row, Rows, compare_figures, within_bound
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

TAGS, RUNS, STEPS, SIDE = 20, 10, 200, 64
#: Seconds that a step may take.
BOUND = 0.1
VIEW = "#view=images&image-size=small"

#: Whether every picture in the window is there.
OURS = """() => {
  const seen = [...document.querySelectorAll('[data-testid=image]')].filter((image) => {
    const { top, bottom, left, right } = image.getBoundingClientRect();
    // A card scrolls: what is beyond its edge is out of sight.
    const card = image.parentElement.getBoundingClientRect();
    return bottom > 0 && top < innerHeight && right > card.left && left < card.right;
  });
  return seen.length > 0 && seen.every((image) => image.dataset.state === 'ready');
}"""
THEIRS = """() => {
  const images = [...document.querySelectorAll('image-card img')];
  return images.some((image) => image.complete && image.naturalWidth > 0);
}"""


#: Milliseconds from the key to the frame in which every picture in the window is of another step, in `window.moved`.
_MOVED = """
() => {
  window.moved = undefined;
  const isDone = CONDITION;
  const seen = () => [...document.querySelectorAll('[data-testid=image]')].slice(0, 20);
  const before = new Map(seen().map((image) => [image, image.dataset.step]));
  addEventListener("keydown", () => {
    const start = performance.now();
    const look = () => {
      const isMoved = [...before].every(([image, step]) => image.dataset.step !== step);
      if (isMoved && isDone()) window.moved = performance.now() - start;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true });
}
"""


def benchmarks() -> Rows:
    """Opening, and moving a step."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        _write(logs)
        with ours(logs) as mine, tensorboard(logs) as peer:
            mine.wait(ours_is_done)
            peer.wait(_has_images)
            yield _opening(mine, peer)
            yield _moving(mine)


def _write(folder: Path) -> None:
    rng = np.random.default_rng(0)
    # Squares of four by four pixels, so that the log has 60 MB.
    pictures = rng.integers(0, 256, (32, SIDE // 4, SIDE // 4, 3), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    for run in range(RUNS):
        with SummaryWriter(folder / f"run{run}") as writer:
            for step in range(STEPS):
                for tag in range(TAGS):
                    pixels = pictures[(run + step + tag) % len(pictures)]
                    writer.add_image(f"images/tag{tag:02d}", pixels, step, dataformats="HWC")


def _has_images(server: Server) -> bool:
    tags = server.json("data/plugin/timeseries/tags")["images"]["tagRunSampledInfo"]
    return len(tags) == TAGS and all(len(runs) == RUNS for runs in tags.values())


def _opening(mine: Server, peer: Server) -> Row:
    return compare_figures(
        f"URL to the images in sight, {TAGS} tags x {RUNS} runs x {STEPS} steps of {SIDE} x {SIDE}",
        lambda: opened(mine.url + VIEW, OURS),
        lambda: opened(peer.url, THEIRS),
        peer_name=f"{TENSORBOARD}, its first image",
        note=lambda: f"ours asked for {_asked(mine)} of {TAGS * RUNS * STEPS:,} pictures",
    )


def _asked(server: Server) -> int:
    """How many pictures the first screen asks for."""
    asked = 0

    def count(request: Request) -> None:
        nonlocal asked
        if "/api/pictures" in request.url:
            asked += len((request.post_data_json or {})["pictures"])

    with browser_page() as page:
        page.on("request", count)
        page.goto(server.url + VIEW)
        page.wait_for_function(OURS, timeout=120_000)
        page.wait_for_timeout(2000)
    return asked


def _moving(mine: Server) -> Row:
    """A step moved by a key, where the page has ten runs in a row and two tags."""

    def moved() -> float:
        with browser_page() as page:
            page.goto(f"{mine.url}#view=images&tags=tag0%5B01%5D&image-size=small&at=step:100")
            page.wait_for_function(OURS, timeout=120_000)
            # Without the list of runs there is room for ten images in a row.
            page.keyboard.press("b")
            page.wait_for_timeout(2000)
            page.wait_for_function(OURS, timeout=120_000)
            return statistics.median(_one_move(page) for _ in range(5))

    return within_bound("a key moves the step: 20 images replaced by those of the next one", moved, BOUND)


def _one_move(page: Page) -> float:
    page.evaluate(_MOVED.replace("CONDITION", OURS))
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.moved !== undefined", timeout=60_000)
    moved = float(page.evaluate("window.moved")) / 1000
    page.wait_for_timeout(300)
    return moved
