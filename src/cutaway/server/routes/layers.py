"""``./api/layers``: what a watch measured of a model's layers: which rows there are, a map of them over steps, curves
of one row, and all statistics of a cell."""

import hashlib
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.watch_layout import LOWEST_EXPONENT, WatchLayout
from cutaway.server.chart_request import FEWEST_PIXELS, MOST_PIXELS, finite, one_of, parse_range
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import parse_object
from cutaway.server.responses import fail, json_body, json_response
from cutaway.server.routing import Asked, get, post
from cutaway.store.layers.all_statistics import Spread, curves_of, magnitudes_of, statistics_of, stretch_of
from cutaway.store.layers.layer_map import bucket_before, buckets_of, farthest, grouped, medians, reduced
from cutaway.store.layers.log_layers import LogLayers, RunLayers
from cutaway.store.layers.series import LayerSeries
from cutaway.store.layers.statistics import STATISTICS
from cutaway.store.layers.step_values import StepValues
from cutaway.store.window import Range

#: Cells of one map.
MOST_CELLS = 2_000_000
#: Buckets of the magnitudes of one row.
_MAGNITUDE_BUCKETS = 400
_SERIES = ("run", "prefix", "kind")
_CHART = ("range", "pixels")
_OF = ("worst", "mean")
_AGAINST = ("nothing", "median")


class _Asked(NamedTuple):
    """The series that a request names."""

    revision: int
    layers: RunLayers
    series: LayerSeries


class _Watches(NamedTuple):
    """What is known of the watches in the log, and their statistics that were asked for a short time ago."""

    layers: LogLayers
    step_values: StepValues


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    watches = _Watches(LogLayers(context.log), StepValues())
    return [
        get("/api/layers", lambda asked: _layouts(watches, asked), ("run",), threads=run_decoding),
        post("/api/layers/map", lambda body: _map(watches, body), threads=run_decoding),
        post("/api/layers/row", lambda body: _row(watches, body), threads=run_decoding),
        post("/api/layers/cell", lambda body: _cell(watches, body), threads=run_decoding),
    ]


def _layouts(watches: _Watches, asked: Asked) -> Response:
    revision, layers = _layers(watches, asked["run"])
    described = [_described(layers, series) for series in layers.series]
    problems = [{"tag": tag, "problem": problem} for tag, problem in layers.problems.items()]
    return json_response(
        json_body({"revision": revision, "run": asked["run"], "kinds": described, "problems": problems})
    )


def _described(layers: RunLayers, series: LayerSeries) -> dict[str, Any]:
    layout = series.layout
    magnitudes = layers.find_magnitudes(series.prefix, series.kind)
    return {
        "prefix": series.prefix,
        "kind": series.kind,
        "layout": _fingerprint(layout),
        "rows": layout.rows,
        "classes": layout.classes,
        "numel": layout.numel,
        "sampled": layout.sampled,
        "dtypes": layout.dtypes,
        "exact_extremes": layout.exact_extremes,
        "model_tag": layout.model_tag,
        "rank": layout.rank,
        "world": layout.world,
        "reduced": layout.reduced,
        "statistics": statistics_of(series),
        "count": len(series),
        "steps": [int(series.steps[0]), int(series.steps[-1])] if len(series) else None,
        "magnitudes": 0 if magnitudes is None else len(magnitudes),
        "damaged": series.damaged,
    }


