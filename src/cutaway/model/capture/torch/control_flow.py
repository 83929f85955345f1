"""Branches and loops of PyTorch's own (`torch.cond`, `while_loop`, `scan`, `map`), run as the forward's own code.

So what is in them is recorded as all else is: of a branch that only values choose the larger one, of a loop that is
run once for all rounds its body, with the number of rounds on each op.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._ops import HigherOrderOperator
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.fake import limitation

#: A loop whose end is known only when it is reached is followed for so many rounds on shapes.
MOST_ROUNDS = 1000


class ControlFlow:
    """Runs such an operation.

    `counted` gives the MACs of a call that is not recorded, `rounds` makes ops that run inside stand for so many,
    `open_ended` notes a loop whose number of rounds is not known. `notes` say what was assumed.
    """

    def __init__(
        self,
        counted: Callable[[Callable[[], Any]], int],
        rounds: Callable[[int], Any],
        open_ended: Callable[[str], None],
    ) -> None:
        self.notes: dict[str, None] = {}
        self._counted = counted
        self._rounds = rounds
        self._open_ended = open_ended
        self._ways: dict[str, Callable[..., Any]] = {
            "cond": self._cond,
            "while_loop": self._while_loop,
            "scan": self._scan,
            "map_impl": self._map,
        }

    def way(self, function: HigherOrderOperator) -> Callable[..., Any] | None:
        """How `function` is run, None if it is not one of them."""
        return self._ways.get(str(function))

    def _cond(self, chosen: Any, yes: Callable[..., Any], no: Callable[..., Any], operands: Sequence[Any] = ()) -> Any:
        answer = _truth(chosen)
        if answer is None:
            answer = self._counted(lambda: yes(*operands)) >= self._counted(lambda: no(*operands))
            self.notes["torch.cond counts its larger branch"] = None
        return yes(*operands) if answer else no(*operands)

    def _while_loop(
        self, goes_on: Callable[..., Any], body: Callable[..., Any], carried: Sequence[Any], more: Sequence[Any] = ()
    ) -> Any:
        state = tuple(carried)
        for _ in range(MOST_ROUNDS):
            answer = _truth(goes_on(*state, *more))
            if answer is None:
                break
            if not answer:
                return state
            state = tuple(body(*state, *more))
        else:
            answer = None
        self.notes["of torch.while_loop one round is counted"] = None
        self._open_ended("while_loop")
        return tuple(body(*state, *more))

    def _scan(
        self, combine: Callable[..., Any], first: Sequence[Any], items: Sequence[Any], more: Sequence[Any] = ()
    ) -> Any:
        length = len(items[0])
        with self._rounds(length):
            results = list(combine(*first, *(item[0] for item in items), *more))
        return [*results[: len(first)], *(_repeated(result, length) for result in results[len(first) :])]

    def _map(self, function: Callable[..., Any], items: Sequence[Any], more: Sequence[Any] = ()) -> Any:
        length = len(items[0])
        with self._rounds(length):
            results = function(*(item[0] for item in items), *more)
        return tree_map_only(torch.Tensor, lambda result: _repeated(result, length), results)


def _truth(value: Any) -> bool | None:
    """The value of a condition; None where it is not known."""
    if not isinstance(value, torch.Tensor):
        return bool(value)
    try:
        return bool(value.item())
    except Exception as error:
        if limitation(error) is None:
            raise
        return None


def _repeated(tensor: torch.Tensor, times: int) -> torch.Tensor:
    """The results of all rounds, behind each other."""
    return tensor.unsqueeze(0).repeat(times, *(1 for _ in tensor.shape))
