"""``cutaway.launch``: a viewer from Python, started or found again.

Servers that run are noted in files of the user's own (a directory of mode 0700, files of mode 0600, since they hold
the URL with its token), one for each log directory: ``$XDG_RUNTIME_DIR/cutaway``, else ``~/.cache/cutaway/servers``. A
note is believed only if it belongs to the user, nobody else can read it, and the process that listens on the port that
it names proves to be the one that left it (`cutaway.server.proof`), before it is sent the token: after a process was
killed that can be anybody. Notes of processes that are gone are removed. A note that cannot be written or read costs
nothing but the reuse.
"""

import atexit
import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

from cutaway.server.private_files import read_private, write_private
from cutaway.server.proof import key_for, proves_itself
from cutaway.server.viewer import Viewer
from cutaway.store.places.chosen import place_at

#: Seconds that a server has to prove itself.
_TIMEOUT = 5.0


class Note(NamedTuple):
    """The note that is kept of a server, as JSON."""

    url: str
    logdir: str
    pid: int
    #: In hexadecimal digits; what only the server and its note know.
    secret: str


_lock = Lock()
#: Viewers of this process, by the real path of their directory. A forked child has none.
_viewers: dict[str, Viewer] = {}
_owner = os.getpid()


def launch(logdir: str | os.PathLike[str], *, port: int | None = None) -> str:
    """Start a viewer for a log directory, or find the one that this user already has; its URL.

    The server runs in threads of this process and ends with it; the directory need not exist yet. It listens on
    127.0.0.1, at ``port``, else at the last port of this directory, 6006 or the next free one; a viewer that is found
    again is taken wherever it listens, unless ``port`` asks for another one. The URL holds a secret, the same at each
    start: anyone who has it can read the log directory.

    Raises ValueError for a URL that is not one of an object store and for a port that is none, and OSError
    (`PortInUseError`) where it cannot be listened on.
    """
    global _owner
    place = place_at(logdir).identity
    with _lock:
        if _owner != os.getpid():
            _viewers.clear()
            _owner = os.getpid()
        viewer = _viewers.get(place)
        if viewer is not None and port in (None, viewer.port):
            return viewer.url
        if port is None:
            found = _running(place)
            if found is not None:
                return found
        secret = secrets.token_bytes(32)
        viewer = Viewer(logdir, port=port, proof_key=key_for(secret, os.fsencode(place)))
        viewer.start()
        if not _viewers:
            atexit.register(stop_all)
        _viewers[place] = viewer
        _remove_old_notes()
        _write(Note(viewer.url, place, os.getpid(), secret.hex()))
        return viewer.url


def stop_all() -> None:
    """End the viewers that :func:`launch` has started in this process, and take back their notes."""
    with _lock:
        if _owner != os.getpid():
            return
        for place, viewer in _viewers.items():
            note = _read(_file(place))
            if note is not None and note.url == viewer.url:
                with contextlib.suppress(OSError):
                    _file(place).unlink()
            viewer.stop()
        _viewers.clear()


def _directory() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "cutaway" if runtime else Path.home() / ".cache" / "cutaway" / "servers"


def _file(place: str) -> Path:
    return _directory() / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:32]}.json"


def _running(place: str) -> str | None:
    """The URL of a server for the directory that proves to be the one that is noted."""
    note = _read(_file(place))
    if note is None or note.logdir != place:
        return None
    try:
        parts = urlsplit(note.url)
        port = parts.port if (parts.scheme, parts.hostname) == ("http", "127.0.0.1") else None
        key = key_for(bytes.fromhex(note.secret), os.fsencode(place))
    except ValueError:
        return None
    return note.url if port and proves_itself(port, key, _TIMEOUT) else None


def _read(path: Path) -> Note | None:
    """A note of this user's that nobody else can read; None for anything else."""
    try:
        note = Note(**json.loads(read_private(path) or b""))
    except (ValueError, TypeError, RecursionError):
        return None
    kinds = (str, str, int, str)
    return note if all(type(value) is kind for value, kind in zip(note, kinds, strict=True)) else None


def _write(note: Note) -> None:
    with contextlib.suppress(OSError):
        write_private(_file(note.logdir), json.dumps(note._asdict()).encode())


def _remove_old_notes() -> None:
    """Remove the notes of processes that were killed, and those that cannot be believed."""
    with contextlib.suppress(OSError):
        for path in _directory().glob("*.json"):
            note = _read(path)
            if note is None or note.pid <= 0 or not _is_alive(note.pid):
                path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        # There the call below would end it.
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError, ValueError):
        return False
    except OSError:
        # Of another user: some process has the number.
        return True
    return True
