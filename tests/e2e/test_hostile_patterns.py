"""Patterns come from logs and links: none of them, however many, keeps the page from showing its charts."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

import cutaway

pytestmark = pytest.mark.browser

#: A matcher that tries one way after the other takes 2^60 steps to find that this does not match that.
CATASTROPHE, TAG = "(a+)+$", "a" * 60 + "b"
DEEP = "(" * 200_000


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / TAG) as writer:
        writer.add_custom_scalars(
            {
                "hostile": {
                    "catastrophe": ["Multiline", [CATASTROPHE, "loss"]],
                    "many": ["Multiline", ["loss", *(f"(a|a.)*{number}$" for number in range(20_000))]],
                    "deep": ["Multiline", [DEEP, "(" * 3000 + ")" * 3000, "loss"]],
                    "around": ["Multiline", ["loss(?!x)", r"(l)\1", "loss"]],
                },
                "good": {"losses": ["Multiline", ["^(train|val)/loss$", "loss"]]},
            }
        )
        for step in range(10):
            writer.log({"loss": step, "train/loss": step, "val/loss": step, TAG: step, "a" * 60: step}, step)
    return tmp_path


def chart_of(page: Page, title: str) -> Locator:
    return page.locator(f'[data-testid=chart][data-tag="{title}"]')


@pytest.mark.slow
def test_of_a_log(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    expect(chart_of(page, "losses")).to_have_attribute("data-series", "3")
    # It matches the tag that is all of a kind, and is none that is refused.
    expect(chart_of(page, "catastrophe")).to_have_attribute("data-series", "2")
    expect(chart_of(page, "catastrophe")).not_to_contain_text("refused")
    for title, reasons in (
        ("deep", [re.escape("((((") + r"\(+…: Longer than 10,000 characters", ".*: Nested more than 200 groups deep"]),
        ("around", [r"loss\(\?!x\): Look-ahead and .* not supported", r"\(l\)\\1: Back-references are not supported"]),
    ):
        expect(chart_of(page, title)).to_have_attribute("data-series", "1")
        mark = chart_of(page, title).get_by_text("2 patterns refused")
        expect(mark).to_have_attribute("title", re.compile("\n".join(reasons)))
    many = chart_of(page, "many")
    expect(many).to_have_attribute("data-series", "1")
    mark = many.get_by_text(re.compile(r"^[\d,]+ patterns refused$"))
    expect(mark).to_have_attribute(
        "title", re.compile("Matching this against all names takes too long.*more$", re.DOTALL)
    )
    # What is drawn can be filtered, and the charts' own tags count.
    page.get_by_test_id("tag-filter").fill("^a{60}$")
    expect(chart_of(page, "losses")).to_have_count(0)
    expect(chart_of(page, "catastrophe")).to_have_attribute("data-series", "2")


@pytest.mark.slow
def test_of_a_link(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    plan = json.dumps({"title": "own", "patterns": [CATASTROPHE]})
    chosen = {"tags": f"^{CATASTROPHE}", "runs": "(a|aa)+b$", "group": "/(?:(?:a|aa)+)+(b)/", "column": ""}
    link = urlencode({**chosen, "chart": plan})
    page.goto(f"{serve(logdir)}#{link}")
    expect(chart_of(page, "a" * 60)).to_have_attribute("data-series", "1")
    expect(chart_of(page, "own")).to_have_attribute("data-series", "1")
    expect(chart_of(page, TAG)).to_have_count(0)
    expect(page.get_by_test_id("run-heading")).to_have_text("b 1")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.slow
def test_refused_in_a_link(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(f"{serve(logdir)}#{urlencode({'tags': DEEP[:12_000], 'runs': 'run(?=x)', 'group': '/(a)(?<!b)/'})}")
    expect(page.get_by_test_id("run-row")).to_have_count(1)
    expect(chart_of(page, "losses")).to_have_attribute("data-series", "3")
    alerts = page.get_by_role("alert")
    expect(alerts.first).to_have_text("Refused: Look-ahead and look-behind are not supported. Everything is shown.")
    expect(alerts.last).to_have_text("Refused: Longer than 10,000 characters. Everything is shown.")
    expect(page.get_by_test_id("group-pattern")).to_have_attribute("title", re.compile("^Look-ahead and look-behind"))
