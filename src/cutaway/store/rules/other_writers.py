"""Statistics of layers that other libraries and hand-made code record: which tags they are, and what of them is known.

Norms are scalars under tags such as Lightning's ``grad_2.0_norm/<parameter>`` and Composer's
``l2_norm/grad/<parameter>``; histograms are under ``gradients/<parameter>`` (Weights & Biases), ``<parameter>.grad``
(hand-made) or the parameter's own name (Keras, and the tutorials of PyTorch). Rows are in natural order, since nothing
says another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.core import natural_key
from cutaway.events.watch_layout import ACTIVATION, COLUMNS, COUNT, GRADIENT, UPDATE, WEIGHT, WatchLayout
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.losses import Curve

#: A single row is mostly a total.
_LEAST_ROWS = 2
_TOTALS = frozenset({"total", "global", "all", "norm", "total_norm", "grad_norm", "mean", "max"})
_GRADIENT = r"grads?|gradients?"
_PARAMETER = r"weights?|bias|kernel|gamma|beta|embeddings?|recurrent_kernel|moving_mean|moving_variance"
_NORMS = (
    (re.compile(r"(?:.*/)?grad_2(?:\.0)?_norm[/_](?P<row>.+)"), GRADIENT),
    (re.compile(r"(?:.*/)?l2_norm/grad/(?P<row>.+)"), GRADIENT),
    (re.compile(r"(?:.*/)?l2_norm/param/(?P<row>.+)"), WEIGHT),
    (re.compile(r"(?:.*/)?l2_norm/update/(?P<row>.+)"), UPDATE),
    (re.compile(rf"(?:{_GRADIENT})(?:_?norms?)?/(?P<row>.+?)(?:/(?:l2_?)?norm)?"), GRADIENT),
    (re.compile(rf"(?P<row>.+[./].+)[./_](?:{_GRADIENT})(?:[/_](?:l2_?)?norm)?"), GRADIENT),
)
_HISTOGRAMS = (
    (re.compile(rf"(?:.*/)?(?:{_GRADIENT})/(?P<row>.+)"), GRADIENT),
    (re.compile(rf"(?P<row>.+)[./_](?:{_GRADIENT})"), GRADIENT),
    (re.compile(r"(?:.*/)?(?:updates?)/(?P<row>.+)"), UPDATE),
    (re.compile(r"(?:.*/)?activations?/(?P<row>.+)"), ACTIVATION),
    (re.compile(r"(?:.*/)?(?:parameters?|params?|weights?)/(?P<row>.+)"), WEIGHT),
    (re.compile(rf"(?P<row>.+[./](?:{_PARAMETER})(?::0|_\d+)?)"), WEIGHT),
)
#: What a name says of a module's class.
_CLASSES = {"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "embedding": "Embedding"}
_NORMALISATION = re.compile(
    r"(?:^|[._/])(?:bn|ln|norm|batch_?norm(?:alization)?|layer_?norm(?:alization)?)[_0-9]*[._/]", re.IGNORECASE
)


class Meant(NamedTuple):
    """What a tag is a statistic of."""

    kind: str
    row: str


def norm_of(tag: str) -> Meant | None:
    """What a scalar is the norm of, by its tag; None for one that is no norm of a layer."""
    return _meant(tag, _NORMS)


@lru_cache(1 << 16)
def histogram_of(tag: str) -> Meant | None:
    """What a histogram is of, by its tag; None for one that is of no layer."""
    return _meant(tag, _HISTOGRAMS)


def _meant(tag: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> Meant | None:
    for pattern, kind in patterns:
        found = pattern.fullmatch(tag)
        if found is not None:
            row = found["row"]
            return None if row.lower() in _TOTALS else Meant(kind, row)
    return None


def norms_as_layers(curves: Sequence[Curve]) -> dict[str, LayerColumns]:
    """By kind the layers whose norms some scalars are: of elements nothing but the sum of squares is known.

    Such a row counts as one element, so that ratios of two norms are those of two rms.
    """
    rows: dict[str, dict[str, Curve]] = {}
    for curve in curves:
        meant = norm_of(curve.tag)
        if meant is not None and not (curve.value < 0).any():
            rows.setdefault(meant.kind, {})[meant.row] = curve
    return {kind: _columns_of_norms(kind, named) for kind, named in rows.items() if len(named) >= _LEAST_ROWS}


def _columns_of_norms(kind: str, named: Mapping[str, Curve]) -> LayerColumns:
    layout = _layout(kind, named)
    steps, wall_time, places = _axis([(named[row].step, named[row].wall_time) for row in layout.rows])
    values = np.full((len(steps), len(layout.rows), len(layout.columns)), np.nan, np.float32)
    names = layout.columns
    for number, (row, place) in enumerate(zip(layout.rows, places, strict=True)):
        norm = named[row].value
        with np.errstate(over="ignore"):
            values[place, number, names.index("sum_sq")] = np.where(np.isfinite(norm), norm**2, np.nan)
        values[place, number, names.index("nan")] = np.isnan(norm)
        values[place, number, names.index("pos_inf")] = np.isposinf(norm)
        values[place, number, names.index("neg_inf")] = 0
        values[place, number, names.index(COUNT)] = 1
    return LayerColumns(layout, steps, wall_time, values)


#: By tag: int64[n] of steps, float64[n] of wall times, and the histograms themselves.
Histograms = Mapping[str, tuple[NDArray[np.int64], NDArray[np.float64], Sequence[Histogram | None]]]


def histograms_as_layers(tags: Histograms) -> dict[str, LayerColumns]:
    """By kind the layers that some histograms are of."""
    rows: dict[str, dict[str, str]] = {}
    for tag in tags:
        meant = histogram_of(tag)
        if meant is not None:
            rows.setdefault(meant.kind, {})[meant.row] = tag
    found = {}
    for kind, named in rows.items():
        if len(named) < _LEAST_ROWS:
            continue
        layout = _layout(kind, named)
        steps, wall_time, places = _axis([tags[named[row]][:2] for row in layout.rows])
        values = np.full((len(steps), len(layout.rows), len(layout.columns)), np.nan, np.float32)
        numel = []
        for number, (row, place) in enumerate(zip(layout.rows, places, strict=True)):
            histograms = tags[named[row]][2]
            values[place, number] = [_columns_of(histogram) for histogram in histograms]
            numel.append(max((int(each.count) for each in histograms if each and not each.not_finite), default=1) or 1)
        layout = replace(layout, numel=tuple(numel), sampled=tuple(numel))
        found[kind] = LayerColumns(layout, steps, wall_time, values)
    return found


def _columns_of(histogram: Histogram | None) -> list[float]:
    """The columns of one histogram: exact where the file has sums, else of the middles of the bins."""
    nan = float("nan")
    if histogram is None:
        return [nan] * (len(COLUMNS) + 1)
    if histogram.not_finite:
        # How many there are is not known: one at least.
        return [nan, nan, nan, nan, nan, 1.0, 0.0, 0.0, 1.0]
    middles = (histogram.edges[1:] + histogram.edges[:-1]) / 2
    total = histogram.sum if histogram.sum is not None else float(histogram.counts @ middles)
    squares = histogram.sum_squares if histogram.sum_squares is not None else float(histogram.counts @ middles**2)
    edges = histogram.edges if len(histogram.edges) else np.array([nan])
    lowest = histogram.min if histogram.min is not None else float(edges[0])
    highest = histogram.max if histogram.max is not None else float(edges[-1])
    zeros = nan if histogram.zero_count is None else float(histogram.zero_count)
    # A histogram of one number has one bin around it.
    if lowest == highest == 0:
        zeros = histogram.count
    bad = (histogram.nan_count, histogram.positive_infinity_count, histogram.negative_infinity_count)
    return [total, squares, lowest, highest, zeros, *map(float, bad), histogram.count + sum(bad)]


def _layout(kind: str, named: Iterable[str]) -> WatchLayout:
    rows = tuple(sorted(named, key=natural_key))
    count = len(rows)
    classes = tuple(_class_of(row) for row in rows)
    ones = (1,) * count
    return WatchLayout(kind, rows, classes, ones, ones, ("float32",) * count, (*COLUMNS, COUNT))


def _class_of(row: str) -> str:
    if _NORMALISATION.search(row):
        return "Norm"
    words = re.findall(r"[a-z]+", row.lower())
    return next((_CLASSES[word] for word in reversed(words) if word in _CLASSES), "")


def _axis(
    tags: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[NDArray[np.int64]]]:
    """The steps of any of some tags, their wall times, and where the steps of each tag are among them."""
    steps = np.unique(np.concatenate([step for step, _ in tags]))
    wall_time = np.full(len(steps), np.nan)
    places = [np.searchsorted(steps, step) for step, _ in tags]
    for place, (_, time) in zip(places, tags, strict=True):
        wall_time[place] = time
    return steps, wall_time, places
