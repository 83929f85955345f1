"""Binding the viewer's socket, and saying who is in the way."""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

DEFAULT_PORT = 6006
#: How many ports from the default on are tried.
PORTS_TRIED = 100

_LISTENING = "0A"


class PortInUseError(OSError):
    """The port that was asked for is taken; the message says by what process where that can be seen."""


def bind(host: str, port: int | None, preferred: int | None = None) -> socket.socket:
    """A listening TCP socket; the connection queue is open from here on.

    ``port`` None takes ``preferred`` if that can be had, else 6006 or the next free of 100; 0 takes any port that the
    system gives. Raises ValueError for a
    port outside 0 to 65,535, PortInUseError, and OSError for a host that is not this machine's or a port that needs
    privileges.
    """
    if port is not None and not 0 <= port <= 65_535:
        raise ValueError(f"port {port} is not one: 0 to 65535 are accepted")
    usual = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED)
    candidates = [port] if port is not None else [*usual] if preferred is None else [preferred, *usual]
    family, kind, protocol, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    for candidate in candidates:
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], candidate, *address[2:]))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE and not (port is None and candidate == preferred):
                raise
        else:
            return listener
    if port is None:
        raise PortInUseError(errno.EADDRINUSE, f"ports {usual[0]} to {usual[-1]} are all in use")
    raise PortInUseError(errno.EADDRINUSE, f"port {port} is in use by {port_owner(port) or 'another process'}")


def port_owner(port: int) -> str | None:
    """``name (process id)`` of the process that listens on a port; None where the system does not tell."""
    inodes = _listening_inodes(port)
    for folder in Path("/proc").glob("[0-9]*/fd") if inodes else ():
        try:
            if not inodes.isdisjoint(_open_files(folder)):
                name = (folder.parent / "comm").read_text().strip()
                return f"{name} (process {folder.parent.name})"
        except OSError:
            # Another user's process, or one that has just ended.
            continue
    return None


def _open_files(folder: Path) -> Iterator[str]:
    """What the descriptors of a process lead to. Raises OSError for a process that nothing is told of."""
    for link in folder.iterdir():
        # A process that reads a log opens and closes files all the time.
        with suppress(FileNotFoundError):
            yield link.readlink().name


def _listening_inodes(port: int) -> set[str]:
    """The listening sockets of a port, as the links of /proc/*/fd name them."""
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes
