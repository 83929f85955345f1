"""The writer's lock on both twins: it does what ``threading.RLock`` does."""

import signal
import threading
import time

import pytest
from tests.patience import PATIENCE

from cutaway.events.kernel import Kernel

#: Seconds that a lock is waited for, where another thread keeps it.
MOMENT, NO_TIME = 0.001, 0.0


def in_thread(work: object) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def test_its_thread_takes_it_again(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()
    assert lock.acquire()
    assert lock.acquire(blocking=False)
    with lock:
        pass
    lock.release()
    lock.release()
    with pytest.raises(RuntimeError, match="cannot release un-acquired lock"):
        lock.release()


def test_another_thread_does_not_get_it(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()
    found: list[object] = []

    def other() -> None:
        found.append(lock.acquire(blocking=False))
        found.append(lock.acquire(timeout=MOMENT))
        found.append(lock.acquire(timeout=NO_TIME))
        try:
            lock.release()
        except RuntimeError as error:
            found.append(str(error))

    with lock:
        in_thread(other).join(PATIENCE)
    assert found == [False, False, False, "cannot release un-acquired lock"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [((False, 1), ValueError), ((True, -2), ValueError), ((True, 1e300), OverflowError), (("a", "b"), TypeError)],
)
def test_bad_arguments(kernel: Kernel, arguments: tuple[object, object], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        kernel.ReentrantLock().acquire(*arguments)  # type: ignore[arg-type]


def test_threads_take_turns(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()
    count, inside = 0, 0

    def work() -> None:
        nonlocal count, inside
        for turn in range(300):
            if turn % 7:
                lock.acquire()
            elif not lock.acquire(timeout=PATIENCE):
                return
            inside += 1
            assert inside == 1
            if turn % 3 == 0:
                time.sleep(0)
            with lock:
                count += 1
            inside -= 1
            lock.release()

    threads = [in_thread(work) for _ in range(8)]
    for thread in threads:
        thread.join(PATIENCE)
    assert count == 8 * 300
    assert lock.acquire(blocking=False)


def test_one_that_waits_in_vain_leaves_nothing_behind(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()

    def shortly() -> None:
        if lock.acquire(timeout=MOMENT):
            lock.release()

    for _ in range(50):
        lock.acquire()
        threads = [in_thread(shortly) for _ in range(3)]
        time.sleep(0.0005)
        lock.release()
        for thread in threads:
            thread.join(PATIENCE)
        assert lock.acquire(blocking=False)
        lock.release()


def test_a_condition_on_it(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()
    condition = threading.Condition(lock)
    said: list[str] = []

    def other() -> None:
        with lock, condition:
            condition.wait_for(lambda: said)
            said.append("heard")
            condition.notify_all()

    in_thread(other)
    with lock, lock:
        said.append("word")
        condition.notify_all()
        assert condition.wait_for(lambda: len(said) == 2, PATIENCE)
        # It is held as often as before.
        lock.release()
        lock.release()
        with pytest.raises(RuntimeError, match="cannot notify on un-acquired lock"):
            condition.notify()
        lock.acquire()
        lock.acquire()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs signals for threads")
def test_a_signal_interrupts_who_waits(kernel: Kernel) -> None:
    lock = kernel.ReentrantLock()
    has_it, is_done = threading.Event(), threading.Event()
    here = threading.get_ident()

    def handler(*_: object) -> None:
        if not is_done.is_set():
            is_done.set()
            raise InterruptedError("by a signal")

    def other() -> None:
        with lock:
            has_it.set()
            while not is_done.wait(0.01):
                signal.pthread_kill(here, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        thread = in_thread(other)
        with pytest.raises(InterruptedError):
            _ = has_it.wait(PATIENCE) and lock.acquire()
        thread.join(PATIENCE)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert lock.acquire(blocking=False)
