"""No serious violation of the rules of WCAG 2.2 A and AA that axe-core can check, in both themes; and keys alone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from tests.e2e.places import in_plot
from torch import nn

import cutaway

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(params=["light", pytest.param("dark", marks=pytest.mark.slow)])
def themed(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    return open_page(viewport={"width": 1280, "height": 800}, color_scheme=request.param)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for lr in (0.1, 0.01):
        for seed in range(2):
            with cutaway.SummaryWriter(tmp_path / f"lr={lr}" / f"seed={seed}") as writer:
                writer.add_hparams({"lr": lr}, {"final": lr}, run_name=".")
                writer.add_custom_scalars({"curves": {"both": ["Multiline", [".*/loss"]]}})
                for step in range(30):
                    writer.add_scalar("train/loss", lr * step, step, summary_description="Mean over the batch")
                    writer.add_scalar("val/loss", float("nan") if step == 7 else lr, step)
    return tmp_path


def violations(page: Page, within: str = "html") -> list[str]:
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("([place, rules]) => axe.run(place, {runOnly: rules})", [within, RULES])
    return [
        f"{violation['impact']} {violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def test_nothing_serious_in_texts(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    with cutaway.SummaryWriter(logdir / "lr=0.1" / "seed=0") as writer:
        for step in range(3):
            writer.add_text("note", f"# Step {step}\n\n`code` and [a link](https://example.com)\n\n> quote", step)
            writer.add_text("table", "| a | b |\n|---|---|\n| 1 | 2 |", step)
    page.goto(serve(logdir) + "#view=text")
    expect(page.get_by_test_id("text-card").first.locator("h1")).to_have_text("Step 2")
    assert violations(page) == []
    page.get_by_test_id("against").click()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("difference").first).to_be_visible()
    assert violations(page, "main") == []


@pytest.mark.slow
def test_nothing_serious_with_a_subject(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    with cutaway.SummaryWriter(logdir / "lr=0.1" / "seed=0") as writer:
        writer.add_text("train/mistakes", "none", 1)
        writer.add_histogram("weights/fc", np.arange(9.0), 1)
    page.goto(serve(logdir) + "#view=text&subject=train/loss&tags=weights&tags-off=yes")
    expect(page.get_by_test_id("subject")).to_have_text("train for train/loss ×")
    page.get_by_test_id("subject-menu").locator("summary").click()
    expect(page.get_by_test_id("subject-distributions")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("view-scalars").click()
    page.get_by_test_id("tag-filter").fill("")
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    page.mouse.click(*in_plot(chart, 0.5, 0.5))
    expect(page.get_by_test_id("details").get_by_test_id("subject-text")).to_be_visible()
    assert violations(page) == []


def test_nothing_serious_in_images(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    with cutaway.SummaryWriter(logdir / "lr=0.1" / "seed=0") as writer:
        for step in range(3):
            writer.add_image("grey", np.full((8, 8, 1), 40 * step, np.uint8), step, dataformats="HWC")
    page.goto(serve(logdir) + "#view=images")
    expect(page.get_by_test_id("image")).to_have_attribute("data-state", "ready")
    assert violations(page) == []
    page.get_by_role("button", name="Expand").click()
    page.get_by_test_id("against").click()
    page.get_by_test_id("comparison").select_option("swipe")
    expect(page.get_by_test_id("swipe")).to_be_visible()
    assert violations(page, "main") == []
    page.goto(page.url.split("#")[0] + "#view=images&images-across=steps")
    expect(page.get_by_test_id("strip-image").first).to_have_attribute("data-state", "ready")
    assert violations(page, "main") == []


def test_nothing_serious_in_sounds(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    for seed in range(2):
        with cutaway.SummaryWriter(logdir / "lr=0.1" / f"seed={seed}") as writer:
            writer.add_audio("tone", np.sin(np.arange(2000) / 3), 1, sample_rate=8000)
    page.goto(serve(logdir) + "#view=audio")
    expect(page.get_by_test_id("sound").first).to_have_attribute("data-state", "ready")
    assert violations(page) == []
    page.get_by_role("button", name="Expand").click()
    expect(page.get_by_test_id("whole")).to_be_visible()
    assert violations(page, "main") == []


def test_nothing_serious_in_pr_curves(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    for seed in range(2):
        with cutaway.SummaryWriter(logdir / "lr=0.1" / f"seed={seed}") as writer:
            writer.add_pr_curve("cats", np.arange(50) % 2, np.linspace(0, 1, 50), 1)
            writer.add_pr_curve("nothing", np.zeros(4), np.zeros(4), 1)
    page.goto(serve(logdir) + "#view=pr")
    expect(page.locator('[data-testid=pr-card][data-tag="cats"]')).to_have_attribute("data-state", "ready")
    assert violations(page) == []
    page.get_by_role("button", name="Expand cats").click()
    expect(page.get_by_test_id("pr-table")).to_be_visible()
    page.get_by_test_id("pr-table").hover()
    assert violations(page, "main") == []
    page.locator('[data-testid=pr-card][data-tag="cats"] canvas').hover()
    expect(page.get_by_test_id("pr-tooltip")).to_be_visible()
    assert violations(page) == []


def test_nothing_serious_in_models(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    model = nn.Sequential(nn.Linear(4, 8), nn.Sequential(nn.ReLU(), nn.Linear(8, 2)))
    with cutaway.SummaryWriter(logdir / "lr=0.1" / "seed=0") as writer:
        writer.add_model(model, torch.zeros(1, 4))
    page.goto(serve(logdir) + "#view=model&drawing=table&model-selected=1.1&model-query=linear")
    expect(page.get_by_test_id("model-details")).to_contain_text("2×8")
    expect(page.locator(".filter .found").first).not_to_be_empty()
    assert violations(page) == []
    page.get_by_test_id("trace-inputs").click()
    expect(page.get_by_test_id("traced")).to_be_visible()
    assert violations(page) == []
    page.get_by_test_id("table-menu").locator("summary").click()
    assert violations(page, "[data-testid=table-menu]") == []
    for drawing in ("graph", "cutaway"):
        page.goto(f"{page.url.split('#')[0]}#view=model&drawing={drawing}&model-selected=1.1")
        expect(page.get_by_test_id("drawing")).to_have_value(drawing)
        expect(page.get_by_test_id("outline").locator('[data-key="1.1"]')).to_be_visible()
        assert violations(page) == []


@pytest.mark.parametrize(
    "form",
    ["ridgeline", *(pytest.param(form, marks=pytest.mark.slow) for form in ("overlay", "heat", "bands", "step"))],
)
def test_nothing_serious_in_distributions(themed: Page, serve: Callable[..., str], logdir: Path, form: str) -> None:
    page = themed
    for seed in range(2):
        with cutaway.SummaryWriter(logdir / "lr=0.1" / f"seed={seed}") as writer:
            for step in range(3):
                writer.add_histogram("weights", np.append(np.arange(9.0), np.nan) * (step - 1), step)
    page.goto(f"{serve(logdir)}#view=distributions&distributions={form}&large-distribution=weights")
    expect(page.get_by_test_id("distribution")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("distribution-statistics")).to_be_visible()
    assert violations(page) == []
    page.get_by_test_id("distribution-menu").locator("summary").click()
    assert violations(page, "[data-testid=distribution-menu][open]") == []


def test_nothing_serious_anywhere(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    page.goto(serve(logdir) + "#smooth=ema,0.6&best=lowest&axis=tag:val/loss&pin=train/loss")
    expect(page.get_by_test_id("run-row")).to_have_count(4)
    assert violations(page) == []
    page.goto(page.url.split("#")[0] + "#group=hparam:lr&ratio=lr%3D0.1/seed%3D0&folded=%0Acurves")
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    expect(chart).to_have_attribute("data-series", "2")
    page.mouse.move(*in_plot(chart, 0.5, 0.5))
    assert violations(page) == []
    page.mouse.click(*in_plot(chart, 0.5, 0.5))
    expect(page.get_by_test_id("details")).to_be_visible()
    assert violations(page, "[data-testid=details]") == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_be_visible()
    assert violations(page, "[data-testid=help]") == []
    page.keyboard.press("Escape")
    page.get_by_test_id("view-files").click()
    expect(page.locator("table.files")).to_be_visible()
    assert violations(page, "main") == []


@pytest.mark.slow
def test_nothing_serious_in_menus(themed: Page, serve: Callable[..., str], logdir: Path) -> None:
    page = themed
    page.goto(serve(logdir) + "#group=hparam:lr&folded=%0Acurves")
    chart = page.locator('[data-testid=chart][data-tag="train/loss"]')
    expect(chart).to_have_attribute("data-series", "2")
    for menu in ("more", "run-columns", "link-menu"):
        page.get_by_test_id(menu).locator("summary").click()
        assert violations(page, f"[data-testid={menu}]") == []
        page.keyboard.press("Escape")
    chart.get_by_test_id("chart-menu").locator("summary").click()
    assert violations(page, "[data-testid=chart-menu][open]") == []
    page.keyboard.press("Escape")
    page.get_by_test_id("run-row").first.click(button="right")
    assert violations(page, "[data-testid=run-menu]") == []
    page.keyboard.press("Escape")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("new-chart").click()
    assert violations(page, "[data-testid=plan-editor]") == []


@pytest.mark.slow
def test_an_empty_directory(themed: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    themed.goto(serve(tmp_path))
    expect(themed.get_by_test_id("empty-state")).to_be_visible()
    assert violations(themed) == []


def test_keys_alone(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """What a pointer does in lists and menus, keys do."""
    page.goto(serve(logdir))
    expect(page.get_by_test_id("run-row")).to_have_count(4)
    page.get_by_label("Colour and menu of lr=0.1/seed=0").focus()
    page.keyboard.press("Enter")
    # The menu takes the keys, and gives them back.
    expect(page.get_by_label("Colour 1", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Colour and menu of lr=0.1/seed=0")).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_label("Runs", exact=True)).to_have_count(0)
    page.reload()
    expect(page.locator("[data-testid=chart]").first).to_be_visible()
    expect(page.get_by_label("Runs", exact=True)).to_have_count(0)
    page.get_by_test_id("list-switch").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Runs", exact=True)).to_be_visible()
