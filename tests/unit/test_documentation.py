"""What the pages show is what the code says now."""

import ast
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def summaries() -> Any:
    spec = importlib.util.spec_from_file_location("summaries", ROOT / "docs" / "summaries.py")
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
