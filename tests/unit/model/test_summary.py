"""`summary`: what it accepts, prints, returns and raises."""

import json
import sys
import types
from typing import Any

import pytest
import torch
from tests.unit.model.networks import Convolutional, Custom, Language
from torch import Tensor, nn

import cutaway
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary


def test_prints_once_and_shows_one_line_in_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    result = cutaway.summary(Convolutional(), (2, 3, 8, 8))
    printed = capsys.readouterr().out
    assert printed == f"{result.to_text()}\n"
    assert str(result) == result.to_text()
    assert repr(result).startswith("<ModelSummary of Convolutional: 9 rows, 1,453 parameters, ")
    assert "\n" not in repr(result)
    assert cutaway.summary(Convolutional(), (2, 3, 8, 8), verbose=False).rows == result.rows
    assert capsys.readouterr().out == ""


def test_a_notebook_shows_the_result_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    result = summary(nn.Linear(2, 3), (1, 2))
    assert capsys.readouterr().out == ""
    assert "Linear" in result._repr_html_()
    summary(nn.Linear(2, 3), (1, 2), verbose=True)
    assert "Linear" in capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    summary(nn.Linear(2, 3), (1, 2))
    assert "Linear" in capsys.readouterr().out


class Two(nn.Module):
    def forward(self, x: Tensor, *, ids: Tensor, scale: float = 1.0) -> Tensor:
        assert ids.dtype == torch.int64
        return x[ids] * scale


@pytest.mark.parametrize(
    "arguments",
    [
        {"input_size": [(5, 3)], "ids": torch.tensor([1, 2])},
        {"input_size": {"x": (5, 3), "ids": (2,)}, "dtypes": {"ids": torch.long}},
        {"input_size": {"x": (5, 3), "ids": (2,)}, "dtypes": [None, "int64"], "scale": 2.0},
        {"input_data": torch.rand(5, 3), "ids": torch.tensor([1, 2])},
        {"input_data": [torch.rand(5, 3)], "ids": torch.tensor([1, 2])},
        {"input_data": {"x": torch.rand(5, 3), "ids": torch.tensor([1, 2])}},
        {"x": torch.rand(5, 3), "ids": torch.tensor([1, 2])},
    ],
)
def test_every_way_to_give_inputs(arguments: dict[str, Any]) -> None:
    outputs = summary(Two(), verbose=False, **arguments).rows[0].outputs
    assert outputs is not None
    assert [tensor.shape for tensor in outputs.tensors()] == [(2, 3)]


def test_inputs_have_the_models_floating_type() -> None:
    inputs = summary(nn.Linear(3, 4).to(torch.bfloat16), (2, 3), verbose=False).rows[0].inputs
    assert inputs is not None
    assert [tensor.dtype for tensor in inputs.tensors()] == ["bfloat16"]


def test_mode() -> None:
    model = Custom(lambda module, x: (x, module.training)).eval()
    for mode, expected in (("same", "False"), ("train", "True"), ("eval", "False")):
        outputs = summary(model, (3, 4), mode=mode, verbose=False).rows[0].outputs
        assert outputs is not None
        assert outputs.items[1][1].text == expected
    assert not model.training


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": nn.Linear}, TypeError, "model is the class Linear; an instance is expected"),
        ({"model": "resnet"}, TypeError, "model is of type str; a torch.nn.Module or a file name"),
        ({"model": None}, TypeError, "model is of type NoneType"),
        ({"input_size": 3}, TypeError, "input_size is of type int"),
        ({"input_size": "1,3"}, TypeError, "input_size is of type str"),
        ({"input_size": (2, 3.0)}, TypeError, "input_size has 3.0 where a whole number"),
        ({"input_size": (2, True)}, TypeError, "input_size has True where a whole number"),
        ({"input_size": (2, -1)}, ValueError, "input_size has -1; a size cannot be negative"),
        ({"input_size": [(2, 3), 4]}, TypeError, "input_size has 4 where a tuple"),
        ({"input_size": {"x": 4}}, TypeError, r"input_size\['x'\] has 4 where a tuple"),
        ({"input_size": (2, 3), "input_data": torch.ones(2, 3)}, ValueError, "input_size and input_data were both"),
        ({"input_size": (2, 3), "device": "cuda:99"}, ValueError, "device is 'cuda:99', which is not there; cpu, meta"),
        ({"input_size": (2, 3), "columns": ["mac"]}, ValueError, "columns has 'mac'"),
        ({"dtypes": "int64"}, ValueError, "dtypes was given without input_size"),
        ({"input_size": (2, 3), "dtypes": "int65"}, ValueError, "dtypes has 'int65'; one of float16, "),
        ({"input_size": (2, 3), "dtypes": ["int64", "int64"]}, ValueError, "dtypes has 2 entries for 1 inputs"),
        ({"input_size": (2, 3), "dtypes": {"x": "int64"}}, TypeError, "dtypes is a dict; input_size must"),
        ({"input_size": {"x": (2, 3)}, "dtypes": {"y": "int64"}}, ValueError, "dtypes names 'y'"),
        ({"input_data": {"x": 1}, "x": 2}, TypeError, "argument x was given twice"),
        ({"depth": -1}, ValueError, "depth is -1"),
        ({"depth": "2"}, ValueError, "depth is '2'"),
        ({"mode": "test"}, ValueError, "mode is 'test'; one of same, train, eval is expected"),
        ({"device": "nowhere"}, ValueError, "device is 'nowhere'"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as raised:
        summary(**{"model": nn.Linear(3, 4), **arguments})
    assert "\n" not in str(raised.value)


def test_a_failing_forward_keeps_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Linear(5, 6)), nn.Linear(6, 7))
    with pytest.raises(ForwardError) as raised:
        summary(model, (2, 3))
    message = str(raised.value)
    assert message.startswith("layer 1.1 (Linear) failed in torch.nn.functional.linear with input 2×4: ")
    assert isinstance(raised.value.__cause__, RuntimeError)
    result = raised.value.summary
    assert {row.path: row.failed for row in result.rows} == {
        "": True, "0": False, "1": True, "1.0": False, "1.1": True, "2": False,
    }  # fmt: skip
    assert result.totals.macs == 2 * 3 * 4
    printed = capsys.readouterr().out
    assert "✗ 1: Linear" in printed
    assert "not reached" in printed
    assert "in           1.1 (Linear)" in printed
    assert "made for     in_features=5" in printed


def test_missing_torch_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match="needs PyTorch: pip install torch"):
        summary(object())


def test_to_dict_is_json() -> None:
    result = summary(Language(), {"ids": (2, 7)}, dtypes="int64", verbose=False)
    table = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert table["totals"]["macs"] == result.totals.macs
    assert table["totals"]["flops"] == 2 * result.totals.macs
    assert [row["key"] for row in table["rows"]] == [row.key for row in result.rows]
    assert table["rows"][0]["outputs"] == [[2, 7, 50], [2, 7, 16]]
