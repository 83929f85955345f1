"""Two pages in headless Chromium, ours and TensorBoard's, and how long they take: measured inside the page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import FloatRect, Page, sync_playwright

#: Those of the tests.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

#: Milliseconds from the navigation to the first frame in which a condition holds are left in `window.reached`.
_WATCH = """
(() => {
  const look = () => {
    const met = document.body !== null && (CONDITION)();
    if (met) requestAnimationFrame(() => { window.reached = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""

#: Of each move of the pointer: milliseconds from its event to the frame after it, in `window.frames`.
_FRAMES = """
() => {
  window.frames = [];
  addEventListener("mousemove", () => {
    const start = performance.now();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.frames.push(performance.now() - start);
      channel.port2.postMessage(null);
    });
  }, { capture: true });
}
"""

#: Tasks of more than 50 ms, in `window.longTasks`, in milliseconds.
_LONG_TASKS = """
() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: "longtask" });
}
"""

#: From a click to the next frame that is drawn, as the browser counts it, the longest in `window.clicks`.
_CLICKS = """
() => {
  window.clicks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "click") window.clicks.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16 });
}
"""


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of 1280 x 800 with nothing remembered."""
    program = shutil.which("chromium-headless-shell")
    if program is None:
        raise SystemExit("the benchmarks of the page need Debian's package chromium-headless-shell")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        yield page
        chromium.close()


def opened(url: str, condition: str) -> float:
    """Seconds from a URL to the first frame in which the condition, a function in JavaScript, holds."""
    with browser_page() as page:
        page.add_init_script(_WATCH.replace("CONDITION", condition))
        page.goto(url, wait_until="commit")
        page.wait_for_function("() => window.reached !== undefined", timeout=120_000, polling=50)
        return float(page.evaluate("window.reached")) / 1000


def frames_of_moves(page: Page, box: FloatRect, moves: int) -> list[float]:
    """Seconds that each of some moves across a box takes to be on screen."""
    page.evaluate(_FRAMES)
    for number in range(moves):
        share = 0.05 + 0.9 * number / moves
        page.mouse.move(box["x"] + share * box["width"], box["y"] + (0.2 + share / 2) * box["height"])
    page.wait_for_timeout(500)
    return [frame / 1000 for frame in page.evaluate("window.frames")]


def watch_clicks(page: Page) -> None:
    """Begin to time clicks."""
    page.evaluate(_CLICKS)


def click_durations(page: Page) -> list[float]:
    """Seconds from each click that was timed to the frame after it; clicks of less than 16 ms are not told."""
    page.wait_for_timeout(500)
    return [duration / 1000 for duration in page.evaluate("window.clicks")]


def watch_long_tasks(page: Page) -> None:
    """Begin to collect tasks of more than 50 ms."""
    page.evaluate(_LONG_TASKS)


def long_tasks(page: Page) -> list[float]:
    """Their durations, in seconds."""
    return [duration / 1000 for duration in page.evaluate("window.longTasks")]


def heap(page: Page) -> float:
    """
    Bytes of JavaScript objects and of the arrays behind them, after what is unused was collected.

    Asked of the engine's profiler: `gc()` in a page leaves the arrays to a sweeper that is done seconds later, and what
    `performance.memory` says then is anything up to 15 MB too much.
    """
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = session.send("Runtime.getHeapUsage")
    session.detach()
    return float(usage["usedSize"]) + float(usage["backingStorageSize"])
