"""What is noticed about a model, and when it is not."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound
from tests.unit.model.networks import Convolutional, Language, Repeated
from tests.zoo import ZOO, each_model
from torch import Tensor, nn

from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.summary import summary
from cutaway.model.trace import Trace

pytestmark = pytest.mark.filterwarnings("ignore")


def found(result: ModelSummary) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.kind, finding.paths) for finding in result.noticed]


def of(model: nn.Module, size: tuple[int, ...] = (2, 4), **settings: Any) -> ModelSummary:
    return summary(model, size, verbose=False, **settings)


def chain(self: Any, x: Tensor) -> Tensor:
    for layer in self.held:
        x = layer(x)
    return x


class Hidden(nn.Module):
    """Layers in a plain list, which PyTorch does not see."""

    def __init__(self, held: Any) -> None:
        super().__init__()
        self.head = nn.Linear(4, 4)
        self.held = held

    def forward(self, x: Tensor) -> Tensor:
        return chain(self, self.head(x))


def test_modules_in_a_plain_list() -> None:
    result = of(Hidden([nn.Linear(4, 4), nn.Linear(4, 4)]))
    assert found(result) == [("unregistered", ("<Linear>", "<Linear>"))]
    text = "Noticed      2 modules with 40 parameters run, but no optimizer will see them: <Linear> is not registered"
    assert text in result.to_text(160)
    assert result.to_dict()["noticed"][0]["kind"] == "unregistered"


def test_what_is_in_an_unregistered_module_is_a_part_of_it() -> None:
    result = of(Hidden([nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))]))
    assert "1 module with 40 parameters runs, but no optimizer will see it" in str(result)


@pytest.mark.parametrize(
    "held",
    [
        nn.ModuleList([nn.Linear(4, 4)]),
        [nn.ReLU(), nn.Dropout()],
        # A teacher that is not to be trained is often hidden like that.
        [nn.Linear(4, 4).requires_grad_(False)],
    ],
)
def test_registered_and_untrained_modules_are_as_they_should_be(held: Any) -> None:
    assert found(of(Hidden(held), backward=True)) == []


def test_a_list_of_what_is_registered_elsewhere() -> None:
    model = Hidden([])
    model.held = [model.head, nn.Sequential(model.head)]
    assert found(of(model)) == []


def test_modules_that_are_never_called() -> None:
    result = of(Bound(lambda self, x: self.used(x), used=nn.Linear(4, 4), spare=nn.Sequential(nn.Linear(4, 3))))
    assert found(result) == [("not called", ("spare",))]
    assert "spare with 15 parameters is never called in this forward" in str(result)


def test_parameters_of_what_is_never_called_are_not_told_twice() -> None:
    model = Bound(lambda self, x: self.used(x), used=nn.Linear(4, 4), spare=nn.Linear(4, 4))
    assert found(of(model, backward=True)) == [("not called", ("spare",))]


@pytest.mark.parametrize(
    "function",
    [
        # Without parameters there is nothing to miss.
        lambda self, x: self.used(x),
        # Its weights are used, although not by a call of it.
        lambda self, x: nn.functional.linear(x, self.used.weight),
    ],
)
def test_nothing_is_missing(function: Callable[[Any, Tensor], Tensor]) -> None:
    assert found(of(Bound(function, used=nn.Linear(4, 4, bias=False), drop=nn.Dropout()))) == []


def test_modules_without_an_input_are_not_said_to_be_left_out() -> None:
    assert found(summary(Language(), verbose=False)) == []


def test_parameters_without_a_gradient() -> None:
    model = Bound(lambda self, x: self.a(x).detach() + self.b(x), a=nn.Linear(4, 4), b=nn.Linear(4, 4))
    result = of(model, backward=True)
    assert found(result) == [("no gradient", ("a.weight", "a.bias"))]
    assert "a.weight and a.bias get no gradient in this step" in str(result)
    # Without a backward nobody knows.
    assert found(of(model)) == []


def test_frozen_parameters_want_no_gradient() -> None:
    model = nn.Sequential(nn.Linear(4, 4).requires_grad_(False), nn.Linear(4, 4))
    assert found(of(model, train=True, optimizer="adamw")) == []


def test_a_list_times_a_number() -> None:
    result = of(nn.Sequential(*[nn.Linear(4, 4)] * 5))
    assert found(result) == [("tied", ("0", "1", "2", "3", "4"))]
    assert "0, 1, 2 and 2 more are one and the same" in str(result)


class Parameters(nn.Module):
    """A list of parameters that was multiplied."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(4))] * 2)

    def forward(self, x: Tensor) -> Tensor:
        first, second = self.scales
        result: Tensor = x * first * second
        return result


def test_parameters_of_a_list_times_a_number() -> None:
    assert found(of(Parameters())) == [("tied", ("scales.0", "scales.1"))]


@pytest.mark.parametrize(
    "model",
    [
        # Tied by name, called again and again, and without weights.
        Bound(lambda self, x: self.b(self.a(x)), a=(layer := nn.Linear(4, 4)), b=layer),
        Repeated(3),
        nn.Sequential(*[nn.ReLU()] * 2, nn.Linear(4, 4)),
    ],
)
def test_weights_that_are_shared_by_design(model: nn.Module) -> None:
    assert found(of(model)) == []


def halfway(model: nn.Module) -> nn.Module:
    model.eval()
    model.stem.train()  # type: ignore[union-attr]
    return model


def test_a_batch_norm_in_training_mode_in_an_evaluated_model() -> None:
    result = of(halfway(Convolutional()), (2, 3, 8, 8))
    assert found(result) == [("batch norm", ("stem.1",))]
    assert "stem.1 normalises by the batch and not by what was learned" in str(result)


@pytest.mark.parametrize(
    "model",
    [
        Convolutional().train(),
        Convolutional().eval(),
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, track_running_stats=False)).eval(),
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4)).eval(),
    ],
)
def test_batch_norms_that_are_as_they_should_be(model: nn.Module) -> None:
    assert found(of(model, (2, 3, 8, 8))) == []


def test_nothing_is_noticed_of_a_forward_that_failed() -> None:
    with pytest.raises(ForwardError) as raised:
        of(nn.Sequential(nn.Linear(4, 4), nn.Linear(5, 5), nn.Linear(5, 5)))
    assert found(raised.value.summary) == []


def test_findings_survive_writing_and_reading() -> None:
    result = of(Hidden([nn.Linear(4, 4)]), backward=True)
    assert found(ModelSummary(Trace.from_dict(result.trace.to_dict()))) == found(result) != []


#: What is rightly noticed about real architectures.
RIGHT: dict[str, set[str]] = {
    # They stand for patches that only a training hides.
    "dinov2": {"no gradient: embeddings.mask_token gets no gradient in this step"},
    "wav2vec 2": {"no gradient: masked_spec_embed gets no gradient in this step"},
}


@pytest.mark.parametrize("name", each_model())
def test_real_architectures_are_silent(name: str) -> None:
    make, inputs = ZOO[name]
    result = summary(make().eval(), input_data=inputs(), backward=True, verbose=False)
    assert {f"{finding.kind}: {finding.text}" for finding in result.noticed} == RIGHT.get(name, set())
