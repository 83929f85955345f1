"""``cutaway LOGDIR``: open the viewer."""

import argparse
import html
import os
import stat
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.server.viewer import Viewer

HELP = "open the viewer for a log directory in the browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway LOGDIR``."""
    parser.add_argument("directory", metavar="LOGDIR", nargs="?", help="a directory with event files below it")
    parser.add_argument("--logdir", metavar="DIR", help="the same; it need not exist yet")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, help="port to listen on (default: 6006 or the next free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the URL without opening a browser")
    parser.add_argument("--no-token", action="store_true", help="leave the secret out of the URL; on loopback only")
    parser.add_argument(
        "--allow-host",
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


def run(arguments: argparse.Namespace) -> int:
    """Print the URL and serve until Ctrl-C."""
    with open_viewer(
        _log_directory(arguments.directory, arguments.logdir),
        host=arguments.host,
        port=arguments.port,
        token=not arguments.no_token,
        allow_hosts=arguments.allow_host,
        allow_frame_origins=arguments.allow_frame_origin,
        browser=not arguments.no_browser,
    ) as viewer:
        viewer.wait()
    return 0


@contextmanager
def open_viewer(
    logdir: str,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    token: bool = True,
    allow_hosts: list[str] | None = None,
    allow_frame_origins: list[str] | None = None,
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
        with _redirect_file(viewer.url) if browser and _has_browser() else _nothing():
            yield viewer


def _log_directory(word: str | None, flag: str | None) -> str:
    if word is not None and flag is not None:
        raise UsageError(f"two log directories are named, {word} and --logdir {flag}; one is expected")
    if flag is not None:
        if not flag:
            raise UsageError("--logdir is empty; a directory is expected")
        _check_directory(flag, f"--logdir {flag}")
        return flag
    if word is None:
        raise UsageError("no log directory is named; type: cutaway LOGDIR (cutaway --help tells more)")
    if not _check_directory(word, word):
        raise UsageError(
            f"{word} is neither a command nor a directory; a directory that does not exist yet is named "
            f"with --logdir {word}"
        )
    return word


def _check_directory(path: str, shown: str) -> bool:
    """Whether the directory is there. Raises UsageError for what is in the way of it ever being one."""
    try:
        directory = Path(path).expanduser()
        # Not Path.exists(): that is also false for what is below a file, which never will be a directory.
        if not stat.S_ISDIR(directory.stat().st_mode):
            raise UsageError(f"{shown} is a file; a directory is expected")
        with os.scandir(directory):
            return True
    except FileNotFoundError:
        return False
    except PermissionError:
        raise UsageError(f"{shown} cannot be read: permission denied") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{shown} cannot be read: {(reason or str(error)).lower()}") from None


def _has_browser() -> bool:
    """Whether a browser of this machine would be seen by whoever typed the command."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


@contextmanager
def _redirect_file(url: str) -> Iterator[None]:
    """Open the browser at a file that only its owner can read and that leads to the URL.

    The URL itself would be in the browser's command line, which every user of the machine can see.
    """
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


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is expected, not {text!r}")
    return port
