"""ONNX files that PyTorch's exporters write: the numbers of the model, its modules, and one line for what is broken."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.zoo import ZOO, UNet
from torch import Tensor, nn

from cutaway.model.summary import summary

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True) for _ in range(2))
        self.head = nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        result: Tensor = self.head(x[:, 0])
        return result


UNCOUNTED = """
    AffineGrid BlackmanWindow CausalConvWithState DFT DeformConv Det HammingWindow HannWindow If LabelEncoder
    LinearAttention Loop MelWeightMatrix RegexFullMatch STFT Scan SequenceMap StringConcat StringNormalizer StringSplit
    TfIdfVectorizer
"""

MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "u-net": (UNet, (2, 3, 32, 32)),
    "encoder": (Encoder, (2, 6, 16)),
    "grouped": (
        lambda: nn.Sequential(nn.Conv2d(4, 8, 3, groups=2), nn.Conv2d(8, 8, 3, groups=8), nn.Flatten()),
        (2, 4, 9, 9),
    ),
}


def exported(model: nn.Module, given: Any, path: Path, *, dynamo: bool, **settings: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model.eval(), given, str(path), dynamo=dynamo, **settings)
    return path


@pytest.mark.parametrize("dynamo", [True, False])
@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_the_models(name: str, dynamo: bool, tmp_path: Path) -> None:
    make, size = MODELS[name]
    model = make()
    path = exported(model, (torch.rand(size),), tmp_path / "model.onnx", dynamo=dynamo)
    original, found = summary(model, size, mode="eval", verbose=False), summary(path, verbose=False)
    assert found.totals.macs == original.totals.macs
    assert not found.totals.uncounted_ops
    assert found.trace.framework == "onnx"
    shapes = [tensor.shape for tensor in original.rows[0].outputs.tensors()]  # type: ignore[union-attr]
    assert [tensor.shape for tensor in found.rows[0].outputs.tensors()] == shapes  # type: ignore[union-attr]
    assert "trainable" not in found.to_text(120)


@pytest.mark.parametrize("name", ["bert", "gpt-2", "vit", "convnext", "llama"])
def test_real_architectures(name: str, tmp_path: Path) -> None:
    make, inputs = ZOO[name]
    model, given = make().eval(), inputs()
    if name in ("gpt-2", "llama"):
        given["use_cache"] = False  # The exporter knows no class of caches.
    path = exported(model, (), tmp_path / "model.onnx", dynamo=True, kwargs=given)
    original, found = summary(model, input_data=given, verbose=False), summary(path, verbose=False)
    # Convolutions and products with what is known when the file is written are done then.
    assert found.totals.macs == pytest.approx(original.totals.macs, rel=0.02)
    # So are those that are all alike, as biases that nobody has trained, one.
    assert 0.8 * original.totals.parameters <= found.totals.parameters <= 1.1 * original.totals.parameters
    types = {row.type for row in original.rows if row.call is not None and row.macs}
    assert types & {row.type for row in found.rows}


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_layers(kind: Any, tmp_path: Path) -> None:
    model = kind(4, 8, batch_first=True, bidirectional=True)
    path = exported(model, (torch.rand(3, 5, 4),), tmp_path / "model.onnx", dynamo=False)
    assert summary(path, verbose=False).totals.macs == summary(model, (3, 5, 4), verbose=False).totals.macs


def test_modules_have_their_paths(tmp_path: Path) -> None:
    path = exported(Encoder(), (torch.rand(2, 6, 16),), tmp_path / "model.onnx", dynamo=True)
    rows = {row.path: row.type for row in summary(path, verbose=False).rows}
    assert rows["layers.0.linear1"] == "Linear"
    assert rows["layers.1"] == "TransformerEncoderLayer"


def test_open_sizes(tmp_path: Path) -> None:
    path = exported(
        Encoder(),
        (torch.rand(2, 6, 16),),
        tmp_path / "model.onnx",
        dynamo=False,
        input_names=["x"],
        dynamic_axes={"x": {0: "batch"}},
    )
    assert "what the file leaves open is 1: batch" in str(summary(path, verbose=False))
    one, five = summary(path, verbose=False), summary(path, (5, 6, 16), verbose=False)
    assert five.totals.macs == 5 * one.totals.macs == summary(path, {"x": (5, 6, 16)}, verbose=False).totals.macs
    letters = summary(path, ("B", 6, 16), verbose=False)
    assert letters.formulas is not None
    assert str(letters.formulas.totals["macs"]) == f"{one.totals.macs:,}·B"
    for size, message in (
        ((5, 7, 16), "axis 1 of its input x is 6, and 7 was given"),
        ((5, 6), "its input x has 3 axes, not the 2 of"),
        ({"y": (5, 6, 16)}, "has no input 'y'; it has x"),
        ([(5, 6, 16), (2,)], "takes 1 inputs, and 2 were given"),
    ):
        with pytest.raises(ValueError, match=message):
            summary(path, size, verbose=False)


def test_missing_weights(tmp_path: Path) -> None:
    path = exported(nn.Linear(500, 500), (torch.rand(2, 500),), tmp_path / "model.onnx", dynamo=True)
    whole = summary(path, verbose=False).totals.parameters
    assert whole == 250_500
    (tmp_path / "model.onnx.data").unlink()
    with pytest.raises(ValueError, match=r"keeps its weights in model\.onnx\.data, which is not there"):
        summary(path, verbose=False)


def test_what_is_no_onnx_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    for data in (b"", b"text", np.random.default_rng(0).bytes(500)):
        path.write_bytes(data)
        with pytest.raises(ValueError, match="is not an ONNX file"):
            summary(path, verbose=False)


def test_weights_that_would_be_elsewhere(tmp_path: Path) -> None:
    import importlib

    onnx: Any = importlib.import_module("onnx")
    weight = onnx.helper.make_tensor("w", 1, [2, 2], [0.0] * 4)
    weight.ClearField("float_data")
    weight.data_location = 1
    weight.external_data.add(key="location", value="../../etc/passwd")
    x, y = (onnx.helper.make_tensor_value_info(name, 1, [2, 2]) for name in "xy")
    graph = onnx.helper.make_graph([onnx.helper.make_node("MatMul", ["x", "w"], ["y"])], "g", [x], [y], [weight])
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    with pytest.raises(ValueError, match="which is not beside it"):
        summary(path, verbose=False)


def test_operators_that_nobody_knows(tmp_path: Path) -> None:
    import importlib

    onnx: Any = importlib.import_module("onnx")
    x, y = (onnx.helper.make_tensor_value_info(name, 1, [2, 2]) for name in "xy")
    node = onnx.helper.make_node("Fancy", ["x"], ["y"], domain="my.ops")
    opsets = [onnx.helper.make_opsetid("", 21), onnx.helper.make_opsetid("my.ops", 1)]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", [x], [y]), opset_imports=opsets)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    assert summary(path, verbose=False).totals.uncounted_ops == {"my.ops.Fancy": 1}


def test_every_operator_is_known() -> None:
    """Of those that ONNX has today, only loops, branches and a few others may be uncounted."""
    import importlib

    from cutaway.model.costs import onnx_ops

    onnx: Any = importlib.import_module("onnx")
    names = {f"onnx.{schema.name}" for schema in onnx.defs.get_all_schemas() if schema.domain == ""}
    unknown = {name.removeprefix("onnx.") for name in names - onnx_ops.ZERO - set(onnx_ops.FORMULAS)}
    assert unknown <= set(UNCOUNTED.split())
