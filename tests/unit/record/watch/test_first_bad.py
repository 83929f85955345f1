"""The first layer that was not finite, from the statistics of one step."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from cutaway.events.watch_layout import ACTIVATION, COLUMNS, GRADIENT, WEIGHT, WatchLayout
from cutaway.record.watch.finiteness import Measured
from cutaway.record.watch.first_bad import first_bad

NAN, PLUS, MINUS = (1, 0, 0), (0, 1, 0), (0, 0, 1)
#: Rows in the order of execution; classes by the path.
LAYERS = ("stem", "blocks.0.attention", "blocks.0", "blocks.1.attention", "blocks.1", "head", "")
CLASSES = {"attention": "MultiheadAttention", "blocks": "Block", "stem": "Linear", "head": "Linear", "": "Net"}
WEIGHTS = ("stem.weight", "blocks.0.attention.weight", "blocks.1.attention.weight", "head.weight")

Bad = Mapping[str, tuple[int, int, int]]
_Kind = tuple[WatchLayout, NDArray[np.float64]]


def _kind(kind: str, rows: tuple[str, ...], bad: Bad, unmeasured: tuple[str, ...] = ()) -> _Kind:
    classes = tuple(next(CLASSES[name] for name in reversed(row.split(".")) if name in CLASSES) for row in rows)
    ones = (1,) * len(rows)
    values = np.zeros((len(rows), len(COLUMNS)))
    for row, counts in bad.items():
        values[rows.index(row), 5:] = counts
    for row in unmeasured:
        values[rows.index(row)] = np.nan
    return WatchLayout(kind, rows, classes, ones, ones, ("float32",) * len(rows)), values


def _measured(*kinds: _Kind) -> Measured:
    layouts = {layout.kind: layout for layout, _ in kinds}
    statistics = {layout.kind: values for layout, values in kinds}
    finite = GRADIENT not in statistics or not np.nansum(statistics[GRADIENT])
    return Measured(7, layouts, statistics, 7, finite)


def _step(activations: Bad, gradients: Bad, weights: Bad | None = None, unmeasured: tuple[str, ...] = ()) -> Measured:
    return _measured(
        _kind(ACTIVATION, LAYERS, activations),
        _kind(GRADIENT, WEIGHTS, gradients, unmeasured),
        _kind(WEIGHT, WEIGHTS, weights or {}),
    )


def _all(counts: tuple[int, int, int]) -> Bad:
    return dict.fromkeys(WEIGHTS, counts)


def _from(row: str, counts: tuple[int, int, int] = NAN) -> Bad:
    return dict.fromkeys(LAYERS[LAYERS.index(row) :], counts)


@pytest.mark.parametrize("row", LAYERS)
def test_forward_the_first_in_the_order_of_execution(row: str) -> None:
    found = first_bad(_step(_from(row), _all(NAN)))
    assert found is not None
    assert (found.step, found.phase, found.module) == (7, "forward", row)


def test_where_rows_of_modules_are_before_those_of_their_parts() -> None:
    rows = tuple(reversed(LAYERS))
    bad = dict.fromkeys(("", "blocks.1", "blocks.1.attention", "head"), NAN)
    found = first_bad(_measured(_kind(ACTIVATION, rows, bad)))
    assert found is not None
    # The first part of the model, and then of that.
    assert found.module == "head"
    rows = ("", "stem", "blocks.0", "blocks.0.attention", "blocks.1", "blocks.1.attention", "head")
    found = first_bad(_measured(_kind(ACTIVATION, rows, bad)))
    assert found is not None
    assert found.module == "blocks.1.attention"


def test_backward_the_last_in_the_order_of_execution() -> None:
    found = first_bad(_step({}, {"stem.weight": NAN, "blocks.0.attention.weight": PLUS}))
    assert found is not None
    assert (found.phase, found.module, found.class_name) == ("backward", "blocks.0.attention", "MultiheadAttention")
    assert found.origin.startswith("The gradient of blocks.0.attention.weight has 1 +Inf;")


@pytest.mark.parametrize(("root_is_finite", "phase"), [(False, "loss"), (None, "backward"), (True, "backward")])
def test_all_gradients_are_bad(root_is_finite: bool | None, phase: str) -> None:
    """The loss, where what came into the model was not finite; clipping does that to all of them too."""
    found = first_bad(_step({}, _all(NAN)), root_gradient_is_finite=root_is_finite)
    assert found is not None
    assert found.phase == phase
    assert ("the loss may have" in found.origin) == (root_is_finite is None)


def test_rows_that_were_not_measured_are_not_counted() -> None:
    gradients = dict.fromkeys(WEIGHTS[:-1], NAN)
    found = first_bad(_step({}, gradients, unmeasured=("head.weight",)), root_gradient_is_finite=False)
    assert found is not None
    assert found.phase == "loss"


def test_an_update() -> None:
    found = first_bad(_step({}, {}, {"head.weight": PLUS}))
    assert found is not None
    assert (found.phase, found.module, found.class_name) == ("optimizer", "head", "Linear")


@pytest.mark.parametrize("counts", [PLUS, MINUS])
def test_infinities_that_reach_no_gradient_are_no_failure(counts: tuple[int, int, int]) -> None:
    assert first_bad(_step(_from("blocks.0", counts), {})) is None


def test_nan_always_is_one() -> None:
    assert first_bad(_step({"blocks.0": NAN}, {})) is not None


def test_infinities_of_masks_do_not_hide_the_failure() -> None:
    masked = dict.fromkeys(("blocks.0.attention", "blocks.1.attention"), MINUS)
    found = first_bad(_step({**masked, "head": NAN}, _all(NAN)))
    assert found is not None
    assert found.module == "head"
    found = first_bad(_step(masked, {"stem.weight": NAN}))
    assert found is not None
    assert (found.phase, found.module) == ("backward", "stem")


def test_minus_infinity_elsewhere_is_the_failure_where_nothing_else_is() -> None:
    found = first_bad(_step({"stem": MINUS}, _all(NAN)))
    assert found is not None
    assert (found.phase, found.module) == ("forward", "stem")


def test_calls_and_outputs_are_of_their_module() -> None:
    rows = ("cell", "cell#2", "cell#3[1]", "head")
    layout = WatchLayout(ACTIVATION, rows, ("GRUCell",) * 3 + ("Linear",), (1,) * 4, (1,) * 4, ("float32",) * 4)
    values = np.zeros((4, len(COLUMNS)))
    values[2:, 5] = 1
    found = first_bad(_measured((layout, values)))
    assert found is not None
    assert (found.module, found.class_name) == ("cell", "GRUCell")
    assert "cell#3[1]" in found.origin


def test_a_finite_step() -> None:
    assert first_bad(_step({}, {})) is None
    assert first_bad(_measured()) is None


def test_gradients_that_are_not_recorded() -> None:
    found = first_bad(Measured(3, {}, {}, None, False))
    assert found is not None
    assert (found.step, found.phase) == (3, "unknown")


def test_a_frozen_weight_of_infinities_is_no_failure() -> None:
    trained = _kind(GRADIENT, WEIGHTS[:-1], {})
    assert first_bad(_measured(trained, _kind(WEIGHT, WEIGHTS, {"head.weight": MINUS}))) is None
    assert first_bad(_measured(trained, _kind(WEIGHT, WEIGHTS, {"stem.weight": MINUS}))) is not None
