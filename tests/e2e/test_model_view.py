"""The view of models: what the table, the outline, the search, the details and the link say of a recorded model."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

import cutaway
from cutaway.events import graph_messages, messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.model.records import Value
from cutaway.model.result import ForwardError, ModelSummary

pytestmark = pytest.mark.browser


class Block(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.up = nn.Linear(size, 2 * size)
        self.down = nn.Linear(2 * size, size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = x + self.down(torch.relu(self.up(self.norm(x))))
        return made


class Net(nn.Module):
    def __init__(self, size: int = 16, classes: int = 5) -> None:
        super().__init__()
        self.embed = nn.Embedding(100, size)
        self.encoder = nn.Sequential(Block(size), Block(size))
        self.head = nn.Linear(size, classes)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.head(self.encoder(self.embed(tokens)))
        return logits


TOKENS = torch.zeros(4, 7, dtype=torch.long)


def recorded(logdir: Path, model: nn.Module | None = None, tag: str = "model") -> ModelSummary:
    with cutaway.SummaryWriter(logdir) as writer:
        summary = writer.add_model(Net() if model is None else model, TOKENS, tag=tag)
        for step in range(3):
            writer.add_scalar("train/loss", 1 / (1 + step), step)
            writer.add_scalar("grad_norm/encoder.1.up.weight", step, step)
    assert summary is not None
    return summary


def row_of(page: Page, key: str) -> Locator:
    return page.locator(f'[data-testid=tree-row][data-key="{key}"]')


def cell(row: Locator, column: str) -> Locator:
    return row.locator(f'[data-column="{column}"]')


def shape_of(value: Value | None) -> str:
    """That of the only tensor that a call returned."""
    assert value is not None
    assert value.tensor is not None
    assert value.tensor.shape is not None
    return "×".join(str(size) for size in value.tensor.shape)


def expect_active(page: Page, key: str) -> None:
    """The row that the arrow keys are at."""
    expect(page.get_by_test_id("tree-table").locator(".is-cursor")).to_have_attribute("data-key", key)


def test_rows_are_those_of_the_summary(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    summary = recorded(tmp_path / "a")
    page.goto(serve(tmp_path))
    page.get_by_test_id("view-model").click()
    page.get_by_test_id("drawing").select_option("table")
    menu = page.get_by_test_id("table-menu")
    menu.locator("summary").click()
    page.get_by_test_id("open-all").click()
    with page.expect_download() as download:
        page.get_by_test_id("table-csv").click()
    page.keyboard.press("Escape")
    called = [row for row in summary.rows if row.call is not None]
    assert len(called) > 10
    for row in called:
        shown = row_of(page, row.path)
        expect(shown).to_have_attribute("aria-level", str(row.depth + 1))
        expect(cell(shown, "type")).to_have_text(row.type)
        expect(cell(shown, "output")).to_have_text(shape_of(row.outputs))
        # Every digit is in the title, those that fit in the cell.
        expect(cell(shown, "parameters")).to_have_attribute("title", f"{row.parameters:,}")
        expect(cell(shown, "macs")).to_have_attribute("title", f"{row.macs:,}")
    table = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    by_key = {line["key"]: line for line in table}
    for row in called:
        line = by_key[row.path]
        assert (line["type"], line["output"]) == (row.type, shape_of(row.outputs))
        assert (int(line["parameters"]), int(line["macs"])) == (row.parameters, row.macs)


def test_keys_lead_through_the_tree(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    recorded(tmp_path / "a")
    page.goto(serve(tmp_path) + "#view=model&drawing=table")
    tree = page.get_by_test_id("tree-table")
    expect(row_of(page, "encoder")).to_have_attribute("aria-expanded", "true")
    tree.focus()
    expect_active(page, "")
    # Letters go to the next name that begins with them: "0" is in the encoder.
    page.keyboard.type("en")
    expect_active(page, "encoder")
    page.keyboard.press("ArrowLeft")
    expect(row_of(page, "encoder")).to_have_attribute("aria-expanded", "false")
    expect(row_of(page, "encoder.0")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(row_of(page, "encoder.0")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect_active(page, "encoder.0")
    page.keyboard.press("*")
    for block in ("encoder.0", "encoder.1"):
        expect(row_of(page, f"{block}.up")).to_be_visible()
    page.keyboard.press("Enter")
    expect(row_of(page, "encoder.0")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("model-details")).to_be_visible()
    expect(page).to_have_url(re.compile("model-selected=encoder.0"))
    page.keyboard.press("End")
    expect(tree.locator(".is-cursor")).to_contain_text("operations beside them")
    page.keyboard.press("h")
    expect_active(page, "head")
    # A module without modules opens to its function, and that to its operations.
    page.keyboard.press("ArrowRight")
    expect(tree.locator(".is-cursor + *")).to_contain_text("linear")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(tree.locator(".is-node").filter(has_text="addmm")).to_be_visible()
    page.keyboard.press("Home")
    expect_active(page, "")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("model-details")).to_have_count(0)


def test_search_goes_to_what_it_finds(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    summary = recorded(tmp_path / "a")
    page.goto(serve(tmp_path) + "#view=model&drawing=table")
    expect(row_of(page, "encoder")).to_be_visible()
    page.keyboard.press("/")
    field = page.get_by_test_id("model-query")
    expect(field).to_be_focused()
    page.keyboard.type("class:linear")
    linear = [row.path for row in summary.rows if row.type == "Linear"]
    found = page.locator(".filter .found")
    expect(found).to_have_text(str(len(linear)))
    page.keyboard.press("Enter")
    # It is opened, selected, and counted.
    expect(row_of(page, linear[0])).to_have_attribute("aria-selected", "true")
    expect(found).to_have_text(f"1 of {len(linear)}")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(row_of(page, linear[1])).to_have_attribute("aria-selected", "true")
    page.keyboard.press("N")
    page.keyboard.press("N")
    expect(row_of(page, linear[-1])).to_have_attribute("aria-selected", "true")
    expect(found).to_have_text(f"{len(linear)} of {len(linear)}")
    # The link has it all.
    page.reload()
    expect(row_of(page, linear[-1])).to_have_attribute("aria-selected", "true")
    expect(field).to_have_value("class:linear")
    field.fill("shape:[4,*,5]")
    expect(found).not_to_have_text(re.compile("nothing"))
    field.fill("macs>")
    expect(page.get_by_role("alert")).to_contain_text("macs>")
    field.fill("no such thing")
    expect(found).to_have_text("nothing")
    expect(page.get_by_test_id("found-next")).to_be_disabled()


def test_details_and_the_way_to_what_was_logged(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    recorded(tmp_path / "a")
    page.goto(serve(tmp_path) + "#view=model&drawing=table&model-selected=encoder.1.up")
    details = page.get_by_test_id("model-details")
    expect(row_of(page, "encoder.1.up")).to_have_attribute("aria-selected", "true")
    expect(details.locator("h2")).to_have_text("up")
    expect(details.get_by_test_id("tensors-in").first).to_contain_text("4×7×16")
    expect(details.get_by_test_id("tensors-out").first).to_contain_text("4×7×32")
    weights = details.get_by_test_id("weights")
    expect(weights).to_contain_text("32×16")
    expect(weights).to_contain_text("bias")
    expect(details.locator('[data-cost="parameters"]')).to_contain_text("544")
    expect(details.get_by_test_id("arguments")).to_contain_text("in_features")
    details.get_by_role("navigation", name="Groups around it").get_by_role("button", name="1", exact=True).click()
    expect(details.get_by_test_id("where")).to_contain_text("test_model_view.py")
    page.go_back()
    expect(details.locator("h2")).to_have_text("up")
    # What it depends on is all before it.
    details.get_by_test_id("trace-inputs").click()
    expect(details.get_by_test_id("traced")).to_be_visible()
    expect(row_of(page, "head")).to_have_class(re.compile("is-beyond"))
    expect(row_of(page, "embed")).not_to_have_class(re.compile("is-beyond"))
    page.keyboard.press("Escape")
    expect(details.get_by_test_id("traced")).to_have_count(0)
    expect(details).to_be_visible()
    # The charts of the same module, and from them back to it.
    details.get_by_test_id("subject-scalars").click()
    expect(page.locator("[data-testid=chart]")).to_have_count(1)
    chart = page.locator('[data-testid=chart][data-tag="grad_norm/encoder.1.up.weight"]')
    expect(chart).to_be_visible()
    page.goto(page.url.split("#")[0] + "#")
    chart.get_by_test_id("chart-menu").locator("summary").click()
    link = page.get_by_test_id("subject-model")
    expect(link).to_have_text(re.compile("Model of encoder.1.up"))
    link.click()
    expect(page.get_by_test_id("model-details").locator("h2")).to_have_text("up")
    expect(page).to_have_url(re.compile("model-selected=encoder.1.up"))


def test_the_outline_stands_beside_each_drawing(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    recorded(tmp_path / "a")
    page.goto(serve(tmp_path) + "#view=model")
    outline = page.get_by_test_id("outline")
    expect(outline.locator('[data-key="encoder"]')).to_be_visible()
    outline.locator('[data-key="head"]').click()
    # After a click letters are keys of the page; who came by keys types the first letters of names.
    for drawing in ("cutaway", "table", "graph"):
        page.keyboard.press("v")
        expect(page.get_by_test_id("drawing")).to_have_value(drawing)
        expect(row_of(page, "head")).to_have_attribute("aria-selected", "true")
        expect(page.get_by_test_id("model-details").locator("h2")).to_have_text("head")
    page.keyboard.press("o")
    expect(outline).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("model-details").locator("h2")).to_have_text("head")
    expect(outline).to_have_count(0)


def test_models_of_runs_and_of_restarts(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    for _ in range(2):
        recorded(log / "a")
    recorded(log / "b", Net(8))
    page.goto(serve(log) + "#view=model&drawing=table")
    choice = page.get_by_test_id("model-graph")
    # The model that was recorded last, until another one is chosen.
    expect(cell(row_of(page, "head"), "parameters")).to_have_text("45")
    option = choice.locator("option", has_text=re.compile(r"^a: Net, trace, .* recorded 2 times"))
    choice.select_option(option.get_attribute("value") or "")
    expect(cell(row_of(page, "head"), "parameters")).to_have_text("85")
    expect(page).to_have_url(re.compile("model-run=a&graph=[0-9a-f]{12}"))
    page.go_back()
    expect(cell(row_of(page, "head"), "parameters")).to_have_text("45")
    # What is recorded while the page is open is listed, and the picture stays.
    recorded(log / "c", Net(4), "student")
    expect(choice.locator("option", has_text=re.compile("^c: Net, trace"))).to_have_count(1)
    expect(cell(row_of(page, "head"), "parameters")).to_have_text("45")


@pytest.mark.slow
def test_each_of_several_measurements_can_be_chosen(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    node = {"name": "dense/out", "op": "Relu"}
    events: list[dict[str, object]] = [{"graph_def": encode(graph_messages.GRAPH_DEF, {"node": [node]})}]
    for step, microseconds in ((100, 20), (200, 50)):
        stats = {"node_name": "dense/out", "all_start_micros": 1, "all_end_rel_micros": microseconds}
        data = encode(graph_messages.RUN_METADATA, {"step_stats": {"dev_stats": [{"node_stats": [stats]}]}})
        events.append({"tagged_run_metadata": {"tag": f"run {step}", "run_metadata": data}, "step": step})
    data = b"".join(frame(encode(messages.EVENT, {"wall_time": 1000.0 + i, **e})) for i, e in enumerate(events))
    (tmp_path / "events.out.tfevents.1000.host.1.0").write_bytes(frame(messages.file_version(1000.0)) + data)
    page.goto(serve(tmp_path) + "#view=model&drawing=table")
    seconds = cell(row_of(page, "dense"), "seconds")
    expect(seconds).to_have_text("50 µs")
    page.get_by_test_id("model-measured").select_option(label="run 100, step 100")
    expect(seconds).to_have_text("20 µs")
    expect(page).to_have_url(re.compile("model-measured=0"))
    page.go_back()
    expect(seconds).to_have_text("50 µs")


def test_a_link_to_a_graph_that_is_gone(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    recorded(tmp_path / "a")
    page.goto(serve(tmp_path) + "#view=model&drawing=table&model-run=a&graph=000000000000&model-selected=head")
    expect(page.get_by_test_id("model-notes")).to_contain_text("Graph 000000000000 is not in run a")
    expect(row_of(page, "head")).to_have_attribute("aria-selected", "true")


def test_a_forward_that_fails(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    broken = Net()
    broken.head = nn.Linear(99, 5)
    with cutaway.SummaryWriter(tmp_path / "a") as writer, pytest.raises(ForwardError):
        writer.add_model(broken, TOKENS)
    page.goto(serve(tmp_path) + "#view=model&drawing=table")
    expect(page.get_by_test_id("model-notes")).to_contain_text("The forward failed")
    expect(row_of(page, "head")).to_contain_text("failed")
    expect(row_of(page, "embed")).not_to_contain_text("failed")


@pytest.mark.slow
def test_no_model_and_a_damaged_one(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
    url = serve(tmp_path) + "#view=model"
    page.goto(url)
    expect(page.get_by_test_id("empty-state")).to_contain_text("writer.add_model(model, input_data)")
    value = {
        "tag": "model",
        "metadata": {"plugin_data": {"plugin_name": "cutaway_model"}},
        "tensor": {"dtype": 7, "string_val": [b"\x00not a trace"]},
    }
    with cutaway.SummaryWriter(tmp_path / "b") as writer:
        writer.add_scalar("loss", 1.0, 0)
    (path,) = (tmp_path / "b").iterdir()
    with path.open("ab") as file:
        file.write(frame(encode(messages.EVENT, {"wall_time": 1.0, "summary": {"value": [value]}})))
    expect(page.get_by_test_id("model-notes").get_by_role("alert")).to_be_visible()
    expect(page.get_by_test_id("model-graph").locator("option:checked")).to_contain_text("cannot be read")
    # One that can be read is shown as soon as it is there.
    recorded(tmp_path / "b")
    expect(page.get_by_test_id("outline").locator('[data-key="head"]')).to_be_visible()
    expect(page.get_by_test_id("model-notes")).to_have_count(0)
