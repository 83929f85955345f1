"""When the listener is asked: at steps with elements that are not finite, before the optimizer changes anything."""

from time import perf_counter

import numpy as np

from cutaway.events.watch_layout import ACTIVATION, GRADIENT
from cutaway.record.watch.activations import Activations
from cutaway.record.watch.device import Late, glance_at
from cutaway.record.watch.finiteness import Measured, NonFiniteListener, are_finite, bad_rows
from cutaway.record.watch.logging_step import LoggingStep
from cutaway.record.watch.parameters import TrainedRows
from cutaway.record.watch.tensors import on_host


class Alarms:
    """Looks at each step, and remembers whether the one before was bad."""

    def __init__(self, listener: NonFiniteListener | None) -> None:
        self._listener = listener
        self._was_bad = False
        self._asked = 0.0
        # Of the gradients on other devices at the step before.
        self._glance: Late | None = None
        # Parts of the gradients that were finite one after the other.
        self._finite_parts = 0

    @property
    def waits(self) -> bool:
        """Whether each step is known before the optimizer's change, on whatever device."""
        return self._listener is not None and self._listener.waits_for_devices

    @property
    def is_replaying(self) -> bool:
        """Whether the listener runs the model now."""
        return self._listener is not None and self._listener.is_replaying

    def is_new(self, rows: TrainedRows, parts: int) -> bool:
        """Look at a sample of some gradients: whether elements are not finite, and those of the step before were.

        ``rows`` are those of one of so many ``parts``. Of gradients on other devices the norms of the step before are
        looked at, which have come by now.
        """
        located, glance = rows.gradients(), self._glance
        self._glance = _glance(rows) if len(located.places) < len(rows) else None
        if self.waits:
            glance, self._glance = self._glance, None
        if are_finite(located) and _is_finite(glance):
            self._finite_parts += 1
            if self._finite_parts >= parts:
                self._say_finite()
            return False
        self._finite_parts = 0
        return not self._was_bad

    def examine(
        self,
        found: LoggingStep,
        activations: Activations | None,
        activation_step: int | None,
        rows: TrainedRows | None = None,
    ) -> None:
        """Ask the listener where something of a measured step is not finite.

        ``activations``: those that were measured last, at ``activation_step``, where any were. ``rows``: the gradients
        of the step, where they are still there.
        """
        statistics = {kind: content.statistics for kind, content in found.contents.items()}
        gradients_are_finite = GRADIENT not in statistics or not bad_rows(statistics[GRADIENT]).any()
        if rows is not None and gradients_are_finite:
            is_known = GRADIENT in statistics or are_finite(rows.gradients())
            gradients_are_finite = is_known and (not self.waits or _is_finite(_glance(rows)))
        if gradients_are_finite and not any(bad_rows(each).any() for each in statistics.values()):
            if rows is None or self.waits or not _are_elsewhere(rows):
                self._say_finite()
            return
        self._finite_parts = 0
        if self._listener is None:
            self._was_bad = not gradients_are_finite
            return
        layouts = {kind: content.layout for kind, content in found.contents.items()}
        if activations is not None and ACTIVATION not in layouts:
            layouts[ACTIVATION], statistics[ACTIVATION] = activations.layout(), activations.statistics()
        measured = Measured(found.step, layouts, statistics, activation_step, gradients_are_finite)
        start = perf_counter()
        self._was_bad = self._listener.on_nonfinite(measured)
        self._asked += perf_counter() - start

    def take_asked(self) -> float:
        """Seconds that the listener was asked for since this was called last. It is asked once: steps cost less."""
        asked, self._asked = self._asked, 0.0
        return asked

    def _say_finite(self) -> None:
        self._was_bad = False
        if self._listener is not None:
            self._listener.on_finite()


def _glance(rows: TrainedRows) -> Late | None:
    return glance_at([row.gradient() for row in rows.parameters])


def _are_elsewhere(rows: TrainedRows) -> bool:
    """Whether there are gradients on other devices, of which nothing is known yet."""
    gradients = (row.gradient() for row in rows.parameters)
    return any(gradient is not None and not on_host(gradient) for gradient in gradients)


def _is_finite(glance: Late | None) -> bool:
    return glance is None or bool(np.isfinite(glance.read()))
