"""Ten thousand tags of mixed kinds: a view has the nodes of what is in sight, and scrolls as if all were there."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway

pytestmark = pytest.mark.browser

TAGS, IN_GROUP = 2500, 50
#: Of each view its cards, the last tag, and what is on its card when it is there.
CARDS = {
    "scalars": ("chart", "group49/value2499", "[data-state=ready]"),
    "images": ("image-card", "group49/picture2499", "[data-testid=image][data-state=ready]"),
    "distributions": ("distribution", "group49/weights2499", "[data-state=ready]"),
    "text": ("text-card", "group49/note2499", "[data-state=ready]"),
}
#: So many nodes at most, whatever there is: those of the frame, of some 40 cards, and a few for the rest.
MOST_NODES = 2500
NODES = "() => document.querySelectorAll('*').length"


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    pixel = np.zeros((1, 1, 3), np.uint8)
    with cutaway.SummaryWriter(folder / "run") as writer:
        for number in range(TAGS):
            group = f"group{number // IN_GROUP:02d}"
            writer.add_scalar(f"{group}/value{number}", number, 0)
            writer.add_image(f"{group}/picture{number}", pixel, 0, dataformats="HWC")
            writer.add_histogram(f"{group}/weights{number}", [float(number)], 0, bins=1)
            writer.add_text(f"{group}/note{number}", f"note {number}", 0)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("view", CARDS)
def test_nodes_of_what_is_in_sight(page: Page, serve: Callable[..., str], logdir: Path, view: str) -> None:
    page.goto(f"{serve(logdir)}#view={view}")
    name, last, ready = CARDS[view]
    cards = page.get_by_test_id(name)
    is_ready = page.locator(f"[data-testid={name}]{ready}, [data-testid={name}] {ready}")
    expect(is_ready.first).to_be_visible()
    assert 0 < cards.count() < 60
    assert page.evaluate(NODES) < MOST_NODES
    body = page.locator(".view-body")
    height = body.evaluate("element => element.scrollHeight")
    for share in (0.5, 0.25, 1):
        body.evaluate("(element, share) => element.scrollTo(0, share * element.scrollHeight)", share)
        # What is in the middle of the window is a card or a heading, and no room that was left for one.
        page.wait_for_function(
            """() => {
              const { left, top, width, height } = document.querySelector(".view-body").getBoundingClientRect();
              const seen = document.elementsFromPoint(left + width / 2, top + height / 2);
              return seen.some((element) => element.matches(".card-place, .grid, h2"));
            }"""
        )
        assert page.evaluate(NODES) < MOST_NODES
        # The page is as long wherever it is scrolled to.
        assert body.evaluate("element => element.scrollHeight") == height
    expect(cards.last).to_have_attribute("data-tag", re.compile(re.escape(last)))
    # The filter finds what has no node.
    page.get_by_test_id("tag-filter").fill("7(/text_summary)?$")
    expect(page.get_by_test_id("tag-filter").locator("..")).to_contain_text(f"{TAGS // 10} of {TAGS:,} tags")
    expect(cards.first).to_have_attribute("data-tag", re.compile("7(/text_summary)?$"))
    assert page.evaluate(NODES) < MOST_NODES


def test_what_is_in_sight_stays(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for number in range(300):
            writer.add_scalar(f"group{number // 30}/value {number}", number, 0)
        url = serve(tmp_path)
        page.goto(url)
        expect(page.get_by_test_id("chart").first).to_be_visible()
        body = page.locator(".charts")
        body.evaluate("element => element.scrollTo(0, element.scrollHeight / 2)")
        page.wait_for_function(f"() => {SEEN} !== null && !{SEEN}.startsWith('group0')")
        tag = page.evaluate(SEEN)
        chart = page.locator(f"[data-tag='{tag}']")
        top = top_of(chart)
        # Tags that come stand above it.
        for number in range(100):
            writer.add_scalar(f"another/value {number}", number, 0)
        writer.flush()
        expect(page.get_by_test_id("tag-filter").locator("..")).to_contain_text("400 tags")
        assert abs(top_of(chart) - top) < 1
    # In a narrower window there are fewer cards in a line.
    width = page.viewport_size["width"] if page.viewport_size else 0
    lines = chart.evaluate("element => getComputedStyle(element.closest('.grid')).gridTemplateColumns")
    page.set_viewport_size({"width": width - 300, "height": 800})
    expect(chart).to_be_in_viewport()
    assert chart.evaluate("element => getComputedStyle(element.closest('.grid')).gridTemplateColumns") != lines
    # Its section's heading stays when it is folded.
    heading = page.locator("section", has=chart).get_by_role("button", expanded=True).first
    heading.click()
    expect(chart).to_have_count(0)
    folded = page.get_by_role("button", name=tag.partition("/")[0], expanded=False)
    expect(folded).to_be_in_viewport()


@pytest.mark.slow
def test_a_large_card_far_down(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for number in range(300):
            writer.add_scalar(f"group{number // 30}/value {number}", number, 0)
    page.goto(serve(tmp_path) + "#large=group8/value 250")
    chart = page.locator("[data-tag='group8/value 250']")
    expect(chart).to_be_in_viewport()
    body = page.locator(".charts")
    body.evaluate("element => element.scrollTo(0, 0)")
    expect(chart).to_have_count(0)
    # It is as high as it was, without its nodes.
    height = body.evaluate("element => element.scrollHeight")
    body.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.locator("[data-tag='group9/value 299']")).to_be_in_viewport()
    assert body.evaluate("element => element.scrollHeight") == height


#: The tag of the first chart of which something is in the window below the headings; null without any.
SEEN = """(() => {
  const start = document.querySelector(".view-body").getBoundingClientRect().top + 30;
  const seen = [...document.querySelectorAll("[data-tag]")].find((card) => card.getBoundingClientRect().top > start);
  return seen?.dataset.tag ?? null;
})()"""


def top_of(chart: Locator) -> float:
    box = chart.bounding_box()
    assert box is not None
    return box["y"]
