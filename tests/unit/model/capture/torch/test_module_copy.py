"""The quick copy is the one that `copy.deepcopy` makes."""

import copy
from typing import Any

import pytest
import torch
from tests.unit.model.networks import Convolutional, Language
from torch import nn

from cutaway.model.capture.torch.module_copy import copy_module


class Odd(nn.Module):
    """A cycle, shared objects, hooks, and a module in a list that nobody registered."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.again = self.linear
        self.settings: dict[str, Any] = {"a": [1, 2], "module": self.linear}
        self.hidden = [nn.Linear(2, 2), self]
        self.tensor = torch.ones(3)
        self.same = self.tensor
        self.linear.register_forward_hook(self.hook)

    def hook(self, *_: object) -> None:
        """A bound method."""


class Own(nn.Module):
    """A class with a copy of its own."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Own":
        made = Own()
        made.copied = True  # type: ignore[assignment]
        return made


@pytest.mark.parametrize("make", [Convolutional, Language, Odd, lambda: nn.LSTM(2, 3), lambda: nn.Sequential(Own())])
def test_equals_deepcopy(make: Any) -> None:
    model = make()
    quick, slow = copy_module(model, {}), copy.deepcopy(model)
    assert [name for name, _ in quick.named_modules()] == [name for name, _ in slow.named_modules()]
    for one, other in zip(quick.modules(), slow.modules(), strict=True):
        assert type(one) is type(other)
        assert list(one.__dict__) == list(other.__dict__)
        assert [type(value) for value in one.__dict__.values()] == [type(value) for value in other.__dict__.values()]
    assert all(torch.equal(value, quick.state_dict()[name]) for name, value in model.state_dict().items())
    assert not {id(tensor) for tensor in quick.parameters()} & {id(tensor) for tensor in model.parameters()}


def test_what_is_shared_stays_shared() -> None:
    model = Odd()
    made: Any = copy_module(model, {})
    assert made.linear is made.again is made.settings["module"] is not model.linear
    assert made.hidden[1] is made
    assert made.hidden[0] is not model.hidden[0]
    assert made.tensor is made.same is not model.tensor
    (hook,) = made.linear._forward_hooks.values()
    assert hook.__self__ is made


def test_what_stands_in_the_memo_is_used() -> None:
    model, weight = nn.Linear(2, 2), nn.Parameter(torch.zeros(2, 2))
    made = copy_module(model, {id(model.weight): weight})
    assert made.weight is weight
