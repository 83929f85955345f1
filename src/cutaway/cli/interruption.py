"""What Ctrl-C does to a command: the first ends it in order, which may take some seconds, and the second at once.

Without this, a second one meets Python at its end, which says so with a traceback.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block SIGINT raises KeyboardInterrupt once, and from then on, also behind the block, SIGINT and
    SIGTERM end the process. Does nothing in another thread than the main one, and where the program has a handler of
    its own."""
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _end_in_order)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _end_in_order:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_in_order(number: int, frame: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, _end_at_once)
    raise KeyboardInterrupt


def _end_at_once(number: int, frame: FrameType | None) -> None:
    # What is written is whole at any moment, or has another name until it is.
    os._exit(128 + number)
