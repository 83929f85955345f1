"""Histograms of all runs over their steps, and one of them in detail: values on screen are the values written."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parents[1] / "fixtures"


def card_of(page: Page, tag: str) -> Locator:
    return page.locator(f'[data-testid=distribution][data-tag="{tag}"]')


def run_of(page: Page, tag: str, run: str) -> Locator:
    return card_of(page, tag).locator(f'[data-testid=distribution-run][data-run="{run}"]')


def figures(page: Page, run: str) -> dict[str, str]:
    cells = page.locator(f'[data-testid=distribution-statistics] tr[data-run="{run}"] [data-figure]')
    expect(cells).to_have_count(15)
    found: dict[str, str] = cells.evaluate_all(
        "cells => Object.fromEntries(cells.map(cell => [cell.dataset.figure, cell.textContent]))"
    )
    return found


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, every, factor in (("adam", 100, 1.0), ("sgd", 150, 2.0)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 601, every):
                numbers = np.concatenate([np.arange(16.0) * factor, np.zeros(4), [np.nan, np.nan, np.inf]])
                writer.add_histogram("weights/fc", numbers + step, step, bins=8)
                writer.add_histogram("grad/fc", numbers, step, bins=8)
            writer.add_histogram("nothing", np.empty(0), 0)
    return tmp_path


def test_values_on_screen_are_those_written(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("view-distributions").click()
    adam, sgd = run_of(page, "grad/fc", "adam"), run_of(page, "grad/fc", "sgd")
    expect(card_of(page, "grad/fc")).to_have_attribute("data-state", "ready")
    expect(card_of(page, "grad/fc")).to_have_attribute("data-rows", "7")
    expect(adam).to_have_attribute("data-step", "600")
    expect(adam).to_have_attribute("data-count", "20")
    # What is in no bin is counted in sight, and so are the zeros.
    for text in ("NaN 2", "+Inf 1", "zeros 5"):
        expect(adam).to_contain_text(text)
    expect(run_of(page, "nothing", "adam")).to_have_attribute("data-count", "0")

    page.keyboard.press("ArrowLeft")
    expect(adam).to_have_attribute("data-step", "500")
    expect(sgd).to_have_attribute("data-step", "450")
    expect(sgd).to_contain_text("from 450")

    card_of(page, "grad/fc").get_by_role("button", name="Expand grad/fc").click()
    numbers = np.concatenate([np.arange(16.0) * 2, np.zeros(4)])
    found = figures(page, "sgd")
    expected = {
        "step": "450",
        "count": "20",
        "min": "0",
        "max": "30",
        "zeros": "5",
        "nan": "2",
        "posInf": "1",
        "negInf": "0",
    }
    assert {name: found[name] for name in expected} == expected
    assert float(found["mean"]) == pytest.approx(numbers.mean(), rel=1e-5)
    assert float(found["deviation"]) == pytest.approx(numbers.std(), rel=1e-5)

    # Under the pointer: the recorded bin, and how many numbers it holds.
    picture = page.get_by_test_id("distribution-step").locator("canvas")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    picture.hover(position={"x": box["width"] * 0.9, "y": box["height"] / 2})
    counts, edges = np.histogram(numbers, 8)
    tooltip = page.get_by_test_id("distribution-tooltip")
    expect(tooltip).to_contain_text("step 450")
    row = re.search(r"([\d.]+) … ([\d.]+): (\d+)$", tooltip.inner_text().strip().splitlines()[-1])
    assert row is not None
    shown = [float(part) for part in row.groups()]
    bin_ = int(np.argmin(abs(edges[:-1] - shown[0])))
    assert shown == pytest.approx([edges[bin_], edges[bin_ + 1], counts[bin_]], rel=1e-5)

    # The link has it all.
    page.get_by_test_id("distribution-form").select_option("heat")
    page.get_by_test_id("log-counts").check()
    expect(page).to_have_url(re.compile("large-distribution=grad%2Ffc"))
    page.reload()
    expect(page.get_by_test_id("distribution-form")).to_have_value("heat")
    expect(page.get_by_test_id("distribution-step")).to_be_visible()
    # One thing at a time: the place, then the large card.
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("timeline").locator("output")).to_have_text("newest")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("distribution-step")).to_have_count(0)


@pytest.mark.parametrize(
    "form",
    ["heat", *(pytest.param(form, marks=pytest.mark.slow) for form in ("ridgeline", "overlay", "bands", "step"))],
)
def test_a_click_fixes_the_place(page: Page, serve: Callable[..., str], logdir: Path, form: str) -> None:
    page.goto(serve(logdir) + f"#view=distributions&distributions={form}")
    card = card_of(page, "weights/fc")
    expect(card).to_have_attribute("data-state", "ready")
    canvas = card.locator("canvas").first
    box = canvas.bounding_box()
    assert box is not None
    # On an axis of steps the middle; in front of all ridges the last one.
    canvas.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.6})
    if form == "step":
        expect(page).not_to_have_url(re.compile("at="))
    else:
        expect(page).to_have_url(re.compile(r"at=step%3A\d+"))


def test_keys_choose_the_form_and_the_size(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=distributions")
    form, card = page.get_by_test_id("distribution-form"), card_of(page, "grad/fc")
    expect(card).to_have_attribute("data-state", "ready")
    for key, name in (("3", "heat"), ("5", "step"), ("1", "ridgeline")):
        page.keyboard.press(key)
        expect(form).to_have_value(name)
    card.hover()
    page.keyboard.press("f")
    expect(page.get_by_test_id("distribution-statistics")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_test_id("distribution-statistics")).to_have_count(0)
    # The axis is that of all views.
    page.get_by_test_id("steps-axis").select_option("wall")
    expect(page).to_have_url(re.compile("axis=wall"))
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_contain_text("show heat map")


def test_cards_just_below_the_window_are_drawn_before_they_are_in_sight(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        for tag in range(40):
            writer.add_histogram(f"layer/{chr(97 + tag // 26)}{chr(97 + tag % 26)}", np.arange(4.0), 0)
    page.goto(serve(tmp_path) + "#view=distributions")
    cards = page.get_by_test_id("distribution")
    expect(cards.first).to_have_attribute("data-state", "ready")
    tops = sorted(set(cards.evaluate_all("cards => cards.map(card => Math.round(card.getBoundingClientRect().top))")))
    # The second row is right below the window, and the last one is far.
    width = page.evaluate("innerWidth")
    page.set_viewport_size({"width": width, "height": tops[1] - 20})
    page.reload()
    state = """(top) => [...document.querySelectorAll("[data-testid=distribution]")]
        .filter((card) => Math.abs(card.getBoundingClientRect().top - top) < 5).map((card) => card.dataset.state)"""
    page.wait_for_function(f"() => (({state})({tops[1]})).includes('ready')")
    page.wait_for_function(f"() => (({state})({tops[3]})).length > 0")
    far = page.evaluate(state, tops[3])
    assert set(far) == {"loading"}


@pytest.mark.slow
def test_steps_that_come_are_shown(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    with cutaway.SummaryWriter(logdir / "adam") as writer:
        writer.add_histogram("grad/fc", np.arange(3.0), 700)
        page.goto(serve(logdir) + "#view=distributions")
        expect(card_of(page, "grad/fc")).to_have_attribute("data-rows", "8")
        writer.add_histogram("grad/fc", np.arange(5.0), 800)
        expect(card_of(page, "grad/fc")).to_have_attribute("data-rows", "9")
        expect(run_of(page, "grad/fc", "adam")).to_have_attribute("data-count", "5")


def test_what_was_recorded_is_taken_away(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=distributions&at=step:300")
    card = card_of(page, "grad/fc")
    expect(run_of(page, "grad/fc", "adam")).to_have_attribute("data-step", "300")
    expect(card).to_have_attribute("data-state", "ready")

    def saved(name: str) -> str:
        card.get_by_test_id("distribution-menu").locator("summary").click()
        with page.expect_download() as started:
            card.get_by_role("button", name=name).click()
        text: str = started.value.path().read_text("utf-8")
        # One that reads first leaves the menu open.
        page.keyboard.press("Escape")
        return text

    written = {name: cutaway.open(logdir)[name].histograms("grad/fc") for name in ("adam", "sgd")}
    at = {"adam": 3, "sgd": 2}
    entries = json.loads(saved("JSON, all that was recorded at this step"))
    assert [(entry["run"], entry["step"]) for entry in entries] == [("adam", 300), ("sgd", 300)]
    for entry in entries:
        histogram = written[entry["run"]][at[entry["run"]]]
        assert entry["edges"] == histogram.edges.tolist()
        assert entry["counts"] == histogram.counts.tolist()
        assert (entry["nan_count"], entry["positive_infinity_count"], entry["negative_infinity_count"]) == (2, 1, 0)
    rows = list(csv.DictReader(io.StringIO(saved("CSV, recorded bins at this step"))))
    bins = {name: [row for row in rows if row["run"] == name] for name in written}
    every = list(csv.DictReader(io.StringIO(saved("CSV, recorded bins of every step"))))
    for name, found in written.items():
        assert [float(row["count"]) for row in bins[name]] == found[at[name]].counts.tolist()
        assert [float(row["left"]) for row in bins[name]] == found[at[name]].edges[:-1].tolist()
        counts = [float(row["count"]) for row in every if row["run"] == name]
        assert counts == [count for histogram in found for count in histogram.counts.tolist()]


@pytest.mark.slow
def test_bad_histograms_harm_no_other(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_histogram("good", np.arange(5.0), 0)
        writer.add_histogram_raw("backwards", 0, 3, 3, 6, 14, [1, 3, 2], [1, 1, 1], 0)
        writer.add_histogram("mostly", np.arange(5.0), 0)
        writer.add_histogram_raw("mostly", 0, 3, -3, 6, 14, [1, 2, 3], [1, -5, 1], 1)
        writer.add_histogram_raw("none", 0, 0, 0, 0, 0, [], [], 0)
    write_with_long_metadata(tmp_path / "b", "long")
    page.goto(serve(tmp_path) + "#view=distributions")
    expect(run_of(page, "good", "a")).to_have_attribute("data-count", "5")
    for tag, why in (("backwards", "edges go back"), ("mostly", "counts that are negative")):
        expect(card_of(page, tag).get_by_test_id("distribution-damaged")).to_have_text("1 damaged")
        expect(run_of(page, tag, "a")).to_contain_text(why)
    expect(run_of(page, "none", "a")).to_have_attribute("data-count", "0")
    expect(run_of(page, "long", "b")).to_have_attribute("data-count", "6")
    page.get_by_test_id("step-slider").fill("0")
    expect(run_of(page, "mostly", "a")).to_have_attribute("data-count", "5")


def write_with_long_metadata(folder: Path, tag: str) -> None:
    """A histogram whose metadata have 2 MB."""
    bins = {"bucket_limit": [1, 2, 3], "bucket": [1, 2, 3]}
    histogram = {"min": 0, "max": 3, "num": 6, "sum": 9, "sum_squares": 15, **bins}
    plugin = {"plugin_name": "histograms", "content": b"x" * (1 << 20)}
    metadata = {"plugin_data": plugin, "display_name": "y" * (1 << 20)}
    value = {"tag": tag, "histo": histogram, "metadata": metadata}
    event = {"wall_time": 1.0, "step": 0, "summary": {"value": [value]}}
    path = folder / "events.out.tfevents.1764000000.host.1.0"
    path.parent.mkdir()
    path.write_bytes(frame(encode(messages.EVENT, event)))


@pytest.mark.slow
@pytest.mark.parametrize("writer", ["pytorch", "tensorboardx", "tensorflow1", "tensorflow2", "keras"])
def test_histograms_of_other_writers(page: Page, serve: Callable[..., str], writer: str) -> None:
    logs = cutaway.open(FIXTURES / writer)
    page.goto(serve(FIXTURES / writer) + "#view=distributions")
    checked = 0
    for name in logs.runs:
        run = logs[name]
        for tag in run.tags("histograms"):
            histogram = run.histograms(tag)[-1]
            card_of(page, tag).scroll_into_view_if_needed()
            expect(run_of(page, tag, name)).to_have_attribute("data-count", f"{histogram.count:.0f}")
            checked += 1
    assert checked > 0
