"""The ASGI application: the groups of routes put together."""

from collections.abc import Mapping

from starlette.applications import Starlette

from cutaway.server import failures
from cutaway.server.closing import Closing
from cutaway.server.context import Context
from cutaway.server.later_routes import later_routes
from cutaway.server.page import Asset
from cutaway.server.routes import (
    assets,
    catalogue,
    descriptions,
    groups,
    live,
    runs,
    scalars,
    steps,
    wanted,
)
from cutaway.store.log_directory import LogDirectory

#: Each has ``routes(context)``. These are imported with the server.
_GROUPS = (
    catalogue,
    scalars,
    runs,
    steps,
    groups,
    descriptions,
    wanted,
    live,
)
#: Groups that the first picture does without, and the paths of their routes.
_LATER = {
    "series": ("/api/series",),
    "translate": ("/api/translate",),
    "extremes": ("/api/extremes",),
    "files": ("/api/files", "/api/file"),
    "values": ("/api/kinds", "/api/values", "/api/value"),
    "pictures": ("/api/pictures",),
    "histograms": ("/api/histograms",),
    "pr_curves": ("/api/pr_curves",),
    "layers": ("/api/layers", "/api/layers/map", "/api/layers/row", "/api/layers/cell"),
    "findings": ("/api/findings",),
    "layouts": ("/api/layouts",),
    "model": (
        "/api/models",
        "/api/model",
        "/api/model/part",
        "/api/model/details",
        "/api/model/search",
        "/api/model/reach",
    ),
}


def create_application(log: LogDirectory, closing: Closing, page: Mapping[str, Asset]) -> Starlette:
    """The routes of ``docs/http-api.md`` over a log directory, without any check of who asks."""
    context = Context(log, closing, page)
    routes = [route for group in _GROUPS for route in group.routes(context)]
    routes += [route for module, paths in _LATER.items() for route in later_routes(module, paths, context)]
    # The page takes every path, so it comes last.
    routes += assets.routes(context)
    application = Starlette(
        routes=routes,
        exception_handlers=failures.exception_handlers(),
    )
    # Such a redirect would be an absolute URL made of the Host header.
    application.router.redirect_slashes = False
    return application
