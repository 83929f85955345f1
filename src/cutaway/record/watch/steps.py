"""The steps of optimizers: hooks around them, and the steps that a `GradScaler` leaves out."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from cutaway.record.watch.device import Late
from cutaway.record.watch.tensors import on_host

Hook = Callable[..., Any]


class OptimizerHooks:
    """Calls ``before`` and ``after`` around the steps of some optimizers; of all of the process where there are none.

    ``before`` gets the optimizer, and may be called within its step: behind the first call of a closure, which makes
    the gradients; then ``opened`` is called first of all. ``skipped`` gets an optimizer whose step a
    `GradScaler` has left out, since gradients were not finite.
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        opened: Callable[[Optimizer], None],
        before: Callable[[Optimizer], None],
        after: Callable[[Optimizer], None],
        skipped: Callable[[Optimizer], None],
    ) -> None:
        self._opened, self._before, self._after, self._skipped = opened, before, after, skipped
        self._scaled: Optimizer | None = None
        # How often the hooks of an optimizer, by its id, have begun and not ended.
        self._within: dict[int, int] = {}
        self._handles: list[Any] = []
        if optimizers:
            for optimizer in optimizers:
                self._handles.append(optimizer.register_step_pre_hook(self._pre))
                self._handles.append(optimizer.register_step_post_hook(self._post))
        else:
            self._handles.append(register_optimizer_step_pre_hook(self._pre))
            self._handles.append(register_optimizer_step_post_hook(self._post))
        _listen(self)

    def remove(self) -> None:
        """Leave no hook."""
        while self._handles:
            self._handles.pop().remove()
        _unlisten(self)

    def scaler_begins(self, optimizer: Optimizer) -> None:
        """A `GradScaler` is about to step the optimizer, if it finds its gradients finite."""
        self._scaled = optimizer

    def scaler_ended(self) -> None:
        """It has, or has not."""
        optimizer, self._scaled = self._scaled, None
        if optimizer is not None:
            self._skipped(optimizer)

    def _pre(self, optimizer: Optimizer, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        self._scaled = None
        is_part = id(optimizer) in self._within and _is_within_its_step(optimizer)
        self._within[id(optimizer)] = self._within[id(optimizer)] + 1 if is_part else 1
        if is_part:
            return None
        closure = keywords.get("closure") if len(arguments) < 2 else arguments[1]
        if not callable(closure):
            self._before(optimizer)
            return None
        self._opened(optimizer)
        is_first = True

        def measured() -> Any:
            nonlocal is_first
            result = closure()
            if is_first:
                is_first = False
                self._before(optimizer)
            return result

        if len(arguments) < 2:
            return arguments, {**keywords, "closure": measured}
        return (arguments[0], measured, *arguments[2:]), keywords

    def _post(self, optimizer: Optimizer, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        self._within[id(optimizer)] -= 1
        if not self._within[id(optimizer)]:
            del self._within[id(optimizer)]
            self._after(optimizer)


def _is_within_its_step(optimizer: Optimizer) -> bool:
    """Whether PyTorch calls a hook of a step that is a part of another one: that of the class below, by ``super()``.

    A step that failed has begun and not ended too, so that the stack is asked.
    """
    frame: Any = sys._getframe(2)
    calls = frame.f_code
    while (frame := frame.f_back) is not None:
        if frame.f_code is calls and frame.f_locals.get("self") is optimizer:
            return True
    return False


def to_optimizers(optimizer: Any) -> list[Optimizer]:
    """The optimizers of the argument ``optimizer``, without wrappers. Raises TypeError for another object."""
    given = [] if optimizer is None else list(optimizer) if isinstance(optimizer, list | tuple) else [optimizer]
    found = []
    for each in given:
        while isinstance(getattr(each, "optimizer", None), Optimizer):
            each = each.optimizer
        if not isinstance(each, Optimizer):
            raise TypeError(
                f"optimizer must be a torch.optim.Optimizer, a list of them or None, got {type(each).__name__}"
            )
        found.append(each)
    return found


def parameters_of(optimizer: Optimizer) -> Iterable[torch.Tensor]:
    """All parameters of an optimizer."""
    for group in optimizer.param_groups:
        yield from group["params"]


@dataclass(frozen=True)
class Scaling:
    """What a `GradScaler` has left to a fused optimizer; of others it has unscaled the gradients before."""

    #: What gradients are multiplied by.
    scale: float = 1.0
    #: Whether the optimizer skips its step, since they are not finite.
    is_skipped: bool = False


def scaling_of(optimizer: Optimizer) -> Scaling | Late:
    """The scaling of an optimizer's gradients; where it is on another device, it is on its way."""
    scale, found = getattr(optimizer, "grad_scale", None), getattr(optimizer, "found_inf", None)
    if scale is None and found is None:
        return _PLAIN
    if isinstance(scale, torch.Tensor) and isinstance(found, torch.Tensor) and not on_host(scale):
        return Late(torch.stack((scale.float().reshape(()), found.float().reshape(()))))
    return Scaling(1.0 if scale is None else float(scale), found is not None and bool(float(found)))


_PLAIN = Scaling()


def learning_rate(optimizer: Optimizer) -> dict[str, float]:
    """``lr`` of the first group, where it is a number; one on another device is not asked for."""
    rate = optimizer.param_groups[0].get("lr")
    if isinstance(rate, torch.Tensor):
        return {"lr": float(rate)} if rate.is_cpu and rate.numel() == 1 else {}
    return {"lr": float(rate)} if isinstance(rate, int | float) else {}


# A scaler does not call the optimizer whose step it leaves out, so that no hook of the optimizer tells of it.

_listeners: list[OptimizerHooks] = []
_original: Hook | None = None
_installed: Hook | None = None


def _listen(hooks: OptimizerHooks) -> None:
    global _original, _installed
    if not _listeners and torch.amp.GradScaler.step is not _installed:
        original = _original = torch.amp.GradScaler.step

        def step(scaler: Any, optimizer: Optimizer, *arguments: Any, **keywords: Any) -> Any:
            listeners = tuple(_listeners)
            for listener in listeners:
                listener.scaler_begins(optimizer)
            result = original(scaler, optimizer, *arguments, **keywords)
            for listener in listeners:
                listener.scaler_ended()
            return result

        _installed = step
        torch.amp.GradScaler.step = step  # type: ignore[method-assign, assignment]
    _listeners.append(hooks)


def _unlisten(hooks: OptimizerHooks) -> None:
    global _original, _installed
    if hooks in _listeners:
        _listeners.remove(hooks)
    # Where somebody else has put another function before ours, that one goes on to call ours, which does nothing.
    if not _listeners and _original is not None and torch.amp.GradScaler.step is _installed:
        torch.amp.GradScaler.step = _original  # type: ignore[method-assign]
        _original = _installed = None
