"""Twelve models of the size that people use, with random weights, and an input for each."""

from collections.abc import Callable
from typing import Any

import torch
import transformers
from tests.zoo import UNet
from torch import nn

Entry = tuple[Callable[[], nn.Module], Callable[[], Any]]


def _make(name: str, config: str, **settings: Any) -> Callable[[], nn.Module]:
    return lambda: getattr(transformers, name)(getattr(transformers, config)(**settings))


def _pixels() -> dict[str, torch.Tensor]:
    return {"pixel_values": torch.rand(1, 3, 224, 224)}


def _ids() -> dict[str, torch.Tensor]:
    return {"input_ids": torch.randint(0, 1000, (1, 128))}


MODELS: dict[str, Entry] = {
    "ResNet-18": (
        _make("ResNetModel", "ResNetConfig", layer_type="basic", hidden_sizes=[64, 128, 256, 512], depths=[2, 2, 2, 2]),
        _pixels,
    ),
    "ResNet-50": (_make("ResNetForImageClassification", "ResNetConfig"), _pixels),
    "ViT-B/16": (_make("ViTForImageClassification", "ViTConfig"), _pixels),
    "Swin-T": (_make("SwinForImageClassification", "SwinConfig", depths=[2, 2, 6, 2]), _pixels),
    "ConvNeXt-T": (_make("ConvNextForImageClassification", "ConvNextConfig"), _pixels),
    "MobileNetV2": (_make("MobileNetV2ForImageClassification", "MobileNetV2Config"), _pixels),
    "BERT-base": (_make("BertModel", "BertConfig"), _ids),
    "GPT-2": (_make("GPT2LMHeadModel", "GPT2Config"), _ids),
    "T5-small": (_make("T5Model", "T5Config"), lambda: {**_ids(), "decoder_input_ids": torch.zeros(1, 32).long()}),
    "Llama, 16 layers": (
        _make(
            "LlamaForCausalLM",
            "LlamaConfig",
            hidden_size=1024,
            intermediate_size=2816,
            num_hidden_layers=16,
            num_attention_heads=16,
            num_key_value_heads=4,
        ),
        _ids,
    ),
    "LSTM of 2 layers": (lambda: nn.LSTM(256, 256, 2, batch_first=True), lambda: [torch.rand(4, 64, 256)]),
    "U-Net": (lambda: UNet((32, 64, 128, 256, 512)), lambda: [torch.rand(1, 3, 256, 256)]),
}


def language_model(layers: int) -> nn.Module:
    """A decoder without memory: of 207 billion parameters with 130 layers."""
    config = transformers.LlamaConfig(
        hidden_size=12288,
        intermediate_size=33792,
        num_hidden_layers=layers,
        num_attention_heads=96,
        num_key_value_heads=8,
        vocab_size=128000,
    )
    with torch.device("meta"):
        model: nn.Module = transformers.LlamaForCausalLM(config)
    return model
