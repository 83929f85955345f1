"""A server that ends: the page says so, keeps what it shows, and goes on without a reload once there is one again."""

import contextlib
import random
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot
from tests.e2e.viewers import Viewers

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def port() -> str:
    """One that is free, and that nobody is given who asks for any: another viewer must not take it in between."""
    while True:
        candidate = random.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", candidate))
            return str(candidate)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[cutaway.SummaryWriter]:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(1000):
            writer.add_scalar("loss", step, step)
        writer.flush()
        yield writer


def test_the_screen_stays_and_goes_on(
    page: Page, serve: Viewers, tmp_path: Path, writer: cutaway.SummaryWriter, port: str
) -> None:
    url = serve(tmp_path, "--port", port)
    page.goto(url)
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-last-x", "999")
    page.evaluate("window.notReloaded = true")

    serve.kill()
    banner = page.get_by_test_id("banner")
    expect(banner).to_contain_text(re.compile("has not answered since [0-9:]+"))
    expect(banner).to_contain_text("What is on screen stays")
    expect(chart).to_have_attribute("data-series", "1")
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    # What needs no server works as before: the values under the pointer, runs hidden and shown.
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    expect(page.get_by_test_id("tooltip")).to_be_visible()
    page.keyboard.press("Escape")

    # Meanwhile a run goes on, and another one starts.
    writer.add_scalar("loss", 1.0, 1000)
    writer.flush()
    with cutaway.SummaryWriter(tmp_path / "second") as second:
        second.add_scalar("loss", 1.0, 1500)
    # The same address, as nothing is asked for.
    assert serve(tmp_path) == url
    expect(banner).to_have_count(0)
    expect(chart).to_have_attribute("data-series", "2")
    expect(chart).to_have_attribute("data-last-x", "1500")
    assert page.evaluate("window.notReloaded") is True


def test_it_comes_back_when_asked(
    page: Page, serve: Viewers, tmp_path: Path, writer: cutaway.SummaryWriter, port: str
) -> None:
    page.clock.install()
    url = serve(tmp_path, "--no-token", "--port", port)
    page.goto(url)
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-last-x", "999")
    serve.kill()
    expect(page.get_by_test_id("banner")).to_be_visible()
    # No attempt by itself from here on.
    page.clock.pause_at(time.time() + 60)
    writer.add_scalar("loss", 1.0, 1000)
    writer.flush()
    assert serve(tmp_path, "--no-token", "--port", port) == url
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_test_id("banner")).to_have_count(0)
    page.clock.resume()
    expect(chart).to_have_attribute("data-last-x", "1000")


def test_another_token_keeps_the_screen(
    page: Page, serve: Viewers, tmp_path: Path, writer: cutaway.SummaryWriter, port: str
) -> None:
    url = serve(tmp_path, "--port", port)
    page.goto(url)
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-last-x", "999")
    serve.kill()
    assert serve(tmp_path, "--port", port, "--new-token") != url
    expect(page.get_by_test_id("banner")).to_contain_text("The right one was printed")
    expect(chart).to_have_attribute("data-series", "1")
