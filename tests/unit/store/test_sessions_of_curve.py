"""Lines and groups over time are broken where nothing ran; over steps and training time they go on."""

import itertools
from typing import Any

import numpy as np
import pytest
from tests.drawn import lines_of

from cutaway.store.curve import Axis
from cutaway.store.reduce import reduce_chart, reduce_groups
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints
from cutaway.store.series import Series
from cutaway.store.smoothing import Smoothing
from cutaway.store.smoothing_cache import SmoothingCache

START = 1.7e9
NIGHT = 36_000.0
TIMES: tuple[Axis, ...] = ("wall", "relative")


def series(step: Any, wall: Any, sessions: Any = None) -> Series:
    found = Series()
    step, wall = np.asarray(step, np.int64), np.asarray(wall, np.float64)
    sessions = np.zeros(len(step), int) if sessions is None else np.asarray(sessions)
    edges = [0, *(np.flatnonzero(np.diff(sessions)) + 1).tolist(), len(step)]
    for start, stop in itertools.pairwise(edges):
        values = np.sin(step[start:stop] / 50).astype(np.float32)
        found.append(step[start:stop], wall[start:stop], values, int(sessions[start]))
    return found


def file_of(points: Series) -> FilePoints:
    wall = points.points.wall_time
    return FilePoints(points.points, float(wall[0]), float(wall[-1]))


#: Two hours of training, a night, and two hours more.
STEPS = np.arange(1440)
WALL = START + STEPS * 10.0 + np.where(STEPS >= 720, NIGHT, 0)
KINDS = {
    "two files": [series(STEPS[:720], WALL[:720]), series(STEPS[720:], WALL[720:])],
    "a START in a file": [series(STEPS, WALL, 1 + (STEPS >= 720))],
    "no mark": [series(STEPS, WALL)],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pixels", [32, 800, 16_000])
def test_no_line_through_the_night(kind: str, pixels: int) -> None:
    files = KINDS[kind]
    runs, clocks = {"r": [file_of(each) for each in files]}, {"r": RunClock(START, [[each] for each in files])}
    for axis in TIMES:
        chart = reduce_chart(runs, axis=axis, clocks=clocks, pixels=pixels)
        offset = START if axis == "relative" else 0.0
        assert [(one.segment, one.in_range, one.left_out) for one in lines_of(chart)] == [(0, 720, 0), (1, 720, 0)]
        before, after = lines_of(chart)
        assert [*before.point_x, *before.bucket * 2.0**chart.level][-1] <= WALL[719] - offset
        assert before.point_x.max(initial=0) <= WALL[719] - offset
        assert after.point_x.min(initial=np.inf) >= WALL[720] - offset
        # A zoom into the night finds nothing to draw a line between.
        night = (WALL[719] - offset + 60, WALL[720] - offset - 60)
        zoomed = reduce_chart(runs, axis=axis, clocks=clocks, pixels=pixels, x_range=night)
        before, after = lines_of(zoomed)
        assert (before.in_range, after.in_range) == (0, 0)
        assert before.point_x.max() <= WALL[719] - offset
        assert after.point_x.min() >= WALL[720] - offset
    (line,) = lines_of(reduce_chart(runs, axis="step", clocks=clocks, pixels=pixels))
    assert line.in_range == 1440
    chart = reduce_chart(runs, axis="training", clocks=clocks, pixels=pixels)
    assert chart.range == (0.0, 14_380.0)
    assert [one.in_range for one in lines_of(chart)] == [1440]


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_does_not_bridge_the_night(kind: str) -> None:
    files = KINDS[kind]
    runs, clocks = {"r": [file_of(each) for each in files]}, {"r": RunClock(START, [[each] for each in files])}
    chart = reduce_groups([runs], axis="relative", clocks=clocks, pixels=800)
    (line,) = chart.groups
    assert chart.range is not None
    reached = (chart.origin + line.bucket.astype(np.float64)) * 2.0**chart.level
    inside = (reached > WALL[719] - START) & (reached + 2.0**chart.level < WALL[720] - START)
    assert not inside.any()
    # Within a session it is on the line between its points, however fine the buckets are.
    (line,) = reduce_groups([runs], axis="relative", clocks=clocks, pixels=16_000).groups
    holes = np.flatnonzero(np.diff(line.bucket.astype(int)) > 1)
    assert len(holes) == 1


def test_a_resumed_run_and_one_that_goes_on_are_counted_one_behind_the_other() -> None:
    again = np.r_[0:720, 500:1220]
    runs = {"r": [file_of(series(again[:720], WALL[:720])), file_of(series(again[720:], WALL[720:]))]}
    chart = reduce_chart(runs, axis="wall")
    assert [(one.segment, one.in_range) for one in lines_of(chart)] == [(0, 720), (1, 720)]


def test_smoothing_goes_on_over_the_night() -> None:
    runs = {"r": [file_of(each) for each in KINDS["two files"]]}
    cache = SmoothingCache()
    options: dict[str, Any] = {"smoothing": Smoothing("ema", 0.9), "cache": cache, "pixels": 16_000}
    (whole,) = lines_of(reduce_chart(runs, axis="step", **options))
    parts = lines_of(reduce_chart(runs, axis="wall", **options))
    assert np.concatenate([part.point_smooth for part in parts]).tolist() == whole.point_smooth.tolist()
    assert len(cache) == 2


def test_times_that_go_back_have_their_sessions() -> None:
    wall = np.r_[START + np.array([0.0, 2, 1, 3]), START + NIGHT + np.array([0.0, 2, 1, 3])]
    runs = {"r": [file_of(series(range(8), wall, [1] * 4 + [2] * 4))]}
    chart = reduce_chart(runs, axis="wall")
    assert [one.point_x.tolist() for one in lines_of(chart)] == [sorted(wall[:4]), sorted(wall[4:])]


def test_more_sessions_than_a_run_has_are_a_mixture() -> None:
    wall = START + np.arange(300.0)
    runs = {"r": [file_of(series(range(300), wall, range(300)))]}
    assert len(lines_of(reduce_chart(runs, axis="wall"))) == 1


def test_aligned_starts() -> None:
    fine_tuned = series(STEPS + 100_000, WALL)
    runs = {"a": [file_of(series(STEPS, WALL))], "b": [file_of(fine_tuned)]}
    clocks = {"a": RunClock(START), "b": RunClock(START, first_step=lambda: 100_000)}
    chart = reduce_chart(runs, axis="aligned", clocks=clocks)
    assert chart.range == (0, 1439)
    one, other = lines_of(chart)
    assert one.point_x.tolist() == other.point_x.tolist() == STEPS.tolist()
    assert one.point_y.tolist() != other.point_y.tolist()
