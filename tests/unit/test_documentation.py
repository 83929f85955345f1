"""What the pages show is what the code says now."""

import importlib.util
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