def _map(watches: _Watches, body: bytes) -> Response:
    request = parse_object(body, (*_SERIES, *_CHART, "at", "statistic", "of", "against", "rows"))
    asked = _asked(watches, request)
    name = one_of(request.get("statistic"), tuple(statistics_of(asked.series)), "statistic")
    of: Literal["worst", "mean"] = one_of(request.get("of", "worst"), _OF, "of")
    against = one_of(request.get("against", "nothing"), _AGAINST, "against")
    groups = _groups(request.get("rows"), len(asked.series.layout.rows))
    shown, pixels = _chart(request)
    at = finite(request.get("at"))
    if at is None and request.get("at") is not None:
        fail(400, "at must be null or a finite number")
    if at is not None and shown is not None:
        fail(400, "the request must have a range or a place in at, not both")
    steps = asked.series.steps
    buckets = buckets_of(steps, shown, pixels // 2) if at is None else bucket_before(steps, at)
    if (cells := len(groups) * len(buckets.first)) > MOST_CELLS:
        fail(413, f"these are {cells:,} cells; at most {MOST_CELLS:,} are sent: ask for fewer rows or pixels")
    worst = STATISTICS[name].worst
    with_sums = of == "mean" or worst == "sum"
    found = reduced(asked.layers, asked.series, name, buckets, watches.step_values, with_sums=with_sums)
    if against == "median":
        usual = medians(asked.layers, asked.series, name, watches.step_values)
        values = (
            _ratio(found.mean(), usual)
            if of == "mean"
            else farthest(_ratio(found.greatest, usual), _ratio(found.least, usual))
        )
    else:
        values = found.mean() if of == "mean" else found.worst(worst)
    is_sum = worst == "sum" and against == "nothing"
    value, marks = grouped(values, found.marks, groups, is_sum=is_sum)
    header = _header(asked) | {"level": buckets.level, "rows": len(groups), "buckets": len(buckets.first)}
    columns: dict[str, NDArray[Any]] = {
        "first": buckets.first,
        "last": buckets.last,
        "count": buckets.sizes,
        "value": value.reshape(-1),
        "marks": marks.reshape(-1),
    }
    return frame_response(header, columns)


def _ratio(values: NDArray[np.float32], usual: NDArray[np.float32]) -> NDArray[np.float32]:
    """Magnitudes over each row's own median, as a logarithm to base 10; NaN where one of them is zero."""
    with np.errstate(all="ignore"):
        found = np.log10(np.abs(values) / usual)
    return np.where(np.isfinite(found), found, np.nan).astype(np.float32)


def _row(watches: _Watches, body: bytes) -> Response:
    request = parse_object(body, (*_SERIES, *_CHART, "row"))
    asked = _asked(watches, request)
    (group,) = _groups([[request.get("row")]], len(asked.series.layout.rows))
    row = int(group[0])
    shown, pixels = _chart(request)
    buckets = buckets_of(asked.series.steps, shown, pixels // 2)
    curves = curves_of(asked.layers, asked.series, row, buckets)
    columns: dict[str, NDArray[Any]] = {
        "first": buckets.first,
        "last": buckets.last,
        "count": buckets.sizes,
        "marks": curves.marks,
    }
    for name, band in curves.bands.items():
        columns |= {f"{name}_{part}": values for part, values in zip(("least", "mean", "greatest"), band, strict=True)}
    magnitudes = asked.layers.find_magnitudes(asked.series.prefix, asked.series.kind)
    place = None if magnitudes is None else _place(magnitudes.layout, asked.series.layout, row)
    if magnitudes is not None and place is not None:
        within = buckets_of(magnitudes.steps, shown, min(pixels // 2, _MAGNITUDE_BUCKETS))
        columns |= {
            "magnitude_first": within.first,
            "magnitude_last": within.last,
            "magnitude": magnitudes_of(magnitudes, place, within).reshape(-1),
        }
    header = _header(asked) | {
        "row": row,
        "level": buckets.level,
        "buckets": len(buckets.first),
        "statistics": list(curves.bands),
        "lowest_exponent": LOWEST_EXPONENT,
    }
    return frame_response(header, columns)


def _place(layout: WatchLayout, other: WatchLayout, row: int) -> int | None:
    """The row of a layout that has the name of another layout's row."""
    name = other.rows[row]
    return layout.rows.index(name) if name in layout.rows else None


def _cell(watches: _Watches, body: bytes) -> Response:
    request = parse_object(body, (*_SERIES, "rows", "range"))
    asked = _asked(watches, request)
    (group,) = _groups([request.get("rows")], len(asked.series.layout.rows))
    shown = parse_range(request.get("range"), "range")
    if shown is None:
        fail(400, "range must be a list of two numbers")
    limit = np.iinfo(np.int64)
    low, high = (int(min(max(end, limit.min), limit.max)) for end in shown)
    found = stretch_of(asked.layers, asked.series, group.tolist(), low, high)
    answer = _header(asked) | {
        "first": found.first,
        "last": found.last,
        "count": found.count,
        "wall_time": found.wall_time,
        "start": found.start,
        "statistics": {name: _spread(spread) for name, spread in found.statistics.items()},
        "elements": found.elements,
    }
    return json_response(json_body(answer))


def _spread(spread: Spread) -> dict[str, float]:
    return {"least": spread.least, "mean": spread.mean, "greatest": spread.greatest}


def _header(asked: _Asked) -> dict[str, Any]:
    return {"revision": asked.revision, "layout": _fingerprint(asked.series.layout)}


def _fingerprint(layout: WatchLayout) -> str:
    """Another text for other rows: who has asked by the numbers of rows sees whether they were those it means."""
    return hashlib.sha256("\0".join(layout.rows).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _layers(watches: _Watches, run: str) -> tuple[int, RunLayers]:
    try:
        return watches.layers.of(run)
    except KeyError:
        fail(404, f"there is no run with the id {run[:50]!r}")
    except OSError as error:
        # Not its path, which is nobody's business but the server's.
        fail(404, f"the watch cannot be read any more: {error.strerror or 'its file has changed'}")


def _asked(watches: _Watches, request: dict[str, Any]) -> _Asked:
    texts = [request.get(name) for name in _SERIES]
    for name, text in zip(_SERIES, texts, strict=True):
        if not isinstance(text, str):
            fail(400, f"{name} must be a text")
    run, prefix, kind = map(str, texts)
    revision, layers = _layers(watches, run)
    series = layers.find(prefix, kind)
    if series is None:
        fail(404, f"there is no watch {prefix[:50]!r} of {kind[:50]!r} in this run")
    return _Asked(revision, layers, series)


def _groups(groups: Any, rows: int) -> list[NDArray[np.int64]]:
    """The rows of each group, each once. Fails with 400."""
    where = f"rows must be lists of numbers of rows, from 0 to {rows - 1:,}"
    if not isinstance(groups, list):
        fail(400, where)
    found = []
    for group in groups:
        if not isinstance(group, list) or not all(type(row) is int and 0 <= row < rows for row in group):
            fail(400, where)
        found.append(np.unique(np.array(group, np.int64)))
    return found


def _chart(request: dict[str, Any]) -> tuple[Range | None, int]:
    """The range of steps, and how many pixels it is wide. Fails with 400."""
    pixels = request.get("pixels")
    if isinstance(pixels, bool) or not isinstance(pixels, int | float) or not FEWEST_PIXELS <= pixels <= MOST_PIXELS:
        fail(400, f"pixels must be a number from {FEWEST_PIXELS} to {MOST_PIXELS:,}")
    return parse_range(request.get("range"), "range"), int(pixels)
