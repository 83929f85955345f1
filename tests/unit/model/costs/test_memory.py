"""Predicted memory: what blocks there are, when, and how much of it PyTorch's allocator really gives out."""

from functools import partial
from typing import Any

import pytest
import torch
from tests.allocator import inference_peak, step_peak
from tests.zoo import ZOO, each_model
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from cutaway.model.costs.memory import USES, memory
from cutaway.model.records import Allocation
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary
from cutaway.model.trace import Trace

WIDTH = 64
SQUARE = 4 * WIDTH * WIDTH
ROW = 4 * WIDTH


def stack(count: int, *, inplace: bool = False) -> nn.Sequential:
    return nn.Sequential(*(nn.Sequential(nn.Linear(WIDTH, WIDTH, bias=False), nn.ReLU(inplace)) for _ in range(count)))


def step(model: nn.Module, rows: int = 8, **settings: Any) -> ModelSummary:
    return summary(model, (rows, WIDTH), train=True, verbose=False, **settings)


def peak(result: ModelSummary) -> int:
    assert result.memory is not None
    return result.memory.peak


def test_inference_by_hand() -> None:
    """While a ReLU runs there are what it reads and makes, and what the Sequential around it was given."""
    result = summary(stack(5), (8, WIDTH), train=False, verbose=False)
    assert result.memory is not None
    assert result.memory.at_peak == {"parameters": 5 * SQUARE, "inputs": 8 * ROW, "temporary": 3 * 8 * ROW}
    assert result.memory.peak_phase == "forward"
    assert result.memory.peak_layer == "1.1"
    assert not result.trace.gradients


def test_training_by_hand() -> None:
    result = step(stack(3), rows=8, optimizer="adamw")
    assert result.memory is not None
    found = result.memory
    # A ReLU keeps its result, and so does the linear layer behind it, which reads the same memory.
    assert found.most("activations") == 3 * 8 * ROW
    assert found.most("gradients") == 3 * SQUARE
    # Two moments of each weight, and a step of 4 bytes.
    assert found.most("optimizer") == 3 * (2 * SQUARE + 4)
    assert found.most("parameters") == 3 * SQUARE
    assert found.by_use["gradients"][0] == 0
    assert found.by_use["optimizer"][0] == found.by_use["optimizer"][-1]
    assert set(found.phases) == {"forward", "backward", "optimizer"}


def test_memory_is_what_its_uses_add_up_to() -> None:
    found = step(stack(2), optimizer="sgd").memory
    assert found is not None
    for at, total in enumerate(found.total):
        assert total == sum(found.by_use[use][at] for use in USES) > 0
    assert found.peak == max(found.total) == sum(found.at_peak.values())


def test_working_in_place_saves_memory() -> None:
    plain, inplace = (
        summary(model, (8, WIDTH), train=False, verbose=False) for model in (stack(6), stack(6, inplace=True))
    )
    assert peak(inplace) == peak(plain) - 8 * ROW


class Checkpointed(nn.Module):
    def __init__(self, *, reentrant: bool = False) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(stack(4) for _ in range(4))
        self.reentrant = reentrant

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=self.reentrant)
        return x


def test_checkpointing_saves_memory() -> None:
    plain, less = step(stack(16), 512), step(Checkpointed(), 512)
    assert less.memory is not None
    assert plain.memory is not None
    assert less.memory.most("activations") <= plain.memory.most("activations") / 2
    assert "recompute" in less.memory.phases


@pytest.mark.parametrize(
    ("optimizer", "states"),
    [
        ("sgd", 0),
        ("SGD", 0),
        ("adam", 2),
        ("rmsprop", 1),
        (partial(torch.optim.SGD, lr=0.1, momentum=0.9), 1),
        (lambda parameters: torch.optim.Adam(parameters, amsgrad=True), 3),
    ],
)
def test_state(optimizer: Any, states: int) -> None:
    result = step(stack(2), optimizer=optimizer)
    assert result.trace.optimizer == ""
    assert result.memory is not None
    assert result.memory.most("optimizer") // SQUARE == 2 * states


def test_an_optimizer_of_the_users_stays_as_it_is() -> None:
    model = stack(2)
    groups: Any = [{"params": model[0].parameters(), "lr": 0.5}, {"params": model[1].parameters()}]
    optimizer = torch.optim.AdamW(groups)
    torch.optim.lr_scheduler.StepLR(optimizer, 1)
    result = step(model, optimizer=optimizer)
    assert result.trace.optimizer == ""
    assert result.memory is not None
    assert result.memory.most("optimizer") == 2 * (2 * SQUARE + 4)
    assert not optimizer.state
    assert optimizer.param_groups[0]["params"][0] is model[0][0].weight  # type: ignore[index]
    assert model[0][0].weight.grad is None  # type: ignore[index]


def test_frozen_layers_have_neither_gradients_nor_state() -> None:
    model = stack(3)
    model[0].requires_grad_(False)
    found = step(model, optimizer="adamw").memory
    assert found is not None
    assert found.most("gradients") == 2 * SQUARE
    assert found.most("optimizer") == 2 * (2 * SQUARE + 4)


def test_batch_and_dtype() -> None:
    result = summary(stack(2), (1, WIDTH), train=False, batch=8, dtype="bfloat16", verbose=False)
    assert result.memory is not None
    assert result.memory.most("parameters") == 2 * SQUARE // 2
    assert result.memory.most("inputs") == 8 * ROW // 2
    assert {parameter.dtype for parameter in result.trace.parameters} == {"bfloat16"}
    given = summary(stack(2), input_data=torch.rand(2, WIDTH), train=False, batch=8, dtype="bfloat16", verbose=False)
    assert given.memory == result.memory


