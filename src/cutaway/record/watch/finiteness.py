"""Elements that are not finite: the check of every step, and who is asked when it finds some."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.watch_layout import COLUMNS, WatchLayout
from cutaway.record.watch.host import Located

#: How many elements of a gradient are looked at on a step that is not logged.
_SAMPLE = 256
_NAN, _POS_INF, _NEG_INF = (COLUMNS.index(name) for name in ("nan", "pos_inf", "neg_inf"))


@dataclass(frozen=True)
class Measured:
    """What was measured of a step up to the optimizer's change: updates are not among it."""

    step: int
    #: By kind, what the rows are.
    layouts: Mapping[str, WatchLayout]
    #: By kind, float64[rows, columns of the layout]; a row that was not measured is NaN.
    statistics: Mapping[str, NDArray[np.float64]]
    #: The step whose forward the activations are of, which is an earlier one where this step's were not measured; None
    #: where none were measured so far.
    activation_step: int | None
    #: Whether all gradients are finite, those of kinds that are not recorded too.
    gradients_are_finite: bool


class NonFiniteListener(Protocol):
    """Who is asked before the optimizer changes anything, on each step that is looked at.

    Its methods are called in the thread that trains, and must leave the model, its gradients and the states of random
    numbers as they are. A `NonFiniteError` that one raises reaches the program; another exception ends the watch.
    """

    @property
    def is_replaying(self) -> bool:
        """Whether it runs the model now: that is no forward of the training."""

    @property
    def waits_for_devices(self) -> bool:
        """Whether it must be asked before the optimizer's change on other devices too, which each step then waits for.

        Else it is asked at the step after.
        """

    def take_spent(self) -> float:
        """Seconds in hooks of its own since the last call."""

    def on_nonfinite(self, measured: Measured) -> bool:
        """Gradients, weights or activations are not finite. Whether that is a failure: infinities may be masks."""

    def on_finite(self) -> None:
        """All that was looked at is finite."""

    def step_done(self) -> None:
        """The optimizer has changed the weights, or the step was skipped: references to the step can go."""

    def close(self) -> None:
        """The watch ends."""


def bad_rows(statistics: NDArray[np.float64]) -> NDArray[np.bool_]:
    """bool[rows]: which rows have elements that are not finite."""
    counts = statistics[:, [_NAN, _POS_INF, _NEG_INF]]
    return np.asarray((np.nan_to_num(counts) > 0).any(axis=1))


def are_finite(located: Located) -> bool:
    """Whether a sample of each tensor is finite."""
    return core.first_not_finite(located.addresses, located.counts, located.types, _SAMPLE) < 0
