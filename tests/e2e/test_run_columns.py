"""The list of runs by what they were run with and what came of it: shown, sorted, and searched."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import cutaway

pytestmark = pytest.mark.browser


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

    columns = page.get_by_test_id("run-columns")
    columns.locator("summary").click()
    expect(columns.get_by_label("optimizer")).to_have_count(1)
    columns.get_by_label("Filter columns").fill("lr")
    expect(columns.get_by_label("optimizer")).to_have_count(0)
    columns.get_by_label("lr", exact=True).check()
    columns.get_by_label("Filter columns").fill("min loss")
    columns.get_by_label("min loss").check()
    columns.get_by_label("Filter columns").fill("loss")
    columns.get_by_label("last loss").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    heads = page.get_by_test_id("run-column")
    # Until the user chooses columns they are those of the key metric, and the step where there is room.
    size = page.viewport_size
    assert size is not None
    with_step = ["last step"] * (size["width"] >= 1600)
    assert heads.all_inner_texts() == ["best loss", *with_step, "lr", "min loss"]
    # The list has made room for them.
    expect(heads.last).to_be_in_viewport(ratio=1)
    expect(rows.first).to_contain_text("0.1")
    heads.filter(has_text="lr").click()
    expect(rows.first).to_have_attribute("data-run", "c")
    assert names() == ["c", "a", "b"]
    heads.filter(has_text="lr").click()
    expect(rows.first).to_have_attribute("data-run", "b")
    heads.filter(has_text="min loss").click()
    # Of a loss less is better, and comes first.
    assert names() == ["b", "a", "c"]
    assert rows.first.locator(".is-best").all_inner_texts() == ["0.25", "0.25"]
    # NaN is the worst: there is no smallest finite value.
    expect(rows.last).to_have_attribute("data-run", "c")
    expect(rows.last).to_contain_text("–")

    field = page.get_by_test_id("run-filter")
    field.fill("lr<0.5 optimizer=ADAM")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-run", "a")
    field.fill("LR < 0.5, optimizer=adam")
    expect(rows).to_have_attribute("data-run", "a")
    field.fill("lr<0.5x")
    expect(page.get_by_role("alert")).to_contain_text("“0.5x” is not a number, as lr is.")
    field.fill("rate>0.1")
    expect(page.get_by_role("alert")).to_contain_text("No run has “rate”.")
    field.fill("loss=nan")
    expect(rows).to_have_attribute("data-run", "c")
    field.fill("state=finished lr>0")
    expect(rows).to_have_count(3)
    page.reload()
    expect(rows).to_have_count(3)
    expect(heads.filter(has_text="min loss")).to_have_attribute("aria-pressed", "true")
    field.fill("[ab]")
    expect(rows).to_have_count(2)
    field.fill("(")
    expect(page.get_by_role("alert")).to_contain_text("Not a regular expression")
    expect(rows).to_have_count(2)


@pytest.mark.slow
def test_a_column_that_is_not_there(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#column=hparam:momentum&sort=-hparam:momentum")
    rows = page.get_by_test_id("run-row")
    expect(rows).to_have_count(3)
    expect(page.get_by_test_id("run-column")).to_have_text("↓ momentum")
    expect(rows.first).to_contain_text("–")


def test_the_table_as_csv_and_the_width_of_a_column(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#column=hparam:lr&column=last:loss")
    expect(page.get_by_test_id("run-row").first).to_contain_text("0.1")
    page.get_by_test_id("run-columns").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_test_id("runs-csv").click()
    rows = list(csv.reader(download.value.path().read_text("utf-8").splitlines()))
    assert rows == [["run", "lr", "last loss"], ["a", "0.1", "4.5"], ["b", "0.001", "4.25"], ["c", "1", "NaN"]]
    page.keyboard.press("Escape")

    head = page.locator(".run-head .run-cell").first
    before = head.bounding_box()
    assert before is not None
    page.mouse.move(before["x"] + 2, before["y"] + 8)
    page.mouse.down()
    page.mouse.move(before["x"] - 28, before["y"] + 8)
    page.mouse.up()
    expect(head).to_have_css("width", f"{before['width'] + 30:g}px")
    page.reload()
    expect(head).to_have_css("width", f"{before['width'] + 30:g}px")
    # By the keys, too.
    page.get_by_role("separator", name="Width of the column lr").focus()
    page.keyboard.press("ArrowRight")
    expect(head).to_have_css("width", f"{before['width'] + 14:g}px")


@pytest.mark.slow
def test_the_columns_of_a_link_are_seen(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#column=hparam:lr&column=min:loss&column=last:loss")
    heads = page.get_by_test_id("run-column")
    expect(heads).to_have_count(3)
    expect(heads.last).to_be_in_viewport(ratio=1)
    # Not against the width that the user has set.
    width = page.get_by_role("separator", name="Width of the run list")
    width.focus()
    page.keyboard.press("ArrowLeft")
    narrower = width.get_attribute("aria-valuenow")
    page.reload()
    expect(width).to_have_attribute("aria-valuenow", narrower or "")
