"""The files of a log directory: sizes, damage, and which is the worst."""

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT
from cutaway.events.schema import encode as encode_message

pytestmark = pytest.mark.browser


def test_what_was_found_and_what_is_damaged(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b", "c")):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(100 * (number + 1)):
                writer.add_scalar("loss", step, step)
            writer.add_text("note", "hello")
    (path,) = (tmp_path / "b").iterdir()
    broken = bytearray(encode(1.0, 500, ("loss",), (0.0,)))
    broken[-5] ^= 255
    with path.open("ab") as file:
        whole = encode(2.0, 501, ("loss",), (0.0,))
        file.write(bytes(broken) + whole)
    page.goto(serve(tmp_path))
    page.get_by_test_id("view-files").click()
    rows = page.get_by_test_id("file-row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(f"{len(broken)} B skipped")
    expect(rows.nth(1)).to_contain_text(f"at {path.stat().st_size - len(broken) - len(whole):,}")
    expect(rows.nth(2)).to_contain_text("300")
    with page.expect_download() as download:
        rows.nth(1).get_by_role("link").click()
    assert download.value.path().read_bytes() == path.read_bytes()
    with page.expect_download() as download:
        page.get_by_test_id("files-csv").click()
    table = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert [(row["run"], row["damaged bytes"]) for row in table] == [("a", "0"), ("b", str(len(broken))), ("c", "0")]
    page.get_by_role("button", name="damage").click()
    expect(rows.first).to_contain_text("b/")
    assert "view=files" in page.url
    page.reload()
    expect(rows).to_have_count(3)
    # The filter of runs holds here too, and the list follows what is written.
    page.get_by_test_id("run-filter").fill("^c$")
    expect(rows).to_have_count(1)
    page.get_by_test_id("run-filter").fill("")
    with cutaway.SummaryWriter(tmp_path / "d") as writer:
        writer.add_scalar("loss", 1.0, 0)
    expect(rows).to_have_count(4)
    page.get_by_test_id("view-scalars").click()
    expect(page.locator("[data-testid=chart]")).to_have_attribute("data-series", "4")


def test_no_column_and_no_notice_is_cut_in_a_window_of_usual_width(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    """The file's name and the path of the log give way."""
    page.set_viewport_size({"width": 1280, "height": 700})
    with cutaway.SummaryWriter(tmp_path / "a run with a name as people give them") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_mesh("cloud", [[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]])
    page.goto(serve(tmp_path) + "#view=files")
    expect(page.get_by_test_id("file-row")).to_have_count(1)
    notice = page.get_by_text("1 kind not shown")
    expect(notice).to_be_visible()
    assert notice.evaluate("words => words.scrollWidth <= words.clientWidth")
    path = page.locator(".logdir")
    expect(path).to_have_attribute("title", str(tmp_path))
    assert path.evaluate("path => path.scrollWidth > path.clientWidth")
    assert right_of_table(page) <= 1280


def test_no_column_is_cut_where_it_is_said_what_is_wrong_with_a_file(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    with cutaway.SummaryWriter(tmp_path / "a run with a name as people give them") as writer:
        for step in range(1000):
            writer.add_scalar("loss", 1.0, step, walltime=1.7e9 + step / 100)
    (path,) = (tmp_path / "a run with a name as people give them").iterdir()
    # Its last record is not finished.
    path.write_bytes(path.read_bytes() + encode(1.7e9, 1000, ["loss"], [1.0])[:-7])
    (tmp_path / "tfevents.2").write_bytes(b"PK\x03\x04" + bytes(1000))
    page.goto(serve(tmp_path) + "#view=files")
    expect(page.locator(".files")).to_contain_text("not an event file but a zip archive")
    expect(page.locator(".files")).to_contain_text("unread")
    assert right_of_table(page) <= 1280


def right_of_table(page: Page) -> float:
    """Where its last column ends, in pixels."""
    last = page.locator(".files th").last
    expect(last).to_contain_text("last written")
    box = last.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


@pytest.mark.slow
def test_what_is_no_event_and_what_nobody_knows(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """A malformed record is damage; data of an unknown plug-in are listed, and in the file that is sent."""
    unknown = {"tag": "heat", "metadata": {"plugin_data": {"plugin_name": "heat_maps"}}}
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
    (path,) = (tmp_path / "a").iterdir()
    with path.open("ab") as file:
        file.write(frame(b"\xff\xff\xff\xff"))
        file.write(frame(encode_message(EVENT, {"wall_time": 1.0, "summary": {"value": [unknown]}})))
    page.goto(serve(tmp_path))
    page.get_by_test_id("view-files").click()
    row = page.get_by_test_id("file-row")
    expect(row).to_contain_text("1 malformed record")
    expect(row).to_contain_text("heat_maps: unknown")
    expect(row).not_to_contain_text("malformed: unknown")
    page.get_by_text("1 malformed record", exact=True).first.click()
    expect(page.locator(".notice-body:visible")).to_contain_text("Their checksums are right")
    notice = page.locator("details.notice", has_text="1 kind not shown")
    notice.locator("summary").click()
    expect(notice).to_contain_text("heat_maps (a plug-in that Cutaway does not know): 1 record in 1 run")
    with page.expect_download() as download:
        row.get_by_role("link").click()
    assert download.value.path().read_bytes() == path.read_bytes()
    with page.expect_download() as download:
        page.get_by_test_id("files-csv").click()
    (line,) = csv.DictReader(download.value.path().read_text("utf-8").splitlines())
    assert (line["damaged bytes"], line["malformed records"], line["other values"]) == ("0", "1", "1 heat_maps")


@pytest.mark.slow
def test_what_is_no_event_file_is_said(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """It has the name of one and holds random bytes: nothing of it is still to be read."""
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
    (tmp_path / "events.out.tfevents.x").write_bytes(random.Random(1).randbytes(3000))
    page.goto(serve(tmp_path) + "#view=files")
    row = page.get_by_test_id("file-row").first
    expect(row).to_contain_text("not an event file but other data")
    expect(row).not_to_contain_text("unread")
    notice = page.locator("details.notice", has_text="1 file is no event file")
    notice.locator("summary").click()
    expect(notice).to_contain_text("events.out.tfevents.x: not an event file but other data")
