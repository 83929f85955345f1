"""The Layers view: from a question about layers to its answer, and from a choice to the picture

A watch of 300 rows and 25,000 logging steps: 480 MB of statistics, of gradients and weights. No other viewer shows
layers by step, so the figures stand beside bounds. The map is of 1200 pixels, which is 489 buckets; a first question
reads the file, the ones after it use what is kept. Pages are in headless Chromium (1280 x 800, software rendering).
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.browser import browser_page, opened
from benchmarks.harness import Row, Rows, seconds, within_bound
from benchmarks.servers import Server, ours, ours_is_done
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.kind_names import CUTAWAY_WATCH
from cutaway.events.messages import file_version
from cutaway.events.schema import encode
from cutaway.events.watch_layout import WatchLayout
from cutaway.record.tensor import plugin, tensor_message

ROWS, STEPS, EVERY = 300, 25_000, 10
KINDS = ("gradient", "weight")
#: Seconds: from a request to its answer, of a first one, and from a choice to the picture.
ANSWER, FIRST, DRAWN = 0.06, 5.0, 0.1
_START = 1_764_000_000.0
#: Values repeat after so many steps.
_DIFFERENT = 50
#: Milliseconds from a choice to the end of the first frame with another map.
_CHOOSE = """
(statistic) => new Promise((resolve) => {
  const canvas = document.querySelector("[data-testid=layers-canvas]");
  const select = document.querySelector("[data-testid=layers-statistic]");
  const start = performance.now();
  const legend = () => document.querySelector("[data-testid=layers-legend]").textContent;
  const before = legend();
  const look = () => {
    const map = document.querySelector("[data-testid=layers-map]");
    if (legend() === before || map.dataset.state !== "ready") { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve([performance.now() - start, Number(canvas.dataset.drawn)]);
      channel.port2.postMessage(null);
    });
  };
  select.value = statistic;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  requestAnimationFrame(look);
})
"""
_MAP = """() => {
  const map = document.querySelector('[data-testid=layers-map]');
  const canvas = document.querySelector('[data-testid=layers-canvas]');
  return map?.dataset.state === 'ready' && Number(canvas?.dataset.buckets ?? 0) > 0 && canvas.dataset.drawn > 0;
}"""


def benchmarks() -> Rows:
    """Answers, and pictures."""
    yield _answers()
    yield _pictures()


def _answers() -> Iterator[Row]:
    with ours(_log()) as server:
        server.wait(ours_is_done)
        size = f"{ROWS} rows x {STEPS:,} logging steps"
        yield within_bound(f"Map, {size}, first question", lambda: _first(server), FIRST, rounds=1)
        yield within_bound(f"Map, {size}", lambda: _asked(server, "map"), ANSWER, note=_note(server))
        yield within_bound(f"Map, {size}, mean", lambda: _asked(server, "map", of="mean"), ANSWER)
        yield within_bound(
            f"Map, {size}, against each row's past", lambda: _asked(server, "map", against="median"), ANSWER
        )
        yield within_bound(
            f"Map, {size}, gradient / weight", lambda: _asked(server, "map", statistic="weight_ratio"), ANSWER
        )
        yield within_bound(f"All statistics of a cell, {size}", lambda: _asked(server, "cell"), ANSWER)
        yield within_bound(f"All statistics of a row over the steps, {size}", lambda: _asked(server, "row"), 4 * ANSWER)


def _first(server: Server) -> float:
    """Each time of a statistic that was not asked for before."""
    statistic = next(_statistics())
    return _asked(server, "map", statistic=statistic)


@cache
def _statistics() -> Iterator[str]:
    return iter(("std", "crest", "abs_max", "zero_share"))


def _asked(server: Server, route: str, **more: Any) -> float:
    common = {"run": "r0", "prefix": "watch", "kind": "gradient"}
    questions: dict[str, dict[str, Any]] = {
        "map": {"statistic": "rms", "rows": [[row] for row in range(ROWS)], "pixels": 1200},
        "cell": {"rows": [7], "range": [100_000, 100_511]},
        "row": {"row": 7, "pixels": 640},
    }
    body = json.dumps(common | questions[route] | more).encode()
    return seconds(lambda: server.post(f"api/layers/{route}", body))


def _note(server: Server) -> str:
    return f"{server.resident() / 1e6:,.0f} MB of memory"


def _pictures() -> Iterator[Row]:
    with ours(_log()) as server:
        server.wait(ours_is_done)
        url = f"{server.url}#view=layers"
        yield within_bound("From the URL to the map", lambda: opened(url, _MAP), 2.0)
        with _page(url) as choose:
            yield within_bound("From another statistic to its map on screen", lambda: choose(0), 4 * DRAWN)
            yield within_bound("Drawing the map", lambda: choose(1), DRAWN)


@contextmanager
def _page(url: str) -> Iterator[Any]:
    with browser_page() as page:
        page.goto(url)
        page.wait_for_function(_MAP)
        turn = 0

        def choose(which: int) -> float:
            nonlocal turn
            turn += 1
            found = page.evaluate(_CHOOSE, ("rms", "norm")[turn % 2])
            return float(found[which]) / 1000

        for _ in range(4):
            choose(0)
        yield choose


@cache
def _log() -> Path:
    """A folder with the watch of a model of 50 blocks."""
    folder = Path(tempfile.mkdtemp(prefix="cutaway-layers-"))
    rng = np.random.default_rng(0)
    rows = tuple(f"h.{block}.{name}.weight" for block in range(ROWS // 6) for name in ("a", "b", "c", "d", "e", "f"))
    values = (rng.random((_DIFFERENT, ROWS, 8), np.float32) + 0.1) * np.array([1, 1, -1, 1, 0, 0, 0, 0], np.float32)
    (folder / "a").mkdir()
    with (folder / "a" / "events.out.tfevents.1764000000.host.1.0").open("wb") as file:
        file.write(frame(file_version(_START)))
        for number in range(STEPS):
            parts = []
            for kind in KINDS:
                value: dict[str, Any] = {"tag": f"watch/{kind}", "tensor": tensor_message(values[number % _DIFFERENT])}
                if number == 0:
                    value["metadata"] = plugin(CUTAWAY_WATCH, _layout(kind, rows).to_json())
                parts.append(encode(messages.VALUE, value))
            event = {"wall_time": _START + number, "step": number * EVERY, "summary": {"value": parts}}
            file.write(frame(encode(messages.EVENT, event)))
    return folder


def _layout(kind: str, rows: tuple[str, ...]) -> WatchLayout:
    numel = (4096,) * len(rows)
    classes, dtypes = ("Linear",) * len(rows), ("float32",) * len(rows)
    return WatchLayout(kind=kind, rows=rows, classes=classes, numel=numel, sampled=numel, dtypes=dtypes)
