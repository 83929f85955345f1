"""Differences: what is told of well-known pairs, and properties of any pair."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tests.unit.model.diffs import CASES, GOLDEN, WIDTH, Encoder, ResNet, renamed_checkpoint, with_lora
from tests.zoo import ZOO, each_model
from torch import nn

import cutaway
from cutaway.model.align import align
from cutaway.model.diff import CheckpointDiff, ModelDiff, diff
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary

EXPECTED = dict(part.split("\n", 1) for part in GOLDEN.read_text("utf-8").split("=== ")[1:])


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    assert CASES[name]().to_text(WIDTH) + "\n\n" == EXPECTED[name]


def test_resnets() -> None:
    found = CASES["ResNet-18 and ResNet-34"]()
    assert isinstance(found, ModelDiff)
    added = [row.path for row in found.rows if row.status == "added" and row.path.count(".") == 1]
    assert added == ["layer1.2", *(f"layer2.{n}" for n in (2, 3)), *(f"layer3.{n}" for n in (2, 3, 4, 5)), "layer4.2"]
    assert not [row for row in found.rows if row.status in ("removed", "moved")]
    assert found.totals["parameters"] == (11_689_512, 21_797_672)


@pytest.mark.parametrize("name", each_model())
def test_a_model_is_like_itself(name: str) -> None:
    result = summary(ZOO[name][0](), verbose=False)
    found = diff(result, result.trace)
    assert isinstance(found, ModelDiff)
    assert not found
    assert "No layer differs" in str(found)
    assert all(row.status == "same" and row.before == row.after for row in found.rows)


@pytest.mark.parametrize("name", CASES)
def test_every_row_has_one_place(name: str) -> None:
    found = CASES[name]()
    if isinstance(found, CheckpointDiff):
        return
    for side, rows in (("before", found.before.rows), ("after", found.after.rows)):
        places = [getattr(row, side) for row in found.rows if getattr(row, side) is not None]
        assert sorted(places) == list(range(len(rows)))
    assert json.loads(json.dumps(found.to_dict()))["different"] == bool(found)


def test_the_other_way_round() -> None:
    one, other = summary(ResNet(1, 2, 1), verbose=False), summary(ResNet(2, 2, 2), verbose=False)
    there, back = align(one.rows, other.rows), align(other.rows, one.rows)
    assert {after: before for before, after in there.items()} == back


def test_lora_leaves_what_it_was() -> None:
    model = Encoder()
    found = diff(model, with_lora(model))
    assert isinstance(found, ModelDiff)
    changed = {row.path: row.changes for row in found.rows if "type" in row.changes}
    assert changed["layers.0.attn.q_proj"]["type"] == ("Linear", "LoraLinear")
    assert not [row for row in found.rows if row.status in ("removed", "moved")]


def test_settings_that_change() -> None:
    found = diff(nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3, stride=2), (1, 3, 8, 8))
    assert isinstance(found, ModelDiff)
    assert set(found.rows[0].changes) == {"config", "outputs", "macs"}


def test_a_thousand_layers_are_compared_quickly_enough() -> None:
    layers = [nn.Linear(2, 2) if idx % 3 else nn.ReLU() for idx in range(1000)]
    found = diff(nn.Sequential(*layers), nn.Sequential(*layers[:500], nn.GELU(), *layers[500:]))
    counts = [row.status for row in found.rows]  # type: ignore[union-attr]
    assert counts.count("added") == 1
    assert counts.count("removed") == 0


def test_renamed() -> None:
    found = diff(renamed_checkpoint(), Encoder())
    assert isinstance(found, CheckpointDiff)
    names = {old: new for renaming in found.renamed for old, new in renaming.names}
    assert len(names) == 3 * 14 + 1
    assert names["module.blocks.2.attn.dense.weight"] == "layers.2.attn.o_proj.weight"
    assert names["module.blocks.0.norm.gamma"] == "layers.0.norm.weight"
    assert found.wrong_shape == {"head.weight": ((5, 32), (4, 32)), "head.bias": ((5,), (4,))}
    assert not found.missing
    assert not found.unexpected


@pytest.mark.parametrize("prefix", ["module.", "model.net.", ""])
def test_what_loads_is_the_same(prefix: str, tmp_path: Path) -> None:
    """A state dict in memory, in PyTorch's file and in safetensors."""
    state = {f"{prefix}{name}": tensor for name, tensor in Encoder().state_dict().items()}
    torch.save(state, tmp_path / "a.pt")
    save_file(state, tmp_path / "a.safetensors")
    for side in (state, tmp_path / "a.pt", str(tmp_path / "a.safetensors")):
        found = diff(side, Encoder())
        assert isinstance(found, CheckpointDiff)
        assert bool(found) == bool(prefix)
        assert not found.missing
        assert not found.unexpected
        if prefix:
            assert [(each.old, each.new) for each in found.renamed] == [(prefix[:-1], "")]


