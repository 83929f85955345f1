"""MACs: counted by hand, against PyTorch's own counter, and never silently zero."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from cutaway.model.costs.flops import _FORMULAS, base_name, macs
from cutaway.model.costs.zero_mac_ops import ZERO_MAC_OPS
from cutaway.model.summary import summary
from cutaway.model.trace import Op, OpInput, OpOutput

Sizes = list[tuple[int, ...]]


class Function(nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, *arguments: Tensor) -> Any:
        return self.function(*arguments)


class Products(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(16, 16, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        query = self.query(x)
        result: Tensor = (query @ query.transpose(1, 2)).softmax(-1) @ query
        return result


# The arithmetic is spelt out: (how often) * (products of one).
CASES: dict[str, tuple[nn.Module, Sizes, int]] = {
    "linear, 3-D": (nn.Linear(16, 32, bias=False), [(2, 4, 16)], 2 * 4 * 32 * 16),
    "conv2d": (nn.Conv2d(3, 8, 3, bias=False), [(1, 3, 8, 8)], 8 * 6 * 6 * 27),
    "conv2d, unbatched": (nn.Conv2d(3, 8, 3, bias=False), [(3, 8, 8)], 8 * 6 * 6 * 27),
    "transposed": (nn.ConvTranspose2d(3, 1, 2, 2, bias=False), [(1, 3, 2, 2)], 3 * 2 * 2 * 4),
    "grouped": (nn.Conv2d(8, 8, 3, groups=4, padding=1, bias=False), [(1, 8, 6, 6)], 8 * 36 * 2 * 9),
    "conv1d, strided": (nn.Conv1d(4, 6, 3, stride=2), [(2, 4, 9)], 2 * 6 * 4 * 12),
    "conv3d": (nn.Conv3d(2, 4, 3), [(1, 2, 5, 5, 5)], 4 * 27 * 54),
    "lstm, batch first": (nn.LSTM(16, 32, batch_first=True), [(4, 4, 16)], 16 * (128 * 16 + 128 * 32)),
    "lstm, unbatched": (nn.LSTM(16, 32), [(8, 16)], 8 * (128 * 16 + 128 * 32)),
    "gru, both ways": (nn.GRU(16, 32, bidirectional=True), [(8, 2, 16)], 2 * 16 * (96 * 16 + 96 * 32)),
    "rnn, 2 layers": (nn.RNN(16, 8, 2), [(3, 2, 16)], 6 * (8 * 16 + 8 * 8 + 2 * 8 * 8)),
    "multi-head attention": (
        nn.MultiheadAttention(16, 4, bias=False, batch_first=True),
        [(2, 4, 16)] * 3,
        8 * 64 * 16 + 2 * 4 * (4 * 4 * 4) * 2,
    ),
    "scaled dot product": (
        Function(functional.scaled_dot_product_attention),
        [(1, 2, 8, 16)] * 3,
        2 * (8 * 8 * 16) * 2,
    ),
    "einsum": (Function(lambda a, b: torch.einsum("bij,bjk->bik", a, b)), [(2, 8, 16), (2, 16, 4)], 2 * 8 * 4 * 16),
    "encoder layer": (
        nn.TransformerEncoderLayer(16, 4, 32, batch_first=True),
        [(2, 4, 16)],
        8 * (64 * 16 + 32 * 16 * 2) + 2 * 4 * (4 * 4 * 4) * 2,
    ),
    "functional @": (Products(), [(2, 8, 16)], 2 * 8 * 16 * 16 + 2 * 2 * (8 * 8 * 16)),
    "embedding": (nn.Embedding(10, 16), [(2, 5)], 0),
    "batch norm": (nn.BatchNorm2d(4), [(2, 4, 3, 3)], 0),
}
#: Two that PyTorch has no formula for.
UNKNOWN_TO_TORCH: dict[str, tuple[nn.Module, Sizes, int]] = {
    "bilinear": (nn.Bilinear(4, 5, 6), [(2, 4), (2, 5)], 2 * 6 * 4 * 5),
    "matrix and vector": (Function(torch.mv), [(4, 5), (5,)], 20),
    "dot": (Function(torch.dot), [(7,), (7,)], 7),
    "outer product and sum": (Function(torch.addr), [(3, 4), (3,), (4,)], 12),
}


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", [*CASES, *UNKNOWN_TO_TORCH])
def test_exact(name: str, mode: str) -> None:
    model, sizes, expected = {**CASES, **UNKNOWN_TO_TORCH}[name]
    dtypes = "int64" if isinstance(model, nn.Embedding) else None
    result = summary(model, sizes, dtypes=dtypes, mode=mode, verbose=False)
    assert result.totals.macs == expected
    assert result.totals.flops == 2 * expected
    assert result.totals.uncounted_ops == {}


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_torch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's counter is right on the device "meta", where neither attention nor recurrent layers are fused."""
    model, sizes, expected = CASES[name]
    dtype = torch.int64 if isinstance(model, nn.Embedding) else torch.float32
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            values = {name: tensor.to("meta") for name, tensor in model.state_dict().items()}
            inputs = tuple(torch.empty(size, dtype=dtype, device="meta") for size in sizes)
            torch.func.functional_call(_meta_copy(model), values, inputs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    assert counter.get_total_flops() == 2 * expected


def _meta_copy(model: nn.Module) -> nn.Module:
    import copy

    return copy.deepcopy(model).to("meta")


def test_what_has_no_formula_is_listed_not_zero() -> None:
    model = Function(lambda x: torch.fft.fft(torch.cdist(x, x)))
    totals = summary(model, (4, 4), verbose=False).totals
    assert totals.macs == 0
    assert set(totals.uncounted_ops) == {"aten._fft_r2c.default", "aten._cdist_forward.default"}


def test_no_op_is_in_both_tables() -> None:
    assert not set(_FORMULAS) & ZERO_MAC_OPS


def test_an_unexpected_overload_is_unknown() -> None:
    op = Op(0, None, "forward", "aten.mm.strange", None, (), (OpOutput((2, 2), "float32", "cpu", 16),))
    assert macs(op) is None
    custom = Op(0, None, "forward", "mine.matmul.default", None, (OpInput("x", (2, 2), "float32"),), ())
    assert macs(custom) is None


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("aten.add_.Tensor", "aten.add"),
        ("aten._softmax.default", "aten._softmax"),
        ("aten.__and__.Tensor", "aten.__and__"),
        ("flex_attention", "flex_attention."),
    ],
)
def test_base_name(name: str, base: str) -> None:
    assert base_name(name) == base
