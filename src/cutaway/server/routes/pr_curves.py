"""Precision–recall curves: ``POST ./api/pr_curves`` at one place, ``GET ./api/pr_curves`` their areas over steps."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.kind_names import PR_CURVES
from cutaway.events.wire import MalformedError
from cutaway.server import over_steps
from cutaway.server.chart_request import one_of
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import problem_of, values_of
from cutaway.server.responses import fail
from cutaway.server.routing import Asked, get, post
from cutaway.server.values_request import ValuesRequest, columns_of, parse_values_request, pending_of, series_of
from cutaway.store.kinds.pr_curve import PrCurve
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import RecordedValues

#: Bytes of the curves that are sent in one answer, and that are read for their areas alone.
MOST_BYTES_SENT = 64 << 20
MOST_BYTES_READ = 512 << 20
#: Numbers of a curve that are sent for each threshold, in the order in which they are recorded.
ROWS = ("true_positives", "false_positives", "true_negatives", "false_negatives", "precision", "recall")
#: What a request for curves may have: their values are always sent.
_ACCEPTED = tuple(name for name in ValuesRequest._fields if name != "values")


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = context.log
    return [
        get(
            "/api/pr_curves",
            lambda asked: _areas(log, asked),
            ("tag", "run"),
            (*over_steps.PARAMETERS, "curves"),
            threads=run_decoding,
        ),
        post(
            "/api/pr_curves",
            lambda body: _curves(log, parse_values_request(log, body, _ACCEPTED)),
            threads=run_decoding,
        ),
    ]


def _check_kind(tag: str, values: RecordedValues) -> None:
    if values.kind != PR_CURVES:
        fail(404, f"tag {tag!r} holds {values.kind}, not {PR_CURVES}")


def _areas(log: LogDirectory, asked: Asked) -> Response:
    revision, values = values_of(log, asked)
    _check_kind(asked["tag"], values)
    chosen = over_steps.rows_asked(asked, values)
    has_curves = one_of(asked.get("curves", "false"), ("true", "false"), "curves") == "true"
    length = int(values.length[chosen].sum())
    if length > (MOST_BYTES_SENT if has_curves else MOST_BYTES_READ):
        fail(413, f"these curves have {length:,} bytes together; ask for fewer with most=")
    damaged = over_steps.Damaged(values)
    found: list[tuple[int, float, float]] = []
    sent: list[PrCurve] = []
    for row in chosen:
        try:
            curve: PrCurve = values[row]
        except (MalformedError, OSError) as error:
            damaged.add(row, error)
            continue
        found.append((row, curve.average_precision, curve.roc_auc))
        sent += [curve] if has_curves else []
    rows = np.array([row for row, *_ in found], np.int64)
    header = {"revision": revision, "tag": asked["tag"], "run": asked["run"], "values": len(values)}
    columns: dict[str, NDArray[Any]] = {
        "row": rows.astype(np.uint32),
        "step": values.step[rows],
        "wall_time": values.wall_time[rows],
        "average_precision": np.array([area for _, area, _ in found], np.float64),
        "roc_auc": np.array([area for *_, area in found], np.float64),
    }
    if has_curves:
        columns["thresholds"] = np.array([len(curve.recall) for curve in sent], np.uint32)
        columns |= _columns_of(sent)
    return frame_response(header | damaged.header(), columns)


def _curves(log: LogDirectory, asked: ValuesRequest) -> Response:
    """The frame for some tags and runs. Fails with 404 for an unknown id."""
    revision, every = log.revision, series_of(log, asked)
    described: list[dict[str, Any]] = []
    curves: list[PrCurve] = []
    room = MOST_BYTES_SENT
    for tag, run, found, index in every:
        _check_kind(tag, found)
        curve, problem = None, ""
        if index is not None:
            length = int(found.length[index])
            curve, problem = _curve(found, index, length, room)
            room -= length if curve is not None else 0
        series = {"tag": tag, "run": run, "kind": found.kind, "length": len(found), "at": index, "problem": problem}
        described.append(series | {"curve": None if curve is None else _described(curve)})
        curves += [] if curve is None else [curve]
    columns = columns_of(every) | _columns_of(curves)
    return frame_response({"revision": revision, "series": described} | pending_of(log, asked), columns)


def _columns_of(curves: Sequence[PrCurve]) -> dict[str, NDArray[Any]]:
    """The numbers of all curves at their thresholds, one curve behind the other: float32 where all were recorded so."""
    none = np.empty(0, np.result_type(np.float32, *(curve.recall for curve in curves)))
    return {
        **{name: np.concatenate([none, *(getattr(curve, name) for curve in curves)]) for name in ROWS},
        "usable": np.concatenate([np.empty(0, np.uint8), *(curve.is_usable.astype(np.uint8) for curve in curves)]),
    }


def _described(curve: PrCurve) -> dict[str, Any]:
    """The members of a curve that are not columns; areas that there are none are null."""
    areas = {"average_precision": curve.average_precision, "roc_auc": curve.roc_auc}
    return {
        "thresholds": len(curve.recall),
        **{name: None if math.isnan(area) else area for name, area in areas.items()},
        "unusable": curve.problem,
    }


def _curve(found: RecordedValues, index: int, length: int, room: int) -> tuple[PrCurve | None, str]:
    """One curve of so many bytes; None, and why, for one that cannot be sent."""
    if length > room:
        return None, (
            f"the curve has {length:,} bytes, and the curves of one answer have at most {MOST_BYTES_SENT:,} "
            "together: ask for fewer at a time"
        )
    try:
        return found[index], ""
    except (MalformedError, OSError) as error:
        return None, problem_of(error)
