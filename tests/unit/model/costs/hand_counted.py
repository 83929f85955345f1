"""Small models whose multiply-accumulates are counted by hand: forward, and backward with the inputs as constants.

The arithmetic is spelt out: (how often) * (products of one). A layer's backward is the gradient of its weight, as many
products as the forward, and the gradient of its input, as many again where something before it takes a gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

Sizes = list[tuple[int, ...]]


class Function(nn.Module):
    """A function as a module, with what else it needs."""

    def __init__(self, function: Callable[..., Any], **modules: Any) -> None:
        super().__init__()
        self.function = function
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, *arguments: Tensor) -> Any:
        return self.function(*arguments)


class Bound(Function):
    """The same, with the module itself as the first argument."""

    def forward(self, *arguments: Tensor) -> Any:
        return self.function(self, *arguments)


@dataclass(frozen=True)
class Case:
    """A model, the sizes of its inputs, and its MACs; a backward of -1 is not counted by hand."""

    model: nn.Module
    sizes: Sizes
    forward: int
    backward: int = 0
    dtype: str | None = None
    #: PyTorch's own counter has no formula, or counts otherwise: why.
    unlike_torch: str = ""


def weight(*shape: int) -> nn.Parameter:
    """A parameter."""
    return nn.Parameter(torch.zeros(shape))


def sdpa(*arguments: Any, **keywords: Any) -> Callable[..., Tensor]:
    """Scaled dot-product attention with settings."""
    return lambda *tensors: functional.scaled_dot_product_attention(*tensors, *arguments, **keywords)


def lstm(steps: int, inputs: int, hidden: int) -> int:
    """One layer in one direction: four gates, each of the input and of the hidden state."""
    return steps * 4 * hidden * (inputs + hidden)


def gru(steps: int, inputs: int, hidden: int) -> int:
    """Three gates."""
    return steps * 3 * hidden * (inputs + hidden)


def rnn(steps: int, inputs: int, hidden: int) -> int:
    """No gate."""
    return steps * hidden * (inputs + hidden)


_L = 2 * 4 * 32 * 16
_MHA = 8 * 64 * 16
_HEADS = 2 * 4 * (4 * 4 * 4) * 2
_FEED = 8 * 32 * 16 * 2

CASES: dict[str, Case] = {
    # --- matrix products
    "linear": Case(nn.Linear(16, 32), [(3, 16)], 3 * 32 * 16, 3 * 32 * 16),
    "linear, 1-D": Case(nn.Linear(16, 32), [(16,)], 32 * 16, 32 * 16),
    "linear, 3-D": Case(nn.Linear(16, 32, bias=False), [(2, 4, 16)], _L, _L),
    "linear, 4-D": Case(nn.Linear(16, 32), [(2, 2, 2, 16)], 8 * 32 * 16, 8 * 32 * 16),
    "two linear": Case(nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2)), [(3, 4)], 96 + 48, 96 + 2 * 48),
    "frozen, then not": Case(
        nn.Sequential(nn.Linear(4, 8).requires_grad_(False), nn.Linear(8, 2)), [(3, 4)], 96 + 48, 48
    ),
    "bfloat16": Case(nn.Linear(16, 32).bfloat16(), [(3, 16)], 3 * 32 * 16, 3 * 32 * 16),
    "matmul": Case(Function(torch.matmul), [(3, 4), (4, 5)], 3 * 4 * 5),
    "matmul with a weight": Case(Bound(lambda self, x: x @ self.w, w=weight(4, 5)), [(3, 4)], 3 * 4 * 5, 3 * 4 * 5),
    "matmul, broadcast": Case(Function(torch.matmul), [(2, 6, 3, 4), (4, 5)], 12 * 3 * 4 * 5),
    "matmul, vector on the left": Case(Function(torch.matmul), [(4,), (4, 5)], 20, unlike_torch="no mv"),
    "batched matmul": Case(Function(torch.bmm), [(2, 3, 4), (2, 4, 5)], 2 * 3 * 4 * 5),
    "baddbmm": Case(Function(torch.baddbmm), [(2, 3, 5), (2, 3, 4), (2, 4, 5)], 2 * 3 * 4 * 5),
    "addbmm": Case(Function(torch.addbmm), [(3, 5), (2, 3, 4), (2, 4, 5)], 2 * 3 * 4 * 5, unlike_torch="no addbmm"),
    "addmm": Case(Function(torch.addmm), [(3, 5), (3, 4), (4, 5)], 3 * 4 * 5),
    "matrix and vector": Case(Function(torch.mv), [(4, 5), (5,)], 20, unlike_torch="no mv"),
    "addmv": Case(Function(torch.addmv), [(4,), (4, 5), (5,)], 20, unlike_torch="no addmv"),
    "dot": Case(Function(torch.dot), [(7,), (7,)], 7, unlike_torch="no dot"),
    "outer product and sum": Case(Function(torch.addr), [(3, 4), (3,), (4,)], 12, unlike_torch="no addr"),
    "einsum, batched": Case(
        Function(lambda a, b: torch.einsum("bij,bjk->bik", a, b)), [(2, 8, 16), (2, 16, 4)], 2 * 8 * 4 * 16
    ),
    "einsum, heads": Case(
        Function(lambda q, k: torch.einsum("bqhd,bkhd->bhqk", q, k)), [(2, 5, 3, 4), (2, 6, 3, 4)], 2 * 3 * 5 * 6 * 4
    ),
    "einsum, all to one": Case(Function(lambda a, b: torch.einsum("ij,ij->", a, b)), [(4, 5), (4, 5)], 20),
    "tensordot": Case(Function(lambda a, b: torch.tensordot(a, b, 2)), [(2, 3, 4), (3, 4, 5)], 2 * 12 * 5),
    "chain": Case(Function(lambda a, b, c: a @ b @ c), [(2, 3), (3, 4), (4, 5)], 24 + 40),
    "bilinear": Case(nn.Bilinear(4, 5, 6), [(2, 4), (2, 5)], 2 * 6 * 4 * 5, 2 * 6 * 4 * 5, unlike_torch="no trilinear"),
    "int8": Case(Function(torch._int_mm), [(32, 16), (16, 8)], 32 * 16 * 8, dtype="int8", unlike_torch="no int8"),
    "complex": Case(
        Function(torch.mm), [(3, 4), (4, 5)], 4 * 3 * 4 * 5, dtype="complex64", unlike_torch="as real numbers"
    ),
    # --- convolutions
    "conv1d": Case(nn.Conv1d(4, 6, 3), [(2, 4, 9)], 2 * 6 * 7 * 12, 2 * 6 * 7 * 12),
    "conv1d, strided": Case(nn.Conv1d(4, 6, 3, stride=2), [(2, 4, 9)], 2 * 6 * 4 * 12, 2 * 6 * 4 * 12),
    "conv2d": Case(nn.Conv2d(3, 8, 3, bias=False), [(1, 3, 8, 8)], 8 * 6 * 6 * 27, 8 * 6 * 6 * 27),
    "conv2d, unbatched": Case(nn.Conv2d(3, 8, 3, bias=False), [(3, 8, 8)], 8 * 6 * 6 * 27, 8 * 6 * 6 * 27),
    "conv2d, padded": Case(nn.Conv2d(3, 8, 3, padding="same"), [(1, 3, 8, 8)], 8 * 64 * 27, 8 * 64 * 27),
    "conv2d, reflected": Case(
        nn.Conv2d(3, 8, 3, padding=1, padding_mode="reflect"), [(1, 3, 8, 8)], 8 * 64 * 27, 8 * 64 * 27
    ),
    "conv2d, 1x1": Case(nn.Conv2d(16, 4, 1), [(2, 16, 5, 5)], 2 * 4 * 25 * 16, 2 * 4 * 25 * 16),
    "conv2d, dilated": Case(nn.Conv2d(3, 8, 3, dilation=2), [(1, 3, 8, 8)], 8 * 4 * 4 * 27, 8 * 4 * 4 * 27),
    "conv2d, grouped": Case(
        nn.Conv2d(8, 8, 3, groups=4, padding=1, bias=False), [(1, 8, 6, 6)], 8 * 36 * 2 * 9, 8 * 36 * 2 * 9
    ),
    "conv2d, depthwise": Case(nn.Conv2d(8, 8, 3, groups=8), [(1, 8, 6, 6)], 8 * 16 * 9, 8 * 16 * 9),
    "conv2d, twice": Case(
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)),
        [(1, 3, 8, 8)],
        4 * 36 * 27 + 5 * 16 * 36,
        4 * 36 * 27 + 2 * 5 * 16 * 36,
    ),
    "conv3d": Case(nn.Conv3d(2, 4, 3), [(1, 2, 5, 5, 5)], 4 * 27 * 54, 4 * 27 * 54),
    "transposed 1-D": Case(nn.ConvTranspose1d(3, 2, 4), [(2, 3, 5)], 2 * 3 * 5 * 2 * 4, 2 * 3 * 5 * 2 * 4),
    "transposed 2-D": Case(nn.ConvTranspose2d(3, 1, 2, 2, bias=False), [(1, 3, 2, 2)], 3 * 4 * 4, 3 * 4 * 4),
    "transposed, grouped": Case(nn.ConvTranspose2d(4, 6, 3, groups=2), [(1, 4, 5, 5)], 4 * 25 * 3 * 9, 4 * 25 * 3 * 9),
    "transposed 3-D": Case(nn.ConvTranspose3d(2, 3, 2), [(1, 2, 3, 3, 3)], 2 * 27 * 3 * 8, 2 * 27 * 3 * 8),
    # --- attention
    "attention": Case(Function(sdpa()), [(1, 2, 8, 16)] * 3, 2 * (8 * 8 * 16) * 2),
    "attention, causal": Case(Function(sdpa(is_causal=True)), [(1, 2, 8, 16)] * 3, 2 * (8 * 8 * 16) * 2),
    "attention, masked": Case(Function(sdpa()), [*[(1, 2, 8, 16)] * 3, (8, 8)], 2 * (8 * 8 * 16) * 2),
    "attention, across": Case(Function(sdpa()), [(1, 2, 8, 16), (1, 2, 5, 16), (1, 2, 5, 16)], 2 * (8 * 5 * 16) * 2),
    "attention, wider values": Case(
        Function(sdpa()), [(1, 2, 8, 16), (1, 2, 5, 16), (1, 2, 5, 24)], 2 * (8 * 5) * (16 + 24)
    ),
    "attention, grouped queries": Case(
        Function(sdpa(enable_gqa=True)), [(1, 8, 6, 16), (1, 2, 6, 16), (1, 2, 6, 16)], 8 * (6 * 6 * 16) * 2
    ),
    "multi-head attention": Case(
        nn.MultiheadAttention(16, 4, bias=False, batch_first=True),
        [(2, 4, 16)] * 3,
        _MHA + _HEADS,
        # The inputs take no gradient: weights of the projections in, both gradients of the one out and of attention.
        8 * 3 * 256 + 2 * 8 * 256 + 2 * _HEADS,
    ),
    "encoder layer": Case(
        nn.TransformerEncoderLayer(16, 4, 32, dropout=0, batch_first=True),
        [(2, 4, 16)],
        _MHA + _HEADS + _FEED,
        # Its attention is fused, which computes the scores again: five products for the two of the forward.
        8 * 3 * 256 + 2 * 8 * 256 + _HEADS * 5 // 2 + 2 * _FEED,
    ),
    "decoder layer": Case(
        nn.TransformerDecoderLayer(16, 4, 32, batch_first=True),
        [(2, 4, 16), (2, 6, 16)],
        (_MHA + _HEADS) + (2 * 8 * 256 + 2 * 12 * 256 + 2 * 4 * (4 * 6 * 4) * 2) + _FEED,
        -1,
    ),
    # --- recurrent layers
    "rnn": Case(nn.RNN(16, 8), [(3, 2, 16)], rnn(6, 16, 8), -1),
    "rnn, 2 layers": Case(nn.RNN(16, 8, 2), [(3, 2, 16)], rnn(6, 16, 8) + rnn(6, 8, 8), -1),
    "rnn, relu": Case(nn.RNN(16, 8, nonlinearity="relu"), [(3, 2, 16)], rnn(6, 16, 8), -1),
    "lstm": Case(nn.LSTM(16, 32), [(4, 2, 16)], lstm(8, 16, 32), -1),
    "lstm, batch first": Case(nn.LSTM(16, 32, batch_first=True), [(4, 4, 16)], lstm(16, 16, 32), -1),
    "lstm, unbatched": Case(nn.LSTM(16, 32), [(8, 16)], lstm(8, 16, 32), -1),
    "lstm, both ways": Case(nn.LSTM(16, 32, bidirectional=True), [(4, 2, 16)], 2 * lstm(8, 16, 32), -1),
    "lstm, 2 layers both ways": Case(
        nn.LSTM(16, 32, 2, bidirectional=True), [(4, 2, 16)], 2 * lstm(8, 16, 32) + 2 * lstm(8, 64, 32), -1
    ),
    "lstm, projected": Case(nn.LSTM(8, 16, proj_size=4), [(5, 2, 8)], 10 * (4 * 16 * 8 + 4 * 16 * 4 + 16 * 4), -1),
    "gru": Case(nn.GRU(16, 32), [(4, 2, 16)], gru(8, 16, 32), -1),
    "gru, both ways": Case(nn.GRU(16, 32, bidirectional=True), [(8, 2, 16)], 2 * gru(16, 16, 32), -1),
    "lstm cell": Case(nn.LSTMCell(16, 32), [(2, 16)], lstm(2, 16, 32), -1),
    "gru cell": Case(nn.GRUCell(16, 32), [(2, 16)], gru(2, 16, 32), -1),
    "rnn cell": Case(nn.RNNCell(16, 32), [(2, 16)], rnn(2, 16, 32), -1),
    # --- transforms: 2.5 n log2 n for n complex numbers, half of it for real ones
    "fft": Case(Function(torch.fft.fft), [(3, 8)], int(3 * 8 * 3 * 2.5), dtype="complex64", unlike_torch="no fft"),
    "fft of real numbers": Case(Function(torch.fft.rfft), [(3, 8)], int(3 * 8 * 3 * 1.25), unlike_torch="no fft"),
    "fft in 2-D": Case(Function(torch.fft.fft2), [(4, 4)], int(16 * 4 * 2.5), dtype="complex64", unlike_torch="no fft"),
    # --- without any
    "embedding": Case(nn.Embedding(10, 16), [(2, 5)], 0, dtype="int64"),
    "batch norm": Case(nn.BatchNorm2d(4), [(2, 4, 3, 3)], 0),
    "layer norm": Case(nn.LayerNorm(4), [(2, 4)], 0),
    "pooling": Case(nn.Sequential(nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1)), [(1, 2, 8, 8)], 0),
    "activations": Case(nn.Sequential(nn.ReLU(), nn.GELU(), nn.SiLU(), nn.Softmax(-1), nn.Dropout()), [(2, 4)], 0),
}
