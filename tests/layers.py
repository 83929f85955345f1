"""Statistics of layers from a few figures, for tests of what is found in them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import ACTIVATION, COLUMNS, COUNT, GRADIENT, UPDATE, WEIGHT, WatchLayout
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.layer_judge import LayerJudge
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Magnitudes

START = 1_764_000_000.0
#: Elements of each row.
NUMEL = 1000
#: Usual rms of each kind.
USUAL = {ACTIVATION: 1.0, GRADIENT: 1e-3, WEIGHT: 0.1, UPDATE: 1e-4}


def names(count: int, end: str = "") -> list[str]:
    """Rows of a model of equal blocks."""
    return [f"layers.{number}{end}" for number in range(count)]


def columns(
    kind: str,
    rows: Sequence[str],
    rms: Any = None,
    *,
    steps: Sequence[int] | NDArray[np.int64] | int = 20,
    zero_share: Any = 0.0,
    mean: Any = 0.0,
    abs_max: Any = None,
    nan: Any = 0,
    pos_inf: Any = 0,
    neg_inf: Any = 0,
    classes: Sequence[str] | str = "Linear",
    dtype: str = "float32",
    numel: Sequence[int] | None = None,
) -> LayerColumns:
    """[n, rows] of each figure, or what numpy makes such. ``steps``: themselves, or how many from 0 on.

    A row whose rms is NaN was not measured, unless the others are given as NaN too.
    """
    step = np.arange(steps) if isinstance(steps, int) else np.asarray(steps, np.int64)
    shape = len(step), len(rows)
    rms = np.broadcast_to(np.asarray(USUAL[kind] if rms is None else rms, np.float64), shape)
    names_ = (*COLUMNS, COUNT) if kind == ACTIVATION else COLUMNS
    values = np.zeros((*shape, len(names_)), np.float32)
    bad = np.broadcast_to(np.asarray(nan) + np.asarray(pos_inf) + np.asarray(neg_inf), shape)
    greatest = 3 * rms if abs_max is None else np.broadcast_to(np.asarray(abs_max, np.float64), shape)
    columns_: dict[str, Any] = {
        "sum": np.asarray(mean) * NUMEL,
        "sum_sq": rms**2 * (NUMEL - bad),
        "min": -greatest,
        "max": greatest,
        "zeros": np.asarray(zero_share) * NUMEL,
        "nan": nan,
        "pos_inf": pos_inf,
        "neg_inf": neg_inf,
        COUNT: NUMEL,
    }
    for number, name in enumerate(names_):
        values[..., number] = np.broadcast_to(np.asarray(columns_[name], np.float64), shape)
    values[np.isnan(rms)] = np.nan
    count = len(rows)
    layout = WatchLayout(
        kind,
        tuple(rows),
        (classes,) * count if isinstance(classes, str) else tuple(classes),
        tuple(numel) if numel is not None else (NUMEL,) * count,
        (NUMEL,) * count,
        (dtype,) * count,
        names_,
    )
    return LayerColumns(layout, step, (START + step).astype(np.float64), values)


def magnitudes(of: LayerColumns, counts: NDArray[Any]) -> Magnitudes:
    """Magnitudes of the rows of some columns at their steps: [rows, bins] at each step."""
    full = np.broadcast_to(counts, (len(of.steps), *counts.shape)).astype(np.uint16)
    return Magnitudes(of.layout, of.steps, of.wall_time, full)


def judged(*layers: LayerColumns, settings: RuleSettings | None = None, **more: Any) -> LayerJudge:
    """A judge that has seen these kinds."""
    judge = LayerJudge(settings or RuleSettings())
    judge.add({each.layout.kind: each for each in layers}, **more)
    return judge


def found(rule: str, *layers: LayerColumns, **more: Any) -> list[Finding]:
    """What one rule finds."""
    return [finding for finding in judged(*layers, **more).findings() if finding.rule == rule]


def unknown(*layers: LayerColumns) -> set[str]:
    """The names of the rules that have not enough data."""
    return {rule.about.name for rule in judged(*layers).unknown()}


def part(of: LayerColumns, start: int, stop: int | None = None) -> LayerColumns:
    """Some of the logging steps."""
    return LayerColumns(of.layout, of.steps[start:stop], of.wall_time[start:stop], of.values[start:stop])
