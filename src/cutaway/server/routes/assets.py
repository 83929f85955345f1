"""The page: ``GET ./`` and the files it is made of, from a table that is read once at start-up.

A request names a key of that table and never a path, so nothing else can be reached.
"""

from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cutaway.server.responses import fail

#: Where the build leaves the page.
BUILT_PAGE = Path(__file__).resolve().parents[2] / "_static"

NOT_BUILT = """The viewer runs, but its page has not been built.

In a clone of the repository, build it with

    python build_backend/web_build.py build

and start the viewer again; `pip install .` builds it too.

The data is served meanwhile: see api/catalogue.
"""

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class Asset(NamedTuple):
    """A file of the page."""

    content: bytes
    media_type: str


def read_assets(folder: Path = BUILT_PAGE) -> dict[str, Asset]:
    """The page's files by their path in the folder, as ``assets/index-1a2b3c.js``; empty when it was not built."""
    return {
        path.relative_to(folder).as_posix(): Asset(
            path.read_bytes(), _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def routes(assets: dict[str, Asset]) -> list[Route]:
    """The routes of this group. They take every path, so they come last."""

    async def page(request: Request) -> Response:
        index = assets.get("index.html")
        if index is None:
            return PlainTextResponse(NOT_BUILT, 503)
        return Response(index.content, media_type=index.media_type, headers={"Cache-Control": "no-cache"})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        asset = assets.get(name)
        if asset is None:
            fail(404, f"there is nothing at {name[:200]!r}")
        # Names below assets/ hold a hash of their content.
        cache = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": cache})

    return [Route("/", page), Route("/{name:path}", file)]
