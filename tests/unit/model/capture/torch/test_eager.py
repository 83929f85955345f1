"""An error is the model's only where the operation itself, or a real forward, raises it too."""

from collections.abc import Iterator
from math import prod
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound, Function
from torch import Tensor, nn

from cutaway.model.capture.torch import eager
from cutaway.model.costs.flops import register_macs
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary


@torch.library.custom_op("cutaway_strict::product", mutates_args=())
def product(left: Tensor, right: Tensor) -> Tensor:
    """Takes every type; its shape function takes bfloat16 alone."""
    if left.shape[1] != right.shape[0]:
        raise RuntimeError("the sizes do not fit")
    return left @ right


@product.register_fake
def _(left: Tensor, right: Tensor) -> Tensor:
    if left.dtype != torch.bfloat16:
        raise RuntimeError("left must be bfloat16")
    return left.new_empty(left.shape[0], right.shape[1])


@product.register_kernel("cpu")
def _(left: Tensor, right: Tensor) -> Tensor:
    result: Tensor = product._init_fn(left, right)
    return result


def _backward(ctx: Any, gradient: Tensor) -> Any:
    left, right = ctx.saved_tensors
    return gradient @ right.t(), left.t() @ gradient


product.register_autograd(_backward, setup_context=lambda ctx, inputs, output: ctx.save_for_backward(*inputs))


@pytest.fixture(autouse=True)
def _macs() -> Iterator[None]:
    register_macs("cutaway_strict::product", lambda op: prod(op.shape("left")) * op.shape("right")[1])
    yield
    register_macs("cutaway_strict::product", None)


def model(device: str = "cpu", rows: int = 4) -> nn.Module:
    weight = nn.Parameter(torch.zeros(rows, 5, device=device))
    return Bound(lambda self, x: self.layer(product(x, self.w)), w=weight, layer=nn.Linear(5, 2, device=device))


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_shape_function_that_is_too_strict(device: str) -> None:
    result = summary(model(device), (3, 4), backward=True, verbose=False)
    assert (result.trace.method, result.trace.reason) == ("fake", "")
    # 3 x 4 x 5 in the operation, 3 x 5 x 2 in the layer; the gradients of both operands of each.
    assert (result.totals.macs, result.totals.backward_macs) == (60 + 30, 2 * 30 + 2 * 60)


def test_the_operation_itself_refuses_too() -> None:
    with pytest.raises(ForwardError) as raised:
        summary(model(rows=6), (3, 4), verbose=False)
    assert raised.value.summary.trace.reason == ""


def test_operands_that_are_too_large_for_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eager, "MOST_BYTES", 10)
    with pytest.raises(ForwardError) as raised:
        summary(model("meta"), (3, 4), verbose=False)
    reason = raised.value.summary.trace.reason
    assert reason.startswith(
        "whether the error is the model's own could not be checked: the operands of cutaway_strict"
    )


def plain_tensors_only(x: Tensor) -> Tensor:
    if type(x) is not Tensor:
        raise TypeError("a plain tensor is expected")
    return x @ torch.ones(4, 5)


def test_an_error_of_the_users_own_code_is_tried_for_real() -> None:
    result = summary(Function(plain_tensors_only), (3, 4), verbose=False)
    assert (result.trace.method, result.totals.macs) == ("real", 60)
    assert result.trace.reason == "the forward fails on shapes alone: a plain tensor is expected"


def test_without_values_it_says_that_it_was_not_tried() -> None:
    held = Bound(lambda self, x: plain_tensors_only(x) + self.w, w=nn.Parameter(torch.zeros(5, device="meta")))
    with pytest.raises(ForwardError) as raised:
        summary(held, (3, 4), verbose=False)
    reason = "whether the error is the model's own could not be checked: the weights have no values"
    assert raised.value.summary.trace.reason == reason
    assert reason in str(raised.value.summary)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.complex64, torch.int64, torch.bool])
def test_the_operands_of_a_check_are_like_the_fake_ones(dtype: torch.dtype) -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        base = torch.empty(3, 4, dtype=dtype)
        fakes = [base, base.t(), base[:, :1].expand(3, 7), torch.empty(0, 2, dtype=dtype), torch.empty((), dtype=dtype)]
    for fake in fakes:
        real = eager._real(fake)
        assert (real.size(), real.stride(), real.dtype, type(real)) == (fake.size(), fake.stride(), dtype, Tensor)


def test_grouped_products_of_float32() -> None:
    """Torch's own such case: its shape function takes bfloat16 alone, the operation on a CPU does not mind."""
    offsets = torch.tensor([2, 3], dtype=torch.int32)
    held = Bound(lambda self, x: torch._grouped_mm(x, self.w, offsets), w=nn.Parameter(torch.zeros(2, 8, 16)))
    result = summary(held, (3, 8), verbose=False)
    # Each of three rows meets the columns of one matrix.
    assert (result.trace.method, result.totals.macs) == ("fake", 3 * 8 * 16)
