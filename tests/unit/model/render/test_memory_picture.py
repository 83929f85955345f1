"""The picture of memory: what it shows is what there is, at any width, and it is well-formed."""

from xml.etree import ElementTree

import pytest
import torch
from tests.zoo import UNet
from torch import nn

from cutaway.model.costs.memory import Memory
from cutaway.model.render.memory_picture import svg_picture, text_picture
from cutaway.model.summary import summary


def memory(model: nn.Module | None = None, *, train: bool = True) -> Memory:
    optimizer = "adamw" if train else None
    found = summary(model or UNet(), (2, 3, 32, 32), train=train, optimizer=optimizer, verbose=False).memory
    assert found is not None
    return found


@pytest.mark.parametrize("width", [40, 60, 97, 200])
@pytest.mark.parametrize("train", [True, False])
def test_text(width: int, train: bool) -> None:
    found = memory(train=train)
    lines = text_picture(found, width)
    drawn = lines[:-2]
    assert max(map(len, drawn)) <= width
    # A name that has no room is cut.
    names = lines[-2].split()
    assert all(whole.startswith(name) for whole, name in zip(("forward", "backward", "optimizer"), names, strict=False))
    assert len(names) == (3 if train else 1)
    # The top row is reached, and the bottom row is full everywhere.
    assert set(drawn[0].partition("┤")[2]) & set("▁▂▃▄▅▆▇█")
    bottom = drawn[-2].partition("┤")[2]
    assert " " not in bottom
    assert len(bottom) == len(drawn[-1].partition("└")[2])


def test_a_spike_is_always_seen() -> None:
    """A column is as high as its highest moment, however many there are in it."""
    blocks = [nn.Sequential(nn.Linear(8, 8), nn.ReLU()) for _ in range(300)]
    blocks.insert(100, nn.Sequential(nn.Linear(8, 5000, bias=False), nn.Linear(5000, 8, bias=False)))
    found = summary(nn.Sequential(*blocks), (64, 8), train=False, verbose=False).memory
    assert found is not None
    lines = text_picture(found, 60)
    top = lines[0].partition("┤")[2]
    assert "█" in top or "▇" in top
    assert len(top.strip()) <= 3


def test_few_operations_are_drawn_wide() -> None:
    found = summary(nn.Linear(4, 4), (2, 4), train=False, verbose=False).memory
    assert found is not None
    assert len(text_picture(found, 110)[-3]) > 40


@pytest.mark.parametrize("train", [True, False])
def test_svg(train: bool) -> None:
    found = memory(train=train)
    picture = svg_picture(found)
    image = picture[: picture.index("</svg>") + 6]
    tree = ElementTree.fromstring(image)
    titles = [title.text or "" for title in tree.iter("title")]
    assert any(title.startswith("parameters: at most") for title in titles)
    assert [text.text for text in tree.iter("text")] == (["forward", "backward", "optimizer"] if train else ["forward"])
    for shape in tree.iter("polygon"):
        for corner in (shape.get("points") or "").split():
            x, y = map(float, corner.split(","))
            assert -0.1 <= x <= 640.1
            assert -0.1 <= y <= 150.1
    assert "<script" not in picture


def test_it_is_part_of_the_table() -> None:
    result = summary(UNet(), (2, 3, 32, 32), train=True, verbose=False)
    assert "<svg" in result.to_html()
    assert "<svg" not in result.to_html(picture=False)
    assert "▒ parameters" in result.to_text(100)
    assert "▒ parameters" not in summary(UNet(), (2, 3, 32, 32), verbose=False).to_text(100)
    with torch.device("meta"):
        assert "▒" not in summary(UNet(), verbose=False).to_text(100, picture=True)
