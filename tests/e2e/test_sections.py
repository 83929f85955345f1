"""The order of charts on the page: highlights, sections, families of tags, and tags without points."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser

LAYERS = 24
STEPS = 50


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs: a language model with 24 layers, whose layer 2 has a NaN; and an older one with 40 tags of its own."""
    with cutaway.SummaryWriter(tmp_path / "model") as writer:
        for step in range(STEPS):
            values = {f"model.layers.{layer}.attn/norm": float(layer + 1) for layer in range(LAYERS)}
            if step == 20:
                values["model.layers.2.attn/norm"] = math.nan
            writer.log({**values, "train/loss": 1 / (step + 1), "train/lr": 1.0, "gpu/mem": 2.0}, step)
    with cutaway.SummaryWriter(tmp_path / "older") as writer:
        for step in range(STEPS):
            writer.log({"train/loss": 2 / (step + 1), **{f"old/value{number}": 1.0 for number in range(40)}}, step)
    return tmp_path


def test_highlights_first_and_layers_in_one_row(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    charts = page.locator("[data-testid=chart]")
    expect(charts.first).to_have_attribute("data-tag", "train/loss")
    expect(page.get_by_role("heading", name="highlights 1")).to_be_visible()
    family = page.get_by_test_id("family")
    expect(family).to_contain_text("attn/norm ×24")
    expect(family.locator("canvas")).to_have_attribute("data-state", "ready")
    # What is not finite is told, and colours are said to be of which values, and whose.
    expect(family).to_contain_text("1 not finite")
    expect(family).to_contain_text("model")
    expect(family.get_by_role("img", name="attn/norm, 24 tags, 1 to 24, 1 not finite")).to_be_visible()
    box = family.get_by_role("img").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 3.5 / LAYERS)
    expect(family).to_contain_text("3 at 44: 4")
    layer = page.locator('[data-testid=chart][data-tag="model.layers.2.attn/norm"]')
    expect(layer).to_have_count(0)
    family.get_by_role("button", expanded=False).click()
    expect(layer).to_have_attribute("data-marks", "1")
    # The link has it, and the page of the link too.
    page.reload()
    expect(layer).to_have_attribute("data-marks", "1")
    family.get_by_role("button", expanded=True).click()
    expect(layer).to_have_count(0)


def test_small_sections_stand_side_by_side(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#show=none&except=model")
    boxes = {}
    for tag in ("train/loss", "gpu/mem"):
        chart = page.locator(f'[data-testid=chart][data-tag="{tag}"]')
        expect(chart).to_have_attribute("data-state", "ready")
        boxes[tag] = chart.bounding_box()
    highlight, gpu = boxes["train/loss"], boxes["gpu/mem"]
    assert highlight is not None
    assert gpu is not None
    assert highlight["y"] == gpu["y"]
    assert highlight["x"] + highlight["width"] <= gpu["x"]
    page.get_by_role("button", name="gpu 1").click()
    expect(page.locator('[data-testid=chart][data-tag="gpu/mem"]')).to_have_count(0)


def test_choosing_runs_chooses_charts(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#show=none&except=model")
    line = page.get_by_role("button", name="40 tags without points here")
    charts = page.locator("[data-testid=chart]")
    expect(charts).to_have_count(3)
    line.click()
    empty = page.locator('[data-testid=chart][data-tag="old/value0"]')
    expect(empty).to_have_attribute("data-state", "ready")
    # The other run is shown as well, and hidden again: its charts have no axes that say what no value says.
    older = page.get_by_test_id("run-row").filter(has_text="older").get_by_role("checkbox")
    older.check()
    expect(line).to_have_count(0)
    expect(page.get_by_role("heading", name="old 40")).to_be_visible()
    expect(charts.filter(has_text="old/value0")).to_have_attribute("data-series", "1")
    older.uncheck()
    expect(line).to_be_visible()
    expect(page.locator('[data-testid=chart][data-tag="train/loss"]')).to_have_attribute("data-series", "1")
