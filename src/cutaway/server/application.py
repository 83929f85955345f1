"""The ASGI application: the groups of routes put together."""

from collections.abc import Mapping

from starlette.applications import Starlette

from cutaway.server import failures
from cutaway.server.closing import Closing
from cutaway.server.context import Context
from cutaway.server.page import Asset
from cutaway.server.routes import (
    assets,
    catalogue,
    descriptions,
    extremes,
    files,
    findings,
    groups,
    histograms,
    layers,
    layouts,
    live,
    model,
    pictures,
    pr_curves,
    runs,
    scalars,
    series,
    steps,
    translate,
    values,
    wanted,
)
from cutaway.store.log_directory import LogDirectory

#: Each has ``routes(context)``. The page takes every path, so it comes last.
_GROUPS = (
    catalogue,
    scalars,
    runs,
    series,
    steps,
    translate,
    values,
    pictures,
    histograms,
    pr_curves,
    layers,
    groups,
    extremes,
    files,
    findings,
    layouts,
    descriptions,
    model,
    wanted,
    live,
    assets,
)


def create_application(log: LogDirectory, closing: Closing, page: Mapping[str, Asset]) -> Starlette:
    """The routes of ``docs/http-api.md`` over a log directory, without any check of who asks."""
    context = Context(log, closing, page)
    application = Starlette(
        routes=[route for group in _GROUPS for route in group.routes(context)],
        exception_handlers=failures.exception_handlers(),
    )
    # Such a redirect would be an absolute URL made of the Host header.
    application.router.redirect_slashes = False
    return application
