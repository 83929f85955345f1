"""Operations whose results only values decide: the number of rows that a mask keeps, a number that a branch asks for.

A real forward notes what they return, and on shapes alone they return it again (`Noted`, `Replayed`). Without values it
is assumed that everything is chosen, or nothing (`Assumed`): between the two lies whatever values could decide.
"""

from collections.abc import Callable
from itertools import zip_longest
from math import prod
from typing import Any, Protocol

import torch
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.fake import FakeMaker

#: A tensor by what a fake one needs.
_Made = tuple[tuple[int, ...], tuple[int, ...], torch.dtype, torch.device]


class ByValues(Protocol):
    """Gives the results of such operations."""

    def run(self, name: str, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """What the operation returns."""


class Noted:
    """Runs them on real tensors, and notes what they return: numbers, and of tensors their sizes alone."""

    def __init__(self) -> None:
        self.results: list[tuple[str, Any]] = []

    def run(self, name: str, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """What the operation returns."""
        result = op(*arguments, **keywords)
        self.results.append((name, tree_map_only(torch.Tensor, _Result, result)))
        return result


class _Result:
    def __init__(self, tensor: torch.Tensor) -> None:
        self.made: _Made | None = None
        if tensor.layout is torch.strided and not tensor.is_nested:
            self.made = (tuple(tensor.size()), tensor.stride(), tensor.dtype, tensor.device)


class DifferentForwardError(RuntimeError):
    """The forward on shapes did something else than the real one."""


class Replayed:
    """Gives again what a real forward noted, in the same order."""

    def __init__(self, noted: Noted, maker: FakeMaker) -> None:
        self._results = iter(noted.results)
        self._maker = maker

    def run(self, name: str, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """What the operation returned; DifferentForwardError where another one ran."""
        noted, result = next(self._results, ("", None))
        if noted != name:
            raise DifferentForwardError(f"{name} did not run in the real forward, where {noted or 'nothing'} did")
        return tree_map_only(_Result, self._tensor, result)

    def _tensor(self, result: _Result) -> torch.Tensor:
        if result.made is None:
            raise DifferentForwardError("a tensor without sizes cannot be made again")
        return self._maker.fresh(*result.made)


class Assumed:
    """Assumes that all elements are chosen, or (not `everything`) as few as there can be.

    An operation that asks for something else runs as it is, and raises what it raises without values.
    """

    def __init__(self, maker: FakeMaker, *, everything: bool) -> None:
        self._maker = maker
        self._everything = everything

    def run(self, name: str, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """What the operation would return."""
        rule = _RULES.get(name)
        found = None if rule is None else rule(self, *arguments, **keywords)
        return op(*arguments, **keywords) if found is None else found

    def _chosen(self, most: int, least: int = 0) -> int:
        return most if self._everything else min(least, most)

    def _new(self, like: torch.Tensor, shape: tuple[int, ...], dtype: torch.dtype | None = None) -> torch.Tensor:
        strides = [1] * len(shape)
        for idx in range(len(shape) - 2, -1, -1):
            strides[idx] = strides[idx + 1] * max(1, shape[idx + 1])
        return self._maker.fresh(shape, tuple(strides), dtype or like.dtype, like.device)

    def nonzero(self, tensor: torch.Tensor) -> torch.Tensor:
        """A row of indices for each chosen element."""
        return self._new(tensor, (self._chosen(tensor.numel()), tensor.dim()), torch.int64)

    def masked_select(self, tensor: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The chosen elements."""
        sizes = zip_longest(tensor.shape[::-1], mask.shape[::-1], fillvalue=1)
        return self._new(tensor, (self._chosen(prod(map(max, sizes))),))

    def index(self, tensor: torch.Tensor, indices: Any) -> torch.Tensor | None:
        """Masks are as good as the indices of what they choose."""
        given: list[torch.Tensor | None] = []
        masks = 0
        for index in indices:
            if index is None or index.dtype not in (torch.bool, torch.uint8):
                given.append(index)
                continue
            masks += 1
            number = self._chosen(index.numel())
            given += [self._new(index, (number,), torch.int64) for _ in range(index.dim())]
        return torch.ops.aten.index.Tensor(tensor, given) if masks else None

    def unique(
        self,
        tensor: torch.Tensor,
        sorted: bool = True,  # noqa: A002
        return_inverse: bool = False,
        return_counts: bool = False,
    ) -> tuple[torch.Tensor, ...]:
        """The different elements, of which there is at least one; where each of them is; how many there are of each."""
        number = self._chosen(tensor.numel(), least=1)
        return (
            self._new(tensor, (number,)),
            self._new(tensor, tuple(tensor.shape) if return_inverse else (0,), torch.int64),
            self._new(tensor, (number,) if return_counts else (0,), torch.int64),
        )


_RULES: dict[str, Callable[..., Any]] = {
    "aten.nonzero.default": Assumed.nonzero,
    "aten.masked_select.default": Assumed.masked_select,
    "aten.index.Tensor": Assumed.index,
    "aten._unique2.default": Assumed.unique,
}
