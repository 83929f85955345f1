"""Groups of routes that a start does without: their modules are imported with the first request for one of them."""

from functools import cached_property
from importlib import import_module

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from cutaway.server.context import Context


def later_routes(module: str, paths: tuple[str, ...], context: Context) -> list[Route]:
    """Routes in place of those of a module in `cutaway.server.routes`, with the paths of all of them."""
    group = LaterGroup(module, context)
    return [Route(path, group) for path in paths]


class LaterGroup:
    """The routes of one module, as an application that is asked for any of their paths, with whatever method."""

    def __init__(self, module: str, context: Context) -> None:
        self._module = module
        self._context = context

    @cached_property
    def routes(self) -> list[Route]:
        """The routes themselves."""
        module = import_module(f"cutaway.server.routes.{self._module}")
        routes: list[Route] = module.routes(self._context)
        return routes

    @cached_property
    def _router(self) -> Router:
        return Router(self.routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a thread imports the module before the first."""
        if "_router" not in self.__dict__:
            await run_in_threadpool(lambda: self._router)
        await self._router(scope, receive, send)
