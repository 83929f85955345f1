"""``GET ./api/live``: server-sent events that say what changed."""

from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.queries import checked
from cutaway.server.responses import NO_STORE, as_json, json_body

#: Seconds between two looks, which is also the least time between two events.
INTERVAL = 0.25
#: Seconds of silence after which a comment keeps proxies from closing the stream.
KEEP_ALIVE = 10.0
_KEPT_EVENTS = 8


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log, closing = context.log, context.closing
    # The last events by where they go on from: most streams are at the same place.
    known: dict[int, tuple[int, bytes]] = {}

    def encode(since: int) -> tuple[int, bytes]:
        revision, event = known.get(since, (-1, b""))
        if revision == log.revision:
            return revision, event
        change = log.changes_since(since)
        data = json_body(as_json(change))
        if len(known) >= _KEPT_EVENTS:
            known.clear()
        encoded = change.revision, b"id: %d\nevent: change\ndata: %s\n\n" % (change.revision, data)
        known[since] = encoded
        return encoded

    async def events(request: Request, sent: int) -> AsyncIterator[bytes]:
        silence = 0.0
        while not await request.is_disconnected():
            if log.revision != sent:
                sent, event = await run_in_threadpool(encode, sent)
                yield event
                silence = 0.0
            elif silence >= KEEP_ALIVE:
                yield b": still here\n\n"
                silence = 0.0
            if await closing.within(INTERVAL):
                return
            silence += INTERVAL

    async def live(request: Request) -> Response:
        asked = checked(request.query_params, (), ("since",))
        # X-Accel-Buffering asks nginx, which is in front of many notebook servers, to pass events on at once.
        headers = NO_STORE | {"X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        since = context.revisions.revision(asked.get("since", ""))
        return StreamingResponse(events(request, since), headers=headers, media_type="text/event-stream")

    return [Route("/api/live", live)]
