"""Pairs of models that differ as people's do, and the text that says in what: ``python -m tests.unit.model.diffs``."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.model.diff import diff

GOLDEN = Path(__file__).with_name("diffs.txt")
WIDTH = 120


class BasicBlock(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        around = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        result: Tensor = self.relu(self.bn2(self.conv2(x)) + around)
        return result


class ResNet(nn.Module):
    """ResNet-18 is of 2, 2, 2, 2 blocks and ResNet-34 of 3, 4, 6, 3 (He et al., 2015)."""

    def __init__(self, *depths: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        for idx, depth in enumerate(depths):
            outputs = 64 << idx
            blocks = [
                BasicBlock(inputs, outputs, 2 if idx else 1),
                *(BasicBlock(outputs, outputs, 1) for _ in range(depth - 1)),
            ]
            setattr(self, f"layer{idx + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for idx in range(1, 5):
            x = getattr(self, f"layer{idx}")(x)
        result: Tensor = self.fc(self.avgpool(x).flatten(1))
        return result


class Attention(nn.Module):
    """One head."""

    def __init__(self, width: int, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names
        for name in names:
            setattr(self, name, nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        query, key, value, last = (getattr(self, name) for name in self.names)
        result: Tensor = last(nn.functional.scaled_dot_product_attention(query(x), key(x), value(x)))
        return result


class Layer(nn.Module):
    """Attention and two linear layers."""

    def __init__(self, width: int, names: tuple[str, ...]) -> None:
        super().__init__()
        self.attn = Attention(width, names)
        self.norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.mlp(self.norm(x + self.attn(x)))
        return result


class Encoder(nn.Module):
    """Words, layers and classes."""

    def __init__(self, classes: int = 4, names: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")) -> None:
        super().__init__()
        self.embed = nn.Embedding(100, 32)
        self.layers = nn.ModuleList(Layer(32, names) for _ in range(3))
        self.head = nn.Linear(32, classes)
        self.register_buffer("mask", torch.ones(8, 8), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x)
        result: Tensor = self.head(x.mean(1))
        return result


class LoraLinear(nn.Module):
    """A frozen linear layer with one of low rank beside it (Hu et al., 2021)."""

    def __init__(self, base_layer: nn.Linear, rank: int = 4) -> None:
        super().__init__()
        self.base_layer = base_layer.requires_grad_(False)
        self.lora_A = nn.Linear(base_layer.in_features, rank, bias=False)
        self.lora_B = nn.Linear(rank, base_layer.out_features, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.base_layer(x) + self.lora_B(self.lora_A(x))
        return result


def with_lora(model: Encoder) -> nn.Module:
    """A copy, frozen but for what is added to two of the projections of each layer."""
    adapted = copy.deepcopy(model).requires_grad_(False)
    for layer in adapted.layers:
        for name in ("q_proj", "v_proj"):
            setattr(layer.attn, name, LoraLinear(getattr(layer.attn, name)))
    return adapted


def renamed_checkpoint() -> dict[str, Tensor]:
    """Of an encoder of other names and for other classes."""
    state = Encoder(5, ("query", "key", "value", "dense")).state_dict()
    state = {name.replace("norm.weight", "norm.gamma").replace("norm.bias", "norm.beta"): state[name] for name in state}
    return {f"module.{name.replace('layers', 'blocks')}": tensor for name, tensor in state.items()}


def convolutions(*more: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 8, 3), *more, nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU())


def resnets() -> Any:
    return diff(ResNet(2, 2, 2, 2), ResNet(3, 4, 6, 3), (1, 3, 224, 224))


def lora() -> Any:
    model = Encoder()
    return diff(model, with_lora(model), (2, 8), dtypes="int64")


def checkpoint() -> Any:
    return diff(renamed_checkpoint(), Encoder())


def layer_between() -> Any:
    return diff(convolutions(), convolutions(nn.BatchNorm2d(8)), (1, 3, 16, 16))


def wrapped() -> Any:
    model = Encoder()
    outer = nn.Module()
    outer.base = nn.Module()
    outer.base.model = model
    return diff(model, outer)


def alike() -> Any:
    return diff(Encoder(), Encoder(), (2, 8), dtypes="int64")


CASES: dict[str, Callable[[], Any]] = {
    "ResNet-18 and ResNet-34": resnets,
    "before and after LoRA": lora,
    "a renamed checkpoint": checkpoint,
    "a layer put between": layer_between,
    "a model in another": wrapped,
    "the same": alike,
}


def golden() -> str:
    return "".join(f"=== {name}\n{case().to_text(WIDTH)}\n\n" for name, case in CASES.items())


if __name__ == "__main__":
    GOLDEN.write_text(golden(), "utf-8")
