"""``GET ./api/catalogue``: runs, tags, damage and progress."""

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway import __version__
from cutaway.events import core
from cutaway.server.responses import as_json, json_body
from cutaway.store.log_directory import LogDirectory


def routes(log: LogDirectory) -> list[Route]:
    """The routes of this group."""
    # Revisions start anew with the server: its own part keeps an ETag from meaning another server's catalogue.
    server = secrets.token_hex(4)

    # The last answer: most of those who ask, ask for the same.
    known: list[tuple[int, str, bytes]] = []

    def encode() -> tuple[str, bytes]:
        for revision, tag, text in known:
            if revision == log.revision:
                return tag, text
        catalogue = log.catalogue()
        body = {"version": __version__, "kernel": core.implementation, **as_json(catalogue)}
        encoded = f'"{server}-{catalogue.revision}"', json_body(body)
        known[:] = [(catalogue.revision, *encoded)]
        return encoded

    async def catalogue(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "ETag": f'"{server}-{log.revision}"'}
        if headers["ETag"] in (part.strip() for part in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        headers["ETag"], body = await run_in_threadpool(encode)
        return Response(body, headers=headers, media_type="application/json")

    return [Route("/api/catalogue", catalogue)]
