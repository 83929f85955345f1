"""``GET ./api/files``: the event files, how far each was read, and what is wrong with it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.queries import checked
from cutaway.server.responses import Revisions, as_json, json_body
from cutaway.store.log_directory import LogDirectory


def routes(log: LogDirectory, revisions: Revisions) -> list[Route]:
    """The routes of this group."""

    def encode() -> tuple[int, bytes]:
        revision, files = log.file_list()
        return revision, json_body({"revision": revision, "files": [as_json(file) for file in files]})

    async def files(request: Request) -> Response:
        checked(request.query_params, ())
        if revisions.is_known(request, log.revision):
            return revisions.unchanged(log.revision)
        return revisions.response(*await run_in_threadpool(encode))

    return [Route("/api/files", files)]
