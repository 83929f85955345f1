"""``POST ./api/scalars``: the points of several charts, reduced to the screen."""

import json
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.frames import MEDIA_TYPE, encode_frame
from cutaway.server.responses import NO_STORE, fail
from cutaway.store.log_directory import SCALARS, LogDirectory
from cutaway.store.reduce import Axis, Range, ReducedChart, ReducedSeries, Scale, reduce_chart
from cutaway.store.smoothing import KINDS, Smoothing
from cutaway.store.smoothing_cache import SmoothingCache

MOST_BODY_BYTES = 1 << 20
MOST_CHARTS = 256
FEWEST_PIXELS, MOST_PIXELS = 16, 16_384

_POINT_COLUMNS = ("point_x", "point_y")
_BUCKET_COLUMNS = ("bucket", "mean", "min", "max")
#: There when any chart is smoothed: of the same places as `_POINT_COLUMNS` and `_BUCKET_COLUMNS`.
_SMOOTH_COLUMNS = {"point_smooth": "point_y", "smooth": "mean"}
_MARK_COLUMNS = ("mark_bucket", "mark_nan", "mark_pos_inf", "mark_neg_inf")
#: Columns that are float32 when nothing in the frame needs more.
_VALUE_COLUMNS = ("point_y", "mean", "min", "max")


class ChartRequest(NamedTuple):
    """One chart that is asked for, checked."""

    tag: str
    runs: tuple[str, ...]
    axis: Axis
    scale: Scale
    x_range: Range | None
    pixels: int
    smoothing: Smoothing | None


def routes(log: LogDirectory) -> list[Route]:
    """The routes of this group."""

    cache = SmoothingCache()

    async def scalars(request: Request) -> Response:
        charts = parse_request(await _body(request))
        frame = await run_in_threadpool(answer, log, charts, cache)
        return Response(frame, media_type=MEDIA_TYPE, headers=NO_STORE)

    return [Route("/api/scalars", scalars, methods=["POST"])]


def answer(log: LogDirectory, requests: list[ChartRequest], cache: SmoothingCache | None = None) -> bytes:
    """The frame for some charts. Fails with 404 for an unknown id."""
    revision = log.revision
    reduced = []
    for request in requests:
        try:
            _, kind = log.tag_name(request.tag)
            _, runs = log.scalars(request.tag, request.runs)
        except KeyError as error:
            fail(404, f"there is no tag or run with the id {error.args[0]!r}")
        if kind != SCALARS:
            fail(404, f"tag {request.tag!r} holds {kind}, not {SCALARS}")
        chart = reduce_chart(
            runs,
            axis=request.axis,
            scale=request.scale,
            x_range=request.x_range,
            pixels=request.pixels,
            smoothing=request.smoothing,
            cache=cache,
        )
        reduced.append((request.tag, chart))
    return _encode(revision, reduced)


def _encode(revision: int, charts: list[tuple[str, ReducedChart]]) -> bytes:
    every = [series for _, chart in charts for series in chart.series]
    values = np.float32 if all(series.point_y.dtype == np.float32 for series in every) else np.float64
    columns = {}
    for name in _POINT_COLUMNS + _BUCKET_COLUMNS + _MARK_COLUMNS:
        dtype = values if name in _VALUE_COLUMNS else np.float64 if name == "point_x" else np.uint32
        parts = [getattr(series, name).astype(dtype, copy=False) for series in every]
        columns[name] = np.concatenate(parts) if parts else np.empty(0, dtype)
    if any(len(getattr(series, name)) for series in every for name in _SMOOTH_COLUMNS):
        for name, raw in _SMOOTH_COLUMNS.items():
            parts = [_smooth(series, name, raw).astype(values, copy=False) for series in every]
            columns[name] = np.concatenate(parts)
    points, buckets, marks = _Places(), _Places(), _Places()
    described = [
        {
            "tag": tag,
            "axis": chart.axis,
            "scale": chart.scale,
            "range": chart.range,
            "level": chart.level,
            "origin": chart.origin,
            "series": [_describe(series, points, buckets, marks) for series in chart.series],
        }
        for tag, chart in charts
    ]
    return encode_frame({"revision": revision, "charts": described}, columns)


