"""A log in a bucket: runs appear, grow and go, and the page says what is wrong and keeps the picture."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.object_server import Fault, ObjectServer

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")
pytestmark = pytest.mark.browser

NAME = "events.out.tfevents.1000.host.1.0"


def records(steps: range) -> bytes:
    return b"".join(encode(1000.0 + step, step, ("loss",), (1 / (step + 1),)) for step in steps)


def a_file(steps: range) -> bytes:
    return frame(file_version(1000.0)) + records(steps)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def test_runs_appear_grow_and_go(page: Page, serve: Callable[..., str], server: ObjectServer) -> None:
    page.goto(serve("s3://logs/team"))
    expect(page.get_by_test_id("empty-state")).to_contain_text("No objects below s3://logs/team yet.")
    expect(page.get_by_test_id("empty-state")).to_contain_text("aws s3 sync runs s3://logs/team")
    server.put(f"team/first/{NAME}", a_file(range(100)))
    server.put(f"team/second/{NAME}", a_file(range(50)))
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(2)
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "2")
    expect(rows.first).to_have_attribute("title", re.compile("100 points"))
    # It grows, and the other one goes.
    server.put(f"team/first/{NAME}", a_file(range(100)) + records(range(100, 300)))
    server.delete(f"team/second/{NAME}")
    expect(rows).to_have_count(1)
    expect(rows.first).to_have_attribute("title", re.compile("300 points"))
    # The store takes the credentials no longer.
    server.before = lambda request: Fault(403, "ExpiredToken")
    notice = page.get_by_text("Log directory unreadable")
    notice.click()
    expect(page.locator(".notice-body")).to_contain_text("s3://logs/team: the credentials have expired")
    expect(page.locator(".notice-body")).to_contain_text("What is shown is as it was before.")
    page.keyboard.press("Escape")
    expect(chart).to_have_attribute("data-series", "1")
    server.before = lambda request: None
    expect(notice).to_have_count(0)
