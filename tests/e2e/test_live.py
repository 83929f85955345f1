"""From an empty directory to three growing curves, without a reload."""

import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser

RUNS = ("lr=0.01", "lr=0.1", "lr=1")


def colours_of(page: Page, test_id: str) -> int:
    """How many saturated hues (of twelve) the canvases of an element show: curves are coloured, the frame is grey."""
    hues: int = page.get_by_test_id(test_id).first.evaluate(
        """element => {
            const hues = new Map();
            for (const canvas of element.querySelectorAll("canvas")) {
                if (!canvas.width || !canvas.height) continue;
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                for (let i = 0; i < data.length; i += 4) {
                    if (data[i + 3] < 200) continue;
                    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
                    const high = Math.max(r, g, b), range = high - Math.min(r, g, b);
                    if (range < 80) continue;
                    const hue = high === r ? ((g - b) / range + 6) % 6
                        : high === g ? (b - r) / range + 2 : (r - g) / range + 4;
                    const bin = Math.floor(hue * 2);
                    hues.set(bin, (hues.get(bin) ?? 0) + 1);
                }
            }
            return [...hues.values()].filter((count) => count > 20).length;
        }"""
    )
    return hues


def test_curves_appear_and_grow(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    url = serve(tmp_path)
    page.goto(url)
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.evaluate("window.notReloaded = true")

    writers = [cutaway.SummaryWriter(tmp_path / name) for name in RUNS]
    for step in range(50):
        for number, writer in enumerate(writers):
            writer.add_scalar("train/loss", (number + 1) / (step + 1), step)
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    expect(chart).to_have_attribute("data-series", "3")
    expect(chart).to_have_attribute("data-last-x", "49")
    expect(page.get_by_test_id("run-row")).to_have_count(3)
    assert colours_of(page, "chart") >= 3
    expect(page.get_by_test_id("last-point")).to_have_text(re.compile(r"^(now|\d+ s ago)$"))

    for step in range(50, 100):
        for number, writer in enumerate(writers):
            writer.add_scalar("train/loss", (number + 1) / (step + 1), step)
            writer.add_scalar("validation/accuracy", step / 100, step)
    expect(chart).to_have_attribute("data-last-x", "99")
    expect(page.locator('[data-testid=chart][data-tag="validation/accuracy"]')).to_have_attribute("data-series", "3")
    for writer in writers:
        writer.close()
    assert page.evaluate("window.notReloaded") is True


@pytest.mark.slow
def test_missing_directory_fills_in(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    logdir = tmp_path / "later" / "log"
    page.goto(serve(logdir))
    expect(page.get_by_test_id("empty-state")).to_contain_text("later/log")
    with cutaway.SummaryWriter(logdir / "first") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_scalar("loss", 0.5, 1)
    expect(page.locator('[data-testid=chart][data-tag="loss"]')).to_have_attribute("data-series", "1")


@pytest.mark.slow
def test_runs_can_be_hidden_and_filtered(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for name in RUNS:
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(20):
                writer.add_scalar("loss", step, step)
    page.goto(serve(tmp_path))
    chart = page.locator('[data-testid=chart][data-tag="loss"]')
    expect(chart).to_have_attribute("data-series", "3")
    page.locator('[data-testid=run-row][data-run="lr=0.1"]').get_by_role("checkbox").click()
    expect(chart).to_have_attribute("data-series", "2")
    page.reload()
    expect(chart).to_have_attribute("data-series", "2")
    page.locator('[data-testid=run-row][data-run="lr=0.1"]').get_by_role("checkbox").click()
    page.get_by_test_id("run-filter").fill("=0[.]0|=1$")
    expect(page.get_by_test_id("run-row")).to_have_count(2)
    expect(chart).to_have_attribute("data-series", "2")


class Frame(BaseHTTPRequestHandler):
    """A page of another origin (another port) that holds the viewer in an iframe."""

    inner = ""

    def do_GET(self) -> None:
        body = f'<!doctype html><title>notebook</title><iframe src="{self.inner}" width="1200" height="700"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""


def test_works_in_an_iframe_of_another_port(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(20):
            writer.add_scalar("loss", step, step)
        Frame.inner = serve(tmp_path)
        with ThreadingHTTPServer(("127.0.0.1", 0), Frame) as outer:
            Thread(target=outer.serve_forever, daemon=True).start()
            page.goto(f"http://localhost:{outer.server_port}/")
            chart = page.frame_locator("iframe").locator('[data-testid=chart][data-tag="loss"]')
            expect(chart).to_have_attribute("data-last-x", "19")
            writer.add_scalar("loss", 1.0, 20)
            expect(chart).to_have_attribute("data-last-x", "20")
            outer.shutdown()


def test_other_kinds_of_data_cause_no_request(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """A page that shows scalars is told of other data, and asks for nothing but, now and then, steps and findings."""
    log = tmp_path / "log"
    with cutaway.SummaryWriter(log / "a") as writer, cutaway.SummaryWriter(log / "b") as texts:

        def record(step: int) -> None:
            writer.add_histogram("weights", np.arange(5), step)
            writer.add_image("picture", np.zeros((2, 2, 3), np.uint8), step, dataformats="HWC")
            writer.add_text("note", "hello", step)
            writer.add_mesh("points", np.zeros((1, 3, 3)), global_step=step)
            writer.add_audio("tone", np.zeros(8), step)
            texts.add_text("note", "hello", step)

        writer.add_scalar("loss", 1.0, 0)
        record(0)
        # The column of states needs the table of runs.
        page.goto(serve(tmp_path / "log") + "#column=step&column=state")
        row = page.get_by_test_id("run-row").first
        expect(row).to_contain_text("running")
        expect(page.locator("[data-testid=chart]")).to_have_attribute("data-series", "1")
        notice = page.locator("details.notice", has_text="1 kind not shown")
        expect(notice).to_be_visible()
        expect(page.get_by_test_id("timeline-marks")).to_have_attribute("data-marks", re.compile("text:1"))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("?")[0]))
        for step in range(1, 101):
            record(step)
        # The last step of a run is told by the stream: of one without scalars it is that of its texts.
        expect(page.get_by_test_id("run-row").nth(1)).to_contain_text("100")
        # The timeline has new marks every few seconds, and the rules their data, however fast they come.
        now_and_then = {"steps", "findings"}
        assert set(asked) <= now_and_then
        assert len(asked) < 20
        notice.click()
        expect(notice).to_contain_text("Meshes: 101 records in 1 run")
        assert set(asked) - now_and_then == {"kinds"}
        record(101)
        expect(notice).to_contain_text("Meshes: 102 records in 1 run")
        assert set(asked) - now_and_then == {"kinds"}
        # What is written at last is a scalar, and the end of the run.
        writer.add_scalar("loss", 0.5, 102)
    expect(page.locator("[data-testid=chart]")).to_have_attribute("data-last-x", "102")
    expect(row).to_contain_text("finished")
