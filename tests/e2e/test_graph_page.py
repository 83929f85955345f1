"""A graph as a page of one file, and in the cell of a notebook: boxes open in place, and nothing is asked for."""

import json
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from torch import nn

import cutaway

pytestmark = pytest.mark.browser


def graph() -> cutaway.ModelGraph:
    blocks = [nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Dropout()) for _ in range(4)]
    return cutaway.graph(nn.Sequential(nn.Sequential(*blocks), nn.Linear(16, 2)), (3, 16), cost="parameters")


def boxes(place: Page | FrameLocator) -> list[dict[str, Any]]:
    """What is drawn, as the drawing tells it; none before it is."""
    found: list[dict[str, Any]] = json.loads(place.get_by_test_id("graph").get_attribute("data-boxes") or "[]")
    return found


def until_drawn(place: Page | FrameLocator, text: str) -> list[dict[str, Any]]:
    expect(place.locator(f"[data-testid=graph][data-boxes*='{text}']")).to_be_visible()
    return boxes(place)


def test_boxes_open_in_a_page_that_is_one_file(page: Page) -> None:
    page.set_content(graph().to_html())
    # Four blocks that are the same are one box, which is open at first as in the viewer.
    drawn = until_drawn(page, '"title":"0 … 3","group":3,"isOpen":true')
    (linear,) = [each for each in drawn if each["name"] == "1" and each["depth"] == 0]
    assert not linear["isOpen"]
    drawing = page.get_by_test_id("graph").bounding_box()
    assert drawing is not None
    x, y = linear["x"] + linear["width"] / 2, linear["y"] + linear["height"] / 2
    page.mouse.dblclick(drawing["x"] + x, drawing["y"] + y)
    until_drawn(page, '"name":"linear"')
    assert [each["isOpen"] for each in boxes(page) if each["name"] == "1" and each["depth"] == 0] == [True]
    # The overlay is the cost that was asked for.
    expect(page.get_by_test_id("overlay")).to_have_value("parameters")


def test_a_table_and_details_are_there_too(page: Page) -> None:
    page.set_content(graph().to_html())
    until_drawn(page, '"name":"0"')
    page.get_by_test_id("drawing").select_option("table")
    page.get_by_role("treegrid").get_by_text("Linear").first.click()
    expect(page.get_by_test_id("model-details")).to_contain_text("weight")


def test_a_search_for_words(page: Page) -> None:
    page.set_content(graph().to_html())
    until_drawn(page, '"name":"1"')
    field = page.get_by_test_id("model-query")
    field.fill("class:linear")
    expect(page.get_by_role("alert")).to_contain_text("the viewer knows fields and costs")
    field.fill("relu")
    expect(page.locator(".model-search .found")).to_have_text("8")
    field.press("Enter")
    expect(page.locator(".model-search .found")).to_have_text("1 of 8")
    expect(page.get_by_test_id("model-details")).to_contain_text("ReLU")


def test_a_cell_of_a_notebook(page: Page) -> None:
    page.set_content(f"<h1>A notebook</h1>{graph()._repr_html_()}")
    frame = page.frame_locator("iframe")
    until_drawn(frame, '"name":"0"')
