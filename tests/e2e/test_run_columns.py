"""The list of runs by what they were run with and what came of it: shown, sorted, and searched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, lr, optimizer, loss in (
        ("a", 0.1, "adam", 0.5),
        ("b", 0.001, "sgd", 0.25),
        ("c", 1.0, "adam", float("nan")),
    ):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_hparams({"lr": lr, "optimizer": optimizer}, {"final": loss}, run_name=".")
            for step in range(5):
                writer.add_scalar("loss", loss + step, step)
    return tmp_path


def test_columns_order_and_search(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(3)

    def names() -> list[str | None]:
        return [row.get_attribute("data-run") for row in rows.all()]

    column = page.get_by_test_id("run-column")
    column.focus()
    expect(column.locator("option", has_text="optimizer")).to_have_count(1)
    column.select_option("hparam:lr")
    expect(rows.first).to_contain_text("0.1")
    page.get_by_test_id("run-sort").click()
    expect(rows.first).to_have_attribute("data-run", "c")
    assert names() == ["c", "a", "b"]
    page.get_by_test_id("run-sort").click()
    expect(rows.first).to_have_attribute("data-run", "b")
    column.select_option("min:loss")
    # NaN is the worst: there is no smallest finite value.
    expect(rows.last).to_have_attribute("data-run", "c")
    expect(rows.last).to_contain_text("–")

    field = page.get_by_test_id("run-filter")
    field.fill("lr<0.5 optimizer=ADAM")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-run", "a")
    field.fill("loss=nan")
    expect(rows).to_have_attribute("data-run", "c")
    field.fill("state=finished lr>0")
    expect(rows).to_have_count(3)
    page.reload()
    expect(rows).to_have_count(3)
    expect(column).to_have_value("min:loss")
    field.fill("[ab]")
    expect(rows).to_have_count(2)
    field.fill("(")
    expect(page.get_by_role("alert")).to_contain_text("Not a regular expression")
    expect(rows).to_have_count(2)


def test_a_column_that_is_not_there(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#column=hparam:momentum&sort=descending")
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(3)
    expect(page.get_by_test_id("run-column")).to_have_value("hparam:momentum")
    expect(rows.first).to_contain_text("–")
