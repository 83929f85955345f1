"""Which runs are in memory: newest first, those that are asked for before, and those that grow are kept."""

from dataclasses import dataclass, field

import pytest

from cutaway.store.memory import MemoryBudget, Share


@dataclass
class File:
    bytes_read: int = 0
    made_series: int = 0

    __hash__ = object.__hash__


@pytest.fixture(autouse=True)
def guess(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything was read a file of 100 bytes is thought to take 40."""
    monkeypatch.setattr("cutaway.store.memory._USUAL", 0.4)


@dataclass
class Run:
    """A run whose file has so many bytes."""

    name: str
    size: int = 100
    modified: int = 0
    is_growing: bool = False
    share: Share = field(default_factory=Share)
    file: File = field(default_factory=File)

    @property
    def left_bytes(self) -> int:
        return self.size - self.file.bytes_read


def read(budget: MemoryBudget, run: Run, nbytes: int) -> None:
    """All of it, of which so much is taken."""
    run.file.bytes_read = run.size
    budget.count(run, run.file, nbytes)


def dropped(budget: MemoryBudget, run: Run) -> None:
    budget.drop(run)
    run.file = File()


def balanced(budget: MemoryBudget, runs: list[Run]) -> str:
    """The runs that are in memory afterwards, and are read at once, by their names of one letter."""
    found = budget.balance(runs)
    for run in found.dropped:
        dropped(budget, run)
    for run in found.held:
        run.share.is_held = True
    for run in runs:
        if run.share.is_held and run.left_bytes:
            read(budget, run, 50)
    return "".join(sorted(run.name for run in runs if run.share.is_held))


def test_without_a_limit_nothing_is_dropped() -> None:
    budget = MemoryBudget(None)
    assert balanced(budget, [Run("a", 10**12), Run("b", 10**12)]) == "ab"
    assert not budget.is_exceeded


def test_the_newest_are_read_until_the_budget_is_reached() -> None:
    runs = [Run("a", modified=1), Run("b", modified=3), Run("c", modified=2)]
    assert balanced(MemoryBudget(100), runs) == "bc"


def test_more_is_read_where_points_take_less_than_was_thought() -> None:
    budget, runs = MemoryBudget(100), [Run("a", modified=1), Run("b", modified=2), Run("c", modified=3)]
    balance = budget.balance(runs)
    assert [run.name for run in balance.dropped] == ["a"]
    dropped(budget, runs[0])
    for run in runs[1:]:
        read(budget, run, 10)
    assert [run.name for run in budget.balance(runs).held] == ["a"]


def test_a_run_that_nobody_asked_for_takes_no_place() -> None:
    budget, runs = MemoryBudget(100), [Run("a", modified=1), Run("b", modified=2), Run("c", modified=3)]
    assert balanced(budget, runs) == "bc"
    runs[0].modified, runs[0].is_growing = 4, True
    assert balanced(budget, runs) == "bc"


def test_a_run_that_is_asked_for_takes_the_place_of_the_least_recently_asked() -> None:
    budget, runs = MemoryBudget(100), [Run("a", modified=1), Run("b", modified=2), Run("c", modified=3)]
    assert balanced(budget, runs) == "bc"
    runs[1].share.asked, runs[0].share.asked = 1, 2
    assert balanced(budget, runs) == "ab"
    runs[2].share.asked = 3
    assert balanced(budget, runs) == "ac"


def test_runs_that_are_asked_for_together_take_no_place_of_each_other() -> None:
    budget, runs = MemoryBudget(100), [Run(name, modified=place) for place, name in enumerate("abcd")]
    for run in runs:
        run.share.asked = 1
    assert balanced(budget, runs) == "cd"
    assert balanced(budget, runs) == "cd"


def test_of_runs_that_were_asked_for_together_one_that_grows_is_dropped_last() -> None:
    budget, runs = MemoryBudget(100), [Run("a"), Run("b", modified=1), Run("c", is_growing=True)]
    assert balanced(budget, runs) == "bc"
    runs[0].share.asked = 1
    assert balanced(budget, runs) == "ac"


def test_what_grows_beyond_the_budget_drops_others_and_then_one_is_left() -> None:
    budget, runs = MemoryBudget(100), [Run("a"), Run("b", modified=1, is_growing=True)]
    assert balanced(budget, runs) == "ab"
    budget.count(runs[1], runs[1].file, 90)
    assert budget.is_exceeded
    assert [run.name for run in budget.surplus(runs)] == ["a"]
    dropped(budget, runs[0])
    budget.count(runs[1], runs[1].file, 900)
    assert budget.surplus(runs) == []


def test_one_run_that_is_larger_than_the_budget_is_read_alone() -> None:
    budget, runs = MemoryBudget(100), [Run("a", 10_000), Run("b", modified=1)]
    assert balanced(budget, runs) == "b"
    runs[0].share.asked = 1
    assert balanced(budget, runs) == "a"


def test_a_run_that_did_not_fit_is_not_tried_again_before_there_is_room() -> None:
    budget, runs = MemoryBudget(100), [Run("a", modified=1), Run("b", modified=2)]
    for run, nbytes in zip(runs, (60, 60), strict=True):
        read(budget, run, nbytes)
    assert [run.name for run in budget.surplus(runs)] == ["a"]
    dropped(budget, runs[0])
    assert budget.balance(runs) == ([], [])
    runs[0].share.asked = runs[1].share.asked = 1
    assert budget.balance(runs) == ([], [])
    dropped(budget, runs[1])
    assert [run.name for run in budget.balance(runs).held] == ["b"]


def test_counts_are_of_what_is_held() -> None:
    budget, run = MemoryBudget(100), Run("a")
    read(budget, run, 50)
    assert (budget.used, budget.read, run.share.nbytes, run.share.read) == (50, 100, 50, 100)
    budget.count(run, run.file, 60)
    assert (budget.used, budget.read) == (60, 100)
    budget.forget(run, run.file)
    assert (budget.used, budget.read, run.share.nbytes) == (0, 0, 0)


def test_a_file_is_counted_again_when_much_of_it_is_new() -> None:
    budget, run = MemoryBudget(100), Run("a", 80_000)
    read(budget, run, 50)
    for more, made, is_due in [(0, 0, False), (1000, 0, False), (20_000, 0, True), (0, 8, False), (0, 9, True)]:
        run.file.bytes_read, run.file.made_series = 80_000 + more, made
        assert budget.is_due(run, run.file) is is_due
    assert not MemoryBudget(None).is_due(run, run.file)
