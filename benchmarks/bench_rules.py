"""What goes wrong in a training: all rules over the statistics of its layers

300 layers, of activations, gradients, weights and updates each; 10,000 logging steps are 96 MB of float32 a kind. The
peer is the least that could be done instead: the rms of every row at every step, its median over the last 100 logging
steps, and a comparison, each with pandas.
"""

import numpy as np
import pandas as pd

from benchmarks.harness import Rows, compare
from cutaway.events.watch_layout import ACTIVATION, COLUMNS, COUNT, GRADIENT, UPDATE, WEIGHT, WatchLayout
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.run_judge import RunJudge, RunScalars

_ROWS, _STEPS, _NUMEL = 300, 10_000, 4096
_USUAL = {ACTIVATION: 1.0, GRADIENT: 1e-3, WEIGHT: 0.1, UPDATE: 1e-4}


def benchmarks() -> Rows:
    """A whole training at once, and one more logging step of it."""
    layers = {kind: _columns(kind, scale) for kind, scale in _USUAL.items()}
    yield compare(
        f"all rules over {_ROWS} layers × {_STEPS:,} logging steps",
        lambda: _judged(layers).findings(RunScalars(), 0.0),
        lambda: [_compared(each) for each in layers.values()],
        peer_name="one rule in pandas",
        rounds=5,
    )
    half = _STEPS // 2
    judge = _judged({kind: _part(each, 0, half) for kind, each in layers.items()})
    places = iter(range(half, _STEPS))

    def one_more() -> None:
        place = next(places)
        judge.layers("watch").add({kind: _part(each, place, place + 1) for kind, each in layers.items()})
        judge.findings(RunScalars(), 0.0)

    window = {kind: _part(each, half - 100, half + 1) for kind, each in layers.items()}
    yield compare(
        f"one more logging step of {_ROWS} layers",
        one_more,
        lambda: [_compared(each) for each in window.values()],
        peer_name="one rule in pandas, over the last 100 steps",
        rounds=20,
    )


def _judged(layers: dict[str, LayerColumns]) -> RunJudge:
    judge = RunJudge()
    judge.layers("watch").add(layers)
    return judge


def _compared(columns: LayerColumns) -> int:
    norm = pd.DataFrame(np.sqrt(columns.column("sum_sq") / _NUMEL))
    return int((norm > 10 * norm.rolling(100, min_periods=50).median()).to_numpy().sum())


def _columns(kind: str, scale: float) -> LayerColumns:
    random = np.random.default_rng(0)
    names = tuple(f"layers.{number // 3}.{'abc'[number % 3]}.weight" for number in range(_ROWS))
    columns = (*COLUMNS, COUNT) if kind == ACTIVATION else COLUMNS
    rms = scale * np.exp(0.2 * random.standard_normal((_STEPS, _ROWS)).astype(np.float32))
    values = np.zeros((_STEPS, _ROWS, len(columns)), np.float32)
    values[..., COLUMNS.index("sum_sq")] = rms**2 * _NUMEL
    values[..., COLUMNS.index("min")], values[..., COLUMNS.index("max")] = -4 * rms, 4 * rms
    if kind == ACTIVATION:
        values[..., len(COLUMNS)] = _NUMEL
    sizes = (_NUMEL,) * _ROWS
    layout = WatchLayout(kind, names, ("Linear",) * _ROWS, sizes, sizes, ("float32",) * _ROWS, columns)
    steps = 10 * np.arange(_STEPS)
    return LayerColumns(layout, steps, steps.astype(np.float64), values)


def _part(columns: LayerColumns, start: int, stop: int) -> LayerColumns:
    part = slice(start, stop)
    return LayerColumns(columns.layout, columns.steps[part], columns.wall_time[part], columns.values[part])
