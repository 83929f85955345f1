"""Which steps are logged, from times that are given."""

import pytest

from cutaway.record.watch.schedule import FIRST_STEPS, Schedule


def run(schedule: Schedule, steps: int, logging: float, checking: float, training: float, start: int = 0) -> list[int]:
    """The logging steps of a training in which everything takes as long as is said."""
    logged = []
    for count in range(start, start + steps):
        is_logging = schedule.is_logging(count)
        if is_logging:
            logged.append(count)
        ours = logging if is_logging else checking / schedule.parts
        schedule.step_done(is_logging, ours, training + ours)
        schedule.choose(count + 1)
    return logged


@pytest.mark.parametrize(
    ("logging", "checking", "interval"),
    [
        (0.001, 0.0, 1),
        (0.0199, 0.0, 1),
        (0.03, 0.0, 2),
        (0.1, 0.0, 5),
        (0.1, 0.005, 10),
        (1.5, 0.0, 100),
        (9e9, 0.0, 10_000),
    ],
)
def test_the_smallest_interval_within_the_budget(logging: float, checking: float, interval: int) -> None:
    schedule = Schedule("auto", 0.02)
    run(schedule, 300, logging, checking, 1.0)
    assert schedule.interval == interval


def test_the_first_steps_are_logged_whatever_they_cost() -> None:
    schedule = Schedule("auto", 0.02)
    assert run(schedule, 200, 1.0, 0.0, 1.0) == [*range(FIRST_STEPS), 50, 100, 150]
    assert schedule.share == pytest.approx(1 / 51, rel=0.01)


def test_what_no_interval_saves_does_not_end_the_logging() -> None:
    """Hooks that take the whole budget on every step leave half of it for logging steps."""
    schedule = Schedule("auto", 0.02)
    for count in range(300):
        is_logging = schedule.is_logging(count)
        ours = 0.35 if is_logging else 0.03
        schedule.step_done(is_logging, ours, 1.0 + ours)
        schedule.choose(count + 1)
    assert schedule.interval == 50


def test_an_interval_that_is_given() -> None:
    schedule = Schedule(7, 0.02)
    assert run(schedule, 30, 1.0, 0.0, 1.0) == [0, 7, 14, 21, 28]


def test_fewer_gradients_are_looked_at_where_that_costs_much() -> None:
    schedule = Schedule(1000, 0.02)
    run(schedule, 200, 0.1, 0.045, 1.0)
    assert schedule.parts == 8
    run(schedule, 200, 0.1, 0.001, 1.0, start=200)
    assert schedule.parts == 1


def test_the_interval_follows_the_training_and_does_not_flutter() -> None:
    schedule = Schedule("auto", 0.02)
    run(schedule, 600, 0.095, 0.0, 1.0)
    assert schedule.interval == 5
    # A little beyond the budget is not enough for a change.
    run(schedule, 600, 0.11, 0.0, 1.0, start=600)
    assert schedule.interval == 5
    run(schedule, 600, 0.3, 0.0, 1.0, start=1200)
    assert schedule.interval == 20
    run(schedule, 2000, 0.001, 0.0, 1.0, start=1800)
    assert schedule.interval == 1


def test_the_interval_doubles_with_the_size_of_the_file() -> None:
    schedule = Schedule(5, 0.02, most_bytes=1000)
    assert schedule.interval == 5
    schedule.bytes = 999
    assert schedule.interval == 5
    schedule.bytes = 1000
    assert schedule.interval == 10
    schedule.bytes = 2500
    assert schedule.interval == 20


def test_the_choice_of_another_process() -> None:
    schedule = Schedule("auto", 0.02)
    schedule.agreed = 50
    assert not schedule.is_logging(60)
    assert schedule.is_logging(100)
