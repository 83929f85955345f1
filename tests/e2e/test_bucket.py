"""A log in a bucket: runs appear, grow and go, and the page says what is wrong and keeps the picture."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.object_server import Fault, ObjectServer

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store.compacted.compact import compact

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


def test_a_compacted_directory_in_a_bucket_goes_on(
    page: Page, serve: Callable[..., str], server: ObjectServer, tmp_path: Path
) -> None:
    """Its charts are there, runs go on and appear, and a shard that is damaged is said and done without."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'cutaway[parquet]'")
    server.put(f"team/first/{NAME}", a_file(range(3000)))
    server.put(f"team/second/{NAME}", a_file(range(3000)))
    compact("s3://logs/team", str(tmp_path / "to"))
    for path in (tmp_path / "to").rglob("*.*"):
        server.put(f"compacted/{path.relative_to(tmp_path / 'to').as_posix()}", path.read_bytes())
    with server.counted() as requests:
        page.goto(serve("s3://logs/compacted"))
        rows, chart = page.get_by_test_id("run-row"), page.locator("[data-testid=chart]")
        expect(rows).to_have_count(2)
        expect(rows.first).to_have_attribute("title", re.compile("3,000 points"))
        expect(chart).to_have_attribute("data-series", "2")
    assert not [request for request in requests if NAME in request.key and not request.is_list]
    # One run goes on, and another one begins.
    server.put(f"team/first/{NAME}", a_file(range(3000)) + records(range(3000, 3100)))
    server.put(f"team/third/{NAME}", a_file(range(50)))
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_attribute("title", re.compile("3,100 points"))
    expect(chart).to_have_attribute("data-series", "3")
    # A shard that is damaged is said, and the event files are read in its place.
    for key in [key for key in server.objects if "/buckets-" in key or "/points." in key]:
        server.put(key, bytes(len(server.get(key))))
    page.goto(serve("s3://logs/compacted"))
    expect(chart).to_have_attribute("data-series", "3")
    page.get_by_text("unreadable").first.click()
    expect(page.locator(".notice-body")).to_contain_text("the event files are read in its place")
