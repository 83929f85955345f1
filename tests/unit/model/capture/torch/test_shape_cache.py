"""What is made from memory is what PyTorch makes."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.unit.model.networks import Convolutional, Language
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor

from cutaway.model.capture.torch import shape_cache
from cutaway.model.capture.torch.capture import capture
from cutaway.model.capture.torch.fake import FakeModel
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.trace import Trace


class Function(nn.Module):
    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Any:
        return self.function(x)


def trace(model: nn.Module, *size: int, dtype: str | None = None) -> Trace:
    captured = capture(model, ForwardInputs((TensorSpec(size, dtype),)))
    assert captured.error is None
    return captured.trace


@pytest.mark.parametrize(
    ("model", "size", "dtype"),
    [
        (Convolutional(), (2, 3, 8, 8), None),
        (Language(), (2, 7), "int64"),
        (nn.LSTM(4, 5, 2, bidirectional=True), (3, 2, 4), None),
        (nn.TransformerEncoderLayer(8, 2), (3, 2, 8), None),
    ],
)
def test_cold_and_warm_captures_agree(model: nn.Module, size: tuple[int, ...], dtype: str | None) -> None:
    shape_cache._KNOWN.clear()
    cold = trace(model, *size, dtype=dtype)
    assert shape_cache._KNOWN
    assert trace(model, *size, dtype=dtype) == cold


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x + 1, x + 1.0, x + True),
        lambda x: (x[0], x[1], x[1:], x.t()[1:]),
        lambda x: x.split(1) + x.split(2),
        lambda x: (x.view(6), x.contiguous().view(3, 2).t().contiguous()),
        lambda x: (x.half().float(), x.to(torch.complex64) * 2, x.to(torch.complex64).conj()),
        lambda x: x.clone().add_(1).mul_(2).transpose_(0, 1),
        lambda x: (x.clone().resize_(1), x.clone().unsqueeze_(0).squeeze_(0)),
        lambda x: torch.stack([x.sum(), torch.tensor(3.0)]),
        lambda x: x[:, : torch.tensor(2).item()],
        lambda x: torch.batch_norm(x, None, None, None, None, True, 0.1, 1e-5, True),
        lambda x: x.expand(4, 2, 3).permute(2, 0, 1),
    ],
)
def test_types_views_and_sizes(function: Callable[[Tensor], Any]) -> None:
    """Twice in one forward: the second time from memory; and what follows depends on it."""

    def twice(x: Tensor) -> Any:
        return function(x), function(x)

    shape_cache._KNOWN.clear()
    captured = trace(Function(twice), 2, 3)
    outputs = captured.calls[0].outputs
    assert outputs is not None
    tensors = [(each.shape, each.dtype) for each in outputs.tensors()]
    half = len(tensors) // 2
    assert tensors[:half] == tensors[half:]
    with torch.no_grad():
        real = function(torch.rand(2, 3))
    expected = [real] if isinstance(real, Tensor) else list(real)
    assert [shape for shape, _ in tensors[:half]] == [tuple(each.shape) for each in expected]
    assert [dtype for _, dtype in tensors[:half]] == [str(each.dtype).removeprefix("torch.") for each in expected]


def test_views_share_memory_and_strides() -> None:
    """What autograd keeps is counted by memory: a view of it must be known as one."""

    def function(x: Tensor) -> Tensor:
        y = x.exp()
        for _ in range(3):
            y = y.reshape(3, 2).transpose(0, 1).reshape(2, 3).t()
        return (y * y.exp()).sum()

    captured = capture(Function(function), ForwardInputs((torch.rand(2, 3, requires_grad=True),)))
    kept: list[int] = []
    seen: dict[int, Any] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in seen:
            seen[storage._cdata] = storage
            kept.append(storage.nbytes())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        function(torch.rand(2, 3, requires_grad=True))
    assert captured.trace.calls[0].saved_bytes == sum(kept)


def test_the_default_dtype_is_part_of_what_is_known() -> None:
    function = Function(lambda x: x + 0.5)
    first = trace(function, 2, dtype="int64").calls[0].outputs
    torch.set_default_dtype(torch.float64)
    try:
        second = trace(function, 2, dtype="int64").calls[0].outputs
    finally:
        torch.set_default_dtype(torch.float32)
    assert first is not None
    assert second is not None
    assert [each.dtype for each in (*first.tensors(), *second.tensors())] == ["float32", "float64"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of its own: where an earlier capture has learned the same ops, this one learns nothing.
    monkeypatch.setattr(shape_cache, "_KNOWN", {})
    trace(Convolutional(), 2, 3, 8, 8)
    assert len(shape_cache._KNOWN) > 5
    shape_cache._KNOWN.clear()
    monkeypatch.setattr(shape_cache, "_MOST", 5)
    trace(Convolutional(), 2, 3, 8, 8)
    assert 0 < len(shape_cache._KNOWN) <= 5


def test_making_tensors_as_the_constructor_does() -> None:
    fake = FakeModel(nn.Linear(2, 2))
    device = torch.device("cpu")
    quick = fake.maker.fresh((2, 3), (3, 1), torch.float32, device)
    slow = FakeTensor(fake.mode, torch.empty(2, 3, device="meta"), device)
    assert quick.__dict__ == slow.__dict__
    assert torch._C._dispatch_key_set(quick) == torch._C._dispatch_key_set(slow)
