"""Keras on PyTorch: the steps of Keras' own optimizers, as those of an optimizer of PyTorch, which have hooks."""

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from cutaway.record.watch.watch import Watch


class _Steps(torch.optim.Optimizer):
    """An optimizer whose step is a function."""

    def __init__(self, parameters: list[torch.Tensor]) -> None:
        super().__init__(parameters, {})
        self.apply: Callable[[], Any] = lambda: None

    def step(self, closure: Any = None) -> Any:
        """Call the function."""
        return self.apply()


class WatchedOptimizer:
    """The optimizer of a Keras model; until `close` each of its updates is a step of `steps`, with its hooks."""

    def __init__(self, model: Any) -> None:
        self._optimizer = model.optimizer
        self.steps = _Steps([variable.value for variable in model.trainable_variables])
        self.watch: Watch

    def begin(self, watch: "Watch") -> "WatchedOptimizer":
        """Take the place of the optimizer's `apply`; `watch` is of `steps`."""
        self.watch = watch
        original = self._optimizer.apply

        def apply(*arguments: Any, **keywords: Any) -> Any:
            self.steps.apply = lambda: original(*arguments, **keywords)
            return self.steps.step()

        self._optimizer.apply = apply
        return self

    def close(self) -> None:
        """End the watch, and leave the optimizer as it was."""
        self.watch.close()
        del self._optimizer.apply
