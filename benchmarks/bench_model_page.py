"""The Model view: from the URL to a graph, from a click to a group, and moving 10,000 boxes

Pages in headless Chromium (1280 x 800, software rendering, nothing cached). Ours is opened on a server that has read
the log and decoded no graph, TensorBoard's graph tab, at its defaults, on one that keeps running; a picture is there at
the first frame with boxes. Ours of ResNet-50 is what `add_model` records, TensorBoard's what `add_graph` does.
"""

import itertools
import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Page
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from benchmarks.bench_model_view import write, write_nodes
from benchmarks.browser import browser_page, opened
from benchmarks.harness import ROUNDS, Row, Rows, compare_rounds
from benchmarks.models import MODELS
from benchmarks.servers import TENSORBOARD, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

#: Seconds after which a page counts as one that draws nothing.
GIVE_UP = 60.0
OURS = "() => Number(document.querySelector('[data-testid=graph]')?.dataset.drawn ?? 0) > 0"
#: Within the shadow trees of its parts.
THEIRS = """() => {
  const inside = (root, name) => root?.querySelector(name)?.shadowRoot;
  let root = inside(document, "tf-graph-dashboard");
  for (const name of ["tf-graph-board", "tf-graph", "tf-graph-scene"]) root = inside(root, name);
  return (root?.querySelector("svg g.node") ?? null) !== null;
}"""
#: Groups, and nodes in each, of the graph that is clicked; the seconds until one is drawn.
GROUPS, NODES_OF_A_GROUP, CLICK = 8, 300, 0.1
#: Chains side by side, and nodes of each, of the graph that is moved; the seconds of a frame, and until all is drawn.
CHAINS, NODES_OF_A_CHAIN, FRAME, STILL = 100, 100, 1 / 30, 0.25
FRAMES = 60

#: Milliseconds from a double click to the end of the first frame with the boxes of the group: with so many, the drawing
#: does not tell where each is any more.
_CLICK = """
() => addEventListener("dblclick", () => {
  const { dataset } = document.querySelector("[data-testid=graph]");
  const start = performance.now();
  window.drawnAfter = undefined;
  const look = () => {
    if (dataset.boxes !== "") { requestAnimationFrame(look); return; }
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { window.drawnAfter = performance.now() - start; };
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
}, { capture: true })
"""

#: Turns the wheel to and fro before each of some frames: returns the milliseconds of each and how many boxes it has,
#: those from the last turn to the first frame with everything, and its boxes.
_MOVE = """
({ frames, isZoom }) => new Promise((resolve) => {
  const graph = document.querySelector("[data-testid=graph]");
  const { left, top, width, height } = graph.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2 };
  const told = { frames: [], boxes: [], still: 0, all: 0 };
  let last = 0;
  const wait = (start) => () => {
    if (graph.dataset.detail !== "all") { requestAnimationFrame(wait(start)); return; }
    told.still = performance.now() - start;
    told.all = Number(graph.dataset.drawn);
    resolve(told);
  };
  const turn = (now) => {
    if (last > 0) told.frames.push(now - last);
    last = now;
    told.boxes.push(Number(graph.dataset.drawn));
    if (told.frames.length >= frames) { requestAnimationFrame(wait(performance.now())); return; }
    const deltaY = told.frames.length % 8 < 4 ? 6 : -6;
    graph.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY, ctrlKey: isZoom, bubbles: true, cancelable: true }));
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
})
"""


def benchmarks() -> Rows:
    """Opening, clicking and moving."""
    yield _opening_resnet()
    for nodes, bound in ((10_000, 1.0), (50_000, 4.0)):
        yield _opening_graph_def(nodes, bound)
    yield _clicking()
    yield _moving()


def _opening_resnet() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        mine, peer = Path(folder) / "mine", Path(folder) / "peer"
        make, inputs = MODELS["ResNet-50"]
        model, pixels = make().eval(), inputs()["pixel_values"]
        with SummaryWriter(mine / "run") as writer:
            writer.add_model(model, pixels)
        with TorchWriter(str(peer)) as torch_writer, torch.no_grad():
            torch_writer.add_graph(model, pixels, use_strict_trace=False)
        yield from _opening("ResNet-50", mine, peer, 0.5)


def _opening_graph_def(nodes: int, bound: float) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "run", nodes)
        yield from _opening(f"a GraphDef of {nodes:,} nodes", Path(folder), Path(folder), bound)


