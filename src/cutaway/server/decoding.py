"""Values are decoded by a few threads of their own, so that many of them leave memory and the other routes alone."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

#: Values that are decoded at the same time.
SIMULTANEOUS = 4
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("cutaway_decoding")
_Answer = TypeVar("_Answer")


async def run_decoding(function: Callable[..., _Answer], *arguments: object) -> _Answer:
    """Call a function that decodes values in a thread, once one is free."""
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(SIMULTANEOUS)
        _limiter.set(limiter)
    return await run_sync(partial(function, *arguments), limiter=limiter)
