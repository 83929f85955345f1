"""The room of a large log's batches is kept while it is read, and given back whatever happens."""

import subprocess
import sys

import pytest

from cutaway.store import heap


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    original = heap.give_back

    def give_back() -> None:
        original()
        calls.append("given back")

    monkeypatch.setattr(heap, "give_back", give_back)
    return calls


def test_of_a_large_log(given_back: list[str]) -> None:
    with heap.room_kept(1 << 30):
        assert given_back == []
    assert given_back == ["given back"]


def test_when_reading_fails(given_back: list[str]) -> None:
    with pytest.raises(OSError, match="gone"), heap.room_kept(1 << 30):
        raise OSError("gone")
    assert given_back == ["given back"]


def test_of_a_small_log(given_back: list[str]) -> None:
    with heap.room_kept(1 << 20):
        pass
    assert given_back == []


def test_of_room_that_was_kept_before(given_back: list[str]) -> None:
    heap.keep_room()
    with heap.room_kept(0):
        assert given_back == []
    with heap.room_kept(0):
        pass
    assert given_back == ["given back"]


_THREADS = """
import ctypes, sys, threading
from cutaway.store.heap import share_one_heap

share_one_heap()
allocate, release = ctypes.pythonapi.malloc, ctypes.pythonapi.free
allocate.restype, release.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
here, there = allocate(1000), []
thread = threading.Thread(target=lambda: there.append(allocate(1000)))
thread.start()
thread.join()
# A heap of a thread's own begins at a multiple of 64 MiB and is no larger.
print(abs(here - there[0]) < 64 << 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="heaps of threads are glibc's")
def test_threads_share_one_heap() -> None:
    ran = subprocess.run([sys.executable, "-c", _THREADS], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "True"