def test_it_says_what_loading_says() -> None:
    """PyTorch's own words for a checkpoint that does not fit."""
    state = Encoder().state_dict()
    state["head.weight"] = torch.zeros(7, 32)
    state["more"] = state.pop("head.bias")[:2]
    found = diff(state, Encoder())
    assert isinstance(found, CheckpointDiff)
    with pytest.raises(RuntimeError) as error:
        Encoder().load_state_dict(state)
    assert 'Missing key(s) in state_dict: "head.bias"' in str(error.value)
    assert found.missing == ("head.bias",)
    assert found.unexpected == ("more",)
    assert found.wrong_shape == {"head.weight": ((7, 32), (4, 32))}


def test_tied_weights_by_any_name() -> None:
    model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5, bias=False))
    model[1].weight = model[0].weight
    assert not diff({"1.weight": torch.zeros(5, 4)}, model)
    assert not diff(model.state_dict(), model)


def test_other_dtypes_are_told() -> None:
    found = diff(Encoder().half().state_dict(), Encoder())
    assert isinstance(found, CheckpointDiff)
    assert not found
    assert "Other dtype  float16 → float32 × 45" in str(found)


def test_two_checkpoints() -> None:
    found = diff(Encoder(4).state_dict(), Encoder(5).state_dict())
    assert isinstance(found, CheckpointDiff)
    assert set(found.wrong_shape) == {"head.weight", "head.bias"}
    assert found.to_dict()["wrong_shape"]["head.bias"] == [[4], [5]]
    assert "head.bias  4 → 5" in str(found)


def test_many_names_are_cut() -> None:
    found = diff({f"w{idx}": torch.zeros(2, idx + 1) for idx in range(50)}, nn.Linear(3, 3))
    assert "… 30 more" in str(found)


def test_a_forward_that_fails() -> None:
    with pytest.raises(ForwardError, match=r"Linear.* failed"):
        diff(nn.Linear(3, 3), nn.Linear(4, 4), (2, 3))


def test_at_any_width() -> None:
    model = Encoder()
    found = diff(model, with_lora(model), (2, 8), dtypes="int64")
    for width in (60, 80, 100, 160):
        lines = found.to_text(width).splitlines()
        assert max(map(len, lines)) <= width
    assert "<pre>" in found._repr_html_()
    assert "54 changed" in repr(found) or "changed" in repr(found)


def test_public() -> None:
    model = Encoder()
    assert not cutaway.diff(model, copy.deepcopy(model))


def test_what_is_no_model() -> None:
    bad: Any = 3
    with pytest.raises(TypeError, match="model is of type int"):
        diff(bad, nn.Linear(2, 2))


def test_folded_blocks_in_folded_blocks_are_counted() -> None:
    """Two stacks of three new layers each are six."""

    def stacks(layers: int) -> nn.Module:
        return nn.Sequential(*(nn.Sequential(*(nn.Linear(4, 4) for _ in range(layers))) for _ in range(2)))

    text = diff(stacks(1), stacks(4)).to_text(100)
    assert "0-1: 2 × Sequential" in text
    assert "1-3: 6 × Linear" in text
    assert "40 → 160" in text
