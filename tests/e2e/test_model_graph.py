"""The graph of a recorded model: groups open in place, lines lead through their borders, and what is shown is saved."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from tests.e2e.test_accessibility import violations
from tests.zoo import UNet
from torch import nn

import cutaway

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
Box = dict[str, Any]


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(16, 64)
        self.down = nn.Linear(64, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = x + self.down(torch.relu(self.up(x)))
        return made


class Stem(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(8, 16)
        self.second = nn.Linear(16, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.second(torch.tanh(self.first(x)))
        return made


class Tower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = Stem()
        self.blocks = nn.Sequential(*[Block() for _ in range(6)])
        self.heads = nn.ModuleList([nn.Linear(16, size) for size in (2, 3, 4, 5)])
        self.norm = nn.LayerNorm(16)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        features = self.norm(self.blocks(self.stem(x)))
        return [head(features) for head in self.heads]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_model(Tower(), torch.zeros(4, 8))
    return tmp_path


def boxes(page: Page) -> dict[str, Box]:
    """The boxes of the drawing by their titles, when it does not change any more."""
    graph = page.get_by_test_id("graph")
    expect(graph).to_have_attribute("data-detail", "all")
    return {box["title"]: box for box in json.loads(graph.get_attribute("data-boxes") or "[]")}


def wait_for(page: Page, condition: str) -> dict[str, Box]:
    """The boxes when a condition, in JavaScript, holds of `boxes`, which has them by their titles."""
    # In the function's text: the page lets no script make another.
    page.wait_for_function(
        f"""() => {{
          const told = document.querySelector("[data-testid=graph]")?.dataset.boxes;
          if (!told) return false;
          const boxes = Object.fromEntries(JSON.parse(told).map((box) => [box.title, box]));
          return {condition};
        }}"""
    )
    return boxes(page)


def title_of(page: Page, box: Box) -> tuple[float, float]:
    """A place in the title of a box."""
    place = page.get_by_test_id("graph").bounding_box()
    assert place is not None
    return place["x"] + box["x"] + min(30, box["width"] / 2), place["y"] + box["y"] + 8


def opened(page: Page, serve: Callable[..., str], logdir: Path) -> dict[str, Box]:
    page.goto(f"{serve(logdir)}#view=model&drawing=graph")
    return wait_for(page, "boxes.stem && boxes.norm")


def test_group_opens_in_place(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """A double click opens a group where it is, and closes it again; nothing is selected by it."""
    first = opened(page, serve, logdir)
    # From where the hand has moved the picture: before that it begins at its top whatever is opened.
    page.get_by_test_id("graph").focus()
    page.keyboard.press("ArrowDown")
    before = wait_for(page, f"boxes.stem.y < {first['stem']['y']}")
    was_open = before["stem"]["isOpen"]
    page.mouse.dblclick(*title_of(page, before["stem"]))
    after = wait_for(page, f"boxes.stem.isOpen !== {json.dumps(was_open)}")
    middle = [box["x"] + box["width"] / 2 for box in (before["stem"], after["stem"])]
    assert abs(middle[0] - middle[1]) <= 1
    assert abs(before["stem"]["y"] - after["stem"]["y"]) <= 1
    page.mouse.dblclick(*title_of(page, after["stem"]))
    again = wait_for(page, f"boxes.stem.isOpen === {json.dumps(was_open)}")
    assert {title: (box["width"], box["height"]) for title, box in again.items()} == {
        title: (box["width"], box["height"]) for title, box in before.items()
    }
    assert "model-selected" not in page.url


def test_inside_is_within(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """Boxes of an opened group lie in its box, and no two boxes of a group overlap."""
    found = opened(page, serve, logdir)
    if not found["stem"]["isOpen"]:
        page.mouse.dblclick(*title_of(page, found["stem"]))
    found = wait_for(page, "boxes.stem.isOpen && boxes.first && boxes.second")
    stem = found["stem"]
    for name in ("first", "second"):
        box = found[name]
        assert box["depth"] == stem["depth"] + 1
        for start, size in (("x", "width"), ("y", "height")):
            assert stem[start] < box[start]
            assert box[start] + box[size] < stem[start] + stem[size]
    assert found["first"]["y"] + found["first"]["height"] < found["second"]["y"]


class Turns(nn.Module):
    """Two lists whose modules take turns."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.ModuleList([nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(4)])
        self.mixer = nn.ModuleList([nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8)) for _ in range(4)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for attention, mixer in zip(self.attention, self.mixer, strict=True):
            x = mixer(attention(x))
        return x


@pytest.mark.slow
def test_turns_are_stacks_and_a_u_net_is_straight(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """What repeats in turns is one stack of each kind; beside skips the boxes of a U-Net stay on one line."""
    for name, model, inputs in (("turns", Turns(), torch.zeros(2, 8)), ("u-net", UNet(), torch.zeros(1, 3, 32, 32))):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_model(model, inputs)
    url = serve(tmp_path)
    page.goto(f"{url}#view=model&drawing=graph&model-run=turns")
    wait_for(page, "boxes['attention.0 … 3'] && boxes['mixer.0 … 3'] && Object.keys(boxes).length === 4")
    page.goto(f"{url}#view=model&drawing=graph&model-run=u-net")
    found = wait_for(page, "boxes['down.0'] && boxes['up.0'] && boxes.head")
    middles = [found[name]["x"] + found[name]["width"] / 2 for name in ("input", "down.0", "down.2", "up.0", "head")]
    assert max(middles) - min(middles) <= 1


def test_selection_and_keys(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """A click selects, for all drawings; Enter opens what is selected; + and 0 zoom."""
    found = opened(page, serve, logdir)
    page.mouse.click(*title_of(page, found["norm"]))
    page.wait_for_url("**model-selected=norm**")
    page.get_by_test_id("graph").focus()
    width = boxes(page)["norm"]["width"]
    page.keyboard.press("+")
    wait_for(page, f"boxes.norm.width > {width}")
    page.keyboard.press("Enter")
    wait_for(page, "boxes.norm.isOpen")
    page.keyboard.press("0")
    frame = page.get_by_test_id("graph").bounding_box()
    assert frame is not None
    wait_for(page, f"Object.values(boxes).every(({{y, height}}) => y >= 0 && y + height <= {frame['height']})")


def test_a_box_for_several_says_how_they_are_seen(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    found = opened(page, serve, logdir)
    if not found["blocks"]["isOpen"]:
        page.mouse.dblclick(*title_of(page, found["blocks"]))
    found = wait_for(page, "boxes['0 … 5']")
    place = title_of(page, found["0 … 5"])
    page.mouse.move(*place)
    expect(page.get_by_test_id("graph-tooltip")).to_contain_text("shows all 6 one by one")
    page.mouse.click(*place, button="right")
    page.get_by_role("button", name="Show all 6 one by one").click()
    wait_for(page, "boxes['0'] && boxes['5']")


def test_saved_as_svg(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """All that is open is in the file, with its shapes."""
    opened(page, serve, logdir)
    page.get_by_test_id("graph-menu").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG, all that is open").click()
    assert download.value.suggested_filename == "Tower.svg"
    root = ET.parse(download.value.path()).getroot()
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "4×16" in texts
    assert any(text is not None and text.lstrip("▾ ") == "stem" for text in texts)


def test_accessible(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """With a box selected, and the menu open."""
    found = opened(page, serve, logdir)
    page.mouse.click(*title_of(page, found["norm"]))
    page.wait_for_url("**model-selected=norm**")
    page.get_by_test_id("graph-menu").locator("summary").click()
    assert violations(page, ".graph-drawing") == []
