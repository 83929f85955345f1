"""Two viewers of one log directory, ours and TensorBoard: started as commands, asked over HTTP on loopback."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TENSORBOARD = "TensorBoard 2.21, fast loader"
_GIVE_UP = 300.0


@dataclass
class Server:
    """One that answers."""

    url: str
    #: When its command was typed, by `time.perf_counter`.
    started: float
    process: "subprocess.Popen[str]"

    def get(self, path: str) -> bytes:
        """The body of an answer."""
        return self._send(path, None, {})

    def json(self, path: str) -> Any:
        """An answer that is JSON."""
        return json.loads(self.get(path))

    def post(self, path: str, body: bytes, media_type: str = "application/json") -> bytes:
        """The body of an answer to a POST."""
        return self._send(path, body, {"Content-Type": media_type})

    def wait(self, condition: Callable[["Server"], bool]) -> float:
        """Seconds from the command to when the condition holds."""
        while time.perf_counter() < self.started + _GIVE_UP:
            try:
                if condition(self):
                    return time.perf_counter() - self.started
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        raise TimeoutError(f"nothing after {_GIVE_UP:.0f} s")

    def resident(self) -> int:
        """Bytes of memory of the process and of those that it started."""
        pages, waiting = 0, [self.process.pid]
        while waiting:
            pid = waiting.pop()
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            content: bytes = answer.read()
            return content


@contextmanager
def ours(folder: Path, *flags: str, cache: Path | None = None) -> Iterator[Server]:
    """`cutaway --logdir`, without indexes unless there is a place for them."""
    words = ["--logdir", str(folder), "--no-browser", "--port", "0", *flags, *([] if cache else ["--no-cache"])]
    environment = os.environ | ({"XDG_CACHE_HOME": str(cache)} if cache else {})
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cutaway", *words], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    with _ending(process):
        yield Server(process.stdout.readline().split()[0], started, process)


@contextmanager
def tensorboard(folder: Path, *flags: str) -> Iterator[Server]:
    """`tensorboard --logdir` with its data server."""
    with socket.socket() as free, tempfile.TemporaryFile() as output:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = str(Path(sys.executable).with_name("tensorboard"))
        words = ["--logdir", str(folder), "--port", str(port), "--load_fast=true", *flags]
        started = time.perf_counter()
        process = subprocess.Popen([command, *words], stdout=output, stderr=output, text=True)
        with _ending(process):
            yield Server(f"http://127.0.0.1:{port}/", started, process)


@contextmanager
def _ending(process: "subprocess.Popen[str]") -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def ours_is_done(server: Server) -> bool:
    """Whether every file has been read to its end."""
    done: bool = server.json("api/catalogue")["loading"]["done"]
    return done


def tensorboard_has(runs: list[str], tag: str, last_step: int) -> Callable[[Server], bool]:
    """Whether some runs' tag is there to its last step; each run is asked for until it is."""
    waiting = list(runs)

    def is_done(server: Server) -> bool:
        while waiting:
            query = urllib.parse.urlencode({"run": waiting[-1], "tag": tag})
            try:
                points = server.json(f"data/plugin/scalars/scalars?{query}")
            except urllib.error.HTTPError:
                return False
            if not points or points[-1][1] != last_step:
                return False
            waiting.pop()
        return True

    return is_done


def multirun(tag: str, runs: list[str]) -> tuple[str, bytes, str]:
    """TensorBoard's request for one tag of many runs: path, body and media type."""
    boundary = "cutaway-benchmark"
    fields = [("tag", tag), *(("runs", run) for run in runs)]
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    body = f"{parts}--{boundary}--\r\n".encode()
    return "data/plugin/scalars/scalars_multirun", body, f"multipart/form-data; boundary={boundary}"


def chart(tag: str, runs: list[str], **view: Any) -> bytes:
    """Our request for one tag of many runs."""
    return json.dumps({"charts": [{"tag": tag, "runs": runs, "pixels": 800, **view}]}).encode()


def natural(names: list[str]) -> list[str]:
    """Names in the order of their numbers."""
    return sorted(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
