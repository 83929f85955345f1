"""The page of torchvision's published figures has what the script for it makes."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torchvision")
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "published-figures.md"


def published() -> Any:
    spec = importlib.util.spec_from_file_location("published", ROOT / "docs" / "published.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures() -> dict[str, list[str]]:
    """The cells of the table by the name of the model."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: rest for name, *rest in cells if rest[-1].replace(",", "").isdigit()}


@pytest.mark.parametrize("name", ["alexnet", "deeplabv3_mobilenet_v3_large", "resnet18", "squeezenet1_1", "vit_b_32"])
def test_the_table(name: str) -> None:
    script = published()
    kind, macs, mine, parameters, own = figures()[name]
    weights = script.published()[name]
    assert (kind, macs, parameters) == (
        script.kind_of(name),
        f"{weights.meta['_ops']:.3f}",
        f"{weights.meta['num_params']:,}",
    )
    totals = script.ours(name, weights).totals
    assert (mine, own) == (f"{totals.macs / 1e9:.3f}", f"{totals.parameters:,}")


def test_all_models_with_a_figure_are_there() -> None:
    assert set(figures()) == set(published().published())
