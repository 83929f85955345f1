"""``GET ./api/histograms``: a tag's histograms over its steps, and the values below which given shares of each lie."""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.kind_names import HISTOGRAMS
from cutaway.events.wire import MalformedError
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import number, values_of
from cutaway.server.responses import fail
from cutaway.server.routing import Asked, get
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.log_directory import LogDirectory

#: More histograms of one tag are thinned out evenly, the first and the last among them.
MOST = 2000
USUAL = 500
#: More bins in one answer are refused.
MOST_BINS = 4_000_000
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
            ("most",),
            threads=run_decoding,
        )
    ]


def _answer(log: LogDirectory, asked: Asked) -> Response:
    revision, values = values_of(log, asked)
    if values.kind != HISTOGRAMS:
        fail(404, f"tag {asked['tag']!r} holds {values.kind}, not {HISTOGRAMS}")
    most = number(asked, "most", 2, MOST, str(USUAL))
    chosen = np.unique(np.linspace(0, len(values) - 1, min(most, len(values))).round().astype(np.int64))
    found: list[tuple[int, Histogram]] = []
    bins = 0
    for row in chosen.tolist():
        if values.length[row] > _BIN_BYTES * MOST_BINS + _OTHER_BYTES:
            _fail_of_bins()
        try:
            histogram = values[row]
        except (MalformedError, OSError):
            # It stays in the list of values, where its reason is told.
            continue
        bins += len(histogram.counts)
        if bins > MOST_BINS:
            _fail_of_bins()
        found.append((row, histogram))
    rows = np.array([row for row, _ in found], np.int64)
    every = [histogram for _, histogram in found]
    columns: dict[str, NDArray[Any]] = {
        "row": rows.astype(np.uint32),
        "step": values.step[rows],
        "wall_time": values.wall_time[rows],
        "bins": np.array([len(histogram.counts) for histogram in every], np.uint32),
        "left": _joined([histogram.edges[:-1] for histogram in every]),
        "right": _joined([histogram.edges[1:] for histogram in every]),
        "count": _joined([histogram.counts for histogram in every]),
        "not_finite": np.array([histogram.not_finite for histogram in every], np.uint8),
        "quantile": _joined([quantiles(histogram) for histogram in every]),
    }
    header = {"revision": revision, "tag": asked["tag"], "run": asked["run"], "values": len(values), "shares": SHARES}
    return frame_response(header, columns)


def _fail_of_bins() -> NoReturn:
    fail(413, f"these histograms have more than {MOST_BINS:,} bins together; ask for fewer with most=")


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


def _joined(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.empty(0), *parts])