def _smooth(series: ReducedSeries, name: str, raw: str) -> NDArray[np.float64]:
    """The smoothed column; the plain one of a series that was not to be smoothed."""
    found: NDArray[np.float64] = getattr(series, name)
    plain: NDArray[np.float64] = getattr(series, raw)
    return found if len(found) == len(plain) else plain


class _Places:
    """Hands out [start, end) one after the other."""

    def __init__(self) -> None:
        self._end = 0

    def next(self, length: int) -> tuple[int, int]:
        start, self._end = self._end, self._end + length
        return start, self._end


def _describe(series: ReducedSeries, points: _Places, buckets: _Places, marks: _Places) -> dict[str, object]:
    return {
        "run": series.run,
        "segment": series.segment,
        "count": series.count,
        "left_out": series.left_out,
        "points": points.next(len(series.point_x)),
        "buckets": buckets.next(len(series.bucket)),
        "marks": marks.next(len(series.mark_bucket)),
    }


async def _body(request: Request) -> bytes:
    """The request's body; fails with 413 as soon as it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            fail(413, f"the request is larger than {MOST_BODY_BYTES:,} bytes")
    return bytes(body)


def parse_request(body: bytes) -> list[ChartRequest]:
    """Check a request. Fails with 400 and a reason for anything that the documentation does not accept."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        fail(400, "the request is not JSON")
    charts = document.get("charts") if isinstance(document, dict) else None
    if not isinstance(charts, list):
        fail(400, 'the request must be an object with a list named "charts"')
    if len(charts) > MOST_CHARTS:
        fail(400, f"{len(charts)} charts are asked for; at most {MOST_CHARTS} are accepted")
    return [_parse_chart(chart, f"charts[{number}]") for number, chart in enumerate(charts)]


def _parse_chart(chart: Any, where: str) -> ChartRequest:
    if not isinstance(chart, dict):
        fail(400, f"{where} must be an object")
    tag, runs = chart.get("tag"), chart.get("runs")
    if not isinstance(tag, str):
        fail(400, f"{where}.tag must be the id of a tag")
    if not isinstance(runs, list) or not all(isinstance(run, str) for run in runs):
        fail(400, f"{where}.runs must be a list of ids of runs")
    axis: Axis = _one_of(chart.get("axis", "step"), ("step", "wall"), f"{where}.axis")
    scale: Scale = _one_of(chart.get("scale", "linear"), ("linear", "log"), f"{where}.scale")
    pixels = chart.get("pixels")
    if isinstance(pixels, bool) or not isinstance(pixels, int | float) or not FEWEST_PIXELS <= pixels <= MOST_PIXELS:
        fail(400, f"{where}.pixels must be a number from {FEWEST_PIXELS} to {MOST_PIXELS:,}")
    # A run that is named twice is drawn once.
    unique = tuple(dict.fromkeys(runs))
    x_range = _parse_range(chart.get("range"), f"{where}.range")
    smoothing = _parse_smoothing(chart.get("smoothing"), f"{where}.smoothing")
    return ChartRequest(tag, unique, axis, scale, x_range, int(pixels), smoothing)


def _parse_smoothing(value: Any, where: str) -> Smoothing | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        fail(400, f"{where} must be null or an object with a kind and an amount")
    kind = _one_of(value.get("kind"), KINDS, f"{where}.kind")
    amount = _finite(value.get("amount"))
    if amount is None:
        fail(400, f"{where}.amount must be a finite number")
    try:
        return Smoothing(kind, amount)
    except ValueError as error:
        fail(400, f"{where}: {error}")


def _one_of(value: Any, accepted: tuple[str, ...], where: str) -> Any:
    if not isinstance(value, str) or value not in accepted:
        fail(400, f"{where} must be one of {', '.join(accepted)}")
    return value


def _parse_range(value: Any, where: str) -> Range | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        fail(400, f"{where} must be null or a list of two numbers")
    low, high = _finite(value[0]), _finite(value[1])
    if low is None or high is None or low > high:
        fail(400, f"{where} must hold two finite numbers, the smaller one first")
    return low, high


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
