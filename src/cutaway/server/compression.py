"""Answers to other machines are compressed: a network is slower than a processor, and loopback is not."""

from ipaddress import ip_address

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

#: Bytes below which it gains nothing.
_SMALLEST = 1000
#: Of 9: the columns of numbers get hardly smaller above it, and take three times as long.
_LEVEL = 4


class RemoteCompression:
    """gzip for clients that accept it and are not on this machine; live streams, pictures and sounds stay as they are.

    A client behind a tunnel or a proxy on this machine counts as one on it: what such a proxy says of its client can be
    made up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressing = GZipMiddleware(app, minimum_size=_SMALLEST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._plain if _is_here(scope) else self._compressing
        await app(scope, receive, send)


def _is_here(scope: Scope) -> bool:
    client = scope.get("client")
    if client is None:
        return True
    try:
        address = ip_address(client[0].partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
