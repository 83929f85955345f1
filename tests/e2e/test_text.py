"""Texts of all runs side by side, at one step, compared with another step or run; live, and whatever is in them."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway

pytestmark = pytest.mark.browser

STORY = "# Sample {step}\n\n**prompt**: *once* upon\n\n| a | b |\n|---|--:|\n| 1 | {step} |\n"


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, every in (("adam", 100), ("sgd", 150)):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 601, every):
                writer.add_text("samples/story", STORY.format(step=step), step)
            writer.add_text("config", f"optimizer: {name}\nmomentum: 0.9", 0)
            writer.add_scalar("loss", 1.0, 0)
    with cutaway.SummaryWriter(tmp_path / "without") as writer:
        writer.add_scalar("loss", 1.0, 0)
    return tmp_path


def text_of(page: Page, tag: str, run: str) -> Locator:
    return page.locator(f'[data-testid=text-card][data-tag="{tag}"] [data-testid=text][data-run="{run}"]')


def test_a_step_of_all_runs(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("view-text").click()
    adam, sgd = text_of(page, "samples/story/text_summary", "adam"), text_of(page, "samples/story/text_summary", "sgd")
    expect(adam).to_have_attribute("data-step", "600")
    expect(adam.locator("h1")).to_have_text("Sample 600")
    expect(adam.locator("strong")).to_have_text("prompt")
    expect(adam.locator("td").last).to_have_attribute("align", "right")
    # What PyTorch's writer adds to a tag is no part of its name.
    expect(page.get_by_role("heading", name="samples/story", exact=True)).to_be_visible()
    expect(page.locator('[data-tag="config/text_summary"]')).to_contain_text("2 of 3 runs")

    page.keyboard.press("ArrowLeft")
    expect(adam).to_have_attribute("data-step", "500")
    # A run that has nothing at the step shows what it had before, and says so.
    expect(sgd).to_have_attribute("data-step", "450")
    expect(sgd).to_contain_text("from 450")
    expect(page).to_have_url(re.compile("at=step%3A500"))
    page.keyboard.press("ArrowRight")
    expect(adam).to_have_attribute("data-step", "600")
    page.get_by_test_id("step-slider").fill("0")
    expect(adam.locator("h1")).to_have_text("Sample 0")

    page.get_by_test_id("text-format").select_option("plain")
    expect(adam.locator("pre")).to_contain_text("# Sample 0")
    # The link has it all; another view keeps what is this one's.
    page.reload()
    expect(adam.locator("pre")).to_contain_text("# Sample 0")
    page.get_by_test_id("view-scalars").click()
    expect(page.get_by_test_id("chart")).to_have_attribute("data-state", "ready")
    expect(page).to_have_url(re.compile("text=plain"))
    page.get_by_test_id("view-text").click()
    page.keyboard.press("0")
    expect(adam).to_have_attribute("data-step", "600")
    expect(page).not_to_have_url(re.compile("at="))


def test_differences_between_steps_and_runs(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=text&at=step:0")
    story, config = "samples/story/text_summary", "config/text_summary"
    expect(text_of(page, story, "adam")).to_have_attribute("data-step", "0")
    page.get_by_test_id("against").click()
    page.keyboard.press("ArrowRight")
    changed = text_of(page, story, "adam").get_by_test_id("difference")
    expect(changed.locator("ins")).to_have_text(["100", "100"])
    expect(changed.locator("del")).to_have_text(["0", "0"])
    expect(text_of(page, config, "adam")).to_contain_text("No difference.")
    page.get_by_test_id("against").click()
    expect(text_of(page, story, "adam").locator("h1")).to_have_text("Sample 100")

    page.get_by_role("button", name="Colour and menu of sgd").click()
    page.get_by_test_id("compare").click()
    expect(text_of(page, config, "adam").locator("ins")).to_have_text("adam")
    expect(text_of(page, config, "adam").locator("del")).to_have_text("sgd")
    # The run itself is shown as it is; and it is compared with when it is hidden, too.
    expect(text_of(page, config, "sgd").get_by_test_id("difference")).to_have_count(0)
    page.locator("[data-run=sgd]").get_by_role("checkbox").click()
    expect(text_of(page, config, "sgd")).to_have_count(0)
    expect(text_of(page, config, "adam").locator("ins")).to_have_text("adam")


@pytest.mark.slow
def test_a_text_is_asked_for_when_a_text_comes(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """One request for all texts that a message of the stream tells of, and none for other data."""
    with cutaway.SummaryWriter(logdir / "adam") as writer:
        for tag in ("note", "samples/story"):
            writer.add_text(tag, "first", 601)
        writer.add_histogram("weights", np.arange(5), 601)
        page.goto(serve(logdir) + "#view=text&column=step")
        row = page.locator("[data-testid=run-row][data-run=adam]")
        note = text_of(page, "note/text_summary", "adam")
        expect(note).to_have_attribute("data-step", "601")
        expect(page.get_by_test_id("text-card").first).to_have_attribute("data-state", "ready")
        asked: list[str] = []

        def note_request(url: str) -> None:
            # The list of runs has scalars of its own, and the rules read what is recorded.
            if "/runs?" not in url and "/findings?" not in url:
                asked.append(url.rpartition("/")[2])

        page.on("request", lambda request: note_request(request.url))
        for step in range(602, 702):
            writer.add_scalar("loss", 1.0, step)
            writer.add_histogram("weights", np.arange(5), step)
        # The last step of the run is told by the stream.
        expect(row).to_contain_text("701")
        assert asked == []
        for step in range(702, 705):
            writer.add_text("note", f"step {step}", step)
            expect(note).to_have_attribute("data-step", str(step))
        assert asked == ["values"] * 3


@pytest.mark.slow
def test_where_no_run_has_a_text(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        page.goto(serve(tmp_path) + "#view=text")
        expect(page.get_by_test_id("empty-state")).to_contain_text("No texts in")
        expect(page.get_by_test_id("empty-state")).to_contain_text("writer.add_text(")
        writer.add_text("note", "", 0)
        writer.add_text("table", "cell", 0)
        expect(text_of(page, "note/text_summary", "a")).to_contain_text("An empty text.")


#: Markdown of a log that is after its reader.
HOSTILE = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<b onclick='window.hacked = 1' onmouseover='window.hacked = 1' style='position:fixed;inset:0'>press</b>",
    "[press](javascript:window.hacked=1) [press](JaVaScRiPt:window.hacked=1) [press](data:text/html,<b>1)",
    "<a href='java\nscript:window.hacked=1'>press</a> <a href=' javascript:window.hacked=1'>press</a>",
    "<a href='vbscript:1'>press</a> [relative](./api/catalogue) [other](//elsewhere.example/x)",
    "![remote](https://elsewhere.example/pixel.png) <img src=https://elsewhere.example/pixel.png>",
    "<svg onload='window.hacked = 1'><script>window.hacked = 1</script><a xlink:href='javascript:1'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1></style></mglyph></table></math>",
    "<iframe srcdoc='<script>parent.hacked = 1</script>'></iframe><object data=x></object><embed src=x>",
    "<form action=https://elsewhere.example><input autofocus onfocus='window.hacked = 1'></form>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'><base href=https://elsewhere.example>",
    "<link rel=stylesheet href=https://elsewhere.example/x.css><style>@import 'https://elsewhere.example/x.css'</style>",
    "<video src=https://elsewhere.example/v autoplay><audio src=https://elsewhere.example/a autoplay>",
    "<details open ontoggle='window.hacked = 1'>x</details><body onload='window.hacked = 1'>",
    "<p id=app class=page data-testid=banner name=catalogue>taken</p>",
    "`<script>window.hacked = 1</script>`\n\n```html\n</code></pre><script>window.hacked = 1</script>\n```",
    '<noscript><p title="</noscript><img src=x onerror=window.hacked=1>">',
    "\x00\ud7ff\u202e\ufeff" * 10,
]
ATTRIBUTES = {"align", "colspan", "href", "open", "rel", "rowspan", "start", "target", "title"}
#: Texts for which a parser or a browser may take long: as much of each as a text may have, and far more.
NESTED = [">", "- ", "[", "*a **b", "`", "<b>", "<blockquote>", "![", "|a", "<!--", "&#x", "\\", "# ", "<details>"]


def look_at(page: Page, url: str, count: int) -> None:
    """Show the first texts of a log, one after the other: nothing of them runs, and little of them is markup."""
    page.goto(url + "#view=text")
    shown = text_of(page, "hostile/text_summary", "a")
    for step in range(count):
        fragment = urlencode({"view": "text", "at": f"step:{step}"})
        page.evaluate("fragment => { location.hash = fragment; }", fragment)
        expect(shown).to_have_attribute("data-step", str(step))
        found = shown.locator(".text-body").evaluate(
            """body => ({
                hacked: window.hacked,
                tags: [...new Set([...body.querySelectorAll(".text-markdown *")].map((each) => each.localName))],
                attributes: [...new Set([...body.querySelectorAll(".text-markdown *")]
                    .flatMap((each) => [...each.attributes].map(({ name }) => name)))],
                links: [...body.querySelectorAll("a")].map(({ href, rel, target }) => [href, rel, target]),
            })"""
        )
        assert found["hacked"] is None
        assert not set(found["tags"]) & {"script", "img", "svg", "math", "iframe", "form", "input", "style", "link"}
        assert set(found["attributes"]) <= ATTRIBUTES
        for href, rel, target in found["links"]:
            assert href == "" or re.match("https?://|mailto:", href), href
            assert not href or (rel, target) == ("noopener noreferrer nofollow", "_blank")
            # None leads back into the page, whose address is a secret.
            assert url.split("/")[3] not in href
    # The page goes on, and so do its links.
    page.get_by_test_id("view-files").click()
    expect(page.get_by_test_id("file-row")).to_have_count(1)


def log_of(logdir: Path, texts: Sequence[str]) -> Path:
    with cutaway.SummaryWriter(logdir / "a") as writer:
        for step, text in enumerate(texts):
            writer.add_text("hostile", text, step)
    return logdir


def test_hostile_texts(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    look_at(page, serve(log_of(tmp_path, HOSTILE)), len(HOSTILE))


@pytest.mark.slow
def test_text_nested_without_end(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    """Quotes and elements within each other, 1 MB of each."""
    texts = [part * (1_000_000 // len(part)) for part in (">", "<b>")]
    look_at(page, serve(log_of(tmp_path, texts)), len(texts))


@pytest.mark.slow
@pytest.mark.parametrize("length", [99_000, 1_000_000])
def test_text_that_takes_long_to_parse(page: Page, serve: Callable[..., str], tmp_path: Path, length: int) -> None:
    texts = [part * (length // len(part)) for part in NESTED]
    look_at(page, serve(log_of(tmp_path, texts)), len(texts))
