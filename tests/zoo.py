"""Real architectures, small and with random weights: each a function that makes the model, and its inputs."""

import itertools
from collections.abc import Callable, Collection
from typing import Any

import pytest
import torch
from torch import Tensor, nn

Inputs = dict[str, Any]
Entry = tuple[Callable[[], nn.Module], Callable[[], Inputs]]

_TEXT = {
    "vocab_size": 99,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}
_IMAGE = {
    "image_size": 32,
    "patch_size": 8,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
}


def _make(name: str, config: str, **settings: Any) -> Callable[[], nn.Module]:
    """A model of transformers: the class `name` with a config of the class `config`."""

    def make() -> nn.Module:
        import transformers

        kind: Any = getattr(transformers, name)
        return kind(getattr(transformers, config)(**settings))  # type: ignore[no-any-return]

    return make


def _ids(length: int = 9, **more: Callable[[], Tensor]) -> Callable[[], Inputs]:
    return lambda: {"input_ids": torch.randint(1, 99, (2, length)), **{name: made() for name, made in more.items()}}


def _pixels(size: int = 32) -> Callable[[], Inputs]:
    return lambda: {"pixel_values": torch.rand(2, 3, size, size)}


class UNet(nn.Module):
    """Down and up again, with what was on the way joined."""

    def __init__(self, widths: tuple[int, ...] = (8, 16, 32)) -> None:
        super().__init__()
        self.down = nn.ModuleList(_block(a, b) for a, b in zip((3, *widths), widths, strict=False))
        pairs = list(itertools.pairwise(widths))[::-1]
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in pairs)
        self.join = nn.ModuleList(_block(2 * a, a) for a, _ in pairs)
        self.head = nn.Conv2d(widths[0], 2, 1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for idx, block in enumerate(self.down):
            x = block(x if idx == 0 else self.pool(x))
            kept.append(x)
        for up, join, skip in zip(self.up, self.join, kept[-2::-1], strict=True):
            x = join(torch.cat([up(x), skip], dim=1))
        result: Tensor = self.head(x)
        return result


def _block(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())


class Tagger(nn.Module):
    """Embedding, two recurrent layers both ways, and a linear layer for each word."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(99, 16)
        self.recurrent = nn.LSTM(16, 24, 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(48, 7)

    def forward(self, ids: Tensor) -> Tensor:
        result: Tensor = self.head(self.recurrent(self.words(ids))[0])
        return result


ZOO: dict[str, Entry] = {
    "u-net": (UNet, lambda: {"x": torch.rand(2, 3, 32, 32)}),
    "lstm tagger": (Tagger, lambda: {"ids": torch.randint(0, 99, (2, 9))}),
    "transformer": (
        lambda: nn.Transformer(32, 4, 2, 2, 48, batch_first=True),
        lambda: {"src": torch.rand(2, 9, 32), "tgt": torch.rand(2, 7, 32)},
    ),
    "resnet": (
        _make("ResNetForImageClassification", "ResNetConfig", embedding_size=8, hidden_sizes=[8, 16], depths=[2, 2]),
        _pixels(),
    ),
    "resnet, basic blocks": (
        _make("ResNetModel", "ResNetConfig", embedding_size=8, hidden_sizes=[8, 16], depths=[1, 2], layer_type="basic"),
        _pixels(),
    ),
    "regnet": (
        _make("RegNetModel", "RegNetConfig", embedding_size=8, hidden_sizes=[8, 16], depths=[1, 2], groups_width=4),
        _pixels(),
    ),
    "convnext": (
        _make("ConvNextModel", "ConvNextConfig", hidden_sizes=[8, 16], depths=[1, 2], num_stages=2),
        _pixels(),
    ),
    "convnext v2": (
        _make("ConvNextV2Model", "ConvNextV2Config", hidden_sizes=[8, 16], depths=[1, 2], num_stages=2),
        _pixels(),
    ),
    "mobilenet v1": (_make("MobileNetV1Model", "MobileNetV1Config", depth_multiplier=0.25), _pixels()),
    "mobilenet v2": (_make("MobileNetV2Model", "MobileNetV2Config", depth_multiplier=0.25), _pixels()),
    "efficientnet": (
        _make("EfficientNetModel", "EfficientNetConfig", width_coefficient=0.25, hidden_dim=320),
        _pixels(),
    ),
    "vit": (_make("ViTForImageClassification", "ViTConfig", **_IMAGE), _pixels()),
    "deit": (_make("DeiTModel", "DeiTConfig", **_IMAGE), _pixels()),
    "beit": (_make("BeitModel", "BeitConfig", **_IMAGE), _pixels()),
    "dinov2": (_make("Dinov2Model", "Dinov2Config", **_IMAGE), _pixels()),
    "swin": (
        _make("SwinModel", "SwinConfig", image_size=32, embed_dim=8, depths=[1, 2], num_heads=[2, 2], window_size=4),
        _pixels(),
    ),
    "segformer": (
        _make(
            "SegformerModel",
            "SegformerConfig",
            hidden_sizes=[8, 16, 16, 16],
            depths=[1, 1, 1, 1],
            decoder_hidden_size=16,
        ),
        _pixels(64),
    ),
    "clip": (
        _make(
            "CLIPModel",
            "CLIPConfig",
            text_config={**_TEXT, "eos_token_id": 98, "bos_token_id": 97},
            vision_config=_IMAGE,
            projection_dim=16,
        ),
        lambda: {**_ids()(), **_pixels()()},
    ),
    "bert": (_make("BertModel", "BertConfig", **_TEXT), _ids()),
    "roberta": (_make("RobertaModel", "RobertaConfig", **_TEXT), _ids()),
    "distilbert": (
        _make("DistilBertModel", "DistilBertConfig", vocab_size=99, dim=32, n_layers=2, n_heads=4, hidden_dim=48),
        _ids(),
    ),
    "albert": (_make("AlbertModel", "AlbertConfig", embedding_size=16, **_TEXT), _ids()),
    "electra": (_make("ElectraModel", "ElectraConfig", embedding_size=16, **_TEXT), _ids()),
    "deberta v2": (_make("DebertaV2Model", "DebertaV2Config", **_TEXT), _ids()),
    "gpt-2": (
        _make("GPT2LMHeadModel", "GPT2Config", vocab_size=99, n_embd=32, n_layer=2, n_head=4, n_positions=64),
        _ids(),
    ),
    "gpt-neox": (_make("GPTNeoXForCausalLM", "GPTNeoXConfig", **_TEXT), _ids()),
    "opt": (
        _make(
            "OPTForCausalLM",
            "OPTConfig",
            vocab_size=99,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            ffn_dim=48,
            word_embed_proj_dim=32,
            pad_token_id=0,
        ),
        _ids(),
    ),
    "bloom": (_make("BloomForCausalLM", "BloomConfig", vocab_size=99, hidden_size=32, n_layer=2, n_head=4), _ids()),
    "llama": (_make("LlamaForCausalLM", "LlamaConfig", num_key_value_heads=2, **_TEXT), _ids()),
    "mistral": (_make("MistralForCausalLM", "MistralConfig", num_key_value_heads=2, sliding_window=4, **_TEXT), _ids()),
    "qwen2": (_make("Qwen2ForCausalLM", "Qwen2Config", num_key_value_heads=2, **_TEXT), _ids()),
    "gemma": (_make("GemmaForCausalLM", "GemmaConfig", num_key_value_heads=1, head_dim=8, **_TEXT), _ids()),
    "gemma 2": (
        _make("Gemma2ForCausalLM", "Gemma2Config", num_key_value_heads=2, head_dim=8, sliding_window=4, **_TEXT),
        _ids(),
    ),
    "phi": (_make("PhiForCausalLM", "PhiConfig", **_TEXT), _ids()),
    "falcon": (
        _make(
            "FalconForCausalLM",
            "FalconConfig",
            vocab_size=99,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
        ),
        _ids(),
    ),
    "mixtral": (
        _make("MixtralForCausalLM", "MixtralConfig", num_key_value_heads=2, num_local_experts=4, **_TEXT),
        _ids(),
    ),
    "mamba": (
        _make("MambaModel", "MambaConfig", vocab_size=99, hidden_size=32, num_hidden_layers=2, state_size=4),
        _ids(),
    ),
    "t5": (
        _make("T5Model", "T5Config", vocab_size=99, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4),
        _ids(decoder_input_ids=lambda: torch.randint(1, 99, (2, 5))),
    ),
    "bart": (
        _make(
            "BartModel",
            "BartConfig",
            vocab_size=99,
            d_model=32,
            encoder_layers=2,
            decoder_layers=2,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            max_position_embeddings=64,
        ),
        _ids(),
    ),
    "whisper": (
        _make(
            "WhisperModel",
            "WhisperConfig",
            vocab_size=99,
            d_model=32,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            num_mel_bins=8,
            max_source_positions=20,
            max_target_positions=20,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
            decoder_start_token_id=1,
        ),
        lambda: {"input_features": torch.rand(2, 8, 40), "decoder_input_ids": torch.randint(1, 99, (2, 5))},
    ),
    "wav2vec 2": (
        _make(
            "Wav2Vec2Model",
            "Wav2Vec2Config",
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=48,
            conv_dim=(8, 8),
            conv_stride=(5, 2),
            conv_kernel=(10, 3),
            num_conv_pos_embeddings=8,
            num_conv_pos_embedding_groups=2,
        ),
        lambda: {"input_values": torch.rand(2, 400)},
    ),
}

#: One of each kind of architecture: `make test` looks at these, `make test-all` at every model.
KINDS = {
    *("u-net", "lstm tagger", "transformer", "resnet", "convnext", "vit", "swin", "clip"),
    *("bert", "gpt-2", "llama", "mixtral", "mamba", "t5"),
}


def each_model(*, without: Collection[str] = ()) -> list[Any]:
    """Parameters of a test: the names of all models but those ``without``, where only one of a kind is not slow."""
    return [
        pytest.param(name, marks=[] if name in KINDS else [pytest.mark.slow]) for name in ZOO if name not in without
    ]
