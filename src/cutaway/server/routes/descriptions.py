"""``GET ./api/descriptions``: what whoever recorded a scalar said about it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.queries import checked
from cutaway.server.responses import Revisions, json_body
from cutaway.store.log_directory import LogDirectory
from cutaway.store.scalars import summary_metadata


def routes(log: LogDirectory, revisions: Revisions) -> list[Route]:
    """The routes of this group."""

    def encode() -> tuple[int, bytes]:
        revision, tags = log.scalar_metadata()
        described = {tag: summary_metadata(metadata).get("summary_description", "") for tag, metadata in tags.items()}
        return revision, json_body(
            {"revision": revision, "tags": {tag: text for tag, text in described.items() if text}}
        )

    async def descriptions(request: Request) -> Response:
        checked(request.query_params, ())
        if revisions.is_known(request, log.revision):
            return revisions.unchanged(log.revision)
        return revisions.response(*await run_in_threadpool(encode))

    return [Route("/api/descriptions", descriptions)]
