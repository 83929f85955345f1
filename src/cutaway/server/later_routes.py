"""Groups of routes that a start does without: their modules are imported with the first request for one of them, or a
moment after the start."""

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from cutaway.server.context import Context


def later_routes(module: str, paths: tuple[str, ...], context: Context) -> list[Route]:
    """Routes in place of those of a module in `cutaway.server.routes`, with the paths of all of them."""
    group = LaterGroup(module, context)
    return [Route(path, group) for path in paths]


def import_later(routes: Iterable[BaseRoute]) -> None:
    """Import the modules of groups among some routes that no request was for yet."""
    for route in routes:
        if isinstance(route, Route) and isinstance(route.endpoint, LaterGroup):
            route.endpoint.make()


class LaterGroup:
    """The routes of one module, as an application that is asked for any of their paths, with whatever method."""

    def __init__(self, module: str, context: Context) -> None:
        self._module = module
        self._context = context
        self._lock = Lock()

    @cached_property
    def routes(self) -> list[Route]:
        """The routes themselves."""
        module = import_module(f"cutaway.server.routes.{self._module}")
        routes: list[Route] = module.routes(self._context)
        return routes

    @cached_property
    def _router(self) -> Router:
        return Router(self.routes, redirect_slashes=False)

    def make(self) -> Router:
        """Make the routes, once: what they know of their clients they know alone. Any thread."""
        with self._lock:
            return self._router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a thread imports the module before the first."""
        router = self._router if "_router" in self.__dict__ else await run_in_threadpool(self.make)
        await router(scope, receive, send)
