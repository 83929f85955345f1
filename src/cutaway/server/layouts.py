"""``GET ./api/layouts``: charts that logs ask for, as TensorBoard's custom scalars, those of all runs together."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.wire import MalformedError
from cutaway.server.queries import checked
from cutaway.server.responses import Revisions, as_json, json_body
from cutaway.store.kinds.layout import Category, Layout
from cutaway.store.log_directory import LogDirectory

_KIND = "custom_scalars"


def routes(log: LogDirectory, revisions: Revisions) -> list[Route]:
    """The routes of this group."""

    def encode() -> tuple[int, bytes]:
        revision, layouts = _newest(log)
        categories = [as_json(category) for category in merged(layouts)]
        return revision, json_body({"revision": revision, "categories": categories})

    async def layouts(request: Request) -> Response:
        checked(request.query_params, ())
        if revisions.is_known(request, log.revision):
            return revisions.unchanged(log.revision)
        return revisions.response(*await run_in_threadpool(encode))

    return [Route("/api/layouts", layouts)]


def _newest(log: LogDirectory) -> tuple[int, list[Layout]]:
    """The newest layout of each run; one that is damaged, or whose file is gone, is passed over."""
    revision, tags = log.value_tags()
    found = []
    for tag, counts in tags:
        if tag.kind != _KIND:
            continue
        for run in counts:
            try:
                _, values = log.values(tag.id, run)
                newest = values[len(values) - 1] if len(values) else None
            except (MalformedError, OSError, KeyError):
                continue
            if isinstance(newest, Layout):
                found.append(newest)
    return revision, found


def merged(layouts: list[Layout]) -> list[Category]:
    """One category for each title, with each of its charts once: runs of one experiment bring the same layout."""
    found: dict[str, Category] = {}
    for category in (category for layout in layouts for category in layout.categories):
        known = found.get(category.title, Category(category.title, category.closed, ()))
        fresh = tuple(chart for chart in category.charts if chart not in known.charts)
        found[category.title] = Category(known.title, known.closed, known.charts + fresh)
    return list(found.values())
