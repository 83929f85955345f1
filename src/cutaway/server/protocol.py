"""One connection: HTTP as uvicorn speaks it, with bounds on the resources that a client without the token can take.

A head comes within `HEAD_SECONDS`, a body within `BODY_SECONDS`, and both are bounded before they are parsed; the
rest of a body that nobody waits for any more is read for `REST_SECONDS`. A client that stops reading an answer is let
go after `STALLED_SECONDS`. Of at most `most_connections` those that have waited longest without a request make room for
new ones; where none has, a new one is answered with 503. Mistakes of a client are told to the client and nobody else.
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from cutaway.server.head_bounds import MOST_HEADER_BYTES, HeadBounds
from cutaway.server.responses import json_body

HEAD_SECONDS = 10.0
BODY_SECONDS = 60.0
REST_SECONDS = 2.0
STALLED_SECONDS = 60.0
#: For which a refused client may go on sending before it is cut off: else it might not get to see why.
_REFUSED_SECONDS = 1.0
MOST_CONNECTIONS = 512
#: Heads under way that are larger than `MOST_HEADER_BYTES`.
_MOST_LARGE_HEADS = 8
#: Bytes that are counted, then parsed: what follows a head in the same packet costs no more than so many.
_AT_ONCE = 4096

_Phase = Literal["", "head", "body", "rest"]

#: For what uvicorn says of a client's mistakes, with a line each.
_SILENT = logging.getLogger("cutaway.server.protocol")
_SILENT.setLevel(logging.CRITICAL + 1)


def most_connections() -> int:
    """How many may be open at once: half of the descriptors that the process may have, and no more than 512."""
    try:
        import resource
    except ImportError:
        return MOST_CONNECTIONS
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if limit < 0 else max(1, min(MOST_CONNECTIONS, limit // 2))


class GuardedProtocol(H11Protocol):
    """uvicorn's protocol, with the bounds above."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.logger = _SILENT
        self._head = HeadBounds()
        self._phase: _Phase = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._resumed = 0
        #: Whether bytes that come in are thrown away.
        self._is_deaf = False
        self._is_refused = False
        #: Since when nothing was asked, on the loop's clock.
        self.idle_since = self.loop.time()

    # -- connections -----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room, or refuse."""
        is_room = len(self.connections) < most_connections() or self._make_room(most_connections())
        super().connection_made(transport)
        if is_room:
            self._watch_receiving()
        else:
            self._refuse(503, "as many connections are open as are served", "retry-after: 5\r\n")

    def _make_room(self, most: int) -> bool:
        """Close the connection that has waited longest for a request; whether there is room for this one then."""
        others = [other for other in self.connections if isinstance(other, GuardedProtocol)]
        others = [other for other in others if not other.transport.is_closing()]
        idle = [other for other in others if other.is_idle]
        if idle and len(others) >= most:
            min(idle, key=lambda other: other.idle_since).transport.abort()
        return len(others) - len(idle) < most

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was asked is being answered."""
        answered = self.cycle is None or self.cycle.response_complete
        return self._is_refused or (answered and self.transport.get_write_buffer_size() == 0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._enter("")
        if self._writing is not None:
            self._writing.cancel()
        super().connection_lost(exc)
        self._unset_keepalive()

    def shutdown(self) -> None:
        """Close, after the answer under way."""
        if self._is_refused:
            self.transport.close()
        else:
            super().shutdown()

    # -- incoming bytes ---------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Count, then parse."""
        for start in range(0, len(data), _AT_ONCE):
            if self._is_deaf or self.transport.is_closing():
                return
            self._receive(data[start : start + _AT_ONCE])
        self._watch_receiving()

    def _receive(self, part: bytes) -> None:
        before = self.conn.their_state
        if before is not h11.SEND_BODY:
            # A head, also one that comes while the request before it is answered.
            refusal = self._head.take(part)
            if refusal is not None:
                self._refuse(*refusal)
                return
            if self._head.size - len(part) <= MOST_HEADER_BYTES < self._head.size and self._are_large_heads_too_many():
                self._refuse(503, "too many requests with such long addresses at once", "retry-after: 5\r\n")
                return
        super().data_received(part)
        if before is h11.SEND_BODY and self.conn.their_state is not h11.SEND_BODY:
            self._restart_head()

    def _are_large_heads_too_many(self) -> bool:
        sizes: list[int] = [other._head.size for other in self.connections if isinstance(other, GuardedProtocol)]
        return sum(size > MOST_HEADER_BYTES for size in sizes) > _MOST_LARGE_HEADS

    def handle_events(self) -> None:
        """Parse, and see how the request goes on."""
        before = self.scope
        super().handle_events()
        if self.scope is before or self._is_deaf:
            return
        if any(name == b"transfer-encoding" for name, _ in self.scope["headers"]):
            # How long such a body gets nobody knows, and each of its chunks costs as much as a header: 411.
            self._is_deaf = True
            self.cycle.keep_alive = False
        else:
            self._restart_head()

    def _restart_head(self) -> None:
        refusal = self._head.restart(self.conn.trailing_data[0])
        if refusal is not None:
            self._refuse(*refusal)

    def send_400_response(self, msg: str) -> None:
        """The answer to a request that is not HTTP."""
        self._refuse(400, "the request is not valid HTTP/1.1")

    def _refuse(self, status: int, reason: str, headers: str = "") -> None:
        """Answer in place of the application, where nothing was answered, and hear no more."""
        self._is_deaf = True
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started:
                # In the middle of an answer, which is cut off.
                self.transport.abort()
                return
            # As if it had hung up: the application says no more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._is_refused = True
        self._enter("")
        self._unset_keepalive()
        body = json_body({"error": reason})
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n{headers}"
        self.transport.write(f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode("ascii") + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(_REFUSED_SECONDS, self.transport.abort)

    # -- deadlines -------------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of this one."""
        self.idle_since = self.loop.time()
        super().on_response_complete()
        self._watch_receiving()

    def timeout_keep_alive_handler(self) -> None:
        """Close, but wait for who still reads."""
        super().timeout_keep_alive_handler()
        self._watch_writing()

    def _watch_receiving(self) -> None:
        if self._is_refused:
            return
        state, asked = self.conn.their_state, self.cycle is not None
        if state is h11.SEND_BODY:
            self._enter("rest" if asked and self.cycle.response_complete else "body")
        else:
            self._enter("head" if state is h11.IDLE and (self._head.size or not asked) else "")

    def _enter(self, phase: _Phase) -> None:
        if phase == self._phase and phase:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._phase = phase
        if phase:
            seconds = {"head": HEAD_SECONDS, "body": BODY_SECONDS, "rest": REST_SECONDS}[phase]
            self._deadline = self.loop.call_later(seconds, self._too_late, seconds)

    def _too_late(self, seconds: float) -> None:
        if self._phase == "rest" or (self._phase == "head" and not self._head.size):
            self.transport.close()
            self._watch_writing()
        else:
            self._refuse(408, f"the {self._phase} of the request was not there within {seconds:g} seconds")

    def _unset_keepalive(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def pause_writing(self) -> None:
        """Nobody reads as fast as is written."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """Somebody reads."""
        self._resumed += 1
        super().resume_writing()

    def _watch_writing(self) -> None:
        if self._writing is None:
            size = self.transport.get_write_buffer_size()
            self._writing = self.loop.call_later(STALLED_SECONDS, self._check_writing, size, self._resumed)

    def _check_writing(self, size: int, resumed: int) -> None:
        self._writing = None
        now = self.transport.get_write_buffer_size()
        if now and now >= size and resumed == self._resumed:
            self.transport.abort()
        elif now:
            self._watch_writing()
