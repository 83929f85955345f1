"""Names that a server is given or asked by: hosts, origins and prefixes of paths, checked."""

import ipaddress
import re

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\Z")
_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*\Z")
_FRAME_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*:(//[a-z0-9*._\[\]:-]*)?\Z", re.IGNORECASE)


def host_name(host: str) -> str | None:
    """The name in a Host header or in an option: lower case, without port and final dot; None if it is not one.

    An IPv6 address keeps its brackets, and gets them when it has none.
    """
    host = host.strip().lower()
    if host.startswith("["):
        address, bracket, port = host[1:].partition("]")
        valid = bracket and _is_ipv6(address) and (not port or _is_port(port))
        return f"[{address}]" if valid else None
    if host.count(":") > 1:
        return f"[{host}]" if _is_ipv6(host) else None
    name, colon, port = host.partition(":")
    if colon and not _is_port(colon + port):
        return None
    name = name.removesuffix(".")
    return name if _HOST_NAME.match(name) else None


def path_prefix(path: str) -> str | None:
    """A prefix of paths: empty, or with a slash in front and none behind; None if it is not one."""
    path = path.strip("/")
    return f"/{path}" if _PATH.match(path) else None if path else ""


def is_frame_origin(origin: str) -> bool:
    """Whether it can stand in ``frame-ancestors``: a scheme, or scheme://host with a port or a ``*`` in it."""
    return _FRAME_ORIGIN.match(origin) is not None


def _is_port(text: str) -> bool:
    return text[0] == ":" and (len(text) == 1 or (text[1:].isascii() and text[1:].isdigit()))


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def is_address(name: str) -> bool:
    """Whether a name is an IP address, with or without brackets."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
