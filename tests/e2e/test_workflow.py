"""TensorFlow 1's workflow, to the curves on the page."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.patience import LONG_PATIENCE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


def test_both_curves_of_the_example(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    example = ROOT / "examples" / "summary_workflow.py"
    subprocess.run([sys.executable, example, "./log"], cwd=tmp_path, check=True, timeout=LONG_PATIENCE)
    page.goto(serve(tmp_path / "log"))
    charts = page.locator("[data-testid=chart][data-state=ready]")
    expect(charts).to_have_count(2)
    for label in ("x_label, 1 run, last 5", "pingfang, 1 run, last 25"):
        expect(page.get_by_role("application", name=label)).to_be_visible()
