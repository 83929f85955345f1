"""Routes of the API: parameters are checked, answers are made off the event loop, and clients use answers again.

An answer is a function that runs in a thread. It refuses a request by `cutaway.server.responses.fail`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.queries import checked
from cutaway.server.responses import fail
from cutaway.store.memory import NotReadError

MOST_BODY_BYTES = 1 << 20
#: Seconds that a request waits for runs that are not in memory, and seconds between two looks.
PATIENCE = 5.0
_PAUSE = 0.1

#: The parameters of an address, by their names.
Asked = dict[str, str]
#: Calls a function in a thread: `run_in_threadpool`, or `run_decoding` for functions that decode values.
Threads = Callable[..., Awaitable[Any]]


def get(
    path: str,
    answer: Callable[[Asked], Response],
    needed: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    *,
    threads: Threads = run_in_threadpool,
) -> Route:
    """A route for GET and HEAD with some parameters that must be given, and some that may be."""

    async def endpoint(request: Request) -> Response:
        response: Response = await answered(threads, answer, checked(request.query_params, needed, also))
        return response

    return Route(path, endpoint)


def get_revised(
    context: Context,
    path: str,
    answer: Callable[[Asked], tuple[int, bytes]],
    also: tuple[str, ...] = (),
    *,
    threads: Threads = run_in_threadpool,
) -> Route:
    """A route for JSON that stays the same until the log changes: 304 for a client that has it.

    ``answer`` gives the revision that it is of, and the JSON; ``also`` are the parameters that it takes.
    """

    async def endpoint(request: Request) -> Response:
        asked = checked(request.query_params, (), also)
        revision = context.log.revision
        if context.revisions.is_known(request, revision):
            return context.revisions.unchanged(revision)
        return context.revisions.response(*await answered(threads, answer, asked))

    return Route(path, endpoint)


def post(path: str, answer: Callable[[bytes], Response], *, threads: Threads = run_in_threadpool) -> Route:
    """A route for POST: its answer to a body. It takes no parameters in the address."""

    async def endpoint(request: Request) -> Response:
        checked(request.query_params, ())
        response: Response = await answered(threads, answer, await read_body(request))
        return response

    return Route(path, endpoint, methods=["POST"])


async def answered(threads: Threads, answer: Callable[..., Any], *asked: Any) -> Any:
    """An answer, once the runs that it is of are in memory; 503 where that takes too long. No thread waits for it."""
    patient_until = time.monotonic() + PATIENCE
    while True:
        try:
            return await threads(answer, *asked)
        except NotReadError as error:
            if time.monotonic() >= patient_until:
                fail(503, f"run {error.run!r} is not in memory yet; it is read as soon as there is room for it")
        await asyncio.sleep(_PAUSE)


async def read_body(request: Request) -> bytes:
    """The request's body; fails with 413 as soon as it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            fail(413, f"the request is larger than {MOST_BODY_BYTES:,} bytes")
    return bytes(body)
