"""Precision-recall curves of all runs at one place: the page shows the values that each writer recorded."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Position, expect
from sklearn.metrics import average_precision_score  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parents[1] / "fixtures"
LABELS = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0])
#: At multiples of a tenth, which eleven thresholds are, and a little above them, where float32 may be.
SCORES = np.array([9, 8, 7, 5, 5, 4, 3, 2, 1, 0]) / 10 + 0.01
EVERY = {"adam": 100, "sgd": 150}


def scores_at(run: str, step: int) -> NDArray[Any]:
    """Better with each step, and better with adam."""
    better: NDArray[Any] = np.clip(SCORES + LABELS * step / (2000 if run == "adam" else 6000), 0, 1)
    return better


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, every in EVERY.items():
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 601, every):
                writer.add_pr_curve("classes/cat", LABELS, scores_at(name, step), step, num_thresholds=11)
    return tmp_path


def card_of(page: Page, tag: str) -> Locator:
    return page.locator(f'[data-testid=pr-card][data-tag="{tag}"]')


def run_of(page: Page, tag: str, run: str) -> Locator:
    return card_of(page, tag).locator(f'[data-testid=pr-run][data-run="{run}"]')


def area_of(run: Locator) -> float:
    return float(run.get_attribute("data-area") or "nan")


def figures(rows: Locator) -> dict[str, str]:
    found: dict[str, str] = rows.locator("[data-figure]").evaluate_all(
        "cells => Object.fromEntries(cells.map(cell => [cell.dataset.figure, cell.textContent]))"
    )
    return found


def expected_at(labels: NDArray[Any], scores: NDArray[Any], threshold: float) -> dict[str, str]:
    is_predicted = scores >= threshold
    counts = {
        "TP": int(np.sum(is_predicted & (labels == 1))),
        "FP": int(np.sum(is_predicted & (labels == 0))),
        "TN": int(np.sum(~is_predicted & (labels == 0))),
        "FN": int(np.sum(~is_predicted & (labels == 1))),
    }
    return {name: str(count) for name, count in counts.items()}


def test_values_on_screen_are_those_written(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("view-pr").click()
    card = card_of(page, "classes/cat")
    expect(card).to_have_attribute("data-state", "ready")
    adam, sgd = run_of(page, "classes/cat", "adam"), run_of(page, "classes/cat", "sgd")
    expect(adam).to_have_attribute("data-step", "600")
    for name, run in (("adam", adam), ("sgd", sgd)):
        rounded = np.floor(scores_at(name, 600) * 10)
        assert area_of(run) == pytest.approx(average_precision_score(LABELS, rounded), abs=1e-6)
    assert area_of(adam) > area_of(sgd)
    # The best is first.
    names = card.get_by_test_id("pr-run").evaluate_all("rows => rows.map(row => row.dataset.run)")
    assert names == ["adam", "sgd"]

    page.keyboard.press("ArrowLeft")
    expect(adam).to_have_attribute("data-step", "500")
    expect(sgd).to_contain_text("from 450")

    card.get_by_role("button", name="Expand classes/cat").click()
    page.get_by_test_id("threshold").fill("0.5")
    for name, step in (("adam", 500), ("sgd", 450)):
        found = figures(page.locator(f'[data-testid=pr-table] tr[data-run="{name}"]'))
        expected = expected_at(LABELS, scores_at(name, step), 0.5)
        assert {key: found[key] for key in expected} == expected
        tp, fp, fn = (int(expected[key]) for key in ("TP", "FP", "FN"))
        shares = {"precision": tp / (tp + fp), "recall": tp / (tp + fn), "F1": 2 * tp / (2 * tp + fp + fn)}
        for key, share in shares.items():
            assert float(found[key]) == pytest.approx(share, abs=1e-4)
        assert found["threshold"] == "0.5"
    # The link has it all.
    expect(page).to_have_url(re.compile("large-pr=classes%2Fcat"))
    page.reload()
    expect(page.get_by_test_id("pinned-threshold")).to_contain_text("0.5")
    page.get_by_test_id("view-pr").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("timeline").locator("output")).to_have_text("newest")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pinned-threshold")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pr-table")).to_have_count(0)


def test_names_in_a_narrow_legend_differ(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for lr in ("0.1", "0.01"):
        for seed in (0, 1):
            with cutaway.SummaryWriter(tmp_path / f"lr={lr}" / f"seed={seed}") as writer:
                writer.add_pr_curve("cat", np.array([0, 1]), np.array([0.25, 0.75]), 0)
    page.goto(serve(tmp_path) + "#view=pr")
    names = page.locator(".pr-name")
    expect(names).to_have_count(4)
    assert set(names.all_inner_texts()) == {f"lr={lr}/seed={seed}" for lr in ("0.1", "0.01") for seed in (0, 1)}
    for name in names.all():
        assert name.evaluate("name => [name.scrollWidth <= name.clientWidth, name.clientHeight > 0]") == [True, True]


def test_what_is_under_the_pointer(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=pr")
    card = card_of(page, "classes/cat")
    expect(card).to_have_attribute("data-state", "ready")
    canvas = card.locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    position: Position = {"x": box["width"] * 0.6, "y": box["height"] * 0.4}
    canvas.hover(position=position)
    shown = page.get_by_test_id("pr-tooltip")
    title = shown.locator("th").first.inner_text()
    threshold = float(title.removeprefix("threshold "))
    for name in EVERY:
        found = figures(shown.locator(f'tr[data-run="{name}"]'))
        expected = expected_at(LABELS, scores_at(name, 600), threshold)
        assert {key: found[key] for key in expected} == expected
    canvas.click(position=position)
    expect(page.get_by_test_id("pinned-threshold")).to_contain_text(title)
    # A kept step is compared with.
    page.get_by_test_id("step-slider").fill("0")
    page.get_by_test_id("against").click()
    page.keyboard.press("0")
    before = average_precision_score(LABELS, np.floor(scores_at("adam", 0) * 10))
    after = average_precision_score(LABELS, np.floor(scores_at("adam", 600) * 10))
    change = f"{'+' if after >= before else '−'}{abs(after - before):.4f}"
    expect(run_of(page, "classes/cat", "adam").get_by_test_id("pr-difference")).to_contain_text(change)

    page.get_by_test_id("pr-form").select_option("ap")
    expect(card).to_have_attribute("data-state", "ready")
    canvas.hover(position={"x": box["width"] * 0.5, "y": box["height"] * 0.4})
    found = figures(shown.locator('tr[data-run="adam"]'))
    expected_area = average_precision_score(LABELS, np.floor(scores_at("adam", int(found["step"])) * 10))
    assert float(found["AP"]) == pytest.approx(expected_area, abs=1e-4)
    canvas.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.4})
    expect(page).to_have_url(re.compile(r"at=step%3A[123]\d\d"))


def test_what_is_taken_away(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=pr")
    expect(card_of(page, "classes/cat")).to_have_attribute("data-state", "ready")

    def taken(words: str) -> str:
        menu = page.get_by_test_id("pr-menu")
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        with page.expect_download() as started:
            menu.get_by_role("button", name=words).click()
        return started.value.path().read_text("utf-8")

    curve = cutaway.open(logdir)["adam"].pr_curves("classes/cat")[-1]
    rows = [row for row in csv.DictReader(io.StringIO(taken("CSV, as on screen"))) if row["run"] == "adam"]
    assert [float(row["threshold"]) for row in rows] == pytest.approx(np.linspace(0, 1, 11).tolist())
    assert np.array([float(row["precision"]) for row in rows], np.float32).tolist() == curve.precision.tolist()
    assert [float(row["true_positives"]) for row in rows] == curve.true_positives.tolist()
    recorded = json.loads(taken("JSON, recorded curves of every step"))["curves"]
    assert [each["step"] for each in recorded if each["run"] == "sgd"] == list(range(0, 601, 150))
    assert len(recorded) == 12


@pytest.mark.slow
def test_bad_curves_harm_no_other(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    with cutaway.SummaryWriter(logdir / "adam") as writer:
        tp, fp, tn, fn, precision, recall = ([2, 1], [2, -3], [0, 2], [0, 1], [0.5, 1], [1, 0.5])
        writer.add_pr_curve_raw("negative", tp, fp, tn, fn, precision, recall, 1, num_thresholds=2)
        writer.add_pr_curve("nobody", np.zeros(4), np.arange(4) / 4, 1, num_thresholds=5)
    tensor = {"dtype": 1, "tensor_shape": {"dim": [{"size": 5}, {"size": 3}]}, "float_val": [1.0]}
    value = {"tag": "shape", "metadata": {"plugin_data": {"plugin_name": "pr_curves"}}, "tensor": tensor}
    record = frame(encode(messages.EVENT, {"wall_time": 1000.0, "step": 1, "summary": {"value": [value]}}))
    (logdir / "adam" / "events.out.tfevents.1000.host").write_bytes(record)
    page.goto(serve(logdir) + "#view=pr")
    for tag, why in (
        ("negative", "1 of 2 thresholds have impossible numbers, as false positives of -3"),
        ("nobody", "no positives"),
        ("shape", "must have the shape [6, thresholds], not [5, 3]"),
    ):
        card_of(page, tag).scroll_into_view_if_needed()
        expect(run_of(page, tag, "adam")).to_contain_text(why)
    card_of(page, "classes/cat").scroll_into_view_if_needed()
    expect(run_of(page, "classes/cat", "adam")).to_have_attribute("data-step", "600")


@pytest.mark.slow
@pytest.mark.parametrize("writer", ["pytorch", "tensorboardx", "tensorflow1_pr_curves", "tensorflow2"])
def test_curves_of_other_writers(page: Page, serve: Callable[..., str], writer: str) -> None:
    run = cutaway.open(FIXTURES / writer)["."]
    tags = run.tags("pr_curves")
    assert tags
    page.goto(serve(FIXTURES / writer) + "#view=pr&pr-threshold=0.5")
    for tag in tags:
        curve = run.pr_curves(tag)[-1]
        card = card_of(page, tag)
        card.scroll_into_view_if_needed()
        expect(card).to_have_attribute("data-state", "ready")
        expect(card.get_by_test_id("pr-run")).to_have_attribute("data-area", re.compile(r"\d"))
        assert area_of(card.get_by_test_id("pr-run")) == pytest.approx(curve.average_precision, abs=1e-9)
        card.get_by_role("button", name="Expand").click()
        found = figures(page.get_by_test_id("pr-table").locator("tbody tr"))
        index = round(0.5 * (len(curve.recall) - 1) + 1e-9)
        for name, counts in (("TP", curve.true_positives), ("FP", curve.false_positives)):
            assert float(found[name]) == pytest.approx(float(counts[index]), rel=1e-5)
        card.get_by_role("button", name="Make").click()