def _opening(what: str, mine: Path, peer: Path, bound: float) -> Iterator[Row]:
    """Ours beside the bound, and beside the peer, in the same rounds."""

    def open_ours() -> float:
        with ours(mine) as server:
            server.wait(ours_is_done)
            return opened(f"{server.url}#view=model&drawing=graph", OURS)

    @cache
    def rounds() -> tuple[list[float], list[float]]:
        figures: list[float] = []
        peers: list[float] = []
        with tensorboard(peer) as server:
            server.wait(lambda server: bool(server.json("data/plugin/graphs/info")))
            for _ in range(ROUNDS):
                figures.append(open_ours())
                # What is not drawn once is not waited for again.
                if not (peers and math.isnan(peers[-1])):
                    peers.append(opened(f"{server.url}#graphs", THEIRS, GIVE_UP))
        return figures, peers

    def note() -> str:
        return f"the peer draws nothing within {GIVE_UP:.0f} s" if math.isnan(rounds()[1][-1]) else ""

    what = f"URL to the first picture of {what}"
    yield compare_rounds(what, lambda: (rounds()[0], [bound] * ROUNDS), peer_name="the bound")
    yield compare_rounds(what, rounds, peer_name=f"{TENSORBOARD}, its graph tab", note=note)


@contextmanager
def _page_of(nodes: list[dict[str, Any]], *, is_still: bool = False) -> Iterator[Page]:
    with tempfile.TemporaryDirectory() as folder:
        write_nodes(Path(folder) / "run", nodes)
        with ours(Path(folder)) as server, browser_page() as page:
            server.wait(ours_is_done)
            page.emulate_media(reduced_motion="reduce" if is_still else "no-preference")
            page.goto(f"{server.url}#view=model&drawing=graph")
            page.wait_for_function(OURS, timeout=120_000)
            page.wait_for_timeout(2000)
            yield page


def _clicking() -> Iterator[Row]:
    """Groups that differ, so that each is a box; every round opens another one."""
    nodes: list[dict[str, Any]] = [{"name": "x", "op": "Placeholder"}]
    for group, number in itertools.product(range(GROUPS), range(NODES_OF_A_GROUP)):
        skip = [nodes[-7]["name"]] if number > 7 and number % 5 == 0 else []
        name = f"block_{group}/op_{number}"
        nodes.append({"name": name, "op": f"Op{group}", "input": [nodes[-1]["name"], *skip]})

    def clicks(is_still: bool) -> tuple[list[float], list[float]]:
        with _page_of(nodes, is_still=is_still) as page:
            page.evaluate(_CLICK)
            return [_click(page, group) for group in range(ROUNDS)], [CLICK] * ROUNDS

    what = f"double click on a group of {NODES_OF_A_GROUP} nodes to"
    yield compare_rounds(
        f"{what} the first frame with its boxes, which move to their places",
        lambda: clicks(False),
        peer_name="the bound",
    )
    yield compare_rounds(f"{what} the whole drawing, with reduced motion", lambda: clicks(True), peer_name="the bound")


def _click(page: Page, group: int) -> float:
    graph = page.get_by_test_id("graph")
    place = graph.bounding_box()
    assert place is not None
    boxes = {box["name"]: box for box in json.loads(graph.get_attribute("data-boxes") or "[]")}
    box = boxes[f"block_{group}"]
    page.mouse.dblclick(place["x"] + box["x"] + box["width"] / 2, place["y"] + box["y"] + box["height"] / 2)
    page.wait_for_function("() => window.drawnAfter !== undefined", timeout=60_000)
    taken = float(page.evaluate("window.drawnAfter")) / 1000
    page.get_by_test_id("graph-menu").click()
    page.get_by_text("Close all groups").click()
    page.wait_for_function(f"() => document.querySelector('[data-testid=graph]').dataset.boxes.includes('{group}')")
    page.wait_for_timeout(1000)
    return taken


def _moving() -> Iterator[Row]:
    nodes: list[dict[str, Any]] = []
    for chain, number in itertools.product(range(CHAINS), range(NODES_OF_A_CHAIN)):
        before = [f"op_{chain}_{number - 1}"] if number else []
        nodes.append({"name": f"op_{chain}_{number}", "op": "Add" if number else "Placeholder", "input": before})
    with _page_of(nodes) as page:
        page.get_by_test_id("graph").focus()
        page.keyboard.press("0")
        page.wait_for_timeout(2000)
        for what, is_zoom in (("pan", False), ("zoom", True)):
            told = [page.evaluate(_MOVE, {"frames": FRAMES, "isZoom": is_zoom}) for _ in range(ROUNDS)]
            times = [sum(each["frames"]) / len(each["frames"]) / 1000 for each in told]
            still = [each["still"] / 1000 for each in told]
            yield compare_rounds(
                f"{what}: a frame, the mean of {FRAMES}",
                lambda times=times: (times, [FRAME] * ROUNDS),  # type: ignore[misc]
                peer_name="the bound",
                note=f"at least {min(min(each['boxes']) for each in told):,} boxes, with lines where there is time",
            )
            yield compare_rounds(
                f"{what}: from the last move to all drawn",
                lambda still=still: (still, [STILL] * ROUNDS),  # type: ignore[misc]
                peer_name="the bound",
                note=f"at least {min(each['all'] for each in told):,} boxes, with lines",
            )
