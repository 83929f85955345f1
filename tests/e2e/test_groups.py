"""Groups of runs: by a hyper-parameter, a directory, a capture; a line with its spread each, and members on hover."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.places import expect_fact, in_plot

import cutaway

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
    page.goto(serve(logdir))
    chart = page.locator("[data-testid=chart][data-tag=loss]")
    expect(chart).to_have_attribute("data-series", "6")
    page.get_by_test_id("group").hover()
    expect(page.get_by_test_id("group").locator("option", has_text="lr")).to_have_count(1)
    page.get_by_test_id("group").select_option("hparam:lr")
    expect(chart).to_have_attribute("data-series", "2")
    assert page.get_by_test_id("run-heading").all_inner_texts() == ["0.01\n3", "0.1\n3"]
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
