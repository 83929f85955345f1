"""The runs view: the list of runs at full width, with what runs were made with beside what came of it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.test_accessibility import violations

import cutaway

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: Of each run its learning rate, optimizer, seed and lowest loss.
RUNS = {
    "a": (0.1, "adam", 0, 0.5),
    "b": (0.1, "adam", 1, 0.25),
    "c": (0.001, "sgd", 0, 2.0),
    "d": (0.001, "sgd", 1, 4.0),
}
ODD = {"layers": [1, 2], "bias": True, "nothing": None, "epsilon": float("nan"), "text": "x" * 100_000}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, (lr, optimizer, seed, loss) in RUNS.items():
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            hparams = {"lr": lr, "optimizer": optimizer, "seed": seed, "batch": 32}
            writer.add_hparams(hparams, {}, run_name=".")
            for step in range(3):
                writer.add_scalar("val/loss", loss * (3 - step), step)
    return tmp_path


def heads(page: Page) -> list[str | None]:
    return [head.get_attribute("data-column") for head in page.get_by_test_id("run-column").all()]


def cells(page: Page, run: str, columns: list[str]) -> list[str]:
    row = page.locator(f'[data-testid="run-row"][data-run="{run}"]')
    texts = row.locator(".run-cell").all_inner_texts()
    return [texts[heads(page).index(column)] for column in columns]


def test_table_has_what_was_written(page: Page, serve: Callable[..., str], logdir: Path, tmp_path: Path) -> None:
    page.goto(serve(logdir) + "#view=runs")
    expect(page.get_by_test_id("run-column").filter(has_text="optimizer")).to_have_count(1)
    # One list: none beside the view.
    expect(page.get_by_test_id("run-filter")).to_have_count(1)
    expect(page.locator("aside.sidebar")).to_have_count(0)
    expect(page.get_by_test_id("run-row").first).to_contain_text("0.5")
    for name, (lr, optimizer, seed, loss) in RUNS.items():
        shown = cells(page, name, ["best:val/loss", "hparam:lr", "hparam:optimizer", "hparam:seed", "state"])
        assert [float(shown[0]), float(shown[1])] == [loss, lr]
        assert shown[2:] == [optimizer, str(seed), "finished"]
    assert "hparam:batch" not in heads(page)
    same = page.get_by_test_id("same-in-all")
    same.locator("summary").click()
    expect(same).to_contain_text("batch 32")
    assert violations(page) == []
    columns = page.get_by_test_id("run-columns")
    columns.locator("summary").click()
    with page.expect_download() as download:
        page.get_by_test_id("runs-csv").click()
    download.value.save_as(tmp_path / "runs.csv")
    rows = list(csv.DictReader((tmp_path / "runs.csv").open(encoding="utf-8")))
    assert {row["run"]: float(row["best val/loss"]) for row in rows} == {name: run[3] for name, run in RUNS.items()}


def test_columns_and_metric_are_of_the_view_and_the_selection_of_all(
    page: Page, serve: Callable[..., str], logdir: Path
) -> None:
    page.goto(serve(logdir) + "#view=runs&group=all-but-seed")
    group = page.get_by_test_id("run-heading").first
    # By learning rate: 0.001 first, whose two runs came to 2 and 4.
    expect(group).to_contain_text("2")
    expect(group.get_by_test_id("group-cell").first).to_have_text("3 ±1.4")
    page.get_by_test_id("runs-statistic").select_option("max")
    expect(page.get_by_test_id("run-column").first).to_have_attribute("data-column", "max:val/loss")
    columns = page.get_by_test_id("run-columns")
    columns.locator("summary").click()
    columns.get_by_label("seed", exact=True).uncheck()
    page.keyboard.press("Escape")
    page.get_by_label("Show a", exact=True).uncheck()
    page.reload()
    expect(page.get_by_test_id("run-column").first).to_have_attribute("data-column", "max:val/loss")
    assert "hparam:seed" not in heads(page)
    page.locator("nav").get_by_text("Scalars").click()
    expect(page.locator("aside.sidebar")).to_have_count(1)
    expect(page.get_by_label("Show a", exact=True)).not_to_be_checked()
    # The list beside the charts has its own columns.
    assert "hparam:lr" not in heads(page)


def test_odd_hyper_parameters_harm_nothing(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    with cutaway.SummaryWriter(logdir / "odd") as writer:
        writer.add_hparams(ODD | {f"p{number}": number for number in range(3000)}, {}, run_name=".")
    page.goto(serve(logdir) + "#view=runs")
    expect(page.locator('[data-testid="run-row"][data-run="odd"]')).to_be_visible()
    expect(page.get_by_test_id("run-column").filter(has_text="layers")).to_have_count(1)
    assert float(cells(page, "a", ["best:val/loss"])[0]) == 0.5


def test_narrow_window_and_no_hyper_parameters(
    open_page: Callable[..., Page], serve: Callable[..., str], tmp_path: Path
) -> None:
    with cutaway.SummaryWriter(tmp_path / "alone") as writer:
        writer.add_scalar("loss", 1.5, 0)
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(serve(tmp_path) + "#view=runs")
    row = page.get_by_test_id("run-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1.5")
    expect(page.get_by_test_id("same-in-all")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_which_hyper_parameter_matters_most(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for place, lr in enumerate((0.0001, 0.001, 0.01)):
        for seed in range(3):
            with cutaway.SummaryWriter(tmp_path / f"{place}-{seed}") as writer:
                writer.add_hparams({"lr": lr, "seed": seed}, {}, run_name=".")
                writer.add_scalar("val/loss", 10 - 3 * place + 0.01 * seed, 0)
    page.goto(serve(tmp_path))
    # One click answers it.
    page.locator("nav").get_by_text("Runs", exact=True).click()
    rows = page.get_by_test_id("importance-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("data-name", "lr")
    # scipy.stats.spearmanr over the nine runs
    expect(rows.first).to_contain_text("ρ −0.95 · 9 runs")
    assert violations(page) == []
    # Of fewer than five runs nothing is said.
    for name in ("0-0", "0-1", "0-2", "1-0", "1-1"):
        page.get_by_label(f"Show {name}", exact=True).uncheck()
    expect(rows.first).to_contain_text("too few runs · 4 runs")
