"""The points of a tag, of runs that are rows of tables and of others: which are drawn without a series of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.drawn import lines_of

from cutaway.events.core import encode
from cutaway.store import series_table
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import Known, ReducedChart, reduce_chart
from cutaway.store.series import Series
from cutaway.store.smoothing import Smoothing

NAME = "events.out.tfevents.1.host"


def append(path: Path, steps: list[int], tag: str = "loss") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for number, step in enumerate(steps):
            file.write(encode(1000.0 + number, step, [tag], [step / 7]))


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    """A usual run, one that went back, one of two files, one without the tag, another usual one, one of one point."""
    append(tmp_path / "a" / NAME, list(range(100)))
    append(tmp_path / "b" / NAME, [*range(50), *range(30, 60)])
    append(tmp_path / "c" / NAME, list(range(40)))
    append(tmp_path / "c" / f"{NAME}.2", list(range(40, 80)))
    append(tmp_path / "d" / NAME, [1, 2], "other")
    append(tmp_path / "e" / NAME, list(range(0, 300, 3)))
    append(tmp_path / "f" / NAME, [7])
    log = LogDirectory(tmp_path)
    log.refresh()
    return log


def ids(log: LogDirectory) -> list[str]:
    return [run.id for run in log.catalogue().runs]


def same(one: ReducedChart, other: ReducedChart) -> bool:
    assert one._replace(facts=(), lines=other.lines) == other._replace(facts=())
    for found, expected in zip(lines_of(one), lines_of(other), strict=True):
        for name, value in vars(expected).items():
            np.testing.assert_array_equal(getattr(found, name), value, err_msg=name)
    return True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Series]:
    """Every series that is made."""
    found: list[Series] = []
    plain = series_table.SeriesTable.series

    def series(self: Any, number: int) -> Series:
        found.append(plain(self, number))
        return found[-1]

    monkeypatch.setattr(series_table.SeriesTable, "series", series)
    return found


def test_a_chart_by_step_makes_series_only_of_what_is_no_line(log: LogDirectory, made: list[Series]) -> None:
    points = log.tag_points(log.tag_id("loss"), ids(log))
    # Of the run that went back, and of both files of the other.
    assert (len(made), [run for rows in points.rows for run in rows.runs]) == (3, [ids(log)[at] for at in (0, 4, 5)])
    chart = reduce_chart(points, details=True, pixels=40)
    assert len(made) == 3
    assert same(chart, reduce_chart(log.scalars(log.tag_id("loss"), ids(log)), details=True, pixels=40))
    assert [line.run for line in chart.facts] == [ids(log)[at] for at in (0, 1, 1, 2, 2, 4, 5)]


def test_such_a_chart_opens_no_other_run(log: LogDirectory) -> None:
    reduce_chart(log.tag_points(log.tag_id("loss"), ids(log)))
    assert sorted(log._runs.opened) == ["b", "c"]
    assert log.unread(ids(log)) == []
    assert len(log.unchanged_since(log.revision, ids(log))) == 6
    assert sorted(log._runs.opened) == ["b", "c"]


@pytest.mark.parametrize(
    "view",
    [{"axis": "wall"}, {"axis": "aligned"}, {"scale": "log"}, {"smoothing": Smoothing("mean", 3)}],
    ids=lambda view: next(iter(view)),
)
def test_any_other_chart_is_made_of_series(log: LogDirectory, view: dict[str, Any]) -> None:
    points = log.tag_points(log.tag_id("loss"), ids(log))
    assert same(reduce_chart(points, **view), reduce_chart(log.scalars(log.tag_id("loss"), ids(log)), **view))


def test_runs_are_there_in_the_order_in_which_they_are_asked_for(log: LogDirectory) -> None:
    order = [ids(log)[at] for at in (4, 1, 3, 5, 0)]
    points = log.tag_points(log.tag_id("loss"), order)
    assert list(points) == [run for run in order if run != ids(log)[3]]
    assert len(points) == 4
    assert [line.run for line in reduce_chart(points).facts] == [order[at] for at in (0, 1, 1, 3, 4)]
    assert points[order[0]][0].points.step.tolist() == list(range(0, 300, 3))
    with pytest.raises(KeyError):
        points[ids(log)[3]]
    with pytest.raises(KeyError):
        log.tag_points(log.tag_id("loss"), ["r99"])
    with pytest.raises(KeyError):
        log.tag_points("t99", order)


def test_what_the_client_has_is_not_drawn_again(log: LogDirectory, tmp_path: Path) -> None:
    revision = log.revision
    first = reduce_chart(log.tag_points(log.tag_id("loss"), ids(log)))
    append(tmp_path / "e" / NAME, [297])
    log.refresh()
    known = log.unchanged_since(revision, ids(log))
    chart = reduce_chart(
        log.tag_points(log.tag_id("loss"), ids(log)), known=Known("step", first.level, first.origin, frozenset(known))
    )
    assert ([line.run for line in chart.facts], chart.unchanged) == (
        [ids(log)[4]],
        tuple(ids(log)[at] for at in (0, 1, 2, 5)),
    )


def test_a_run_that_grew_is_drawn_as_it_is_now(log: LogDirectory, tmp_path: Path) -> None:
    append(tmp_path / "a" / NAME, list(range(100, 130)))
    log.refresh()
    points = log.tag_points(log.tag_id("loss"), ids(log))
    assert ids(log)[0] not in [run for rows in points.rows for run in rows.runs]
    assert reduce_chart(points).facts[0].recorded == 130


def test_where_all_steps_are_one_points_are_told_apart_by_their_times(tmp_path: Path) -> None:
    for run in "ab":
        append(tmp_path / run / NAME, [3, 3, 3])
    log = LogDirectory(tmp_path)
    log.refresh()
    chart = reduce_chart(log.tag_points(log.tag_id("loss"), ids(log)))
    assert (chart.axis, [line.recorded for line in chart.facts]) == ("wall", [3, 3])


def test_results_that_each_run_recorded_once_stay_by_step(tmp_path: Path) -> None:
    for run in "abc":
        append(tmp_path / run / NAME, [3])
    log = LogDirectory(tmp_path)
    log.refresh()
    chart = reduce_chart(log.tag_points(log.tag_id("loss"), ids(log)))
    assert (chart.axis, chart.range) == ("step", (3.0, 3.0))


def test_an_unopened_run_that_was_asked_for_stays_in_memory_the_longest(tmp_path: Path) -> None:
    """As one that was opened for it does."""
    for number in range(6):
        append(tmp_path / f"run{number}" / NAME, list(range(2000)))
    log = LogDirectory(tmp_path, memory=1 << 30)
    log.refresh()
    log.tag_points(log.tag_id("loss"), ids(log)[1:2])
    assert not log._runs.opened
    assert log._runs["run1"].share.asked > log._runs["run2"].share.asked
