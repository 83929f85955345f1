"""The map of layers by step: what is drawn is what was recorded, and each way through it leads where it says."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from tests.watch_log import columns_of, event, layout, watch_value, write

import cutaway
from cutaway.events import messages
from cutaway.events.schema import encode

pytestmark = pytest.mark.browser

BLOCKS = 30
ROWS = ["embed", *(f"h.{block}.{name}" for block in range(BLOCKS) for name in ("fc", "out")), "head"]
#: From this step on the outputs of a block are NaN, and those of another one zero.
FAULT, BAD, DEAD = 300, "h.7.fc", "h.3.fc"
LAST = 390


def rms_of(step: int, row: int) -> float:
    return float(1 + row / 10 + step / 1000)


def elements_at(step: int) -> NDArray[np.float32]:
    found = np.array([[rms_of(step, row)] * 4 for row in range(len(ROWS))], np.float32)
    if step >= FAULT:
        found[ROWS.index(BAD)], found[ROWS.index(DEAD)] = np.nan, 0
    return found


def records_at(step: int, factor: float = 1.0) -> bytes:
    values = []
    for kind, part in (("activation", 1.0), ("gradient", 0.01), ("weight", 10.0)):
        columns = columns_of(elements_at(step) * np.float32(part * factor))
        if kind == "activation":
            columns = np.concatenate([columns, np.full((len(ROWS), 1), 4, np.float32)], axis=-1)
        described = layout(kind, ROWS, numel=4) if step == 0 else None
        values.append(watch_value(f"watch/{kind}", columns, described))
        counts = np.zeros((len(ROWS), 64), np.uint16)
        counts[:, 40] = 4
        values.append(watch_value(f"watch/{kind}/magnitude", counts, described))
    loss = encode(messages.VALUE, {"tag": "train/loss", "simple_value": float("nan") if step >= FAULT else 2.0})
    return event(step, *values, loss)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    write(tmp_path / "a", *(records_at(step) for step in range(0, LAST + 1, 10)))
    return tmp_path


@pytest.fixture
def layers(page: Page, serve: Callable[..., str], logdir: Path) -> Page:
    page.goto(serve(logdir) + "#view=layers&layers-kind=watch/activation")
    settled(page)
    return page


def settled(page: Page) -> None:
    expect(page.get_by_test_id("layers-map")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("layers-canvas")).to_have_attribute("data-buckets", re.compile(r"[1-9]"))


def line_of(page: Page, key: str) -> tuple[float, float]:
    """The top and the height of a line, in pixels from the top of the map."""
    name = page.locator(f'[data-testid=layers-name][data-key="{key}"]')
    box, plot = name.bounding_box(), page.get_by_test_id("layers-map").bounding_box()
    assert box is not None
    assert plot is not None
    return box["y"] - plot["y"], box["height"]


def x_of(page: Page, step: float, span: tuple[float, float] = (0, LAST + 10)) -> float:
    """The place of a step, in pixels from the left of the map."""
    width = page.locator(".layers-curve-plot .u-over").evaluate("element => element.clientWidth")
    return float((step - span[0]) / (span[1] - span[0]) * width)


def colours(page: Page, key: str, step: float) -> set[tuple[int, ...]]:
    """The colours in the middle third of a line, at a step."""
    top, height = line_of(page, key)
    pixels: list[list[int]] = page.get_by_test_id("layers-canvas").evaluate(
        """(canvas, [x, top, height]) => {
            const ratio = devicePixelRatio;
            const data = canvas.getContext("2d").getImageData(
                Math.round(x * ratio), Math.round((top + height / 3) * ratio), 6, Math.round(height / 3 * ratio)).data;
            return Array.from({ length: data.length / 4 }, (_, i) => [...data.slice(4 * i, 4 * i + 3)]);
        }""",
        [x_of(page, step), top, height],
    )
    return {tuple(pixel) for pixel in pixels}


MAGENTA = (214, 0, 143)


def test_cells_are_what_was_recorded(layers: Page) -> None:
    """One line for blocks that are closed; NaN, zeros and numbers each in their colours, and counted."""
    names = layers.get_by_test_id("layers-name")
    expect(names).to_have_count(BLOCKS + 3)
    assert colours(layers, "h.7", FAULT + 20) == {MAGENTA}
    assert MAGENTA not in colours(layers, "h.7", FAULT - 20)
    # Of a block that is half dead the worst is not zero.
    assert len(colours(layers, "h.3", FAULT + 20)) == 1
    names.filter(has_text=re.compile(r"^3$")).click()
    expect(names).to_have_count(BLOCKS + 5)
    # The names are there before the map is drawn with them.
    expect(layers.get_by_test_id("layers-canvas")).to_have_attribute("data-lines", str(BLOCKS + 5))
    settled(layers)
    assert len(colours(layers, DEAD, FAULT + 25)) > 1
    expect(layers.get_by_test_id("layers-nan")).to_have_text("1 line with NaN, from step 300")
    expect(layers.get_by_test_id("layers-legend")).to_contain_text("1 line exactly 0 somewhere")
    # The open group is in the link.
    assert "layers-turned=h.3" in layers.url


def test_a_cell_tells_all_statistics(layers: Page) -> None:
    top, height = line_of(layers, "head")
    plot = layers.get_by_test_id("layers-map").bounding_box()
    assert plot is not None
    layers.mouse.move(plot["x"] + x_of(layers, 205), plot["y"] + top + height / 2)
    tooltip = layers.get_by_test_id("layers-tooltip")
    expect(tooltip).to_contain_text("step 200")
    expect(tooltip).to_contain_text("train/loss 2")
    expect(tooltip).to_contain_text("after the first")
    expect(tooltip.locator("tr").filter(has_text="rms")).to_have_text(f"rms{rms_of(200, len(ROWS) - 1):.4g}")
    expect(tooltip.locator("tr").filter(has_text="crest")).to_have_text("crest1")
    # One cursor in the map and in the curve above it.
    expect(layers.get_by_test_id("layers-cursor")).to_be_visible()


def test_a_stretch_is_zoomed_into_in_map_and_curve(layers: Page) -> None:
    plot = layers.get_by_test_id("layers-map").bounding_box()
    assert plot is not None
    y = plot["y"] + 100
    layers.mouse.move(plot["x"] + x_of(layers, 100), y)
    layers.mouse.down()
    layers.mouse.move(plot["x"] + x_of(layers, 200), y, steps=3)
    layers.mouse.up()
    layers.wait_for_url(re.compile(r"layers-range=(99|100|101)%2C(199|200|201)"))
    settled(layers)
    expect(layers.get_by_test_id("layers-canvas")).to_have_attribute("data-buckets", re.compile(r"^1[0-3]$"))
    layers.keyboard.press("Escape")
    expect(layers.get_by_test_id("layers-canvas")).to_have_attribute("data-buckets", str(LAST // 10 + 1))
    assert "layers-range" not in layers.url


def test_a_click_shows_the_row_over_its_steps(layers: Page) -> None:
    layers.get_by_test_id("layers-name").filter(has_text=re.compile(r"^7$")).click()
    top, height = line_of(layers, BAD)
    layers.get_by_test_id("layers-map").click(position={"x": x_of(layers, 105), "y": top + height / 2})
    details = layers.get_by_test_id("layers-details")
    expect(details.locator("h2")).to_have_text(BAD)
    expect(details.get_by_test_id("layers-row-curve").locator("canvas").first).to_be_visible()
    expect(details.get_by_test_id("layers-magnitudes").locator("canvas")).to_be_visible()
    # The place is that of all views.
    assert "at=step%3A100" in layers.url
    expect(details).to_contain_text("At step 100")
    value = f"{rms_of(100, ROWS.index(BAD)):.4g}"
    expect(details.locator("tr").filter(has_text="rms")).to_have_text(f"rms{value}{value}{value}")
    # First the place is let go of, then the row.
    for _ in range(2):
        layers.keyboard.press("Escape")
    expect(details).to_have_count(0)


def test_keys_move_in_the_map(layers: Page) -> None:
    grid, said = layers.get_by_test_id("layers-map"), layers.get_by_test_id("layers-said")
    grid.focus()
    layers.keyboard.press("ArrowDown")
    expect(said).to_have_text(re.compile(r"^embed, step 390: rms 1\.39$"))
    for key in ("ArrowLeft", "End", "Home"):
        layers.keyboard.press(key)
    expect(said).to_contain_text("embed, step 0")
    for _ in range(2 + 7):
        layers.keyboard.press("ArrowDown")
    expect(said).to_contain_text("h.7, 2 rows, step 0")
    layers.keyboard.press("Space")
    expect(said).to_have_text("h.7, an open group of 2 rows")
    for key in ("ArrowDown", "End"):
        layers.keyboard.press(key)
    expect(said).to_have_text("h.7.fc, step 390: NaN")
    layers.keyboard.press("Enter")
    expect(layers.get_by_test_id("layers-details").locator("h2")).to_have_text(BAD)
    # Keys go on from there when the map is left and comes to be used again.
    layers.get_by_test_id("layers-kind").focus()
    grid.focus()
    layers.keyboard.press("ArrowLeft")
    expect(said).to_have_text("h.7.fc, step 380: NaN")


def test_kinds_statistics_and_the_past_are_chosen(layers: Page) -> None:
    legend = layers.get_by_test_id("layers-legend")
    expect(legend).to_contain_text("rms")
    layers.get_by_test_id("layers-kind").select_option("watch/gradient")
    layers.get_by_test_id("layers-statistic").select_option("weight_ratio")
    # All ratios are a thousandth, which is the middle of the scale.
    expect(legend).to_contain_text("gradient / weight 0.0001")
    expect(legend).to_contain_text("0.01 log")
    layers.get_by_test_id("layers-against").select_option("median")
    expect(legend).to_contain_text("against each row's own median 0.01×")
    layers.get_by_test_id("layers-statistic").select_option("zero_share")
    expect(layers.get_by_test_id("layers-against")).to_have_count(0)
    expect(legend).to_contain_text("zero share 0 %")
    for part in ("layers-kind=watch%2Fgradient", "layers-statistic=zero_share", "layers-against=median"):
        assert part in layers.url


def test_colours_stay_while_a_run_grows(layers: Page, logdir: Path) -> None:
    legend, canvas = layers.get_by_test_id("layers-legend"), layers.get_by_test_id("layers-canvas")
    before = legend.locator(".layers-scale").inner_text()
    write(logdir / "a", *(records_at(step, 1000.0) for step in range(LAST + 10, LAST + 210, 10)))
    expect(canvas).to_have_attribute("data-buckets", str(LAST // 10 + 21))
    assert legend.locator(".layers-scale").inner_text() == before
    layers.get_by_test_id("layers-fit").click()
    expect(legend.locator(".layers-scale")).not_to_have_text(before)
    expect(layers.get_by_test_id("layers-fit")).to_have_count(0)


def test_n_leads_to_the_first_bad_row(layers: Page) -> None:
    """Whether the rules have been heard of or not."""
    layers.get_by_test_id("layers-map").focus()
    layers.keyboard.press("n")
    details = layers.get_by_test_id("layers-details")
    expect(details.locator("h2")).to_have_text(re.compile(r"^h\.(7|3)"))


def test_a_statistic_colours_the_boxes_of_a_model(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    net = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4))
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_model(net, torch.zeros(1, 4))
    rows = ["0.weight", "0.bias", "1.weight", "1.bias"]
    values = np.array([[2.0] * 4, [1.0] * 4, [3.0] * 4, [np.nan] * 4])
    record = event(5, watch_value("watch/gradient", columns_of(values), layout("gradient", rows)))
    write(tmp_path / "a", record, name=next((tmp_path / "a").iterdir()).name)
    page.goto(serve(tmp_path) + "#view=model&cost=watch/gradient:rms&drawing=table")
    expect(page.get_by_test_id("overlay")).to_have_value("watch/gradient:rms")
    legend = page.get_by_test_id("overlay-legend")
    expect(legend).to_contain_text("gradient rms")
    expect(legend).to_contain_text("2 modules, newest")
    expect(legend).to_contain_text("NaN ×1")


def test_a_watch_without_a_layout_is_told_of(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    content = json.dumps({"version": 1}).encode()
    metadata = {"plugin_data": {"plugin_name": "cutaway_watch", "content": content}}
    write(tmp_path / "a", event(0, encode(messages.VALUE, {"tag": "watch/gradient", "metadata": metadata})))
    page.goto(serve(tmp_path) + "#view=layers")
    expect(page.get_by_test_id("layers-notes")).to_contain_text("watch/gradient: rows in the layout of a watch")
