"""The runs view: the list of runs at full width, with what runs were made with beside what came of it."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.test_accessibility import violations

import cutaway

pytestmark = pytest.mark.browser

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
    page.goto(serve(logdir) + "#view=runs")
    page.get_by_test_id("group").select_option(label="all but seed")
    group = page.get_by_test_id("run-heading").first
    # By learning rate: 0.001 first, whose two runs came to 2 and 4.
    expect(group).to_contain_text("2")
    expect(group.get_by_test_id("group-cell").first).to_have_text("3 ±1.4")
    # What its runs have in common is said without a spread.
    lr = heads(page).index("hparam:lr")
    expect(group.get_by_test_id("group-cell").nth(lr)).to_have_text("0.001")
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


@pytest.mark.slow
def test_odd_hyper_parameters_harm_nothing(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    with cutaway.SummaryWriter(logdir / "odd") as writer:
        writer.add_hparams(ODD | {f"p{number}": number for number in range(3000)}, {}, run_name=".")
    page.goto(serve(logdir) + "#view=runs")
    expect(page.locator('[data-testid="run-row"][data-run="odd"]')).to_be_visible()
    expect(page.get_by_test_id("run-column").filter(has_text="layers")).to_have_count(1)
    assert float(cells(page, "a", ["best:val/loss"])[0]) == 0.5
    # What was too much is counted where it is missing.
    odd = page.locator('[data-testid="run-row"][data-run="odd"]')
    expect(odd.get_by_test_id("left-out-mark")).to_have_attribute("title", re.compile(r"^2,005 hyper"))
    odd.hover()
    page.keyboard.press("d")
    expect(page.get_by_test_id("left-out")).to_contain_text("2,005 left out")
    expect(page.get_by_test_id("parallel-axis")).to_have_count(13)
    expect(page.get_by_test_id("parallel-plot")).to_contain_text("12 of ")


@pytest.mark.slow
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


def rows(page: Page) -> set[str | None]:
    return {row.get_attribute("data-run") for row in page.get_by_test_id("run-row").all()}


def axis(page: Page, column: str) -> Locator:
    return page.locator(f'[data-testid="parallel-axis"][data-column="{column}"]')


def strip(page: Page, column: str) -> Locator:
    return page.locator(f'[data-testid="brush-strip"][data-column="{column}"]')


def drag(page: Page, column: str, low: float, high: float) -> None:
    """A brush by the pointer, from one share of an axis to another."""
    line = axis(page, column).locator(".axis-line").bounding_box()
    assert line is not None
    page.mouse.move(line["x"], line["y"] + (1 - low) * line["height"])
    page.mouse.down()
    page.mouse.move(line["x"], line["y"] + (1 - high) * line["height"], steps=4)
    page.mouse.up()


def test_brushes_keep_runs_and_are_in_the_link(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=runs")
    expect(page.get_by_test_id("parallel-axis")).to_have_count(4)
    plot = page.get_by_test_id("parallel-plot")
    # 0.001 and 0.1 are two decades from each other; seeds are not.
    expect(axis(page, "hparam:lr")).to_have_attribute("data-scale", "log")
    expect(axis(page, "hparam:seed")).to_have_attribute("data-scale", "linear")
    expect(axis(page, "hparam:optimizer").locator(".axis-tick")).to_have_text(["sgd", "adam"])
    expect(page.get_by_test_id("parallel-axis").last).to_have_attribute("data-column", "best:val/loss")
    drag(page, "hparam:optimizer", 0.05, 0.45)
    expect(plot).to_have_attribute("data-within", "2")
    expect(page.get_by_test_id("run-row")).to_have_count(2)
    assert rows(page) == {"a", "b"}
    expect(page.get_by_test_id("brush")).to_contain_text("optimizer adam")
    drag(page, "best:val/loss", -0.04, 0.03)
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    assert rows(page) == {"b"}
    assert violations(page) == []
    page.reload()
    expect(page.get_by_test_id("brush")).to_have_count(2)
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    # Elsewhere nothing is brushed.
    page.locator("nav").get_by_text("Scalars").click()
    expect(page.get_by_test_id("run-row")).to_have_count(4)
    page.locator("nav").get_by_text("Runs", exact=True).click()
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    strip(page, "hparam:optimizer").dblclick(position={"x": 10, "y": 5})
    expect(page.get_by_test_id("brush")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("brush")).to_have_count(0)
    expect(page.get_by_test_id("run-row")).to_have_count(4)
    expect(plot).to_have_attribute("data-within", "4")


def test_a_pinned_run_stays_beyond_a_brush_and_is_told_apart(
    page: Page, serve: Callable[..., str], logdir: Path
) -> None:
    page.goto(serve(logdir) + '#view=runs&pin-run=c&brush=["hparam:optimizer",["adam"]]')
    expect(page.get_by_test_id("run-row")).to_have_count(3)
    assert rows(page) == {"a", "b", "c"}
    outside = page.locator(".run-row.is-outside")
    expect(outside).to_have_count(1)
    expect(outside).to_have_attribute("data-run", "c")
    expect(page.locator(".run-foot")).to_contain_text("2 within the brushes")
    expect(page.get_by_test_id("parallel-plot")).to_have_attribute("data-within", "2")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("brush")).to_have_count(0)
    expect(outside).to_have_count(0)


def test_brushes_by_keys(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=runs")
    lower = page.get_by_role("slider", name="best val/loss, lower end of the brush")
    expect(lower).to_have_attribute("aria-valuetext", "0.25")
    lower.press("ArrowUp")
    expect(lower).to_have_attribute("aria-valuetext", "0.5")
    expect(page.get_by_test_id("run-row")).to_have_count(3)
    upper = page.get_by_role("slider", name="best val/loss, upper end of the brush")
    upper.press("ArrowDown")
    upper.press("ArrowDown")
    # Both ends on one value, and no further.
    upper.press("ArrowDown")
    expect(page.get_by_test_id("brush")).to_contain_text("best val/loss 0.5")
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    assert rows(page) == {"a"}
    word = page.get_by_role("slider", name="optimizer, lower end of the brush")
    word.press("ArrowUp")
    expect(word).to_have_attribute("aria-valuetext", "sgd")
    expect(page.get_by_text("No run is within the brushes.")).to_be_visible()
    page.get_by_label("Clear the brush on best val/loss").click()
    expect(page.get_by_test_id("run-row")).to_have_count(2)
    assert rows(page) == {"c", "d"}
    page.get_by_role("button", name="clear", exact=True).click()
    expect(page.get_by_test_id("run-row")).to_have_count(4)


@pytest.mark.slow
def test_pointing_at_a_line_emphasises_and_a_click_tells(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    with cutaway.SummaryWriter(logdir / "e") as writer:
        writer.add_hparams({"lr": 0.1, "optimizer": "adam", "seed": 2, "batch": 32}, {}, run_name=".")
        writer.add_scalar("val/loss", float("nan"), 0)
    page.goto(serve(logdir) + "#view=runs")
    end = axis(page, "best:val/loss")
    # The run whose metric is never finite is not left out in silence.
    expect(end).to_contain_text("1 without")
    line = end.locator(".axis-line").bounding_box()
    assert line is not None
    # Beside the axis, at its upper end: the loss of d.
    page.mouse.move(line["x"] - 14, line["y"] + 3)
    expect(page.locator('.run-row.is-emphasised[data-run="d"]')).to_have_count(1)
    tip = page.get_by_test_id("plot-tooltip")
    expect(tip.locator("tr").first).to_have_text("best val/loss4")
    page.mouse.click(line["x"] - 14, line["y"] + 3)
    details = page.get_by_test_id("run-details")
    expect(details.locator("h2")).to_contain_text("d")
    expect(details.locator('[data-column="hparam:batch"]')).to_have_text("batch32")
    expect(details.locator('[data-column="max:val/loss"]')).to_have_text("max val/loss12")
    page.reload()
    expect(details.locator("h2")).to_contain_text("d")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    # The keys do the same.
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(details.locator("h2")).to_contain_text("a")


def test_each_parameter_against_the_metric(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    for name, value in (("e", 1.0), ("f", float("nan")), ("g", None)):
        with cutaway.SummaryWriter(logdir / name) as writer:
            hparams = {"lr": 0.01, "optimizer": "sgd", "batch": 32} | ({"seed": 2} if name == "e" else {})
            writer.add_hparams(hparams, {}, run_name=".")
            writer.add_scalar("val/loss" if value is not None else "other", value or 0.0, 0)
    page.goto(serve(logdir) + "#view=runs")
    page.get_by_test_id("runs-plot").select_option("scatters")
    plots = page.get_by_test_id("scatter")
    expect(plots).to_have_count(3)
    # The parameter first that the metric goes with most closely, as in the list of them.
    listed = [row.get_attribute("data-name") for row in page.get_by_test_id("importance-row").all()]
    assert [plot.get_attribute("data-column") for plot in plots.all()] == [f"hparam:{name}" for name in listed]
    expect(page.get_by_test_id("scatter-note")).to_have_text("best val/loss of 5 runs · 2 runs without best val/loss")
    rate = page.locator('[data-testid="scatter"][data-column="hparam:lr"]')
    expect(rate).to_have_attribute("data-scale", "log")
    expect(rate).to_have_attribute("data-dots", "5")
    expect(rate.locator(".scatter-x")).to_have_text(["0.001", "0.01", "0.1"])
    # scipy.stats.spearmanr([0.1, 0.1, 0.001, 0.001, 0.01], [0.5, 0.25, 2, 4, 1])
    expect(rate.locator("figcaption")).to_have_text("lr ρ −0.95")
    words = page.locator('[data-testid="scatter"][data-column="hparam:optimizer"]')
    expect(words.locator(".scatter-x")).to_have_text(["adam", "sgd"])
    expect(page.locator('[data-testid="scatter"][data-column="hparam:seed"]')).to_contain_text("2 without")
    assert violations(page) == []
    # A row that is pointed at is a ring in every plot that has the run.
    page.locator('[data-testid="run-row"][data-run="e"]').hover()
    expect(page.locator('.scatter-ring[data-run="e"]')).to_have_count(3)
    ring = words.locator(".scatter-ring").bounding_box()
    assert ring is not None
    page.locator('[data-testid="run-row"][data-run="a"]').hover()
    page.mouse.move(ring["x"] + 5, ring["y"] + 5)
    expect(page.get_by_test_id("plot-tooltip").locator("tr")).to_have_text(["best val/loss1", "optimizersgd"])
    expect(page.locator('.run-row.is-emphasised[data-run="e"]')).to_have_count(1)
    page.mouse.click(ring["x"] + 5, ring["y"] + 5)
    expect(page.get_by_test_id("run-details").locator("h2")).to_contain_text("e")


def value_of(page: Page, run: str, column: str) -> str:
    return cells(page, run, [column])[0]


@pytest.mark.slow
def test_a_trial_of_another_writer_is_one_row_with_its_curves(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    writer_of_torch = pytest.importorskip("torch.utils.tensorboard").SummaryWriter
    writer_of_tensorboardx = pytest.importorskip("tensorboardX").SummaryWriter
    trials = {"torch": (0.125, "adam", 0.5), "x": (0.25, "sgd", 0.75)}
    for name, make in (("torch", writer_of_torch), ("x", writer_of_tensorboardx)):
        lr, optimizer, accuracy = trials[name]
        writer = make(str(tmp_path / name))
        for step in range(3):
            writer.add_scalar("val/loss", lr * (3 - step), step)
        writer.add_hparams({"lr": lr, "optimizer": optimizer}, {"hparam/accuracy": accuracy})
        writer.close()
    page.goto(serve(tmp_path) + "#view=runs&table-column=last:hparam/accuracy")
    expect(page.get_by_test_id("run-row")).to_have_count(2)
    assert rows(page) == set(trials)
    expect(page.locator('[data-testid="run-row"][data-run="x"] .run-cell')).to_have_text("0.75")
    for name, (lr, optimizer, accuracy) in trials.items():
        assert float(value_of(page, name, "last:hparam/accuracy")) == accuracy
        page.locator(f'[data-testid="run-row"][data-run="{name}"]').hover()
        page.keyboard.press("d")
        details = page.get_by_test_id("run-details")
        expect(details.locator('[data-column="best:val/loss"] .details-value')).to_have_text(str(lr))
        expect(details.locator('[data-column="hparam:lr"] .details-value')).to_have_text(str(lr))
        expect(details.locator('[data-column="hparam:optimizer"] .details-value')).to_have_text(optimizer)
        expect(details.locator('[data-name="status"] .details-value')).to_have_text("success")
        expect(details.locator('[data-name="recorded in"] .details-value')).to_contain_text(f"{name}/")
    assert violations(page) == []
    # Nothing is hidden: the child is among the files, and in the list beside charts.
    page.locator("nav").get_by_text("Scalars").click()
    expect(page.get_by_test_id("run-row")).to_have_count(4)


def test_what_an_experiment_of_tensorflows_api_declares(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    api = pytest.importorskip("tensorboard.plugins.hparams.summary_v2")
    file_writer = pytest.importorskip("tensorboard.summary.writer.event_file_writer").EventFileWriter
    event = pytest.importorskip("tensorboard.compat.proto.event_pb2").Event
    units = api.HParam("units", api.IntInterval(0, 64), display_name="Units of the layer")
    optimizer = api.HParam("optimizer", api.Discrete(["sgd", "adam"]))
    metric = api.Metric("epoch_loss", group="validation", display_name="Loss of validation")
    root = file_writer(str(tmp_path))
    root.add_event(event(summary=api.hparams_config_pb([units, optimizer], [metric])))
    root.close()
    for name, number, word, loss in (("t1", 16, "adam", 0.5), ("t2", 32, "sgd", 0.25)):
        writer = file_writer(str(tmp_path / name))
        writer.add_event(event(summary=api.hparams_pb({units: number, optimizer: word}, trial_id=name)))
        writer.close()
        with cutaway.SummaryWriter(tmp_path / name / "validation") as curve:
            curve.add_scalar("epoch_loss", loss, 0)
    page.goto(serve(tmp_path) + "#view=runs")
    expect(page.get_by_test_id("runs-metric")).to_have_value("validation/epoch_loss")
    expect(page.get_by_test_id("runs-metric").locator("option:checked")).to_have_text(
        "Loss of validation (validation/epoch_loss)"
    )
    trial = page.locator('[data-testid="run-row"][data-run="t1"]')
    expect(trial).to_contain_text("0.5")
    assert value_of(page, "t1", "best:validation/epoch_loss") == "0.5"
    assert value_of(page, "t2", "hparam:units") == "32"
    # As far as its domain, and not only to what was tried.
    expect(axis(page, "hparam:units")).to_contain_text("Units of the layer")
    expect(page.get_by_role("slider", name="Units of the layer, upper end of the brush")).to_have_attribute(
        "aria-valuetext", "64"
    )
    trial.hover()
    page.keyboard.press("d")
    expect(page.get_by_test_id("session").locator('[data-name="group"]')).to_have_text("groupt1")


@pytest.mark.slow
def test_the_list_beside_an_empty_log_can_be_hidden(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    page.goto(serve(tmp_path / "log") + "#view=runs")
    switch, beside = page.get_by_test_id("list-switch"), page.locator(".sidebar")
    expect(beside).to_be_visible()
    expect(switch).to_have_attribute("title", "Hide the list of runs (b)")
    switch.click()
    expect(beside).to_have_count(0)
    switch.click()
    expect(beside).to_be_visible()
    with cutaway.SummaryWriter(tmp_path / "log" / "run") as writer:
        writer.add_scalar("loss", 1, 0)
    # Now the view is the list.
    expect(switch).to_be_disabled()
    expect(switch).to_have_attribute("title", "This view is the list of runs")
    expect(beside).to_have_count(0)
