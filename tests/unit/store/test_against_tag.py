"""x of another tag: what is between its steps."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.against_tag import against_tag
from cutaway.store.segments import FilePoints, Segment, join
from cutaway.store.series import Series


def points(step: Any, value: Any) -> FilePoints:
    series = Series()
    step = np.asarray(step, np.int64)
    series.append(step, step.astype(np.float64), np.asarray(value, np.float64))
    return FilePoints(series.points, 0.0, float(step[-1]) if len(step) else None)


def every_step(count: int) -> Segment:
    (segment,) = join([points(range(count), np.arange(count) / 8)])
    return segment


def placed(segment: Segment, other: list[FilePoints]) -> tuple[Any, Any, int, str]:
    """x, the values there, how many points have no x, and how x was found."""
    x, places, between = against_tag(segment, other)
    assert len(x) == len(places)
    return x, segment.value[places], len(segment) - len(places), between


def test_an_epoch_is_held_until_the_next() -> None:
    epoch = points(range(0, 100, 20), range(5))
    x, y, lost, between = placed(every_step(100), [epoch])
    assert (between, lost) == ("held", 0)
    assert x.tolist() == [step // 20 for step in range(100)]
    assert y.tolist() == [step / 8 for step in range(100)]


def test_what_rises_otherwise_is_interpolated() -> None:
    tokens = points(range(0, 100, 20), np.arange(5) * 1024)
    x, _, lost, between = placed(every_step(100), [tokens])
    # Behind step 80 nothing is known of it.
    assert (between, lost) == ("interpolated", 19)
    np.testing.assert_allclose(x, np.arange(81) * 51.2)
    falling = points([0, 99], [0.5, 0.1])
    x, _, lost, between = placed(every_step(100), [falling])
    assert (between, lost, x[0], x[-1]) == ("interpolated", 0, 0.5, 0.1)


def test_what_turns_back_is_joined_by_equal_steps() -> None:
    rate = points([0, 20, 40], [0.0, 1.0, 0.5])
    x, y, lost, between = placed(every_step(100), [rate])
    assert (between, lost, x.tolist(), y.tolist()) == ("joined", 97, [0, 1, 0.5], [0, 2.5, 5])


def test_steps_before_its_first_have_no_x() -> None:
    for values in ([3, 4], [3.5, 4.75]):
        x, _, lost, _ = placed(every_step(10), [points([4, 9], values)])
        assert (lost, x[0], len(x)) == (4, values[0], 6)
    assert placed(every_step(3), [])[2:] == (3, "joined")


@given(st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=9), st.booleans())
def test_at_its_own_steps_x_is_the_recorded_value(values: list[float], is_whole: bool) -> None:
    values = sorted(map(float, np.trunc(values))) if is_whole else sorted(values)
    steps = list(range(0, 7 * len(values), 7))
    x, y, _, between = placed(every_step(7 * len(values)), [points(steps, values)])
    assert between in ("held", "interpolated")
    assert dict(zip((y * 8).tolist(), x.tolist(), strict=True)).items() >= dict(zip(steps, values, strict=True)).items()
    assert (np.diff(x / 2) >= 0).all()
