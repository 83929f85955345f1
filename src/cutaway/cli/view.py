"""``cutaway LOGDIR``: open the viewer."""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cutaway.cli import log_directories
from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.server.viewer import Viewer
    from cutaway.store.read_ahead import ReadAhead

#: Flags of TensorBoard that this viewer has no need of.
_WITHOUT_EFFECT = (
    "samples_per_plugin", "reload_interval", "reload_multifile", "reload_multifile_inactive_secs", "load_fast",
    "max_reload_threads", "purge_orphaned_data", "generic_data",
)  # fmt: skip

#: Bytes; with less nothing could be shown.
LEAST_MEMORY = 1_000_000
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([MGT]i?B)\Z", re.IGNORECASE | re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway LOGDIR``."""
    parser.add_argument("directory", metavar="LOGDIR", nargs="?", help="a directory with event files below it, or one")
    log_directories.add_arguments(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--bind-all", "--bind_all", action="store_const", dest="host", const="0.0.0.0", help="--host 0.0.0.0"
    )
    parser.add_argument(
        "--port", type=_port, help="port to listen on (default: that of the last time, 6006, or the next free one)"
    )
    parser.add_argument(
        "--path-prefix", "--path_prefix", metavar="PATH", default="", help="what a proxy has in front of the paths"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the URL without opening a browser")
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor keep anything in the user's cache directory: no indexes of event files, no address",
    )
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        type=_memory,
        help="the memory that points may take, as 200MB or 2GB (default: a quarter of what there is); runs that do not "
        "fit are read when they are selected",
    )
    parser.add_argument("--new-token", action="store_true", help="put a new secret into the URL: the old URL ends")
    parser.add_argument("--no-token", action="store_true", help="leave the secret out of the URL; on loopback only")
    parser.add_argument(
        "--allow-host",
        "--allow_host",
        metavar="NAME",
        action="append",
        default=[],
        help="accept this name in the Host header too, as that of a proxy; may be repeated",
    )
    parser.add_argument(
        "--allow-frame-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="let pages of this origin hold the viewer in an iframe; may be repeated",
    )
    for name in _WITHOUT_EFFECT:
        parser.add_argument(f"--{name}", nargs="?", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Print the URL and serve until Ctrl-C."""
    ignored = [f"--{name}" for name in _WITHOUT_EFFECT if hasattr(arguments, name)]
    if ignored:
        print(
            f"cutaway: every point is kept and read at once; without effect: {', '.join(ignored)}",
            file=sys.stderr,
        )
    logdir = log_directories.chosen(arguments.directory, arguments.logdir, arguments.logdir_spec)
    from cutaway.cli.numpy_import import import_numpy
    from cutaway.store.collection import collection_held, leave_out_what_is_kept
    from cutaway.store.heap import share_one_heap
    from cutaway.store.machine_memory import usual_memory
    from cutaway.store.read_ahead import read_ahead
    from cutaway.store.user_cache import user_cache

    leave_out_what_is_kept()
    share_one_heap()
    with ExitStack() as start:
        # What modules are made of is kept too.
        start.enter_context(collection_held())
        indexes = None if arguments.no_cache else user_cache("index")
        memory = arguments.memory or usual_memory()
        ahead = read_ahead(logdir, indexes, memory)
        import_numpy()
        with open_viewer(
            logdir,
            host=arguments.host,
            port=arguments.port,
            token=not arguments.no_token,
            allow_hosts=arguments.allow_host,
            allow_frame_origins=arguments.allow_frame_origin,
            path_prefix=arguments.path_prefix,
            cache=not arguments.no_cache,
            new_token=arguments.new_token,
            memory=memory,
            ahead=ahead,
            browser=not arguments.no_browser,
        ) as viewer:
            start.close()
            viewer.wait()
    return 0


@contextmanager
def open_viewer(
    logdir: str | dict[str, str],
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    token: bool = True,
    allow_hosts: list[str] | None = None,
    allow_frame_origins: list[str] | None = None,
    path_prefix: str = "",
    cache: bool = True,
    new_token: bool = False,
    memory: int | None = None,
    ahead: "ReadAhead | None" = None,
    browser: bool = True,
) -> Iterator["Viewer"]:
    """A viewer that serves while the context lasts; prints its URL, and opens the browser where there is one.

    Raises UsageError for what the viewer does not accept.
    """
    import socket

    from cutaway.server.viewer import PortInUseError, Viewer

    try:
        viewer = Viewer(
            logdir,
            host=host,
            port=port,
            token=token,
            allow_hosts=allow_hosts or (),
            allow_frame_origins=allow_frame_origins or (),
            path_prefix=path_prefix,
            cache=cache,
            new_token=new_token,
            memory=memory,
            ahead=ahead,
        )
    except ValueError as error:
        raise UsageError(str(error)) from None
    except PortInUseError as error:
        raise UsageError(f"{error.strerror}; --port takes another one") from None
    except PermissionError:
        raise UsageError(f"no permission to listen on port {port}; --port takes another one") from None
    except socket.gaierror:
        raise UsageError(f"--host {host} is not the name or address of this machine") from None
    except OSError as error:
        raise UsageError(f"cannot listen on {host}: {(error.strerror or str(error)).lower()}") from None
    with viewer:
        print(f"{viewer.url} -- Ctrl-C to stop", flush=True)
        if viewer.token_problem:
            print(f"The secret in the URL is a new one; {viewer.token_problem}", flush=True)
        if viewer.is_public:
            print(
                "Other machines can reach it: whoever has this URL can read the logs; nothing is encrypted on its way.",
                flush=True,
            )
        with _redirect_file(viewer.url) if browser and _has_browser() else _nothing():
            yield viewer


def _has_browser() -> bool:
    """Whether the person who typed the command would see a browser of this machine."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


@contextmanager
def _redirect_file(url: str) -> Iterator[None]:
    """Open the browser at a file that only its owner can read and that leads to the URL.

    The URL itself would be in the browser's command line, which every user of the machine can see.
    """
    import html
    import tempfile
    import webbrowser

    descriptor, name = tempfile.mkstemp(prefix="cutaway-", suffix=".html")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f'<!doctype html><meta http-equiv="refresh" content="0; url={html.escape(url)}">\n')
        webbrowser.open(path.as_uri())
        yield
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _memory(text: str) -> int:
    found = _SIZE.match(text)
    size = float(found[1]) * _UNITS[found[2].upper()] if found else 0.0
    if size < LEAST_MEMORY:
        raise argparse.ArgumentTypeError(f"a size of at least 1MB is expected, as 200MB or 2GB, not {text!r}")
    return int(size)


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is expected, not {text!r}")
    return port
