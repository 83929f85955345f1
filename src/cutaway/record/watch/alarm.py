"""What a watch does when a training stops being finite: find the first that was not, say so once, and write it down."""

import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, get_args

from torch import nn

from cutaway.events.first_bad import FirstBad
from cutaway.model.capture.torch.capture import unwrapped
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.record.watch.causes import Birth
from cutaway.record.watch.finiteness import Measured
from cutaway.record.watch.first_bad import first_bad
from cutaway.record.watch.kept_forwards import KeptForwards
from cutaway.record.watch.replay import Replayed, replay
from cutaway.record.watch.report import NonFiniteError
from cutaway.record.watch.tensors import on_host
from cutaway.record.watch.voice import Voice

#: ``report``: replay on the CPU, elsewhere report from statistics. ``locate``: replay everywhere, which waits for the
#: device in each step. ``raise``: as ``report``, and then raise NonFiniteError. ``off``: do not look.
OnNonFinite = Literal["report", "locate", "raise", "off"]


class Alarm:
    """Finds the first that was not finite in `model`. Each failure is found once: the next is one after a finite step.

    It is a `NonFiniteListener`. `write` is given what was found.
    """

    def __init__(
        self,
        model: nn.Module,
        on_nonfinite: OnNonFinite,
        write: Callable[[FirstBad], None],
        voice: Voice | None = None,
    ) -> None:
        self._model = unwrapped(model)
        self._mode = on_nonfinite
        self._write, self._voice = write, voice or Voice()
        self._is_ringing = False
        is_here = all(on_host(weight) for weight in model.parameters())
        self._kept = KeptForwards(model) if is_here or on_nonfinite == "locate" else None
        # Once: when the watch ends, or when nobody holds it any more.
        self._release = None if self._kept is None else weakref.finalize(self, self._kept.close)
        if self._release is not None:
            self._release.atexit = False

    @property
    def is_replaying(self) -> bool:
        """Whether the model runs for a replay now."""
        return self._kept is not None and self._kept.paused

    @property
    def waits_for_devices(self) -> bool:
        """Whether steps are replayed on all devices."""
        return self._mode == "locate"

    def take_spent(self) -> float:
        """Seconds in hooks of its own since the last call."""
        if self._kept is None:
            return 0.0
        spent, self._kept.spent = self._kept.spent, 0.0
        return spent

    def on_nonfinite(self, measured: Measured) -> bool:
        """Find out, say so and write it down; raises NonFiniteError where that was asked for. Whether it is one."""
        found = first_bad(measured)
        if found is None:
            self.on_finite()
            return False
        if not self._is_ringing:
            self._is_ringing = True
            found = self._find(measured)
            self._write(found)
            if self._mode == "raise":
                raise NonFiniteError(found)
            self._voice.say(found)
        return True

    def on_finite(self) -> None:
        """What is not finite from now on is another failure."""
        self._is_ringing = False

    def step_done(self) -> None:
        """What was kept for a replay is forgotten."""
        self._voice.step_done()
        if self._kept is not None:
            self._kept.step_over()

    def close(self) -> None:
        """Leave nothing in the model, and nothing unsaid."""
        self._voice.close()
        if self._release is not None:
            self._release()

    def _find(self, measured: Measured) -> FirstBad:
        replayed = Replayed(None, problem="elsewhere than on the CPU a step is replayed with on_nonfinite='locate'")
        root_is_finite = outputs_are_finite = None
        if self._kept is not None:
            root_is_finite = self._kept.gradients_are_finite()
            outputs_are_finite = self._kept.outputs_were_finite()
            replayed = replay(self._model, ModulePaths(self._model), self._kept)
            if replayed.birth is not None:
                return _of_birth(measured.step, replayed.birth, replayed)
        found = first_bad(measured, root_gradient_is_finite=root_is_finite, outputs_are_finite=outputs_are_finite)
        assert found is not None
        origin = f"{found.origin} This is from statistics alone, since {replayed.problem}."
        if measured.activation_step is not None and measured.activation_step != measured.step:
            origin += f" The activations are those of step {measured.activation_step:,}."
        return replace(found, origin=origin)


def to_on_nonfinite(on_nonfinite: Any) -> OnNonFinite:
    """One of its four values, as it was given. Raises ValueError for another."""
    if on_nonfinite not in get_args(OnNonFinite):
        raise ValueError(f"on_nonfinite must be one of {', '.join(get_args(OnNonFinite))}, got {on_nonfinite!r}")
    mode: OnNonFinite = on_nonfinite
    return mode


def _of_birth(step: int, birth: Birth, replayed: Replayed) -> FirstBad:
    which = ""
    if replayed.forwards > 1 and replayed.forward:
        which = f" It is forward {replayed.forward:,} of {replayed.forwards:,} in this step."
    match birth.phase:
        case "input":
            origin = f"Before the forward, {birth.what}."
        case "loss":
            origin = f"The outputs of the model are finite, and {birth.what}."
        case "optimizer":
            origin = f"Before the forward of this step, {birth.what}: an earlier update made it so, or it was given so."
        case "after the backward":
            origin = (
                "When the step is replayed, its gradients are finite. What came between the backward and the update "
                "made them so: clipping, scaling, a hook, the sum over forwards or ranks, or an earlier step's "
                "gradient that was not cleared."
            )
        case _:
            origin = f"The result has {birth.what}."
    return FirstBad(
        step,
        birth.phase,
        birth.module,
        birth.class_name,
        birth.operation,
        birth.autograd_node,
        birth.source,
        birth.shapes,
        birth.inputs,
        origin + which,
    )
