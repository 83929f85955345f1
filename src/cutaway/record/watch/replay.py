"""Run an optimizer step's forwards and backwards again, and find the first operation whose result was not finite.

The model, its gradients and the random states are what they were when it is over, also when the model's code raises.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils import checkpoint as checkpointing
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.paths import ModulePaths, class_name
from cutaway.model.capture.torch.protect import WriteGuard, attributes, framework_flags, random_states
from cutaway.model.capture.torch.values import first_line, named_tensors
from cutaway.record.watch.causes import Birth, CannotReplayError, Causes
from cutaway.record.watch.kept_forwards import KeptForward, KeptForwards, differentiable
from cutaway.record.watch.tensor_counts import count

if TYPE_CHECKING:
    from cutaway.events.first_bad import FailurePhase

#: Wrappers and layers whose forward or backward talks to other ranks: one rank alone would wait for ever.
_COLLECTIVE = ("FullyShardedDataParallel", "SyncBatchNorm")


@dataclass(frozen=True)
class Replayed:
    """What a replay found."""

    #: None: it found nothing.
    birth: Birth | None
    #: Which of the step's forwards it was, counted from 1, and how many there were.
    forward: int = 0
    forwards: int = 0
    #: Why the replay says nothing, or not all; or nothing.
    problem: str = ""


@dataclass(frozen=True)
class _Event:
    """Something not finite in one of the forwards, or in its backward."""

    time: int
    forward: int
    birth: Birth


def replay(model: nn.Module, paths: ModulePaths, kept: KeptForwards) -> Replayed:
    """Find what was first. `model` is the watched one, `paths` are its own, `kept` is of it. Nothing is raised."""
    reason = _impossible(model, kept)
    if reason:
        return Replayed(None, problem=reason)
    causes = Causes(paths)
    birth = _bad_weight(paths, causes)
    if birth is not None:
        return Replayed(birth)
    events: list[_Event] = []
    problems: list[str] = []
    total = kept.dropped + len(kept.forwards)
    kept.paused = True
    try:
        for idx, forward in enumerate(kept.forwards, kept.dropped + 1):
            if events and forward.began > min(event.time for event in events):
                break
            try:
                events += _Once(model, causes, forward, idx).events()
            except CannotReplayError as error:
                problems.append(str(error))
            except Exception as error:  # The user's code, on what may have changed meanwhile.
                problems.append(f"{type(error).__name__}: {first_line(error)}")
    finally:
        kept.paused = False
    if events:
        first = min(events, key=lambda event: event.time)
        return Replayed(first.birth, first.forward, total)
    if kept.dropped:
        problems.append(f"the first {kept.dropped:,} of {total:,} forwards of this step were too large to be kept")
    if problems:
        return Replayed(None, problem="; ".join(dict.fromkeys(problems)))
    return Replayed(Birth("after the backward"), forwards=total)


def _impossible(model: nn.Module, kept: KeptForwards) -> str:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        names = {type(module).__name__ for module in model.modules()}
        shared = names.intersection(_COLLECTIVE)
        if shared or any(hasattr(weight, "placements") for weight in model.parameters()):
            return f"the replay of a model in parts on several ranks would wait for the others: {sorted(shared)}"
    if not kept.forwards:
        return "no forward of the model was seen in this step"
    return ""


def _bad_weight(paths: ModulePaths, causes: Causes) -> Birth | None:
    """The first weight that is not finite; such buffers are noted."""
    for tensor, names, is_buffer in paths.tensors():
        counts = count(tensor)
        if counts is None:
            continue
        holder = names[0].rpartition(".")[0]
        what = f"the {'buffer' if is_buffer else 'weight'} {names[0]} has {counts.text(tensor.numel())}"
        # What no optimizer changes may be a mask, where it has infinities.
        written = not tensor.requires_grad and not counts.nan
        phase: FailurePhase = "optimizer" if tensor.requires_grad else "input"
        birth = Birth(phase, holder, paths.type_of(holder), what=what, written=written, may_be_later=is_buffer)
        if tensor.requires_grad:
            return birth
        causes.note(tensor, birth)
    return None


class _Once:
    """One forward and its backward."""

    def __init__(self, model: nn.Module, causes: Causes, forward: KeptForward, number: int) -> None:
        self._model = model
        self._causes = causes
        self._forward = forward
        self._number = number

    def events(self) -> list[_Event]:
        """What was not finite: nothing or one thing. Raises what the model's code raises, and CannotReplayError."""
        forward = self._forward
        if forward.is_changed():
            raise CannotReplayError("the model's arguments were written into after its forward")
        arguments, keywords = tree_map_only(Tensor, _apart, (forward.arguments, forward.keywords))
        self._note_arguments(arguments, keywords)
        with _as_it_was(self._model) as before_write:
            forward.random.restore()
            if forward.module.training != forward.is_training:
                forward.module.train(forward.is_training)
            with forward.autocast.restored(), torch.enable_grad(), self._causes.looking(before_write):
                result = forward.module(*arguments, **keywords)
            outputs = differentiable(result)
            bad = self._causes.of(outputs)
            counted = [count(output) for output in outputs]
            if forward.was_finite is False and not any(counted):
                raise CannotReplayError(
                    "the outputs of the model were not finite, and are when it is run again: its forward depends on "
                    "more than its arguments and random numbers"
                )
            if bad is not None and any(counts is not None and counts.nan for counts in counted):
                return [_Event(forward.began, self._number, bad)]
            with self._causes.looking(before_write):
                found = self._backward(outputs, [tensor for _, tensor in named_tensors(arguments, keywords)])
        if found is None and forward.gradients_dropped:
            if bad is None or bad.written:
                raise CannotReplayError("the gradient at the model's output was too large to be kept")
            return [_Event(forward.began, self._number, bad)]
        if found is None:
            if forward.is_differentiated_twice:
                raise CannotReplayError("gradients of gradients, which the loss has, are not computed again")
            return []
        if found.phase == "loss" and bad is not None and not bad.written:
            # The loss has made NaN of an infinity.
            found = bad
        return [_Event(forward.backward_began, self._number, found)]

    def _note_arguments(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        for place, tensor in named_tensors(arguments, keywords):
            counts = count(tensor)
            if counts is not None:
                what = f"the model's argument {place} has {counts.text(tensor.numel())}"
                # Minus infinity in an argument is a mask.
                is_mask = not counts.nan and not counts.pos_inf
                module = self._forward.module
                path = self._causes.paths.path(module, "")
                self._causes.note(tensor, Birth("input", path, class_name(module), what=what, written=is_mask))

    def _backward(self, outputs: list[Tensor], arguments: list[Tensor]) -> Birth | None:
        """The birth of the gradients of weights and arguments that are not finite, or None."""
        gradients = self._forward.gradients
        if gradients and max(gradients) >= len(outputs):
            raise CannotReplayError(f"the forward gave {len(outputs)} outputs, where before there were more")
        counted = {idx: count(gradient) for idx, gradient in gradients.items()}
        # An output that the model itself goes on with has the gradient of that in it. So the others are first.
        finite = [idx for idx, counts in counted.items() if counts is None]
        inside = self._inside([outputs[idx] for idx in finite], [gradients[idx] for idx in finite], arguments)
        if inside is not None:
            return inside
        for idx, counts in counted.items():
            if counts is not None:
                what = f"the gradient at the model's output has {counts.text(gradients[idx].numel())}"
                return Birth("loss", what=what)
        return None

    def _inside(self, outputs: list[Tensor], gradients: list[Tensor], arguments: list[Tensor]) -> Birth | None:
        if not outputs:
            return None
        wanted = [tensor for tensor in (*self._model.parameters(), *arguments) if tensor.requires_grad]
        found = torch.autograd.grad(outputs, wanted, gradients, allow_unused=True)
        return self._causes.of(gradient for gradient in found if gradient is not None)


def _apart(tensor: Tensor) -> Tensor:
    """The tensor without the graph behind it."""
    alone = tensor.detach()
    return alone.requires_grad_() if tensor.requires_grad else alone


@contextmanager
def _as_it_was(model: nn.Module) -> Iterator[Callable[[Tensor], None]]:
    """Everything that a forward or a backward may change is as before; hooks on weights do not run.

    Gives what is to be called with each tensor before it is changed in place.
    """
    before = [(weight, weight.grad, weight._backward_hooks) for weight in model.parameters() if weight.is_leaf]
    guard = WriteGuard(model)
    with attributes(model), random_states(model), framework_flags(), _without_reentrant_checkpoints():
        try:
            for weight, _, hooks in before:
                weight.grad = None
                if hooks:
                    weight._backward_hooks = None
            yield guard.before_write
        finally:
            guard.restore()
            for weight, gradient, hooks in before:
                weight.grad = gradient
                if hooks:
                    weight._backward_hooks = hooks


@contextmanager
def _without_reentrant_checkpoints() -> Iterator[None]:
    """`checkpoint(use_reentrant=True)` works as with False: gradients of chosen tensors can be asked for."""

    def apply(function: Any, preserve: bool, *arguments: Any) -> Any:
        return checkpointing.checkpoint(function, *arguments, use_reentrant=False, preserve_rng_state=preserve)

    kind = checkpointing.CheckpointFunction
    kind.apply = apply  # type: ignore[method-assign]
    try:
        yield
    finally:
        del kind.apply
