"""``cutaway.launch``: a viewer from Python, started or found again.

Servers that run are noted in files of the user's own (a directory of mode 0700, files of mode 0600, since they hold
the URL with its token), one for each log directory: ``$XDG_RUNTIME_DIR/cutaway``, else ``~/.cache/cutaway/servers``. A
note is believed only if it belongs to the user, nobody else can read it, and the server that it names answers for the
same directory. A note that cannot be written or read costs nothing but the reuse.
"""

import atexit
import contextlib
import hashlib
import json
import os
import stat
import tempfile
import urllib.request
from pathlib import Path
from threading import Lock

from cutaway.events.local_path import local_path
from cutaway.server.viewer import Viewer

_TIMEOUT = 2.0

_lock = Lock()
#: Viewers of this process, by the real path of their directory. A forked child has none.
_viewers: dict[str, Viewer] = {}
_owner = os.getpid()


def launch(logdir: str | os.PathLike[str], *, port: int | None = None) -> str:
    """Start a viewer for a log directory, or find the one that this user already has; its URL.

    The server runs in threads of this process and ends with it; the directory need not exist yet. It listens on
    127.0.0.1, at ``port`` or at 6006 or the next free one; a viewer that is found again is taken wherever it listens,
    unless ``port`` asks for another one. The URL holds a secret: whoever has it can read the log directory.

    Raises ValueError for a URL and for a port that is none, and OSError (`PortInUseError`) where it cannot be
    listened on.
    """
    global _owner
    place = os.path.realpath(local_path(logdir, "logdir"))
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
        viewer = Viewer(logdir, port=port)
        viewer.start()
        if not _viewers:
            atexit.register(stop_all)
        _viewers[place] = viewer
        _note(place, viewer.url)
        return viewer.url


def stop_all() -> None:
    """End the viewers that :func:`launch` has started in this process, and take back their notes."""
    with _lock:
        if _owner != os.getpid():
            return
        for place, viewer in _viewers.items():
            with contextlib.suppress(OSError, ValueError):
                note = _file(place)
                if json.loads(note.read_text("utf-8")).get("url") == viewer.url:
                    note.unlink()
            viewer.stop()
        _viewers.clear()


def _directory() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "cutaway" if runtime else Path.home() / ".cache" / "cutaway" / "servers"


def _file(place: str) -> Path:
    return _directory() / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:32]}.json"


def _running(place: str) -> str | None:
    """The URL of a server for the directory that answers."""
    try:
        path = _file(place)
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
            return None
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            return None
        note = json.loads(path.read_text("utf-8"))
        url = note["url"]
        if note["logdir"] != place or not isinstance(url, str) or not url.startswith("http://127.0.0.1:"):
            return None
        # Not through a proxy: that would get to know the token.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}api/catalogue", timeout=_TIMEOUT) as answer:
            served = json.load(answer)["logdir"]["path"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url if os.path.realpath(Path(served).expanduser()) == place else None


def _note(place: str, url: str) -> None:
    with contextlib.suppress(OSError):
        directory = _directory()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=directory)  # Of mode 0600.
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"url": url, "logdir": place, "pid": os.getpid()}, file)
        Path(name).replace(_file(place))