def test_autocast_of_the_users_counts() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        result = step(stack(2), 512)
    assert result.memory is not None
    assert result.rows[0].outputs is not None
    assert next(result.rows[0].outputs.tensors()).dtype == "bfloat16"


def test_a_loss() -> None:
    target = torch.zeros(8, dtype=torch.long)
    result = step(stack(1), loss=lambda found: functional.cross_entropy(found, target))
    assert result.trace.backward == ""
    assert {"aten._log_softmax_backward_data.default"} <= {op.name for op in result.trace.ops}


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (lambda found: found, r"a tensor of \(8, 64\); a single number is expected"),
        (lambda found: 3.0, "did not return a tensor"),
        (lambda found: found.nothing, "no attribute 'nothing'"),
    ],
)
def test_a_loss_that_is_none(loss: Any, why: str) -> None:
    result = step(stack(1), loss=loss, optimizer="adamw")
    assert result.trace.backward is not None
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(result.trace.backward)
    assert result.trace.optimizer == "without a backward there is nothing to do"
    assert "No backward" in str(result)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"optimizer": "adamx"}, ValueError, r"optimizer is 'adamx' \(did you mean 'adamax'\?\); one of adadelta"),
        ({"optimizer": 3}, TypeError, "optimizer is of type int"),
        ({"optimizer": lambda _: 3}, ValueError, "made an object of type int"),
        ({"optimizer": torch.optim.SGD([torch.zeros(3)])}, ValueError, "parameters that the model does not have"),
        ({"batch": 0}, ValueError, "batch is 0; a whole number from 1"),
        ({"batch": 1.5}, TypeError, "batch is of type float"),
        ({"dtype": "int8"}, ValueError, "dtype is 'int8'; one of float16"),
        ({"loss": 3}, TypeError, "loss is of type int"),
        ({"train": False, "optimizer": "sgd"}, ValueError, "optimizer was given with train=False"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        summary(stack(1), (8, WIDTH), verbose=False, **settings)


def test_an_optimizer_that_needs_more_is_named() -> None:
    assert step(stack(1), optimizer="lbfgs").trace.optimizer == (
        "LBFGS: LBFGS.step() missing 1 required positional argument: 'closure'"
    )


def test_a_batch_that_does_not_divide_is_one_line() -> None:
    class Folds(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.view(-1, 4, WIDTH)

    with pytest.raises(RuntimeError, match=r"the forward of Folds itself failed in torch.Tensor.view with input 7×64"):
        summary(Folds(), (4, WIDTH), batch=7, verbose=False)


def test_blocks_on_a_gpu_are_rounded() -> None:
    from dataclasses import replace

    trace = step(stack(1)).trace
    blocks = tuple(Allocation(block.op, block.freed, 1, block.kind, "cuda:0") for block in trace.allocations)
    on_gpu = memory(replace(trace, allocations=blocks, parameters=()))
    assert on_gpu is not None
    assert all(size % 512 == 0 for size in on_gpu.total)


def test_nothing_is_known_without_a_forward() -> None:
    assert summary(stack(1), verbose=False).memory is None
    assert memory(Trace("torch", "Empty", "modules", "", (), (), (), ())) is None


#: The workspace of oneDNN's LSTM is known to it alone; a mask of Bart's differs on shapes alone (see the guide).
_UNLIKE = {"lstm tagger", "bart"}
_BATCH = 16


def _total(result: Any) -> Tensor:
    """The mean square of what the model is for."""
    for name in ("logits", "last_hidden_state", "image_embeds"):
        found = getattr(result, name, None)
        if found is not None:
            return found.float().square().mean()  # type: ignore[no-any-return]
    assert isinstance(result, Tensor)
    return result.square().mean()


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_is_measured(reentrant: bool) -> None:
    model, given = Checkpointed(reentrant=reentrant), torch.rand(512, WIDTH, requires_grad=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    found = summary(model, input_data=given, train=True, loss=_total, optimizer=optimizer, verbose=False)
    measured = step_peak(model, {"x": given}, _total, optimizer).tensors
    # The reentrant kind makes a graph of its own for each block.
    assert peak(found) == pytest.approx(measured, rel=0.1)


@pytest.mark.parametrize("name", each_model(without=_UNLIKE))
def test_predicted_is_measured(name: str) -> None:
    """Within a tenth of what PyTorch's allocator gives out, for inference and for a step of AdamW."""
    make, inputs = ZOO[name]
    model = make()
    arguments = {
        key: value.repeat(_BATCH, *[1] * (value.dim() - 1)) if isinstance(value, Tensor) else value
        for key, value in inputs().items()
    }
    model.eval()
    found = summary(model, input_data=arguments, train=False, verbose=False)
    assert peak(found) == pytest.approx(inference_peak(model, arguments).tensors, rel=0.1)
    model.train()
    trained = summary(model, input_data=arguments, train=True, loss=_total, optimizer="adamw", verbose=False)
    if trained.trace.method == "real":
        return  # It cannot be known without gradients.
    used = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert peak(trained) == pytest.approx(step_peak(model, arguments, _total, torch.optim.AdamW(used)).tensors, rel=0.1)
