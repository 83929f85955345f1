"""Models through the writer: what is recorded, from inputs and from a real step, which stays what it is."""

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from torch import Tensor, nn

import cutaway
from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.values_text import shape_text

if TYPE_CHECKING:
    from cutaway.logs.logs import Run


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(), nn.Flatten(), nn.Linear(144, 5)
    )


def read(path: Path, tag: str = "model") -> list[ModelSummary]:
    run: Run = cutaway.open(path)["."]
    return [model.summary for model in run.models(tag)] if tag in run.tags("cutaway_model") else []


def test_the_graph_of_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_graph(model, torch.zeros(1, 4))
        assert capsys.readouterr().out == ""
        writer.add_graph(model, {"input": torch.zeros(1, 4)}, verbose=True)
        assert "Linear" in capsys.readouterr().out
    graphs = cutaway.open(tmp_path)["."].graphs()
    assert len(graphs) == 2
    names = {node.name for node in GraphDef.FromString(graphs.raw(0)).node}
    assert {"Sequential/0/addmm", "Sequential/1/relu", "Sequential/0/weight", "input/0", "output"} <= names


def test_what_was_recorded_is_what_was_returned(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        returned = writer.add_model(network(), input_size=(2, 3, 8, 8), backward=True, tag="net", global_step=7)
    assert returned is not None
    (found,) = read(tmp_path, "net")
    assert found.trace == returned.trace
    assert found.rows == returned.rows
    run = cutaway.open(tmp_path)["."]
    assert run.tags("cutaway_model") == ["net"]
    assert run.tags("run_metadata") == ["net at step 7"]
    assert run.models("net")[0].describe() == f"model Sequential: {returned.totals.parameters:,} parameters, 9,216 MACs"


class Trained:
    """Three steps of a model, with everything that they leave."""

    def __init__(self, writer: cutaway.SummaryWriter | None) -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        if writer is not None:
            assert writer.add_model(model, tag="net", global_step=1) is None
        self.outputs = []
        for step in range(3):
            torch.manual_seed(step)
            optimizer.zero_grad()
            output = model(torch.rand(2, 3, 8, 8))
            output.pow(2).sum().backward()
            optimizer.step()
            self.outputs.append(output.detach())
        self.state = model.state_dict()
        self.gradients = [parameter.grad for parameter in model.parameters()]
        self.model = model


def test_the_next_real_step_is_recorded_and_is_the_same(tmp_path: Path) -> None:
    backward, call = torch.autograd.backward, nn.Module.__call__
    with cutaway.SummaryWriter(tmp_path) as writer:
        watched = Trained(writer)
        assert torch.autograd.backward is backward
        assert nn.Module.__call__ is call
        assert not any(module._forward_hooks or module._forward_pre_hooks for module in watched.model.modules())
        # It is in the file before the writer is closed.
        (found,) = read(tmp_path, "net")
    plain = Trained(None)
    assert all(torch.equal(one, other) for one, other in zip(watched.outputs, plain.outputs, strict=True))
    assert all(torch.equal(watched.state[name], value) for name, value in plain.state.items())
    assert all(torch.equal(one, other) for one, other in zip(watched.gradients, plain.gradients, strict=True))  # type: ignore[arg-type]

    assert (found.trace.method, found.trace.reason) == ("real", "recorded in a real step")
    expected = cutaway.summary(network(), (2, 3, 8, 8), backward=True, verbose=False)
    for row, other in zip(found.rows, expected.rows, strict=True):
        assert (row.key, row.type, row.macs, row.saved_bytes) == (other.key, other.type, other.macs, other.saved_bytes)
        assert row.backward_macs == other.backward_macs
        assert shape_text(row.outputs) == shape_text(other.outputs)


def test_a_forward_without_gradients_is_recorded_at_once(tmp_path: Path) -> None:
    model = network().eval()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        with torch.no_grad():
            model(torch.rand(2, 3, 8, 8))
        (found,) = read(tmp_path)
    assert found.trace.backward == "no output takes a gradient"
    assert found.totals.macs == 9216


@pytest.mark.parametrize("end", ["close", "forward"])
def test_a_backward_that_does_not_come_is_not_waited_for(tmp_path: Path, end: str) -> None:
    model, backward = network(), torch.autograd.backward
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        output = model(torch.rand(2, 3, 8, 8))
        assert read(tmp_path) == []
        if end == "forward":
            model(torch.rand(2, 3, 8, 8))
            assert len(read(tmp_path)) == 1
    (found,) = read(tmp_path)
    assert found.trace.backward == "no backward was run before the next forward"
    assert torch.autograd.backward is backward
    output.sum().backward()


def test_a_forward_that_fails_is_not_the_one(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        with pytest.raises(RuntimeError, match="channels"):
            model(torch.rand(2, 4, 8, 8))
        assert nn.Module.__call__.__module__ == "torch.nn.modules.module"
        model(torch.rand(2, 3, 8, 8)).sum().backward()
    (found,) = read(tmp_path)
    assert found.trace.failure is None
    assert found.totals.backward_macs == 7776 + 2 * 1440


def test_a_forward_that_never_comes_leaves_nothing(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        assert len(model._forward_pre_hooks) == 1
    assert len(model._forward_pre_hooks) == 0
    assert read(tmp_path) == []


def test_a_writer_that_waits_can_be_pickled(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        copy: Any = pickle.loads(pickle.dumps(writer))
        assert copy._waiting == []


def test_a_checkpointed_step(tmp_path: Path) -> None:
    from torch.utils.checkpoint import checkpoint

    class Checkpointed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))

        def forward(self, x: Tensor) -> Any:
            return checkpoint(self.inner, x, use_reentrant=False)

    model = Checkpointed()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model)
        model(torch.rand(3, 4)).sum().backward()
    (found,) = read(tmp_path)
    assert [row.key for row in found.rows] == ["", "inner", "inner.0", "inner.1", "inner.2"]
    assert {op.phase for op in found.trace.ops} == {"forward", "backward", "recompute"}


def test_what_is_refused(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.raises(TypeError, match="model is of type str"):
            writer.add_graph("model", torch.zeros(1, 3))  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="model is of type str"):
            writer.add_model("model")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="tag must be a string, got 3"):
            writer.add_model(network(), tag=3)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="mode is 'fast'"):
            writer.add_model(network(), torch.zeros(1, 3), mode="fast")
        assert cutaway.open(tmp_path)["."].kinds == {}
        with pytest.raises(ForwardError):
            writer.add_graph(nn.Linear(2, 2), torch.zeros(1, 3))
    # What there was up to the failure is recorded.
    (found,) = read(tmp_path)
    assert found.trace.failure is not None
