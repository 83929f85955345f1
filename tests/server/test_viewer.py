"""Starting, stopping, ports, and what is refused."""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.patience import PATIENCE

from cutaway.server import ports
from cutaway.server.ports import port_owner
from cutaway.server.viewer import PortInUseError, Viewer


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_it_answers_once_it_was_started(tmp_path: Path, http: httpx.Client) -> None:
    with Viewer(tmp_path / "not there yet", port=0) as viewer:
        answer = http.get(viewer.url + "api/catalogue").json()
        assert answer["logdir"]["path"] == str(tmp_path / "not there yet")
    with pytest.raises(httpx.ConnectError):
        http.get(viewer.url + "api/catalogue")
    viewer.stop()


def test_viewers_of_two_directories_do_not_meet(
    serve: Callable[..., Viewer], tmp_path: Path, http: httpx.Client
) -> None:
    one = serve()
    with Viewer(tmp_path / "other", port=0) as other:
        assert one.port != other.port
        crossed = one.url.replace(str(one.port), str(other.port))
        assert http.get(crossed).status_code == 401


def test_the_next_free_port_is_taken(tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "DEFAULT_PORT", taken)
    viewer = Viewer(tmp_path)
    assert taken < viewer.port < taken + 100
    viewer.stop()
    monkeypatch.setattr(ports, "PORTS_TRIED", 1)
    with pytest.raises(PortInUseError, match=f"ports {taken} to {taken} are all in use"):
        Viewer(tmp_path / "other")


def test_an_explicit_port_that_is_taken_says_by_what(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortInUseError) as error_info:
        Viewer(tmp_path, port=taken)
    assert error_info.value.errno == errno.EADDRINUSE
    name = Path("/proc/self/comm").read_text().strip()
    assert error_info.value.strerror == f"port {taken} is in use by {name} (process {os.getpid()})"


def test_nobody_owns_a_free_port(taken: int) -> None:
    assert port_owner(taken) is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    assert port_owner(free) is None


def test_what_is_not_accepted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="port 65536"):
        Viewer(tmp_path, port=65_536)
    with pytest.raises(ValueError, match=r"only loopback is served, not 0\.0\.0\.0"):
        Viewer(tmp_path, port=0, host="0.0.0.0", token=False)
    with pytest.raises(ValueError, match="host 'a b' is not a name"):
        Viewer(tmp_path, port=0, allow_hosts=["a b"])
    with pytest.raises(ValueError, match="frame origin 'x; y' is not accepted"):
        Viewer(tmp_path, port=0, allow_frame_origins=["x; y"])
    with pytest.raises(OSError):
        Viewer(tmp_path, port=0, host="192.0.2.1")


def test_ipv6(tmp_path: Path, http: httpx.Client) -> None:
    with Viewer(tmp_path, port=0, host="::1") as viewer:
        assert viewer.url.startswith(f"http://[::1]:{viewer.port}/")
        assert http.get(viewer.url + "api/catalogue").status_code == 200


PROGRAM = """
import sys
from cutaway.server.viewer import Viewer
viewer = Viewer(sys.argv[1], port=0)
print(viewer.url, flush=True)
viewer.run()
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_a_stream_open(tmp_path: Path, http: httpx.Client, number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with http.stream("GET", url + "api/live") as response:
            next(response.iter_lines())
            process.send_signal(number)
            output, errors = process.communicate(timeout=PATIENCE)
    assert (output, errors, process.returncode) == ("ended\n", "", 0)
