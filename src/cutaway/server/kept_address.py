"""The token and the port of a log directory's last viewer, kept for the next one.

So a bookmark, a tunnel and a page that is still open are good after the viewer has been started again. Each user has
a private file (`cutaway.server.private_files`) for each log directory, by `Place.identity`, below the user's cache
directory, beside the indexes. Viewers of one directory share the token; the port is that of the viewer that was started
last. All of it can be deleted at any time, which ends the addresses. A file that others could read is replaced, and the
token with it.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple

from cutaway.server.private_files import create_private, read_private, write_private

#: Of so many directories the addresses are kept, of those that were opened last.
MOST_ADDRESSES = 1000
_SUFFIX = ".json"
_TOKEN_BYTES = 16
_TOKEN = re.compile(rf"[0-9a-f]{{{2 * _TOKEN_BYTES}}}")


class KeptAddress(NamedTuple):
    """What a viewer is started with."""

    #: In hexadecimal digits.
    token: str
    #: The port of the last viewer of the directory; None where there was none.
    port: int | None
    #: Why the token is not that of the last time, or will not be that of the next time; empty when all is well.
    problem: str


class Addresses:
    """A directory of such files. Any thread; several processes may share the directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def load(self, place: str, *, new_token: bool = False) -> KeptAddress:
        """The address that is kept for a place, else one with a new token, which is kept from now on.

        ``new_token`` replaces the token that is kept. Whatever goes wrong with the file, there is a token.
        """
        path = self._file(place)
        kept = _decoded(read_private(path), place)
        if kept is not None and not new_token:
            return kept
        made = new_address()._replace(port=kept.port if kept else None)
        try:
            if new_token:
                write_private(path, _encoded(made, place))
            elif not create_private(path, _encoded(made, place)):
                # Of another viewer of the directory that was started at the same time.
                kept = _decoded(read_private(path), place)
                if kept is not None:
                    return kept
                write_private(path, _encoded(made, place))
                reason = "it is damaged, or others than you can read it"
                made = made._replace(problem=f"the last one cannot be taken from {path}: {reason}")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return made._replace(problem=f"it cannot be kept in {self.directory}: {reason}")
        self._forget_oldest()
        return made

    def note_port(self, place: str, port: int) -> None:
        """Keep the port of a viewer that listens; does nothing where no address is kept."""
        path = self._file(place)
        kept = _decoded(read_private(path), place)
        if kept is not None:
            with contextlib.suppress(OSError):
                write_private(path, _encoded(kept._replace(port=port), place))

    def _file(self, place: str) -> Path:
        return self.directory / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:32]}{_SUFFIX}"

    def _forget_oldest(self) -> None:
        with contextlib.suppress(OSError), os.scandir(self.directory) as entries:
            known = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(_SUFFIX))
            for _, path in known[: max(0, len(known) - MOST_ADDRESSES)]:
                Path(path).unlink(missing_ok=True)


def new_address() -> KeptAddress:
    """One that is kept nowhere."""
    return KeptAddress(secrets.token_hex(_TOKEN_BYTES), None, "")


def _encoded(address: KeptAddress, place: str) -> bytes:
    return json.dumps({"place": place, "token": address.token, "port": address.port}).encode()


def _decoded(content: bytes | None, place: str) -> KeptAddress | None:
    """The address of a file; None for a file of another place, and for one that is damaged."""
    try:
        found = json.loads(content or b"")
        token, port = found["token"], found["port"]
        is_token = isinstance(token, str) and _TOKEN.fullmatch(token) is not None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_port = port is None or (type(port) is int and 0 < port <= 65_535)
    return KeptAddress(token, port, "") if is_token and is_port and found["place"] == place else None
