"""Whatever people build models of: it is captured, with the right counts, and never an exception because of a type."""

from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound, Function
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from cutaway.model.capture.torch.capture import capture
from cutaway.model.inputs import ForwardInputs
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary
from cutaway.model.values_text import shape_text

pytestmark = pytest.mark.filterwarnings("ignore")


class Product(torch.autograd.Function):
    """A function with a backward of its own."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor) -> Tensor:
        ctx.save_for_backward(x, w)
        return x @ w

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Any:
        x, w = ctx.saved_tensors
        return gradient @ w.t(), x.t() @ gradient


def test_custom_autograd_functions() -> None:
    apply: Any = Product.apply
    model = Bound(lambda self, x: apply(x, self.w), w=nn.Parameter(torch.zeros(4, 5)))
    totals = summary(model, (3, 4), backward=True, verbose=False).totals
    assert (totals.macs, totals.backward_macs, totals.saved_bytes) == (60, 120, 48)


def test_vmap() -> None:
    model = Bound(lambda self, x: torch.vmap(self.layer)(x), layer=nn.Linear(4, 5))
    result = summary(model, (6, 3, 4), verbose=False)
    assert (result.totals.macs, result.trace.method) == (6 * 3 * 20, "fake")


def test_flex_attention() -> None:
    from torch.nn.attention.flex_attention import flex_attention

    totals = summary(Function(flex_attention), [(2, 4, 128, 16)] * 3, verbose=False).totals
    assert totals.macs == 2 * 4 * 128 * 128 * 32


@pytest.mark.parametrize("traced", [False, True])
def test_scripts(traced: bool) -> None:
    jit: Any = torch.jit
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    script = jit.trace(model, torch.rand(2, 4)) if traced else jit.script(model)
    result = summary(script, (2, 4), verbose=False)
    assert (result.totals.macs, result.totals.parameters, result.trace.method) == (24, 15, "fake")


def test_autocast_is_followed() -> None:
    def function(self: Any, x: Tensor) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return self.layer(x)

    result = summary(Bound(function, layer=nn.Linear(4, 5)), (3, 4), verbose=False)
    assert [row.outputs.tensor.dtype for row in result.rows if row.outputs and row.outputs.tensor] == ["bfloat16"] * 2
    # The input as bfloat16: of the weight, a copy in bfloat16 is kept too when its gradient needs the input.
    assert (result.totals.saved_bytes or 0) > 0


def test_complex_models_get_complex_inputs() -> None:
    result = summary(nn.Linear(4, 5, dtype=torch.complex64), (3, 4), verbose=False)
    assert (result.totals.macs, result.totals.parameter_bytes) == (4 * 60, 25 * 8)


def packed() -> PackedSequence:
    return pack_padded_sequence(torch.rand(5, 2, 4), torch.tensor([5, 3]))


def weighted(function: Any) -> nn.Module:
    return Bound(function, w=nn.Parameter(torch.zeros(4, 5)))


SPECIAL: dict[str, tuple[nn.Module, Any, str]] = {
    "packed sequence": (nn.LSTM(4, 8), packed(), "{data: 8×8, batch_sizes: 5, sorted_indices: None"),
    "nested": (nn.Linear(4, 8), torch.nested.nested_tensor([torch.rand(3, 4), torch.rand(5, 4)]), "?"),
    "jagged": (
        nn.Linear(4, 8),
        torch.nested.nested_tensor([torch.rand(3, 4), torch.rand(5, 4)], layout=torch.jagged),
        "2×?×8",
    ),
    "sparse": (weighted(lambda self, x: torch.sparse.mm(x, self.w)), torch.eye(4).to_sparse(), "4×5"),
    "csr": (weighted(lambda self, x: x @ self.w), torch.eye(4).to_sparse_csr(), "4×5"),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_inputs_of_other_kinds(name: str) -> None:
    model, given, output = SPECIAL[name]
    captured = capture(model, ForwardInputs((given,)))
    assert captured.error is None
    assert output in shape_text(captured.trace.calls[0].outputs)
    text = str(ModelSummary(captured.trace))
    assert type(model).__name__ in text
    # Where sizes are not known, nothing is counted as zero.
    assert "≥ 0" in text or ModelSummary(captured.trace).totals.macs > 0


class Packed(torch.Tensor):  # type: ignore[misc, unused-ignore]
    """Weights of 4 bits, two in a byte, with a scale for each row, as quantisation libraries have them."""

    packed: Tensor
    scales: Tensor

    @staticmethod
    def __new__(cls, packed: Tensor, scales: Tensor) -> "Packed":
        size = packed.shape[0], packed.shape[1] * 2
        make: Any = torch.Tensor._make_wrapper_subclass
        made: Packed = make(cls, size, dtype=torch.float32)
        made.packed, made.scales = packed, scales
        return made

    def __tensor_flatten__(self) -> Any:
        return ["packed", "scales"], None

    @staticmethod
    def __tensor_unflatten__(inner: Any, meta: Any, size: Any, stride: Any) -> "Packed":
        return Packed(inner["packed"], inner["scales"])

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]
        def plain(value: Any) -> Any:
            if isinstance(value, Packed):
                low, high = value.packed & 15, value.packed >> 4
                return torch.stack([low, high], -1).reshape(value.shape).float() * value.scales
            return value

        if func is torch.ops.aten.detach.default:
            return Packed(args[0].packed, args[0].scales)
        return func(*map(plain, args), **(kwargs or {}))


def test_parameters_that_hold_other_tensors() -> None:
    model = nn.Linear(8, 4, bias=False)
    weight = Packed(torch.zeros(4, 4, dtype=torch.uint8), torch.ones(4, 1))
    model.weight = nn.Parameter(weight, requires_grad=False)
    result = summary(model, (3, 8), verbose=False)
    assert result.totals.parameters == 32
    assert result.totals.parameter_bytes == 16 + 16
    assert result.totals.macs == 3 * 8 * 4
    assert type(model.weight.data) is Packed or isinstance(model.weight, Packed)


def test_what_is_frozen_in_part() -> None:
    model = nn.Sequential(nn.Linear(4, 4).requires_grad_(False), nn.Linear(4, 4))
    rows = summary(model, (3, 4), verbose=False).rows
    assert [row.trainable for row in rows] == ["partly", "no", "yes"]
