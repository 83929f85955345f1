"""Capture: everything is recorded, by the right method, and the model is as before."""

import contextlib
import copy
import random
import threading
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.model.networks import Convolutional, Custom, Language, Repeated
from torch import Tensor, nn

from cutaway.model.capture.captured import Captured
from cutaway.model.capture.torch.capture import capture
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.records import Method
from cutaway.model.trace import Trace

ROWS = ForwardInputs((TensorSpec((3, 4)),))


def traced(model: nn.Module, *sizes: tuple[int, ...], dtype: str | None = None) -> Trace:
    captured = capture(model, ForwardInputs(tuple(TensorSpec(size, dtype) for size in sizes)))
    assert captured.error is None
    return captured.trace


def keep(module: Custom, x: Tensor) -> Tensor:
    return x


def branch(module: Custom, x: Tensor) -> Tensor:
    return x if x.sum() > 0 else -x


def draw(module: Custom, x: Tensor) -> Tensor:
    random.random()
    np.random.random()
    module.extra = x
    module.train(not module.training)
    return branch(module, x + torch.rand(4))


def write(module: Custom, x: Tensor) -> Tensor:
    module.linear.weight.mul_(2)
    module.norm.weight[0] = 7
    return branch(module, x)


def fail(module: Custom, x: Tensor) -> Tensor:
    return x @ torch.ones(7, 7)


def fail_for_real(module: Custom, x: Tensor) -> Tensor:
    return fail(module, draw(module, x))


def fail_after_writing(module: Custom, x: Tensor) -> Tensor:
    return fail(module, write(module, x))


def without_copy(model: Custom) -> Custom:
    model.lock = threading.Lock()  # type: ignore[assignment]
    return model


@pytest.mark.parametrize("copyable", [True, False])
@pytest.mark.parametrize("then", [keep, draw, write, branch, fail, fail_for_real, fail_after_writing])
def test_the_world_is_left_as_found(then: Callable[[Custom, Tensor], Any], copyable: bool) -> None:
    model = Custom(then)
    model.norm.eval()
    model.linear.bias.requires_grad_(False)
    fired: list[int] = []
    handle = model.linear.register_forward_hook(lambda *_: fired.append(1))
    if not copyable:
        without_copy(model)
    attributes = {name: dict(module.__dict__) for name, module in model.named_modules()}
    values = copy.deepcopy(model.state_dict())
    given = torch.rand(3, 4)
    before = given.clone()
    call, fast = nn.Module.__call__, torch.backends.mha.get_fastpath_enabled()
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]

    captured = capture(model, ForwardInputs((given,)), CaptureOptions(mode="train"))

    assert (captured.error is not None) == then.__name__.startswith("fail")
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]  # type: ignore[index]
    assert nn.Module.__call__ is call
    assert torch.backends.mha.get_fastpath_enabled() == fast
    assert torch.equal(given, before)
    assert {name: dict(module.__dict__) for name, module in model.named_modules()} == attributes
    assert all(type(tensor) in (Tensor, nn.Parameter) for tensor in (*model.parameters(), *model.buffers()))
    assert all(torch.equal(value, values[name]) for name, value in model.state_dict().items())
    handle.remove()
    count = len(fired)
    model.linear(given)
    assert len(fired) == count


@pytest.mark.parametrize(
    ("then", "method", "reason"),
    [
        (keep, "fake", ""),
        (branch, "real", "depends on values"),
        (lambda _, x: x[x > 0], "fake", "depends on values"),
        (lambda _, x: x[x > 0].sum(), "fake", "depends on values"),
        (lambda _, x: x.tolist(), "fake", "depends on values"),
        (lambda _, x: x * x.sum().item(), "fake", "depends on values"),
        (lambda _, x: x.new_zeros(x.argmax().item()), "fake", "depends on values"),
        (lambda _, x: next(each for each in x if each.sum() > -9), "real", "depends on values"),
        (lambda _, x: x.numpy(), "real", "does not run on shapes alone"),
    ],
)
def test_method(then: Callable[[Custom, Tensor], Any], method: Method, reason: str) -> None:
    captured = capture(Custom(then), ROWS)
    assert captured.error is None
    assert captured.trace.method == method
    assert reason in captured.trace.reason
    assert bool(captured.trace.reason) == bool(reason)


def test_sizes_that_only_values_decide_are_unknown() -> None:
    trace = traced(Custom(lambda module, x: module.linear(x.repeat_interleave(x.sum(1).long(), 0))), (3, 4))
    assert trace.method == "fake"
    outputs = trace.calls[0].outputs
    assert outputs is not None
    assert outputs.tensor is not None
    assert outputs.tensor.shape == (-1, 4), outputs


