"""Viewers of a log directory, ours, TensorBoard and tb-like: started as commands, asked over HTTP on loopback."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TENSORBOARD = "TensorBoard 2.21"
#: TensorBoard keeps 1,000 points of a series unless it is told otherwise; 0 would mean all to its Python loader, and
#: none to the fast one.
ALL_POINTS = "--samples_per_plugin=scalars=100000000"
TENSORBOARD_WITH_ALL = f"{TENSORBOARD}, told to keep all points"
TB_LIKE = "tb-like 0.3.6"
_GIVE_UP = 300.0
#: Seconds between two questions whether a server is ready, at least.
_PAUSE = 0.01


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

    def json_of(self, path: str, question: Any) -> Any:
        """An answer that is JSON, to a POST of JSON."""
        return json.loads(self.post(path, json.dumps(question).encode()))

    def wait(self, condition: Callable[["Server"], bool]) -> float:
        """Seconds from the command to when the condition holds."""
        while (asked := time.perf_counter()) < self.started + _GIVE_UP:
            try:
                if condition(self):
                    return time.perf_counter() - self.started
            except (urllib.error.URLError, ConnectionError):
                pass
            # A server that is asked all the time has none left to read.
            time.sleep(max(_PAUSE, time.perf_counter() - asked))
        raise TimeoutError(f"nothing after {_GIVE_UP:.0f} s")

    def resident(self) -> int:
        """Bytes of memory of the process and of those that it started."""
        pages, waiting = 0, [self.process.pid]
        while waiting:
            pid = waiting.pop()
            # Threads and processes end while they are counted.
            with suppress(FileNotFoundError, ProcessLookupError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                for task in Path(f"/proc/{pid}/task").iterdir():
                    with suppress(FileNotFoundError, ProcessLookupError):
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
    """`tensorboard --logdir`, which takes its data server where it can, as here."""
    command = str(Path(sys.executable).with_name("tensorboard"))
    with _on_free_port([command, "--logdir", str(folder), *flags]) as server:
        yield server


@contextmanager
def tb_like(folder: Path, cache: Path) -> Iterator[Server]:
    """`tblike`, which converts to Parquet in ``cache`` with as many processes as there are cores."""
    command = str(Path(sys.executable).parent.parent / "peers" / "bin" / "tblike")
    if shutil.which(command) is None:
        raise FileNotFoundError("tb-like is not installed: `make bench` does it")
    words = [command, str(folder), "--cache-dir", str(cache), "--jobs", str(os.cpu_count())]
    with _on_free_port(words) as server:
        yield server


@contextmanager
def _on_free_port(words: list[str]) -> Iterator[Server]:
    with socket.socket() as free, tempfile.TemporaryFile() as output:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        # A wheel of ours that is measured is of no use to a peer.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        started = time.perf_counter()
        process = subprocess.Popen(
            [*words, "--port", str(port)], stdout=output, stderr=output, text=True, env=environment
        )
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


def ours_has(runs: list[str], tag: str, last_step: int) -> Callable[[Server], bool]:
    """Whether every file has been read to its end, and a chart of some runs' tag is there to its last step."""

    def is_done(server: Server) -> bool:
        catalogue = server.json("api/catalogue")
        if not catalogue["loading"]["done"]:
            return False
        ids = [run["id"] for run in catalogue["runs"] if run["name"] in runs]
        tag_id = next(each["id"] for each in catalogue["tags"] if each["name"] == tag)
        (drawn,) = charts_in(server.post("api/scalars", chart(tag_id, ids)))
        shown = {series["run"] for series in drawn["series"]}
        return len(shown) == len(runs) and bool(drawn["range"][1] >= last_step)

    return is_done


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


def tb_like_has(runs: list[str], tag: str, last_step: int) -> Callable[[Server], bool]:
    """The same of tb-like, for 800 points of each."""

    def is_done(server: Server) -> bool:
        asked = {"run_ids": runs, "tags": [tag], "max_points": 800}
        series = server.json_of("api/series", asked)["series"]
        return len(series) == len(runs) and all(max(of["steps"], default=-1) >= last_step for of in series)

    return is_done


def charts_in(frame: bytes) -> list[dict[str, Any]]:
    """The charts of an answer of ours, without their numbers."""
    length = int.from_bytes(frame[4:8], "little")
    charts: list[dict[str, Any]] = json.loads(frame[8 : 8 + length])["charts"]
    return charts


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
