"""torchsummary's and torchsummaryX's tables."""

import sys

import pytest
import torch
from tests.unit.model.networks import Convolutional
from torch import nn

from cutaway.compat import torchsummary, torchsummaryx
from cutaway.model.result import ForwardError


def test_torchsummary(capsys: pytest.CaptureFixture[str]) -> None:
    assert torchsummary.summary(Convolutional(), (3, 8, 8)) == (1453, 1453)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "-" * 64
    assert lines[1] == "        Layer (type)               Output Shape         Param #"
    assert lines[3] == "        Sequential-1              [-1, 8, 8, 8]               0"
    assert lines[4] == "            Conv2d-2              [-1, 8, 8, 8]             224"
    assert "Total params: 1,453" in lines
    assert any(line.startswith("Forward/backward pass size (MB): 0.0") for line in lines)


def test_torchsummary_with_many_inputs_and_outputs() -> None:
    text, counts = torchsummary.summary_string(nn.LSTM(4, 5), [(2, 4)], batch_size=3)
    assert "[[3, 2, 5], [3, 2, 5], [3, 2, 5]]" in text
    assert counts == (220, 220)
    model = nn.Bilinear(2, 3, 4)
    assert torchsummary.summary_string(model, [(2,), (3,)])[1] == (28, 28)
    assert torchsummary.summary_string(nn.Embedding(9, 2), (5,), dtypes=[torch.long])[1] == (18, 18)


def test_torchsummary_refuses() -> None:
    with pytest.raises(ValueError, match="dtypes has 1 entries for 2 inputs"):
        torchsummary.summary(nn.Bilinear(2, 3, 4), [(2,), (3,)], dtypes=[torch.float])
    with pytest.raises(ForwardError, match="Linear"):
        torchsummary.summary(nn.Linear(2, 3), (5,))


def test_torchsummaryx(capsys: pytest.CaptureFixture[str]) -> None:
    frame, total = torchsummaryx.summary(Convolutional(), torch.rand(2, 3, 8, 8), layer_modules=())
    assert list(frame.index)[:3] == ["1_stem", "2_stem.0", "3_stem.1"]
    assert frame.loc["2_stem.0", "Kernel Shape"] == [3, 8, 3, 3]
    assert frame.loc["2_stem.0", "Output Shape"] == [2, 8, 8, 8]
    assert frame.loc["2_stem.0", "Mult-Adds"] == 27648
    assert total.loc["Total params", "Totals"] == 1453
    assert "2_stem.0" in capsys.readouterr().out
    torchsummaryx.summary(Convolutional(), torch.rand(2, 3, 8, 8), print_summary=False)
    assert capsys.readouterr().out == ""


def test_torchsummaryx_prints_the_rows_before_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ForwardError):
        torchsummaryx.summary(nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 5)), torch.rand(1, 2))
    assert "1_0" in capsys.readouterr().out


def test_torchsummaryx_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas"):
        torchsummaryx.summary(nn.ReLU(), torch.rand(1))
