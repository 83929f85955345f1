"""What can be taken away from a chart: its points, its picture, and the Python that reads the same."""

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser


def test_points_picture_and_python(
    page: Page, serve: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logdir = tmp_path / 'lögs "1"'
    for name in ("a", "b"):
        with cutaway.SummaryWriter(logdir / name) as writer:
            for step in range(300):
                writer.add_scalar("train/loss λ", step / 7, step)
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart]")
    expect(chart).to_have_attribute("data-series", "2")
    menu = page.get_by_test_id("chart-menu")

    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_text("CSV, every point").click()
    assert download.value.suggested_filename == "train_loss_λ-every-point.csv"
    rows = list(csv.reader(download.value.path().read_text("utf-8").splitlines()))
    assert rows[0] == ["run", "step", "wall_time", "value"]
    assert len(rows) == 601

    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_text("CSV, as on screen").click()
    assert download.value.suggested_filename == "train_loss_λ-over-step.csv"
    drawn_rows = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert drawn_rows[0]["run"] == "a"
    assert float(drawn_rows[0]["low"]) <= float(drawn_rows[0]["value"]) <= float(drawn_rows[0]["high"])
    assert 0 < len(drawn_rows) <= 600

    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_text("PNG, as on screen").click()
    assert download.value.suggested_filename == "train_loss_λ.png"
    picture = Image.open(download.value.path()).convert("RGB")
    assert picture.width > 200
    # In twice the pixels of the screen, with room for titles and for the names of both runs.
    canvas = page.locator("[data-testid=chart] canvas").first.evaluate("canvas => [canvas.width, canvas.height]")
    assert picture.width == 2 * canvas[0]
    assert 2 * (canvas[1] + 2 * 16) < picture.height < 2 * (canvas[1] + 2 * 16 + 80)
    # Not only the ground: axes and two lines.
    assert len(picture.getcolors(1 << 20) or []) > 20

    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_text("SVG, as on screen").click()
    assert download.value.suggested_filename == "train_loss_λ.svg"
    drawn = ElementTree.parse(download.value.path())
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-2:] == ["a", "b"]
    assert {"step", "train/loss λ"} <= set(texts)

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    menu.locator("summary").click()
    menu.get_by_text("Copy as Python").click()
    expect(menu).to_contain_text("copied")
    exec(page.evaluate("navigator.clipboard.readText()"), {})
    printed = capsys.readouterr().out
    assert printed.startswith("a train/loss λ [")
    assert "298 299]" in printed
    page.keyboard.press("Escape")
    expect(menu.get_by_text("Copy as Python")).not_to_be_visible()
