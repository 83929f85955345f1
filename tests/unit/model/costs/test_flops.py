"""MACs: counted by hand, against PyTorch's own counter, and never silently zero."""

import copy
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import CASES, Case, Function
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import cutaway
from cutaway.model.costs.flops import element_operations, macs
from cutaway.model.costs.op_table import base_name
from cutaway.model.costs.torch_op_kinds import DATA_MOVEMENT, ELEMENTWISE, REDUCTIONS, ZERO_MAC_OPS
from cutaway.model.costs.torch_ops import FORMULAS
from cutaway.model.records import Op, OpInput, OpOutput
from cutaway.model.summary import summary


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", CASES)
def test_exact(name: str, mode: str) -> None:
    case = CASES[name]
    result = summary(case.model, case.sizes, dtypes=case.dtype, mode=mode, verbose=False)
    assert result.totals.macs == case.forward
    assert result.totals.flops == 2 * case.forward
    assert result.totals.uncounted_ops == {}
    assert result.totals.backward_macs is None


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.backward >= 0])
def test_exact_backward(name: str) -> None:
    case = CASES[name]
    result = summary(case.model, case.sizes, dtypes=case.dtype, backward=True, verbose=False)
    assert (result.totals.backward_macs or 0) == case.backward
    assert result.totals.uncounted_ops == {}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.unlike_torch])
def test_agrees_with_torch(name: str) -> None:
    """PyTorch's counter is right on the device "meta", where neither attention nor recurrent layers are fused."""
    assert _torch_flops(CASES[name]) == 2 * CASES[name].forward


def _torch_flops(case: Case) -> int:
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        model = copy.deepcopy(case.model).to("meta")
        default = next((tensor.dtype for tensor in model.parameters()), torch.float32)
        dtype = default if case.dtype is None else getattr(torch, case.dtype)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            model(*(torch.empty(size, dtype=dtype, device="meta") for size in case.sizes))
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return int(counter.get_total_flops())


def test_backward_belongs_to_the_layer_of_its_forward() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    rows = summary(model, (3, 4), backward=True, verbose=False).rows
    assert [(row.path, row.backward_macs) for row in rows] == [("", 192), ("0", 96), ("1", 0), ("2", 96)]


@pytest.mark.parametrize("reentrant", [True, False])
def test_what_is_computed_again_for_the_backward_counts_as_its_work(reentrant: bool) -> None:
    from torch.utils.checkpoint import checkpoint

    class Checkpointed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(4, 4)
            self.inner = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2))

        def forward(self, x: Tensor) -> Any:
            return checkpoint(self.inner, self.first(x), use_reentrant=reentrant)

    result = summary(Checkpointed(), (3, 4), backward=True, verbose=False)
    assert [row.key for row in result.rows] == ["", "first", "inner", "inner.0", "inner.1"]
    first, second = 3 * 4 * 8, 3 * 8 * 2
    # The input of the second layer is needed again, and when the whole is run again its output is made too.
    again = [op for op in result.trace.ops if op.phase == "recompute" and macs(op)]
    assert [macs(op) for op in again] == ([first, second] if reentrant else [first])
    assert [row.backward_macs for row in result.rows[3:]] == [3 * first, (3 if reentrant else 2) * second]


def test_element_operations() -> None:
    def count(model: nn.Module, *sizes: tuple[int, ...]) -> int:
        return summary(model, list(sizes), verbose=False).totals.element_operations

    assert count(nn.ReLU(), (3, 4)) == 12
    assert count(nn.Softmax(-1), (3, 4)) == 12
    assert count(Function(lambda x: x.sum()), (3, 4)) == 12
    assert count(Function(lambda x: x + 1), (3, 4)) == 12
    assert count(Function(lambda a, b: a * b), (3, 1), (4,)) == 12
    assert count(Function(lambda x: x.t().reshape(12)[3:]), (3, 4)) == 0
    assert count(nn.MaxPool2d(2), (1, 1, 4, 4)) == 16
    assert count(nn.Linear(4, 5), (3, 4)) == 0


def test_what_has_no_formula_is_listed_not_zero() -> None:
    totals = summary(Function(lambda x: torch.linalg.svd(torch.linalg.inv(x))), (4, 4), verbose=False).totals
    assert totals.macs == 0
    assert set(totals.uncounted_ops) == {"aten._linalg_svd.default", "aten.linalg_inv_ex.default"}


def test_sizes_that_only_values_decide_are_not_counted_as_zero() -> None:
    model = Function(lambda x, w: x.repeat_interleave(x.sum(1).long(), 0) @ w)
    totals = summary(model, [(3, 4), (4, 5)], verbose=False).totals
    assert totals.macs == 0
    assert totals.uncounted_ops == {"aten.mm.default": 1}


@torch.library.custom_op("cutaway_tests::product", mutates_args=())
def product(x: Tensor, y: Tensor) -> Tensor:
    return x @ y


@product.register_fake
def _(x: Tensor, y: Tensor) -> Tensor:
    return x.new_empty(x.shape[0], y.shape[1])


