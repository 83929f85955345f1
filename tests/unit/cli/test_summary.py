"""`cutaway summary`: real files with real models, and every mistake as one line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cutaway.cli import main

SOURCE = """
from dataclasses import dataclass
import torch
from torch import nn

@dataclass
class Config:
    width: int = 4

class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.layer = nn.Linear(width, Config().width)
    def forward(self, x, ids=None):
        return self.layer(x) if ids is None else self.layer(x)[ids]

net = Net()
number = 3
def make(): return nn.Sequential(Net(), nn.ReLU())
def broken(): return nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))
def text(): return "net"
def angry(): raise ValueError("two\\nlines")
class Zoo:
    small = net
"""


@pytest.fixture(autouse=True)
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "zoo_of_nets.py").write_text(SOURCE)
    (tmp_path / "angry_nets.py").write_text("raise RuntimeError('no import')")
    (tmp_path / "leaving_nets.py").write_text("import sys; sys.exit(3)")
    (tmp_path / "wanting_nets.py").write_text("import no_such_library")


@pytest.mark.parametrize(
    "target",
    ["zoo_of_nets:Net", "zoo_of_nets:net", "zoo_of_nets:make", "zoo_of_nets.py:Net", "zoo_of_nets:Zoo.small"],
)
def test_targets(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", target, "--input", "2,3"]) == 0
    captured = capsys.readouterr()
    assert "layer: Linear" in captured.out
    assert "2×4" in captured.out
    assert captured.err == ""


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--input", "5,3", "--input", "ids=2:int64"], "2×4"),
        (["--input", "x=5,3", "--input", "ids=2:long"], "2×4"),
        (["--input", "(5,3)"], "5×4"),
        ([], "no inputs were given"),
        (["--depth", "0", "--input", "5,3"], "5×4"),
    ],
)
def test_inputs(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "zoo_of_nets:Net", *words]) == 0
    output = capsys.readouterr().out
    assert shown in output
    assert ("layer: Linear" in output) == ("--depth" not in words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--train"], "Backward MACs"),
        (["--train"], "in training mode"),
        (["--eval"], "in evaluation mode"),
        (["--batch", "7"], "7×4"),
        (["--columns", "inputs,dtype"], "Dtype"),
        (["--dtype", "float32", "--columns", "dtype"], "float32"),
        (["--format", "markdown"], "| --- | --- |"),
        (["--format", "html"], '<div class="cutaway">'),
        (["--format", "json"], '"rows": ['),
        (["--format", "csv"], "key,path,type"),
        (["--filter", "lay*", "--sort-by", "macs", "--cost", "parameters"], "% Parameters"),
        (["--no-fold"], "layer: Linear"),
        (["--eval"], "Peak memory"),
        (["--optimizer", "adamw"], "optimizer"),
        (["--weights", "bfloat16"], "(32 B)"),
        (["--input", "B,3", "--size", "B=4"], "12·B"),
        (["--train", "--fit", "1 MB"], "Largest      a batch of"),
    ],
)
def test_what_is_shown(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = [] if "--input" in words else ["--input", "5,3"]
    assert main(["summary", "zoo_of_nets:Net", *given, *words]) == 0
    assert shown in capsys.readouterr().out


def test_width(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "zoo_of_nets:make", "--input", "2,3", "--width", "60"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["zoo_of_nets"], "zoo_of_nets is not a model; module.path:name or file.py:name is expected"),
        (["no_such_nets:Net"], "there is no module no_such_nets"),
        (["no_such_nets.py:Net"], "there is no file no_such_nets.py"),
        (["zoo_of_nets:Nothing"], "zoo_of_nets has no Nothing"),
        (["zoo_of_nets:number"], "zoo_of_nets:number is of type int"),
        (["zoo_of_nets:text"], "zoo_of_nets:text() returned an object of type str"),
        (["zoo_of_nets:angry"], "zoo_of_nets:angry() failed: ValueError: two lines"),
        (["angry_nets:Net"], "importing angry_nets failed: RuntimeError: no import"),
        (["leaving_nets:Net"], "importing leaving_nets failed: SystemExit: 3"),
        (["wanting_nets:Net"], "importing wanting_nets failed: ModuleNotFoundError: No module named 'no_such_library'"),
        (["zoo_of_nets:Net", "--input", "1,a"], "--input 1,a: sizes like 1,3,224,224 are expected, not '1,a'"),
        (["zoo_of_nets:Net", "--input", "1,-2"], "--input 1,-2: sizes like"),
        (["zoo_of_nets:Net", "--input", "1:int7"], "--input 1:int7: 'int7'; one of float16"),
        (["zoo_of_nets:Net", "--input", "x=1", "--input", "x=2"], "--input x=2: 'x' was given before"),
        (["zoo_of_nets:Net", "--input", "1x=1"], "--input 1x=1: '1x' is not the name of an argument"),
        (["zoo_of_nets:Net", "--columns", "mac"], "--columns has 'mac' (did you mean 'macs'?); choose from inputs"),
        (["zoo_of_nets:Net", "--sort-by", "outputs"], "--sort-by is 'outputs'"),
        (["zoo_of_nets:Net", "--batch", "0"], "a whole number from 1 is expected, not '0'"),
        (["zoo_of_nets:Net", "--batch", "3"], "--batch needs an --input"),
        (["zoo_of_nets:Net", "--input", "1,3", "--dtype", "int7"], "--dtype int7: 'int7'; one of float16"),
        (["zoo_of_nets:Net", "--depth", "-1"], "a whole number from 0 is expected, not '-1'"),
        (["zoo_of_nets:Net", "--input", "1,3", "--optimizer", "adan"], "--optimizer is 'adan' (did you mean 'adam'?)"),
        (["zoo_of_nets:Net", "--input", "1,3", "--weights", "int8"], "--weights is 'int8'; one of float16"),
        (["zoo_of_nets:Net", "--input", "1,3", "--fit", "much"], "--fit is 'much'; a size such as '24 GB'"),
        (["zoo_of_nets:Net", "--input", "B,3", "--size", "T=3"], "--size T=3: a letter of --input and a number"),
        (["zoo_of_nets:Net", "--input", "B,3", "--size", "B=0"], "--size B=0: a letter of --input and a number"),
        (["zoo_of_nets:Net", "--input", "B,3", "--profile"], "--profile needs numbers for the letters"),
        (["none.pt"], "there is no file none.pt"),
        (["zoo_of_nets:Net", "--width", "10"], "a whole number from 60 is expected, not '10'"),
    ],
)
def test_mistakes_are_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cutaway: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_a_failing_forward_shows_the_table_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "zoo_of_nets:broken", "--input", "2,3"]) == 2
    captured = capsys.readouterr()
    assert "✗ 1: Linear" in captured.out
    assert captured.err.startswith("cutaway: layer 1 (Linear) failed in torch.nn.functional.linear with input 2×4: ")
    assert captured.err.count("\n") == 1


class Malicious:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("run"),)


def test_files_that_run_code_are_opened_with_trust_only(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    for name in ("a.pt", "a.pt2"):
        torch.save({"weight": torch.zeros(2), "more": Malicious()}, name)
        for words in (["summary", name], ["diff", name, name]):
            assert main(words) == 2
            error = capsys.readouterr().err
            assert f"{name} runs code when it is opened" in error
            assert "--trust" in error
            assert error.count("\n") == 1
            assert not Path("run").exists()
    for words in (["summary", "a.pt", "--trust"], ["diff", "a.pt", "a.pt", "--trust"]):
        assert main(words) == 0
        assert Path("run").exists()
        Path("run").unlink()


def test_missing_torch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["summary", "zoo_of_nets:Net"]) == 2
    assert capsys.readouterr().err == "cutaway: summarising a model needs PyTorch: pip install torch\n"


def test_as_a_command_of_its_own() -> None:
    command = [sys.executable, "-m", "cutaway", "summary", "zoo_of_nets:Net", "--input", "2,3"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stderr == ""
    assert "layer: Linear" in result.stdout
