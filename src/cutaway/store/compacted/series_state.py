"""The facts of a stored series that have no column of their own, as JSON."""

import json
from typing import NamedTuple

from cutaway.store.compacted.chunked import ChunkWaits
from cutaway.store.float_bits import bits_of, float_of
from cutaway.store.series import Points


class SeriesState(NamedTuple):
    """The fields of those names of :class:`cutaway.store.series.Frozen`."""

    breaks: list[int]
    wall_ascending: bool
    last_wall_time: float
    not_finite: tuple[int, float] | None
    sessions: tuple[tuple[int, int], ...]


def encode_state(points: Points) -> str:
    """The facts of a series of one point or more."""
    _, wall_time, _ = points.last
    not_finite = points.not_finite and (points.not_finite[0], bits_of(points.not_finite[1]))
    document = [points.breaks.tolist(), points.wall_ascending, bits_of(wall_time), not_finite, points.sessions]
    return json.dumps(document, separators=(",", ":"))


def decode_state(text: str) -> SeriesState:
    """The facts that were encoded. ValueError, TypeError or struct.error for anything else."""
    breaks, ascending, wall_bits, not_finite, sessions = json.loads(text)
    return SeriesState(
        breaks,
        ascending,
        float_of(wall_bits),
        None if not_finite is None else (not_finite[0], float_of(not_finite[1])),
        tuple((position, session) for position, session in sessions),
    )


def encode_waits(waits: list[ChunkWaits | None]) -> str:
    """The waits of the chunks of a series."""
    return json.dumps(waits, separators=(",", ":"))


def decode_waits(text: str) -> list[ChunkWaits | None]:
    """The waits that were encoded. ValueError or TypeError for anything else."""
    return [None if waits is None else ChunkWaits(*waits) for waits in json.loads(text)]
