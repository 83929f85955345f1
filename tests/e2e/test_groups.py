"""Groups of runs: by a hyper-parameter, a directory, a capture; a line with its spread each, and members on hover."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two learning rates with three seeds each: at a step s the mean is the rate's place plus s, the spread 2."""
    for place, lr in enumerate((0.01, 0.1)):
        for seed in range(3):
            with cutaway.SummaryWriter(tmp_path / f"lr={lr}" / f"seed={seed}") as writer:
                writer.add_hparams({"lr": lr}, {"final": lr}, run_name=".")
                for step in range(100 if seed else 50):
                    writer.add_scalar("loss", 100 * place + step + (seed - 1), step)
    return tmp_path


def test_a_line_for_each_group(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#column=step")
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-series", "6")
    page.get_by_test_id("group").hover()
    expect(page.get_by_test_id("group").locator("option", has_text="lr")).to_have_count(1)
    page.get_by_test_id("group").select_option("hparam:lr")
    expect(chart).to_have_attribute("data-series", "2")
    # Of each the last step: 99 in two runs and 49 in one.
    assert page.get_by_test_id("run-heading").all_inner_texts() == [f"{lr}\n3\n82 ±29" for lr in (0.01, 0.1)]
    # Of the band: from the lowest to the highest run, with some air.
    expect_fact(chart, "y-min", -20, -0.99)
    expect_fact(chart, "y-max", 199.99, 220)

    # The values of both at the pointer, and of how many runs: one of three has ended by then.
    page.mouse.move(*in_plot(chart, 0.8, 0.9))
    tooltip = page.get_by_test_id("tooltip")
    expect(tooltip).to_contain_text("2 of 3 runs")
    page.mouse.move(*in_plot(chart, 0.2, 0.9))
    expect(tooltip).to_contain_text(re.compile("(?<!of )3 runs"))
    expect(chart).to_have_attribute("data-members", "3")
    assert tooltip.locator(".tooltip-run").all_inner_texts() == ["0.1", "0.01"]

    page.get_by_test_id("statistic").select_option("median")
    page.get_by_test_id("band").select_option("none")
    expect(tooltip).not_to_contain_text("[")
    assert "line=median" in page.url
    page.reload()
    expect(chart).to_have_attribute("data-series", "2")
    expect(page.get_by_test_id("band")).to_have_value("none")

    menu = chart.get_by_test_id("chart-menu")
    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_text("CSV, as on screen").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert {row["group"] for row in rows} == {"0.1", "0.01"}
    assert (rows[0]["runs"], rows[-1]["runs"]) == ("3", "2")


@pytest.mark.slow
def test_groups_by_names_and_their_rows(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#group=/seed%3D(%5Cd)/")
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-series", "3")
    headings = page.get_by_test_id("run-heading")
    expect(headings).to_have_count(3)
    headings.first.get_by_role("checkbox").uncheck()
    expect(chart).to_have_attribute("data-series", "2")
    expect(page.locator(".run-foot")).to_contain_text("4 of 6 runs shown")
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(6)
    headings.last.get_by_role("button", expanded=True).click()
    expect(rows).to_have_count(4)
    page.get_by_test_id("group-pattern").fill("(")
    expect(page.get_by_test_id("group-pattern")).to_have_attribute("title", "Unterminated group")
    page.get_by_test_id("group").select_option("directory")
    expect(headings).to_have_count(2)
    page.get_by_test_id("group").select_option("")
    # Not grouped any more, runs still stand below their directories.
    expect(headings).to_have_count(2)
    expect(chart).to_have_attribute("data-series", "4")


def test_groups_by_several_keys_and_all_but_seed(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Two learning rates, three widths and two seeds: six configurations, and numbers of each in the list."""
    for number in range(12):
        config = {"lr": (0.01, 0.1)[number % 2], "width": 16 * (number // 4 + 1), "seed": number // 2 % 2, "depth": 3}
        with cutaway.SummaryWriter(tmp_path / f"run_{number}") as writer:
            writer.add_hparams(config, {}, run_name=".")
            for step in range(10):
                writer.add_scalar("loss", float(number), step)
    page.goto(serve(tmp_path) + "#column=last:loss")
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    headings = page.get_by_test_id("run-heading")
    expect(chart).to_have_attribute("data-series", "12")
    menu = page.get_by_test_id("group")
    menu.hover()
    # Either the hyper-parameters are there, or it is said that they are being read.
    options = menu.locator("option").all_inner_texts()
    assert "reading the hyper-parameters…" in options or {"lr", "width", "seed", "all but seed"} <= set(options)
    expect(menu.locator("option", has_text="width")).to_have_count(1)
    menu.select_option("all-but-seed")
    expect(chart).to_have_attribute("data-series", "6")
    expect(headings.first).to_have_attribute("data-name", "lr 0.01 · width 16")
    # Of runs 0 and 2.
    expect(headings.first.get_by_test_id("group-cell")).to_have_text("1 ±1.4")

    # Key by key, each one may be taken away again.
    menu.select_option("hparam:width")
    expect(chart).to_have_attribute("data-series", "3")
    assert [heading.get_attribute("data-name") for heading in headings.all()] == ["16", "32", "48"]
    page.get_by_test_id("group-2").select_option("hparam:lr")
    expect(chart).to_have_attribute("data-series", "6")
    expect(headings.first).to_have_attribute("data-name", "width 16 · lr 0.01")
    assert page.url.count("group=") == 2
    page.get_by_test_id("group-3").select_option("hparam:seed")
    page.get_by_test_id("group-4").select_option("/")
    # All four are in sight.
    toolbar = page.locator(".toolbar-main").first.bounding_box()
    last = page.get_by_test_id("group-4").bounding_box()
    assert toolbar is not None
    assert last is not None
    assert last["x"] + last["width"] <= toolbar["x"] + toolbar["width"]
    page.get_by_test_id("group-4").select_option("")
    page.get_by_test_id("group-3").select_option("")
    expect(chart).to_have_attribute("data-series", "6")
    page.reload()
    expect(chart).to_have_attribute("data-series", "6")
    page.get_by_test_id("group").select_option("")
    expect(chart).to_have_attribute("data-series", "2")
    expect(page.get_by_test_id("group")).to_have_value("hparam:lr")

    # In the order of a column, groups are in that of their means.
    page.goto(page.url.split("#")[0] + "#group=all-but-seed&column=last:loss&sort=-last:loss")
    expect(headings).to_have_count(6)
    means = [heading.get_by_test_id("group-cell").inner_text().split(" ")[0] for heading in headings.all()]
    assert means == ["10", "9", "6", "5", "2", "1"]


@pytest.mark.slow
def test_groups_in_the_order_of_a_number_are_on_a_ramp(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(4):
        with cutaway.SummaryWriter(tmp_path / f"run_{number}") as writer:
            writer.add_hparams({"lr": 10.0**-number, "kind": "abcd"[number]}, {}, run_name=".")
            writer.log({"loss": float(number)}, 0)
            writer.log({"loss": float(number)}, 1)

    def colours() -> list[str]:
        swatches = page.get_by_test_id("run-heading").locator(".swatch")
        expect(swatches).to_have_count(4)
        return [str(swatch.evaluate("element => element.outerHTML")) for swatch in swatches.all()]

    page.goto(serve(tmp_path) + "#group=hparam:kind")
    hues = colours()
    page.goto(page.url.replace("kind", "lr"))
    expect(page.get_by_test_id("run-heading").first).to_have_attribute("data-name", "0.001")
    ramp = colours()
    assert len(set(ramp)) == 4
    assert not set(ramp) & set(hues)
