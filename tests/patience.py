"""How long a test waits: for a state, and never for a time; the bound is there only so that a test that hangs ends."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

#: Seconds. Far more than any state takes on a slow machine that is busy with other work; no result depends on it.
PATIENCE = 120.0
#: For what does much: a program that imports a framework, trains or builds; a page with ten thousand runs.
LONG_PATIENCE = 25 * PATIENCE

Found = TypeVar("Found")


def until(
    state: str, look: Callable[[], Found], holds: Callable[[Found], object] = bool, pause: float = 0.002
) -> Found:
    """Look again and again until what is found is as it should be, and return that.

    `state`: what is waited for, as a failure says it; `look` finds what is there, `holds` tells whether that is it;
    `pause`: seconds between two looks. Fails after `PATIENCE`, with what was there instead.
    """
    deadline = monotonic() + PATIENCE
    while not holds(found := look()):
        if monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE:g} s for {state}; there was {found!r} instead")
        Event().wait(pause)
    return found