def test_an_error_behind_a_value_is_looked_at_for_real() -> None:
    """A size that is a symbol fails where a number does not."""

    def then(module: Custom, x: Tensor) -> Tensor:
        kept = x.repeat_interleave((x.sum(1) > -99).long(), 0)
        assert type(kept.shape[0]) is int
        return kept

    trace = traced(Custom(then), (3, 4))
    assert trace.method == "real"
    assert "depends on values" in trace.reason
    assert trace.failure is None


def test_what_only_works_without_gradients_is_captured_without() -> None:
    trace = traced(Custom(lambda module, x: x @ module.linear.weight.mul_(2)), (3, 4))
    assert trace.method == "fake"
    assert trace.calls[0].saved_bytes is None


def test_gradients_of_the_users_own_tensors_stay() -> None:
    """Weights that the model reads without holding them, and gradients that are there."""
    outside, scale = nn.Linear(4, 4), torch.ones(4, requires_grad=True)
    outside(torch.ones(1, 4)).sum().backward()
    model = Custom(lambda module, x: outside(x) * scale)
    model.linear.weight.grad = torch.ones(4, 4)
    gradients = [outside.weight.grad, scale.grad, model.linear.weight.grad]
    given = torch.rand(3, 4, requires_grad=True)
    captured = capture(model, ForwardInputs((given,)), CaptureOptions(backward=True))
    assert captured.trace.backward == ""
    found = [outside.weight.grad, scale.grad, model.linear.weight.grad]
    assert all(one is other for one, other in zip(found, gradients, strict=True))
    assert given.grad is None


def test_an_error_of_the_forward_itself_is_no_reason_to_run_it_again() -> None:
    runs: list[int] = []

    def then(module: Custom, x: Tensor) -> Tensor:
        runs.append(1)
        return fail(module, x)

    captured = capture(Custom(then), ROWS)
    assert isinstance(captured.error, RuntimeError)
    assert captured.trace.method == "fake"
    assert len(runs) == 1


def test_fake_and_real_agree() -> None:
    shapes = capture(Custom(keep), ROWS).trace
    values = capture(without_copy(Custom(keep)), ROWS).trace
    assert (shapes.method, values.method) == ("fake", "real")
    assert [replace(call, saved_bytes=None) for call in shapes.calls[1:]] == list(values.calls[1:])
    assert shapes.modules == values.modules
    assert shapes.parameters == values.parameters
    assert [op.name for op in shapes.ops] == [op.name for op in values.ops]


def test_lazy_modules_get_their_shapes_on_a_copy() -> None:
    model = nn.Sequential(nn.LazyLinear(3), nn.ReLU())
    captured = capture(model, ROWS)
    assert captured.error is None
    assert captured.trace.method == "real"
    assert captured.trace.parameters[0].shape == (3, 4)
    assert isinstance(model[0].weight, nn.UninitializedParameter)
    assert capture(model, ForwardInputs()).trace.parameters[0].shape is None


def test_meta_weights_need_no_values_unless_the_forward_does() -> None:
    with torch.device("meta"):
        shapes, values = Custom(lambda _, x: x + torch.arange(4)), Custom(branch)
    assert capture(shapes, ROWS).trace.method == "fake"
    trace = capture(values, ROWS).trace
    assert trace.method == "modules"
    assert trace.calls == ()
    assert "weights have no values" in trace.reason


def test_ops_are_linked_by_what_made_their_inputs() -> None:
    trace = traced(Custom(keep), (3, 4))
    linear = next(op for op in trace.ops if op.name == "aten.addmm.default")
    norm = next(op for op in trace.ops if "batch_norm" in op.name)
    assert linear.function == "torch.nn.functional.linear"
    assert [item.parameter for item in linear.inputs if item.argument == "self"] == ["linear.bias"]
    transposed = next(item.producer for item in linear.inputs if item.argument == "mat2")
    assert transposed is not None
    assert trace.ops[transposed].inputs[0].parameter == "linear.weight"
    assert trace.ops[transposed].outputs[0].alias_of == "self"
    assert norm.inputs[0].producer == linear.id
    assert norm.call is not None
    assert trace.calls[norm.call].path == "norm"
    assert trace.calls[norm.call].inputs.items[0][1].op == linear.id
    for op in trace.ops:
        assert op.source is not None
        assert op.source.rpartition(":")[0].endswith(("networks.py", "test_capture.py"))
        assert all(item.producer is None or item.producer < op.id for item in op.inputs)


def test_paths_call_numbers_and_aliases() -> None:
    trace = traced(Repeated(3), (2, 4))
    assert [call.key for call in trace.calls] == ["", "layer", "layer#2", "layer#3"]
    assert [call.parent for call in trace.calls] == [None, 0, 0, 0]
    layer = nn.Linear(4, 4)
    shared = traced(nn.Sequential(layer, nn.ReLU(), layer), (2, 4))
    assert [call.key for call in shared.calls] == ["", "0", "1", "0#2"]
    assert shared.modules[1].aliases == ("2",)
    assert shared.parameters[0].aliases == ("2.weight",)
    tied = traced(Language(), (2, 7), dtype="int64")
    weight = next(parameter for parameter in tied.parameters if parameter.path == "tokens.weight")
    assert weight.aliases == ("head.weight",)


