"""``GET ./api/histograms``: a tag's histograms over its steps, and the values below which given shares of each lie."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.kind_names import HISTOGRAMS
from cutaway.events.wire import MalformedError
from cutaway.server import over_steps
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import number, values_of
from cutaway.server.responses import fail
from cutaway.server.routing import Asked, get
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.log_directory import LogDirectory

#: More bins in one answer are refused.
MOST_BINS = 4_000_000
#: Equal parts of a histogram's width, in each of which neighbouring bins may be joined.
FEWEST_WIDTHS, MOST_WIDTHS = 8, 4096
#: Bytes of the smallest bin there is, one of TensorFlow 2 in float16; and of everything else in a record, amply.
_BIN_BYTES, _OTHER_BYTES = 6, 1 << 20
#: The shares of a distribution, as TensorBoard shows them: its ends, and the shares of a bell below -1.5, -1, -0.5, 0,
#: 0.5, 1 and 1.5 standard deviations.
SHARES = (0.0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1.0)


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    return [
        get(
            "/api/histograms",
            lambda asked: _answer(context.log, asked),
            ("tag", "run"),
            (*over_steps.PARAMETERS, "bins"),
            threads=run_decoding,
        )
    ]


def _answer(log: LogDirectory, asked: Asked) -> Response:
    revision, values = values_of(log, asked)
    if values.kind != HISTOGRAMS:
        fail(404, f"tag {asked['tag']!r} holds {values.kind}, not {HISTOGRAMS}")
    widest = number(asked, "bins", FEWEST_WIDTHS, MOST_WIDTHS) if "bins" in asked else None
    found: list[tuple[int, Histogram]] = []
    damaged = over_steps.Damaged(values)
    bins = 0
    for row in over_steps.rows_asked(asked, values):
        if (length := int(values.length[row])) > (most := _BIN_BYTES * MOST_BINS + _OTHER_BYTES):
            damaged.add_problem(row, f"the value has {length:,} bytes; at most {most:,} are read")
            continue
        try:
            histogram = values[row]
        except (MalformedError, OSError) as error:
            damaged.add(row, error)
            continue
        bins += len(histogram.counts)
        if bins > MOST_BINS:
            fail(413, f"these histograms have more than {MOST_BINS:,} bins together; ask for fewer with most=")
        found.append((row, histogram))
    rows = np.array([row for row, _ in found], np.int64)
    every = [histogram for _, histogram in found]
    drawn = every if widest is None else [joined(histogram, widest) for histogram in every]
    columns: dict[str, NDArray[Any]] = {
        "row": rows.astype(np.uint32),
        "step": values.step[rows],
        "wall_time": values.wall_time[rows],
        "bins": np.array([len(histogram.counts) for histogram in drawn], np.uint32),
        "left": _together([histogram.edges[:-1] for histogram in drawn]),
        "right": _together([histogram.edges[1:] for histogram in drawn]),
        "count": _together([histogram.counts for histogram in drawn]),
        "not_finite": np.array([histogram.not_finite for histogram in every], np.uint8),
        "nan": np.array([histogram.nan_count for histogram in every], np.float64),
        "pos_inf": np.array([histogram.positive_infinity_count for histogram in every], np.float64),
        "neg_inf": np.array([histogram.negative_infinity_count for histogram in every], np.float64),
        "quantile": _together([quantiles(histogram) for histogram in every]),
    }
    header = {"revision": revision, "tag": asked["tag"], "run": asked["run"], "values": len(values), "shares": SHARES}
    return frame_response(header | damaged.header(), columns)


def quantiles(histogram: Histogram, shares: Sequence[float] = SHARES) -> NDArray[np.float64]:
    """Below which number each share of the values is, taking them as even within a bin; NaN without any values."""
    below = np.concatenate([[0.0], np.cumsum(histogram.counts)])
    filled = np.flatnonzero(np.diff(below) > 0)
    if not len(filled):
        return np.full(len(shares), np.nan)
    # Both ends of each bin that has something in it: between two such bins the upper one's start counts.
    ends = np.stack([filled, filled + 1], axis=1).reshape(-1)
    found: NDArray[np.float64] = np.interp(np.array(shares) * below[-1], below[ends], histogram.edges[ends])
    return found


def joined(histogram: Histogram, widths: int) -> Histogram:
    """The same with fewer bins: neighbours that lie in one of ``widths`` equal parts of the whole are one."""
    edges, counts = histogram.edges, histogram.counts
    if len(counts) <= widths:
        return histogram
    # Halves, since the distance of two doubles may be more than a double holds.
    whole = edges[-1] / 2 - edges[0] / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.nan_to_num((edges[1:] / 2 - edges[0] / 2) / whole * widths)
    # A bin that ends where a part does is in that one.
    part = np.minimum(np.ceil(part), widths)
    starts = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
    return replace(histogram, edges=np.append(edges[starts], edges[-1]), counts=np.add.reduceat(counts, starts))


def _together(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.empty(0), *parts])
