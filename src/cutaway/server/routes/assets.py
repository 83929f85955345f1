"""The page: ``GET ./`` and the files it is made of, from a table that was read at start-up.

A request names a key of that table and never a path, so nothing else can be reached.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.responses import fail

NOT_BUILT = """The viewer runs, but its page has not been built.

In a clone of the repository, build it with

    python build_backend/web_build.py build

and start the viewer again; `pip install .` builds it too.

The data is served meanwhile: see api/catalogue.
"""


def routes(context: Context) -> list[Route]:
    """The routes of this group. They take every path, so they come last."""

    async def page(request: Request) -> Response:
        index = context.page.get("index.html")
        if index is None:
            return PlainTextResponse(NOT_BUILT, 503)
        return Response(index.content, media_type=index.media_type, headers={"Cache-Control": "no-cache"})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        asset = context.page.get(name)
        if asset is None:
            fail(404, f"there is nothing at {name[:200]!r}")
        # Names below assets/ hold a hash of their content.
        cache = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": cache})

    return [Route("/", page), Route("/{name:path}", file)]
