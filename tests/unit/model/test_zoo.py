"""Real architectures: what is captured on shapes alone is what a real run does."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import torch
from tests.unit.model.replay import UnknownConstantError, replay
from tests.zoo import ZOO, each_model
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from cutaway.model.capture.torch.values import named_tensors
from cutaway.model.summary import summary
from cutaway.model.trace import Trace

if TYPE_CHECKING:
    from cutaway.model.result import ModelSummary

pytestmark = pytest.mark.filterwarnings("ignore")
#: What oneDNN keeps of a recurrent layer for the backward is known to itself alone. Bart's own code makes a mask for
#: tensors without values that it leaves out when it sees that the mask hides nothing.
OPAQUE = {"lstm tagger", "bart"}
#: Their ops read numbers from the forward's own text, so that they cannot be run again.
NOT_REPLAYED = {
    *("deberta v2", "gpt-2", "gpt-neox", "opt", "bloom", "llama", "mistral", "qwen2", "gemma", "gemma 2", "phi"),
    *("falcon", "mixtral", "t5", "bart", "whisper"),
}


@pytest.fixture(autouse=True)
def _slow_path() -> Iterator[None]:
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    yield
    torch.backends.mha.set_fastpath_enabled(fast)


def made(name: str) -> tuple[nn.Module, dict[str, Any]]:
    torch.manual_seed(0)
    make, inputs = ZOO[name]
    return make().eval(), inputs()


@pytest.mark.parametrize("name", each_model())
def test_two_counters_agree(name: str) -> None:
    """PyTorch's own counter on a real run, where attention and recurrent layers are made of products."""
    model, inputs = made(name)
    result = summary(model, input_data=inputs, verbose=False)
    grouped = {torch.ops.aten._grouped_mm: _grouped_flops}
    plain = torch.backends.mkldnn.flags(enabled=False)
    counting = FlopCounterMode(display=False, custom_mapping=grouped)
    with counting as counter, torch.no_grad(), plain, sdpa_kernel(SDPBackend.MATH):
        model(**inputs)
    assert result.totals.flops == counter.get_total_flops()
    assert result.totals.uncounted_ops == {}


def _grouped_flops(left: Any, right: Any, *_: Any, **__: Any) -> int:
    """Every row meets the matrix of one expert."""
    return 2 * int(left[0]) * int(left[1]) * int(right[-1])


@pytest.mark.parametrize("name", each_model(without=OPAQUE))
def test_saved_bytes_are_what_autograd_keeps(name: str) -> None:
    _check_saved(name, training=False)


@pytest.mark.parametrize("name", ["u-net", "transformer", "resnet", "vit", "bert", "llama", "t5"])
def test_saved_bytes_in_training_mode(name: str) -> None:
    _check_saved(name, training=True)


def _check_saved(name: str, *, training: bool) -> None:
    model, inputs = made(name)
    model.train(training)
    result = summary(model, input_data=inputs, verbose=False)
    assert result.trace.gradients
    weights = {tensor.untyped_storage()._cdata for tensor in (*model.parameters(), *model.buffers())}
    kept: dict[int, Any] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in weights:
            # The storage itself, so that its address names no other one.
            kept[storage._cdata] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        returned = model(**inputs)
    assert result.totals.saved_bytes == sum(storage.nbytes() for storage in kept.values())
    del returned


@pytest.mark.parametrize("name", each_model())
def test_fake_equals_real(name: str) -> None:
    model, inputs = made(name)
    expected = _shapes_of_calls(model, inputs)
    calls = summary(model, input_data=inputs, verbose=False).trace.calls
    found = [
        (call.path, [] if call.outputs is None else [(each.shape, each.dtype) for each in call.outputs.tensors()])
        for call in calls
        # A module that is made in the forward is in no list of modules.
        if "<" not in call.path
    ]
    assert sorted(found) == sorted(expected)


def _shapes_of_calls(model: nn.Module, inputs: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """Every call with its outputs, by hooks."""
    found: list[tuple[str, list[Any]]] = []
    handles = []
    for path, module in model.named_modules():

        def hook(module: nn.Module, _: Any, result: Any, path: str = path) -> None:
            tensors = [tensor for _, tensor in reversed(list(named_tensors((result,), {})))]
            found.append((path, [(tuple(each.shape), str(each.dtype).removeprefix("torch.")) for each in tensors]))

        handles.append(module.register_forward_hook(hook))
    with torch.no_grad():
        model(**inputs)
    for handle in handles:
        handle.remove()
    return found


@pytest.mark.parametrize("name", each_model())
def test_replayed_ops_give_the_outputs(name: str) -> None:
    model, inputs = made(name)
    result: ModelSummary = summary(model, input_data=inputs, verbose=False)
    trace = Trace.from_dict(result.trace.to_dict())
    if name in NOT_REPLAYED:
        with pytest.raises(UnknownConstantError):
            replay(trace, model, inputs)
        return
    found = replay(trace, model, inputs)
    with torch.no_grad():
        expected = [tensor for _, tensor in reversed(list(named_tensors((model(**inputs),), {})))]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["resnet", "bert", "llama", "t5", "lstm tagger", "mixtral"])
def test_rows_add_up(name: str) -> None:
    model, inputs = made(name)
    result = summary(model, input_data=inputs, backward=True, verbose=False)
    children: dict[int, list[int]] = {}
    for idx, row in enumerate(result.rows):
        if row.parent is not None:
            children.setdefault(row.parent, []).append(idx)
    for count in ("parameters", "macs", "saved_bytes", "element_operations", "backward_macs", "parameter_bytes"):
        for parent, below in children.items():
            total = sum(getattr(result.rows[idx], count) or 0 for idx in below)
            assert total <= (getattr(result.rows[parent], count) or 0)
    assert result.totals.parameters == sum(parameter.numel() for parameter in model.parameters())
