"""The ASGI application: the groups of routes put together."""

from starlette.applications import Starlette

from cutaway.server import failures
from cutaway.server.responses import Revisions
from cutaway.server.routes import (
    assets,
    catalogue,
    descriptions,
    files,
    groups,
    histograms,
    layouts,
    live,
    runs,
    scalars,
    series,
    translate,
    values,
)
from cutaway.store.log_directory import LogDirectory
from cutaway.store.smoothing_cache import SmoothingCache


def create_application(log: LogDirectory, closing: live.Closing, page: dict[str, assets.Asset]) -> Starlette:
    """The routes of ``docs/http-api.md`` over a log directory, without any check of who asks."""
    smoothed, revisions = SmoothingCache(), Revisions()
    application = Starlette(
        routes=[
            *catalogue.routes(log, revisions),
            *scalars.routes(log, smoothed),
            *runs.routes(log),
            *series.routes(log),
            *translate.routes(log),
            *values.routes(log, revisions),
            *histograms.routes(log),
            *groups.routes(log, smoothed),
            *files.routes(log, revisions),
            *layouts.routes(log, revisions),
            *descriptions.routes(log, revisions),
            *live.routes(log, closing),
            *assets.routes(page),
        ],
        exception_handlers=failures.exception_handlers(),
    )
    # Such a redirect would be an absolute URL made of the Host header.
    application.router.redirect_slashes = False
    return application
