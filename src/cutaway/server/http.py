"""The HTTP server of a viewer: uvicorn with the application behind the checks of who asks."""

import socket
from threading import Event
from typing import Any

import uvicorn

from cutaway.server import assets
from cutaway.server.application import create_application
from cutaway.server.chart_request import MOST_BODY_BYTES
from cutaway.server.live import Closing
from cutaway.server.security import SecurityMiddleware
from cutaway.store.log_directory import LogDirectory

#: Seconds that answers under way have to finish when the server ends.
_GRACE = 2


class HttpServer(uvicorn.Server):
    """uvicorn that says when it answers, and ends the streams before it waits for connections to close."""

    def __init__(self, log: LogDirectory, settings: dict[str, Any]) -> None:
        """``settings`` are the arguments of SecurityMiddleware."""
        self.ready = Event()
        self._closing = Closing()
        application = create_application(log, self._closing, assets.read_assets())
        guarded = SecurityMiddleware(application, **settings)
        config = uvicorn.Config(
            guarded,
            loop="asyncio",
            http="h11",
            # An address may name as many runs as a body may: one tag of 10,000 of them is a download.
            h11_max_incomplete_event_size=MOST_BODY_BYTES,
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
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the rest."""
        self._closing.close()
        await super().shutdown(sockets)
