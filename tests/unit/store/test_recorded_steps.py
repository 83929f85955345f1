"""The steps of data other than scalars, over all tags of a kind."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cutaway
from cutaway.store.log_directory import LogDirectory
from cutaway.store.recorded_steps import MOST_STEPS, KindSteps, RecordedSteps, _told, _union


def as_lists(found: list[KindSteps]) -> dict[str, list[int]]:
    assert all(each.number == len(each.steps) for each in found)
    return {each.kind: each.steps.tolist() for each in found}


def test_steps_of_all_tags_and_runs(tmp_path: Path) -> None:
    for run, steps in (("a", [5, 1, 3]), ("b", [3, 10])):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            for step in steps:
                writer.add_text("note", "text", step)
                writer.add_histogram("weights", [1.0, 2.0], 100 * step)
                writer.add_histogram("gradients", [1.0, 2.0], 100 * step)
            writer.add_scalar("loss", 1.0, 7)
            writer.add_hparams({"lr": 1.0}, {}, run_name=".")
    log = LogDirectory(tmp_path)
    log.refresh()
    recorded = RecordedSteps(log)
    first, second = (run.id for run in log.catalogue().runs)
    assert as_lists(recorded.of([first, second])[1]) == {"histograms": [100, 300, 500, 1000], "text": [1, 3, 5, 10]}
    assert as_lists(recorded.of([second])[1]) == {"histograms": [300, 1000], "text": [3, 10]}
    assert recorded.of([])[1] == []
    with pytest.raises(KeyError, match="r99"):
        recorded.of(["r99"])


def test_what_is_recorded_later_and_what_is_superseded(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        for step in range(4):
            writer.add_text("note", "text", step)
    log = LogDirectory(tmp_path)
    log.refresh()
    recorded = RecordedSteps(log)
    (run,) = (run.id for run in log.catalogue().runs)
    revision, found = recorded.of([run])
    assert as_lists(found) == {"text": [0, 1, 2, 3]}
    with cutaway.SummaryWriter(tmp_path / "a", purge_step=2) as writer:
        writer.add_text("note", "text", 9)
    log.refresh()
    later, found = recorded.of([run])
    assert later > revision
    assert as_lists(found) == {"text": [0, 1, 9]}


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5), max_size=5))
def test_the_union_has_each_step_once(parts: list[list[int]]) -> None:
    arrays = [np.array(part, np.int64) for part in parts for _ in range(2)]
    assert _union(arrays).tolist() == sorted({step for part in parts for step in part})


def test_of_very_many_the_ends_and_some_of_each_part_are_told() -> None:
    limits = np.iinfo(np.int64)
    steps = np.unique(np.append(np.arange(0, 10**6, 7), [limits.min, limits.max]))
    kind, number, told = _told("text", steps)
    assert (kind, number) == ("text", len(steps))
    assert (told[0], told[-1]) == (limits.min, limits.max)
    even = np.arange(0, 10**6, 7)
    told = _told("text", even).steps
    assert MOST_STEPS // 2 < len(told) <= MOST_STEPS
    assert np.isin(told, even).all()
    assert (told[0], told[-1]) == (0, even[-1])
    assert np.diff(told).max() <= 2 * 10**6 / (MOST_STEPS - 1)
