"""The HTTP server of a viewer: uvicorn with the application behind the checks of who asks."""

import asyncio
import errno
import socket
from threading import Event
from typing import Any

import uvicorn

from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.server.compression import RemoteCompression
from cutaway.server.head_bounds import LONGEST_TARGET, MOST_HEADER_BYTES
from cutaway.server.later_routes import import_later
from cutaway.server.notices import Notices
from cutaway.server.page import read_assets
from cutaway.server.protocol import GuardedProtocol
from cutaway.server.security import SecurityMiddleware
from cutaway.store.log_directory import LogDirectory

#: Seconds that answers under way have to finish when the server ends.
_GRACE = 2
#: Seconds for which a connection may be without a request before it is closed.
_KEEP_ALIVE = 5
#: Seconds within which the first picture of a usual log is there: then the modules of other requests are imported.
_FIRST_PICTURE = 1.0
#: Connections that wait to be taken in, and attempts to take some in at a time.
_BACKLOG = 128


class HttpServer(uvicorn.Server):
    """uvicorn that says when it answers, and ends the streams before it waits for connections to close."""

    def __init__(self, log: LogDirectory, settings: dict[str, Any]) -> None:
        """``settings`` are the arguments of SecurityMiddleware."""
        self.ready = Event()
        self._closing = Closing()
        self._notices = Notices()
        application = create_application(log, self._closing, read_assets())
        self._routes = application.routes
        guarded = SecurityMiddleware(RemoteCompression(application), **settings)
        config = uvicorn.Config(
            guarded,
            loop="asyncio",
            http=GuardedProtocol,
            h11_max_incomplete_event_size=LONGEST_TARGET + 2 * MOST_HEADER_BYTES,
            timeout_keep_alive=_KEEP_ALIVE,
            backlog=_BACKLOG,
            ws="none",
            lifespan="off",
            interface="asgi3",
            # The log would hold the token, and its configuration is the calling program's.
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        config.load()
        # Where the program logs everything, uvicorn has wrapped it into something that logs every path.
        config.loaded_app = guarded
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer from here on."""
        asyncio.get_running_loop().set_exception_handler(self._tell)
        await super().startup(sockets)
        self.ready.set()
        asyncio.get_running_loop().call_later(_FIRST_PICTURE, self._import_later)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the rest."""
        self._closing.close()
        await super().shutdown(sockets)

    def _import_later(self) -> None:
        """So that no request waits for it."""
        asyncio.get_running_loop().run_in_executor(None, import_later, self._routes)

    def _tell(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody could be told by an answer: a line for each kind of trouble, however often there is some."""
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            text = "this process has too many files open: new connections wait until some are closed"
        elif isinstance(error, OSError) or self.should_exit:
            # Of a connection that is gone; or asyncio wants to go on with a socket that is closed by now.
            return
        else:
            text = f"trouble with a connection: {context.get('message')}: {type(error).__name__}: {error}"
        self._notices.say(text)
