"""What is kept: made once, within a bound of bytes, the newest last."""

import threading
from typing import Any

import pytest

from cutaway.server.models.kept import Kept


def test_what_is_asked_for_again_is_not_made_again() -> None:
    kept, made = Kept(100), list[str]()

    def make(name: str, size: int = 40) -> Any:
        return kept.get(name, lambda: made.append(name) or name, lambda _: size)  # type: ignore[func-returns-value]

    assert [make(name) for name in "aabac"] == list("aabac")
    # b had not been asked for the longest.
    assert made == ["a", "b", "c"]
    assert (len(kept), kept.nbytes) == (2, 80)
    make("a")
    assert made == ["a", "b", "c"]
    make("b")
    assert made == ["a", "b", "c", "b"]


def test_what_is_too_large_is_not_kept() -> None:
    kept = Kept(100)
    assert kept.get("a", lambda: 1, lambda _: 101) == 1
    assert (len(kept), kept.nbytes) == (0, 0)


def test_what_fails_is_tried_again() -> None:
    kept = Kept(100)

    def fail() -> int:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            kept.get("a", fail, lambda _: 1)
    assert kept.get("a", lambda: 2, lambda _: 1) == 2


def test_two_threads_make_it_once() -> None:
    kept, made, barrier = Kept(100), list[int](), threading.Barrier(4)

    def ask() -> None:
        barrier.wait()
        kept.get("a", lambda: made.append(1), lambda _: 1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
