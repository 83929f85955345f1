"""The cutaway of a recorded model: areas are what the summary counts, and recorded scalars are colours."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

import cutaway

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
FAMILY = "grad/norm/%7Bpath%7D"


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.Linear(64, 192)
        self.up = nn.Linear(192, 512)
        self.relu = nn.ReLU()
        self.down = nn.Linear(512, 64)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = x + self.down(self.relu(self.up(self.attention(x))))
        return made


class Tagger(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(4000, 64)
        self.first = Block()
        self.second = Block()
        self.head = nn.Linear(64, 900)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.head(self.second(self.first(self.embedding(x))))
        return made


BATCH = torch.zeros(2, 7, dtype=torch.int64)
#: Of the gradients at step 10; a thousand times as many are recorded at step 500.
NORMS = {"embedding": 0.0, "first": 1.0, "second": 30.0, "head": float("nan")}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_model(Tagger(), BATCH)
        for step in (10, 500):
            for path, norm in NORMS.items():
                writer.add_scalar(f"grad/norm/{path}", norm * step**2 / 100, step)
        writer.add_scalar("loss", 1.0, 10)
    return tmp_path


@pytest.fixture
def drawing(page: Page, serve: Callable[..., str], logdir: Path) -> Callable[[str], Locator]:
    """Opens the cutaway with what follows in the link; returns the place of its boxes."""
    url = serve(logdir)

    def opened(link: str = "") -> Locator:
        page.goto("about:blank")
        page.goto(f"{url}#view=model&drawing=cutaway{link}")
        place = page.get_by_test_id("cutaway-place")
        expect(place).not_to_have_attribute("data-boxes", "0")
        return place

    return opened


def exported(page: Page) -> dict[str, ET.Element]:
    """The boxes of the saved picture, by the keys of their modules."""
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG", exact=True).click()
    boxes = ET.parse(download.value.path()).getroot().iter(f"{SVG}rect")
    return {box.attrib["data-key"]: box for box in boxes if box.get("data-key")}


def area(box: ET.Element) -> float:
    # Between boxes there is a gap of one pixel, which is a part of the place of each.
    return (float(box.attrib["width"]) + 1) * (float(box.attrib["height"]) + 1)


def where(page: Page, place: Locator, box: ET.Element) -> tuple[float, float]:
    """On the title of a box, in the window."""
    bounds = place.bounding_box()
    assert bounds is not None
    return bounds["x"] + float(box.attrib["x"]) + 12, bounds["y"] + float(box.attrib["y"]) + 8


@pytest.mark.parametrize("cost", ["parameters", "macs"])
def test_areas_are_what_the_summary_counts(page: Page, drawing: Callable[[str], Locator], cost: str) -> None:
    drawing(f"&cost={cost}")
    counted = {row.path: getattr(row, cost) for row in cutaway.summary(Tagger(), input_data=BATCH).rows}
    boxes = exported(page)
    for paths in (
        [path for path in ("embedding", "first", "second", "head") if counted[path]],
        ["first.attention", "first.up", "first.down"],
    ):
        whole = sum(area(boxes[path]) for path in paths)
        total = sum(counted[path] for path in paths)
        for path in paths:
            assert area(boxes[path]) / whole == pytest.approx(counted[path] / total, rel=0.02)
        # In the order of execution, row by row.
        order = [(float(boxes[path].attrib["y"]), float(boxes[path].attrib["x"])) for path in paths]
        assert order == sorted(order)
    notes = page.get_by_test_id("cutaway-notes")
    expect(notes).to_contain_text("ReLU")


def test_a_double_click_looks_into_a_box_and_the_link_keeps_it(page: Page, drawing: Callable[[str], Locator]) -> None:
    place = drawing("")
    page.mouse.dblclick(*where(page, place, exported(page)["second"]))
    crumbs = page.get_by_test_id("cutaway-crumbs")
    expect(crumbs).to_have_text("Tagger › second")
    assert set(exported(page)) >= {"second.attention", "second.up", "second.down"}
    assert "first.up" not in exported(page)
    page.reload()
    expect(crumbs).to_have_text("Tagger › second")
    page.keyboard.press("Escape")
    expect(crumbs).to_have_text("Tagger")
    page.go_back()
    expect(crumbs).to_have_text("Tagger › second")


def test_keys_go_from_box_to_box(page: Page, drawing: Callable[[str], Locator]) -> None:
    place = drawing("")
    spoken = page.get_by_test_id("cutaway-spoken")
    place.focus()
    for key, name in [
        ("ArrowRight", "embedding, Embedding"),
        ("ArrowRight", "first, Block"),
        ("ArrowDown", "attention, Linear"),
        ("ArrowRight", "up, Linear"),
        ("ArrowUp", "first, Block"),
        ("ArrowLeft", "embedding, Embedding"),
    ]:
        page.keyboard.press(key)
        expect(spoken).to_contain_text(name)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("cutaway-crumbs")).to_have_text("Tagger › first")
    page.keyboard.press("Backspace")
    expect(page.get_by_test_id("cutaway-crumbs")).to_have_text("Tagger")
    assert "model-selected=first" in page.url


def test_recorded_scalars_are_colours_at_the_place(page: Page, drawing: Callable[[str], Locator]) -> None:
    place = drawing(f"&cost={FAMILY}&at=step:12")
    expect(place).to_have_attribute("data-colour", "overlay")
    legend = page.get_by_test_id("cutaway").get_by_test_id("overlay-legend")
    expect(legend).to_contain_text("at or before 12")
    expect(legend).to_have_text(re.compile(r"grad/norm.*1.*30.*0 ×1.*NaN ×1.*4 modules"))
    before = {key: box.attrib["fill"] for key, box in exported(page).items()}
    # NaN is magenta in every view; what nothing was recorded of has no colour.
    assert before["head"] == "#d6008f"
    assert before["first"] != before["second"]
    assert before["first.up"] == before["second.up"]
    assert before["first.up"] not in (before["first"], before["second"], before["embedding"])
    page.mouse.move(*where(page, place, exported(page)["second"]))
    expect(page.get_by_test_id("cutaway-tooltip")).to_contain_text("30 from 10")

    drawing(f"&cost={FAMILY}")
    expect(legend).to_contain_text("newest")
    expect(legend).to_contain_text("75,000")


def test_area_and_colour_are_two_choices(page: Page, drawing: Callable[[str], Locator]) -> None:
    place = drawing("&cost=macs")
    expect(place).to_have_attribute("data-area", "macs")
    assert "embedding" not in exported(page)
    page.get_by_test_id("cutaway-area").select_option("parameters")
    expect(place).to_have_attribute("data-area", "parameters")
    expect(place).to_have_attribute("data-colour", "overlay")
    assert "embedding" in exported(page)
    page.get_by_test_id("cutaway-colour").select_option("class")
    expect(page.get_by_test_id("cutaway-legend")).to_contain_text("Embedding")
    page.reload()
    expect(place).to_have_attribute("data-area", "parameters")
    expect(place).to_have_attribute("data-colour", "class")