@pytest.mark.parametrize(
    "op", ["cutaway_tests::product", "cutaway_tests.product", "cutaway_tests.product.default", product._opoverload]
)
def test_formulas_of_the_users(op: object) -> None:
    model = Function(product)
    assert summary(model, [(2, 3), (3, 4)], verbose=False).totals.uncounted_ops == {"cutaway_tests.product.default": 1}
    cutaway.register_macs(op, lambda op: op.shape("x")[0] * op.shape("y")[0] * op.shape("y")[1])
    try:
        totals = summary(model, [(2, 3), (3, 4)], verbose=False).totals
        assert (totals.macs, totals.uncounted_ops) == (24, {})
    finally:
        cutaway.register_macs(op, None)
    assert summary(model, [(2, 3), (3, 4)], verbose=False).totals.macs == 0
    with pytest.raises(TypeError, match="formula is of type int; a function of an Op is expected"):
        cutaway.register_macs(op, 3)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_quantised_layers() -> None:
    quantisation: Any = torch.ao.quantization
    quantise = quantisation.quantize_dynamic
    linear = summary(quantise(nn.Sequential(nn.Linear(8, 16)), {nn.Linear}), (2, 8), verbose=False).totals
    assert (linear.macs, linear.parameters, linear.uncounted_ops) == (2 * 8 * 16, 8 * 16 + 16, {})
    # One byte a weight, four a bias.
    assert linear.parameter_bytes == 8 * 16 + 4 * 16
    recurrent = nn.Sequential(nn.LSTM(8, 16, 2, bidirectional=True))
    expected = summary(recurrent, (5, 2, 8), verbose=False).totals
    found = summary(quantise(recurrent, {nn.LSTM}), (5, 2, 8), verbose=False).totals
    assert (found.macs, found.parameters) == (expected.macs, expected.parameters)

    model: Any = nn.Sequential(quantisation.QuantStub(), nn.Conv2d(4, 6, 3, groups=2)).eval()
    model.qconfig = quantisation.get_default_qconfig("x86")
    prepared = quantisation.prepare(model)
    prepared(torch.rand(1, 4, 8, 8))
    static = summary(quantisation.convert(prepared), (1, 4, 8, 8), verbose=False)
    assert static.trace.method == "real"
    assert static.totals.macs == 6 * 36 * 2 * 9
    assert static.totals.parameters == 6 * 2 * 9 + 6


def test_no_op_is_in_two_tables() -> None:
    assert not set(FORMULAS) & ZERO_MAC_OPS
    assert not ELEMENTWISE & REDUCTIONS
    assert not (ELEMENTWISE | REDUCTIONS) & DATA_MOVEMENT


def test_every_name_in_the_tables_is_an_op() -> None:
    # Those that newer or older versions of PyTorch have.
    known = {
        "aten." + name.rstrip("_") if not name.startswith("__") else "aten." + name for name in dir(torch.ops.aten)
    }
    missing = {name for name in ZERO_MAC_OPS if name not in known and not hasattr(torch.ops.aten, name[5:])}
    assert len(missing) < 40, sorted(missing)


def test_an_unexpected_overload_is_unknown() -> None:
    op = Op(0, None, "forward", "aten.mm.strange", None, (), (OpOutput((2, 2), "float32", "cpu", 16),))
    assert macs(op) is None
    custom = Op(0, None, "forward", "mine.matmul.default", None, (OpInput("x", (2, 2), "float32"),), ())
    assert macs(custom) is None
    assert element_operations(custom) == 0


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("aten.add_.Tensor", "aten.add"),
        ("aten._softmax.default", "aten._softmax"),
        ("aten.__and__.Tensor", "aten.__and__"),
        ("flex_attention", "flex_attention"),
    ],
)
def test_base_name(name: str, base: str) -> None:
    assert base_name(name) == base


def test_a_transform_of_complex_numbers_counts_alike_in_every_framework() -> None:
    """2.5 n log2 n of eight numbers; the formula knows that they are complex."""
    operands = (OpInput("0", (8,), "complex64"),)
    output = (OpOutput((8,), "complex64", "cpu", 64),)
    op = Op(0, None, "forward", "jax.fft", None, operands, output, (("fft_lengths", (8,)),))
    transform = summary(Function(torch.fft.fft), (8,), dtypes="complex64", verbose=False)
    assert macs(op) == transform.totals.macs == 60


def test_an_op_in_a_loop_counts_every_round() -> None:
    """By a formula of ours and by one that was registered, which is for one round."""
    operands = (OpInput("self", (2, 3), "float32"), OpInput("mat2", (3, 4), "float32"))
    output = (OpOutput((2, 4), "float32", "cpu", 32),)
    assert macs(Op(0, None, "forward", "aten.mm", None, operands, output, times=5)) == 5 * 2 * 3 * 4
    assert element_operations(Op(0, None, "forward", "aten.relu", None, operands, output, times=5)) == 5 * 8
    cutaway.register_macs("mine::product", lambda op: 7)
    try:
        assert macs(Op(0, None, "forward", "mine.product", None, operands, output, times=5)) == 5 * 7
    finally:
        cutaway.register_macs("mine::product", None)


def test_ops_of_torchvision() -> None:
    """Regions and boxes have no MACs, a deformed convolution has those of a plain one: 6 x 6 x 8 x 3 x 3 x 4."""
    inputs = (OpInput("input", (1, 4, 8, 8), "float32"), OpInput("weight", (8, 4, 3, 3), "float32"))
    outputs = (OpOutput((1, 8, 6, 6), "float32", "cpu", 1152),)
    names = ("deform_conv2d", "roi_align", "nms")
    ops = [Op(0, None, "forward", f"torchvision.{name}.default", None, inputs, outputs) for name in names]
    assert [macs(op) for op in ops] == [6 * 6 * 8 * 3 * 3 * 4, 0, 0]
    assert [element_operations(op) for op in ops] == [0, 8 * 6 * 6, 0]
