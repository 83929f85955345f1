"""Garbage is collected again after reading, also after an error, and where several threads read."""

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from cutaway.store import collection
from cutaway.store.collection import MANY, collection_held, leave_out_what_is_kept


@pytest.fixture(autouse=True)
def enabled() -> Iterator[None]:
    """What another test has left out of it, as that of the command does, may go meanwhile."""
    gc.unfreeze()
    gc.enable()
    yield
    gc.enable()


def test_nothing_is_collected_within_the_block() -> None:
    with collection_held():
        assert not gc.isenabled()
        with collection_held():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_given_back_after_an_error() -> None:
    with pytest.raises(KeyError), collection_held():
        raise KeyError
    assert gc.isenabled()


def test_it_stays_off_where_a_program_has_switched_it_off() -> None:
    gc.disable()
    with collection_held():
        pass
    assert not gc.isenabled()


def test_the_last_of_several_threads_gives_it_back() -> None:
    both, seen = Barrier(2), []

    def first() -> None:
        with collection_held():
            both.wait()
        both.wait()

    thread = Thread(target=first)
    thread.start()
    with collection_held():
        both.wait()
        both.wait()
        seen.append(gc.isenabled())
    thread.join()
    assert seen == [False]
    assert gc.isenabled()


def test_much_that_is_kept_is_left_out_where_that_is_wished_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # A test of the command may have wished for it in this process.
    monkeypatch.setattr(collection, "_leaves_out", False)

    def made(count: int) -> int:
        before = gc.get_freeze_count()
        with collection_held():
            kept: list[list[None]] = [[] for _ in range(count)]
        frozen = gc.get_freeze_count() - before
        gc.unfreeze()
        assert len(kept) == count
        return frozen

    gc.collect()
    assert made(MANY + 1000) == 0
    leave_out_what_is_kept()
    assert made(MANY // 2) == 0
    assert made(MANY + 1000) >= MANY + 1000


def test_many_new_objects_are_old_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_leaves_out", False)
    gc.collect()
    with collection_held():
        kept: list[list[None]] = [[] for _ in range(MANY + 1000)]
    assert gc.get_count()[0] < MANY
    assert (gc.get_freeze_count(), len(kept)) == (0, MANY + 1000)


def test_what_a_program_has_left_out_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_leaves_out", False)
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with collection_held():
            kept: list[list[None]] = [[] for _ in range(MANY + 1000)]
        # Objects that are gone are not counted any more.
        assert 0 < gc.get_freeze_count() <= frozen
        assert len(kept) == MANY + 1000
    finally:
        gc.unfreeze()
