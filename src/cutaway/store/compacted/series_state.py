"""The facts of a stored series that are needed before any of its points is read, as JSON."""

import json
from struct import Struct
from typing import NamedTuple

import numpy as np

from cutaway.store.compacted.chunked import ChunkFacts, ChunkWaits
from cutaway.store.series import Frozen, Points
from cutaway.store.series_state import NO_STEPS

_DTYPES = {name: np.dtype(name) for name in ("float32", "float64", "int64")}
_BITS, _FLOAT = Struct("<q"), Struct("<d")


class SeriesState(NamedTuple):
    """What is known of a series without reading its points."""

    facts: Frozen
    chunks: list[ChunkFacts]
    #: The widest buckets that it has, in steps.
    coarsest: int


def float_of(bits: int) -> float:
    """The float64 of some bits, as int64."""
    number: float
    (number,) = _FLOAT.unpack(_BITS.pack(bits))
    return number


def encode_state(points: Points, chunks: list[ChunkFacts], coarsest: int) -> str:
    """The state of a series of one point or more."""
    step, wall_time, _ = points.last
    wall_bits = int(np.float64(wall_time).view(np.int64))
    return json.dumps(
        [
            points.dtype.name, points.breaks.tolist(), points.wall_ascending, step, wall_bits, points.lowest_step,
            points.highest_step, points.lowest, points.highest, points.not_finite, points.sessions, chunks, coarsest,
        ],
        separators=(",", ":"),
    )  # fmt: skip


def decode_state(text: str) -> SeriesState:
    """The state that was encoded. ValueError, KeyError, TypeError or struct.error for anything else."""
    dtype, breaks, ascending, step, wall_bits, *numbers, not_finite, sessions, chunks, coarsest = json.loads(text)
    lowest_step, highest_step, lowest, highest = numbers
    facts = Frozen(
        _DTYPES[dtype],
        np.array(breaks, np.int64) if breaks else NO_STEPS,
        ascending,
        step,
        float_of(wall_bits),
        lowest_step,
        highest_step,
        lowest,
        highest,
        None if not_finite is None else (not_finite[0], not_finite[1]),
        tuple((position, session) for position, session in sessions),
    )
    return SeriesState(facts, [ChunkFacts(*chunk) for chunk in chunks], coarsest)


def encode_waits(waits: list[ChunkWaits | None]) -> str:
    """The waits of the chunks of a series."""
    return json.dumps(waits, separators=(",", ":"))


def decode_waits(text: str) -> list[ChunkWaits | None]:
    """The waits that were encoded. ValueError or TypeError for anything else."""
    return [None if waits is None else ChunkWaits(*waits) for waits in json.loads(text)]
