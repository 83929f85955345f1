"""The details of what is selected in a model stand over its drawing, and leave what is selected in sight."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e import test_model_cutaway
from tests.e2e.test_model_cutaway import Tagger, exported, where
from tests.e2e.test_model_graph import title_of, wait_for

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_model(Tagger(), test_model_cutaway.BATCH)
        writer.add_scalar("loss", 1.0, 10)
    return tmp_path


@pytest.fixture(params=[(1280, 800), pytest.param((390, 800), marks=pytest.mark.slow)], ids=["1280", "390"])
def page(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page without room beside the drawing: at the right, or for a sheet at the bottom."""
    width, height = request.param
    return open_page(viewport={"width": width, "height": height})


def expect_beside(page: Page, box: str) -> None:
    """Wait until no details stand over a box: in JavaScript, its `left`, `top`, `right` and `bottom` in the window."""
    expect(page.get_by_test_id("model-details")).to_have_attribute("aria-busy", "false")
    page.wait_for_function(
        f"""() => {{
          const details = document.querySelector("[data-testid=model-details]").getBoundingClientRect();
          const box = {box};
          return box.right <= details.left || box.bottom <= details.top;
        }}"""
    )


def drawn(title: str) -> str:
    """The box of the graph with a title, as :func:`expect_beside` takes it."""
    return f"""(() => {{
      const graph = document.querySelector("[data-testid=graph]");
      const at = graph.getBoundingClientRect();
      const {{ x, y, width, height }} = JSON.parse(graph.dataset.boxes).find(({{ title }}) => title === "{title}");
      return {{ right: at.left + x + width, bottom: at.top + y + height }};
    }})()"""


MARK = 'document.querySelector(".cutaway-mark.is-selected").getBoundingClientRect()'


def test_the_graph_moves_what_is_selected_beside_its_details(
    page: Page, serve: Callable[..., str], logdir: Path
) -> None:
    page.goto(f"{serve(logdir)}#view=model&drawing=graph")
    before = wait_for(page, "boxes.embedding && boxes.head")["head"]
    page.get_by_test_id("graph").focus()
    # Where the details will be.
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    box = wait_for(page, f"boxes.head.x > {before['x']} + 100")["head"]
    page.mouse.click(*title_of(page, box))
    expect_beside(page, drawn("head"))
    # The whole fits into the room that is left, too.
    page.get_by_test_id("graph").focus()
    page.keyboard.press("0")
    for title in ("embedding", "head"):
        expect_beside(page, drawn(title))


def test_the_cutaway_moves_what_is_selected_beside_its_details(
    page: Page, serve: Callable[..., str], logdir: Path
) -> None:
    page.goto(f"{serve(logdir)}#view=model&drawing=cutaway")
    place = page.get_by_test_id("cutaway-place")
    expect(place).not_to_have_attribute("data-boxes", "0")
    before = place.bounding_box()
    box = exported(page)["head"]
    page.mouse.click(*where(page, place, box))
    expect_beside(page, MARK)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("model-details")).to_have_count(0)
    expect_at(place, before)
    # A double click is no selection, whose details would come between its clicks.
    page.mouse.dblclick(*where(page, place, box))
    expect(page.get_by_test_id("cutaway-crumbs")).to_have_text("Tagger › head")
    expect(page.get_by_test_id("model-details")).to_have_count(0)


def expect_at(place: Locator, box: object) -> None:
    place.page.wait_for_function(
        "([element, box]) => { const { x, y } = element.getBoundingClientRect(); return x === box.x && y === box.y; }",
        arg=[place.element_handle(), box],
    )


def test_details_are_whole_whatever_was_open_before(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    expect(page.locator("[data-testid=chart]")).to_have_attribute("data-state", "ready")
    page.get_by_test_id("view-model").click()
    page.goto(page.url.partition("#")[0] + "#view=model&drawing=table&model-selected=first.down")
    details = page.get_by_test_id("model-details")
    expect(details.get_by_test_id("tensors-in")).to_be_visible()
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    assert details.locator(".details-scroller, td").evaluate_all(cut) == []
