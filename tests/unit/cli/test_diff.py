"""`cutaway diff`: models and files against each other; the exit status says whether they differ."""

import json
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from cutaway.cli import main

SOURCE = """
from torch import nn
def small(): return nn.Sequential(nn.Linear(3, 4), nn.ReLU())
def large(): return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 4))
"""


@pytest.fixture(autouse=True)
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "pairs_of_nets.py").write_text(SOURCE)
    torch.save(nn.Sequential(nn.Linear(3, 4), nn.ReLU()).state_dict(), "small.pt")
    (tmp_path / "broken.safetensors").write_bytes(b"broken")


@pytest.mark.parametrize(
    ("words", "status", "shown"),
    [
        (["pairs_of_nets:small", "pairs_of_nets:small"], 0, "No layer differs."),
        (["pairs_of_nets:small", "pairs_of_nets:large"], 1, "+ └─ 2: Linear"),
        (["pairs_of_nets:small", "pairs_of_nets:large", "--input", "2,3", "--batch", "7"], 1, "7×4"),
        (["small.pt", "pairs_of_nets:small"], 0, "Matched      2 tensors, and nothing else"),
        (["small.pt", "pairs_of_nets.py:large"], 1, "2.weight"),
        (["small.pt", "small.pt"], 0, "Matched"),
    ],
)
def test_what_is_shown(words: list[str], status: int, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *words]) == status
    captured = capsys.readouterr()
    assert shown in captured.out
    assert captured.err == ""


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "pairs_of_nets:small", "pairs_of_nets:large", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["totals"]["parameters"] == [16, 36]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["small.pt", "none.pt"], "there is no file none.pt"),
        (["small.pt", "broken.safetensors"], "broken.safetensors is not a safetensors file"),
        (["small.pt", "small"], "small is not a model"),
        (["pairs_of_nets:small", "pairs_of_nets:large", "--input", "2,5"], "layer 0 (Linear) failed"),
        (["small.pt"], "the following arguments are required: AFTER"),
    ],
)
def test_mistakes_are_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1
