"""A viewer of one log directory: its tailer, its application and the server that runs them."""

import ipaddress
import os
import signal
import socket
from collections.abc import Iterable, Mapping
from threading import Thread, current_thread, main_thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cutaway.server import names
from cutaway.server.kept_address import Addresses, new_address
from cutaway.server.ports import PortInUseError, bind
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.index_cache import IndexCache
from cutaway.store.machine_memory import usual_memory
from cutaway.store.places.chosen import place_at
from cutaway.store.tailer import Tailer
from cutaway.store.user_cache import user_cache

if TYPE_CHECKING:
    from cutaway.server.http import HttpServer
    from cutaway.store.read_ahead import ReadAhead

__all__ = ["PortInUseError", "Viewer"]


class Viewer:
    """Serves the page for a log directory, from :meth:`start` to :meth:`stop`. Also a context manager."""

    def __init__(
        self,
        logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
        *,
        host: str = "127.0.0.1",
        port: int | None = None,
        token: bool = True,
        allow_hosts: Iterable[str] = (),
        allow_frame_origins: Iterable[str] = (),
        path_prefix: str = "",
        cache: bool = True,
        new_token: bool = False,
        proof_key: bytes | None = None,
        memory: int | None = None,
        ahead: "ReadAhead | None" = None,
    ) -> None:
        """Bind the socket at once; ``logdir`` need not exist yet, and may be several directories by their names, or
        the URL of an object store.

        ``port`` None means the port of the last viewer of this directory, else 6006 or the next free of 100. ``token``
        False leaves out the secret of the URL, and is accepted on loopback only; the secret is the same at each start
        (`cutaway.server.kept_address`), unless ``new_token`` asks for another one. ``allow_hosts`` are further names in
        the Host header, and ``allow_frame_origins`` origins whose pages may hold the viewer in an iframe.
        ``path_prefix`` is the text that a proxy has in front of the paths, whether it takes it away or not. ``cache``
        False neither uses nor keeps anything in the user's cache directory: no indexes of event files, and no address.
        ``proof_key`` is the key with which the server proves itself to a process that has it too
        (`cutaway.server.proof`). ``memory`` are the bytes that the points of all runs may take: by default a quarter of
        what there is. ``ahead`` has what was read of the log directory before.

        Raises ValueError for an argument that is not accepted, PortInUseError for an explicit port that is taken,
        and OSError for a host or port that cannot be bound.
        """
        allowed = [_allowed_host(name) for name in allow_hosts]
        frame_origins = list(allow_frame_origins)
        for origin in frame_origins:
            if not names.is_frame_origin(origin):
                raise ValueError(f"frame origin {origin!r} is not accepted; one looks like https://example.org:8000")
        prefix = names.path_prefix(path_prefix)
        if prefix is None:
            raise ValueError(f"path prefix {path_prefix!r} is not accepted; one looks like /tools/cutaway")
        addresses = Addresses(user_cache("addresses")) if cache else None
        place = place_at(logdir)
        kept = addresses.load(place.identity, new_token=new_token) if addresses else new_address()
        self._socket = bind(host, port, kept.port)
        bound = ipaddress.ip_address(self._socket.getsockname()[0].partition("%")[0])
        if not token and not bound.is_loopback:
            self._socket.close()
            raise ValueError(f"without a token only loopback is served, not {host}")
        own_name = socket.gethostname() if bound.is_unspecified else host
        if addresses:
            addresses.note_port(place.identity, self.port)
        secret = kept.token if token else None
        shown = f"[{own_name}]" if ":" in own_name else own_name
        #: Where the page is, with the token.
        self.url = f"http://{shown}:{self.port}{prefix}/" + (f"{secret}/" if secret else "")
        #: Why the token is not that of the last viewer, or will not be that of the next one; empty when all is well.
        self.token_problem = kept.problem if token else ""
        #: Whether other machines can reach it.
        self.is_public = not bound.is_loopback
        #: The data behind the page.
        index = IndexCache(user_cache("index")) if cache else None
        self.log = open_log_directory(logdir, index, memory or usual_memory())
        if ahead is not None:
            self.log.begin_with(ahead)
        self._tailer = Tailer(self.log)
        self._settings = {
            "token": secret,
            "hosts": [name for name in (*allowed, names.host_name(own_name)) if name],
            "any_address": bound.is_unspecified,
            "trusted_origins": allowed,
            "frame_origins": frame_origins,
            "path_prefix": prefix,
            "proof_key": proof_key,
        }
        self._server: HttpServer | None = None
        self._thread = Thread(target=self._serve, name="cutaway-server", daemon=True)
        self._stopped = False

    @property
    def port(self) -> int:
        """The port that is bound."""
        port: int = self._socket.getsockname()[1]
        return port

    def start(self) -> None:
        """Serve in a background thread; returns once requests are answered."""
        self._tailer.start()
        # Files are read on other cores while the modules of the server are.
        from cutaway.server.http import HttpServer

        self._server = HttpServer(self.log, self._settings)
        self._thread.start()
        self._server.ready.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError("the server could not be started")

    def wait(self) -> None:
        """Serve until SIGINT or SIGTERM (in the main thread), or until :meth:`stop` is called by another."""
        if current_thread() is not main_thread():
            self._thread.join()
            return
        # Both signals raise KeyboardInterrupt here: a handler that took a lock could meet itself.
        of_interrupt = signal.getsignal(signal.SIGINT)
        handler = of_interrupt if callable(of_interrupt) else signal.default_int_handler
        before = signal.signal(signal.SIGTERM, handler)
        try:
            self._thread.join()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, then stop."""
        with self:
            self.wait()

    def stop(self) -> None:
        """End open streams, the server and the tailer. Does nothing the second time."""
        if self._stopped:
            return
        self._stopped = True
        if self._server is not None:
            self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._tailer.stop()
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        assert self._server is not None
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._server.ready.set()


def _allowed_host(name: str) -> str:
    accepted = names.host_name(name)
    if accepted is None:
        raise ValueError(f"host {name!r} is not a name or an address")
    return accepted