def test_wrappers_leave_no_trace() -> None:
    plain = traced(Convolutional(), (2, 3, 8, 8))
    assert traced(nn.DataParallel(Convolutional()), (2, 3, 8, 8)).modules == plain.modules
    inside = nn.Sequential(nn.DataParallel(nn.Sequential(nn.Linear(4, 4))), nn.ReLU())
    trace = traced(inside, (2, 4))
    assert [call.path for call in trace.calls] == ["", "0", "0.0", "1"]
    assert [parameter.path for parameter in trace.parameters] == ["0.0.weight", "0.0.bias"]

    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.module = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Any:
            return self.module(x)

    assert [call.path for call in traced(Own(), (2, 4)).calls] == ["", "module"]


Pair = namedtuple("Pair", ["first", "second"])


@dataclass
class Output:
    logits: Tensor
    loss: Tensor | None = None


class Opaque:
    pass


class Hostile(dict[str, Any]):
    def items(self) -> Any:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("make", "kind", "name", "shapes"),
    [
        (lambda x: x, "tensor", "Tensor", [(3, 4)]),
        (lambda x: None, "none", "None", []),
        (lambda x: 3, "scalar", "int", []),
        (lambda x: (x, [x, None]), "group", "tuple", [(3, 4), (3, 4)]),
        (lambda x: {"a": x, 1: x[0]}, "group", "dict", [(3, 4), (4,)]),
        (lambda x: Pair(x, x), "group", "Pair", [(3, 4), (3, 4)]),
        (lambda x: Output(x), "group", "Output", [(3, 4)]),
        (lambda x: Opaque(), "object", "Opaque", []),
        (lambda x: Hostile(), "object", "Hostile", []),
        (lambda x: Output, "object", "type", []),
    ],
)
def test_any_output(make: Callable[[Tensor], Any], kind: str, name: str, shapes: list[tuple[int, ...]]) -> None:
    captured = capture(Custom(lambda _, x: make(x)), ROWS)
    assert captured.error is None
    value = captured.trace.calls[0].outputs
    assert value is not None
    assert value.kind == kind
    assert name in value.type or value.kind == "tensor"
    assert [tensor.shape for tensor in value.tensors()] == shapes


def test_an_endless_output_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert capture(Custom(lambda _, x: endless), ROWS).error is None


def failure(captured: Captured) -> tuple[str | None, str | None]:
    found = captured.trace.failure
    assert found is not None
    return None if found.call is None else captured.trace.calls[found.call].path, found.function


def test_the_failing_layer_is_the_innermost() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(4, 4), nn.Linear(5, 5)), nn.ReLU())
    captured = capture(model, ROWS)
    assert failure(captured) == ("0.1", "torch.nn.functional.linear")
    assert [call.failed for call in captured.trace.calls] == [True, True, False, True]
    assert failure(capture(Custom(fail), ROWS))[0] == ""


def test_what_the_forward_catches_is_no_failure() -> None:
    def then(module: Custom, x: Tensor) -> Tensor:
        with contextlib.suppress(RuntimeError):
            x = module.linear(x[:, :2])
        return x

    captured = capture(Custom(then), ROWS)
    assert captured.error is None
    assert captured.trace.failure is None


def test_a_call_outside_the_tree_has_its_callers_path() -> None:
    trace = traced(Custom(lambda module, x: nn.ReLU()(x)), (3, 4))
    assert trace.calls[-1].path == "<ReLU>"


def test_other_threads_pass_through() -> None:
    other = nn.Linear(4, 4)

    def then(module: Custom, x: Tensor) -> Tensor:
        thread = threading.Thread(target=lambda: other(torch.ones(2, 4)))
        thread.start()
        thread.join()
        return x

    assert "<Linear>" not in [call.path for call in traced(Custom(then), (3, 4)).calls]


@pytest.mark.parametrize(
    "wrap",
    [
        nn.utils.weight_norm,
        nn.utils.spectral_norm,
        nn.utils.parametrizations.weight_norm,
        nn.utils.parametrizations.spectral_norm,
        torch.jit.script,
    ],
)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_reparametrised_layers(wrap: Callable[[nn.Module], nn.Module]) -> None:
    model = wrap(nn.Linear(4, 3))
    values = copy.deepcopy(model.state_dict())
    trace = traced(model, (2, 4))
    assert trace.method == "fake"
    assert all(torch.equal(value, values[name]) for name, value in model.state_dict().items())
    assert "Fake" not in type(model.weight).__name__


def test_the_fused_path_of_transformers_hides_nothing() -> None:
    trace = traced(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True).eval(), (2, 4, 16))
    assert {"self_attn", "linear1", "linear2"} <= {call.path for call in trace.calls}
