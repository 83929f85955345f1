"""Which layer was the first that was not finite, from the statistics of one step alone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cutaway.events.first_bad import FirstBad
from cutaway.events.watch_layout import ACTIVATION, GRADIENT, UPDATE, WEIGHT, WatchLayout
from cutaway.record.watch.finiteness import Measured

#: The path of the model itself.
_ROOT = ""
#: Modules whose infinities are masks, by a part of their class's name.
_MASKING = ("Softmax", "Softmin", "Mask", "Attention")


def first_bad(
    measured: Measured, *, root_gradient_is_finite: bool | None = None, outputs_are_finite: bool | None = None
) -> FirstBad | None:
    """The first layer that was not finite; None where all are finite, or infinities do not reach a gradient.

    `root_gradient_is_finite` says of the gradient that came into the model whether it is, `outputs_are_finite` of what
    the model returned; None where nobody knows. NaN in an activation is always a failure. An infinity is one where
    gradients are not finite: else it is a mask.
    """
    step = measured.step
    activations, gradients, weights = (_Bad.of(measured, kind) for kind in (ACTIVATION, GRADIENT, WEIGHT))
    forward = _first_forward(activations, reaches_gradients=not measured.gradients_are_finite)
    if measured.gradients_are_finite and forward is None:
        # A weight that is not trained may be a mask.
        trained = next((measured.layouts[kind].rows for kind in (GRADIENT, UPDATE) if kind in measured.layouts), None)
        row = next((row for row in weights.rows if trained is None or row in trained), None)
        if row is None:
            return None
        origin = f"The weight {row} {weights.text(row)}, and its gradient is finite."
        return FirstBad(step, "optimizer", _holder(row), weights.class_name(row), origin=origin)
    if forward is not None:
        origin = f"The output of {forward} {activations.text(forward)}, and what was computed before it is finite."
        return FirstBad(step, "forward", _path(forward), activations.class_name(forward), origin=origin)
    if not gradients.rows:
        return FirstBad(step, "unknown", origin="Gradients are not finite.")
    row = gradients.rows[-1]
    origin = f"The gradient of {row} {gradients.text(row)}; of those that are not finite it is the last in the forward."
    if gradients.all_measured_are_bad and root_gradient_is_finite is not True:
        if outputs_are_finite is False:
            origin = "The outputs of the model were not finite."
            return FirstBad(step, "forward", _ROOT, origin=origin)
        if root_gradient_is_finite is False:
            return FirstBad(step, "loss", origin="The gradient that came into the model was not finite.")
        # A gradient's norm that is not finite makes all of them so, where gradients are clipped by it.
        origin += " All gradients are not finite: the loss may have made them so, or clipping by their norm."
    return FirstBad(step, "backward", _holder(row), gradients.class_name(row), origin=origin)


class _Bad:
    """The rows of one kind that are not finite, in the order of execution."""

    def __init__(self, layout: WatchLayout, counts: NDArray[np.float64]) -> None:
        self.rows = [row for row, its_counts in zip(layout.rows, counts, strict=True) if np.nansum(its_counts) > 0]
        self.all_measured_are_bad = len(self.rows) == int((~np.isnan(counts).any(axis=1)).sum())
        self._counts: dict[str, list[int]] = dict(
            zip(layout.rows, np.nan_to_num(counts).astype(np.int64).tolist(), strict=True)
        )
        self._classes = dict(zip(layout.rows, layout.classes, strict=True))

    @staticmethod
    def of(measured: Measured, kind: str) -> "_Bad":
        if kind not in measured.statistics:
            return _Bad(WatchLayout(kind, (), (), (), (), ()), np.zeros((0, 3)))
        layout = measured.layouts[kind]
        columns = [layout.columns.index(name) for name in ("nan", "pos_inf", "neg_inf")]
        return _Bad(layout, measured.statistics[kind][:, columns])

    def counts(self, row: str) -> Sequence[int]:
        """Of NaN, +Inf and -Inf."""
        return self._counts[row]

    def class_name(self, row: str) -> str:
        return self._classes[row]

    def text(self, row: str) -> str:
        """As ``has 3 NaN``."""
        named = zip(self.counts(row), ("NaN", "+Inf", "-Inf"), strict=True)
        return f"has {' and '.join(f'{count:,} {name}' for count, name in named if count)}"


def _first_forward(activations: _Bad, *, reaches_gradients: bool) -> str | None:
    """The row of the first module whose output is a failure, or None."""
    with_nan = [row for row in activations.rows if activations.counts(row)[0]]
    infinite = [
        row
        for row in activations.rows
        if reaches_gradients
        and not activations.counts(row)[0]
        and not any(word in activations.class_name(row) for word in _MASKING)
    ]
    # Minus infinity alone may still be a mask: it comes last.
    overflown = [row for row in infinite if activations.counts(row)[1]]
    candidates = [row for row in activations.rows if row in {*with_nan, *overflown}] or infinite
    if not candidates:
        return None
    first = candidates[0]
    # Where a module's row is before those of its parts, the part is what failed.
    while inside := [row for row in candidates if _is_inside(row, first)]:
        first = inside[0]
    return first


def _is_inside(row: str, outer: str) -> bool:
    path, outer = _path(row), _path(outer)
    return path != outer and (not outer or path.startswith(f"{outer}."))


def _path(row: str) -> str:
    """The module's path in the key of one of its calls and outputs."""
    return row.partition("#")[0].partition("[")[0]


def _holder(row: str) -> str:
    """The path of the module that holds a parameter."""
    return row.rpartition(".")[0]
