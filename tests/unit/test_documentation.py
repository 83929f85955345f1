"""What the pages show is what the code says now."""

import ast
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def summaries() -> Any:
    return loaded("summaries")


def loaded(name: str) -> Any:
    """A script of the pages."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", summaries().PAGES, ids=lambda page: page.name)
def test_tables_are_made_not_typed(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "made by docs/summaries.py" in text
    assert summaries().renewed(text) == text


def test_our_tables_side_by_side_with_others_are_what_the_code_makes() -> None:
    page = (ROOT / "docs" / "side-by-side.md").read_text("utf-8")
    script = loaded("side_by_side")
    for name, (make, size) in script.MODELS.items():
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        table = section.partition("**Cutaway**\n\n```text\n")[2].partition("\n```")[0]
        assert table == script.of_cutaway(make, size)


def test_every_promise_has_a_test() -> None:
    """Those that the page of promises names are there."""
    text = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", text)
    assert len(named) > 40
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]
    assert len(rows) == len(named)
    for file, name in named:
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (file, name)


def test_every_room_is_described() -> None:
    """The table of rooms has each folder of the package, and no other."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    section = text.partition("## The rooms of the Python package")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert sorted(described) == sorted(path.parent.name for path in (ROOT / "src" / "cutaway").glob("*/__init__.py"))


def test_every_room_of_the_page_is_described() -> None:
    """The table of the page's rooms has each folder, in the order of imports; `style` is what all rooms look like."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    section = text.partition("## The rooms of the page")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    folders = {path.name for path in (ROOT / "web" / "src").iterdir() if path.is_dir()}
    assert set(described) == folders - {"style"}
    assert described == ["shell", "views", "runs", "state", "charts", "api", "series", "kit"]


def test_each_word_of_the_glossary_is_there_once() -> None:
    """Each with a meaning below it."""
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    inside = False
    words = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        inside = line == "```{glossary}" or (inside and line != "```")
        if inside and line and not line.startswith((" ", "```")):
            words.append(line)
            assert following.startswith("  "), line
    assert len(words) == len(set(words)) > 50
