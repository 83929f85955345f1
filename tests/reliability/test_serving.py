"""The viewer under load and in trouble: many clients beside a writer, and a disk that misbehaves."""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.patience import PATIENCE, until

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version

CLIENTS = 50
#: Scalars a second that are written meanwhile: so many tags, so many times a second.
TAGS, RATE = 100, 100
#: A minute in `make test-all`.
SECONDS = 60 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 3

_WRITE = """
import sys, time
from cutaway import SummaryWriter
folder, seconds, tags, rate = sys.argv[1], *map(int, sys.argv[2:])
with SummaryWriter(folder) as writer:
    start = time.monotonic()
    for step in range(seconds * rate):
        writer.log({f"tag{number}": step + number for number in range(tags)}, step)
        time.sleep(max(0, start + (step + 1) / rate - time.monotonic()))
"""


@contextmanager
def viewer(logdir: Path, *flags: str) -> Iterator[tuple[str, int]]:
    """(URL, process id) of a viewer in a process of its own, which has to end by itself and without a word."""
    command = [sys.executable, "-m", "cutaway", "--logdir", str(logdir), "--no-browser", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0], process.pid
        finally:
            process.terminate()
            _, errors = process.communicate(timeout=PATIENCE)
        assert errors == ""


class Client:
    """One connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=PATIENCE)

    def ask(self, method: str, route: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, Any]:
        try:
            return self._ask_once(method, route, body, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            # On a busy machine nothing may have been asked for five seconds: browsers, too, ask again then.
            self._connection.close()
            return self._ask_once(method, route, body, headers)

    def _ask_once(self, method: str, route: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes, Any]:
        self._connection.request(method, f"{self._path}api/{route}", body, headers)
        response = self._connection.getresponse()
        return response.status, response.read(), response.headers

    def json(self, route: str) -> Any:
        status, body, _ = self.ask("GET", route)
        assert status == 200, body
        return json.loads(body)

    def wait(self, condition: Any) -> Any:
        """The catalogue, once it is as it should be; one that never is fails the test."""
        return until("the catalogue as it should be", lambda: self.json("catalogue"), condition, pause=0.05)


def poll(url: str, end: float, times: list[float], errors: list[str], late: float) -> None:
    """What a page does: the catalogue when it changed, and what is new of a chart."""
    client, etag, known = Client(url), "", None
    time.sleep(late)
    try:
        while time.monotonic() < end:
            start = time.perf_counter()
            status, body, headers = client.ask("GET", "catalogue", None, **({"If-None-Match": etag} if etag else {}))
            times.append(time.perf_counter() - start)
            if status not in (200, 304):
                errors.append(f"catalogue: {status} {body[:200]!r}")
            etag = headers["ETag"]
            chart = {"tag": "t0", "runs": ["r0"], "pixels": 800, "known": known}
            start = time.perf_counter()
            status, body, _ = client.ask("POST", "scalars", json.dumps({"charts": [chart] * 4}).encode())
            times.append(time.perf_counter() - start)
            if status != 200:
                errors.append(f"scalars: {status} {body[:200]!r}")
            header = json.loads(body[8 : 8 + int.from_bytes(body[4:8], "little")])
            found = header["charts"][0]
            known = {"revision": header["revision"], **{name: found[name] for name in ("axis", "level", "origin")}}
            time.sleep(0.5)
    except (OSError, http.client.HTTPException, KeyError, ValueError) as error:
        errors.append(repr(error))


def resident(pid: int) -> int:
    return int(re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0]) * 1000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_many_clients_beside_a_writer(tmp_path: Path) -> None:
    times: list[float] = []
    errors: list[str] = []
    arguments = [str(tmp_path / "run"), *map(str, (SECONDS, TAGS, RATE))]
    with viewer(tmp_path) as (url, pid), subprocess.Popen([sys.executable, "-c", _WRITE, *arguments]) as writer:
        client = Client(url)
        client.wait(lambda found: len(found["tags"]) == TAGS)
        before = resident(pid)
        end = time.monotonic() + SECONDS
        threads = [
            threading.Thread(target=poll, args=(url, end, times, errors, 0.5 * number / CLIENTS))
            for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.wait(timeout=PATIENCE) == 0
        points = SECONDS * RATE * TAGS
        client.wait(lambda found: found["loading"]["points"] == points)
        grown = resident(pid) - before
    assert errors == []
    p99 = statistics.quantiles(times, n=100)[98]
    p50 = statistics.median(times)
    print(f"{len(times)} requests: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms; memory grew by {grown / 1e6:.0f} MB")
    # The points, what is drawn of them, and the answers under way.
    assert grown < 100e6 + 40 * points


def records(steps: range, start: float = 1000.0) -> bytes:
    return frame(file_version(start)) + b"".join(
        encode(start + step, step, ("loss",), (float(step),)) for step in steps
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "log" / "run" / "events.out.tfevents.1000.host.1.0"
    path.parent.mkdir(parents=True)
    path.write_bytes(records(range(100)))
    return path


def points(found: Any) -> int:
    number: int = found["loading"]["points"]
    return number


def test_the_log_directory_goes_and_comes_back(tmp_path: Path, path: Path) -> None:
    with viewer(tmp_path / "log") as (url, _):
        client = Client(url)
        before = client.wait(lambda found: points(found) == 100)
        shutil.move(tmp_path / "log", tmp_path / "away")
        client.wait(lambda found: found["logdir"]["state"] == "missing" and not found["runs"])
        status, body, _ = client.ask("POST", "scalars", b'{"charts": [{"tag": "t0", "runs": ["r0"], "pixels": 800}]}')
        assert (status, b'"series":[]' in body) == (200, True)
        shutil.move(tmp_path / "away", tmp_path / "log")
        after = client.wait(lambda found: points(found) == 100)
        # With the names that it had.
        assert [run["id"] for run in after["runs"]] == [run["id"] for run in before["runs"]]


def test_a_file_is_replaced_by_a_shorter_one(tmp_path: Path, path: Path) -> None:
    with viewer(tmp_path / "log") as (url, _):
        client = Client(url)
        client.wait(lambda found: points(found) == 100)
        path.write_bytes(records(range(7)))
        client.wait(lambda found: points(found) == 7 and found["runs"][0]["last_step"] == 6)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_permission_is_lost_and_given_back(tmp_path: Path, path: Path) -> None:
    with viewer(tmp_path / "log") as (url, _):
        client = Client(url)
        client.wait(lambda found: points(found) == 100)
        path.chmod(0)
        with path.open("ab") as file:
            file.write(records(range(100, 110)))
        client.wait(lambda found: [each["reason"] for each in found["unreadable"]] == ["permission denied"])
        path.chmod(0o600)
        client.wait(lambda found: points(found) == 110 and not found["unreadable"])


def test_the_clock_goes_back(tmp_path: Path, path: Path) -> None:
    """Both that of the records and that of the file."""
    with viewer(tmp_path / "log") as (url, _):
        client = Client(url)
        client.wait(lambda found: points(found) == 100)
        with path.open("ab") as file:
            file.write(b"".join(encode(500.0 + step, step, ("loss",), (0.0,)) for step in range(100, 150)))
        os.utime(path, (100, 100))
        found = client.wait(lambda found: points(found) == 150)
        assert found["runs"][0]["last_wall_time"] == 1099
        chart = {"tag": "t0", "runs": ["r0"], "pixels": 800, "axis": "wall"}
        status, body, _ = client.ask("POST", "scalars", json.dumps({"charts": [chart]}).encode())
        # Over time the line is broken where the clock was put back.
        counts = [int(count) for count in re.findall(rb'"count":(\d+)', body)]
        assert (status, sorted(counts)) == (200, [50, 100])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_the_cache_is_on_a_full_disk(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(records(range(20_000)))
    cache = tmp_path / "cache"
    cache.mkdir()
    # A file where the directory should be: nothing can be written below it.
    (cache / "cutaway").symlink_to("/dev/full")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    with viewer(tmp_path / "log") as (url, _):
        Client(url).wait(lambda found: points(found) == 20_000 and found["loading"]["done"])
