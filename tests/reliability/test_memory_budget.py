"""A viewer of a log whose points take ten times its memory, in a process of its own: what it takes and shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.patience import PATIENCE, until

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version

TAGS = tuple(f"{group}/{name}" for group in ("train", "val") for name in ("loss", "acc", "norm", "lr", "time"))
#: Runs, steps, and MB for points, which take five bytes each. And MB beside those and one run more, on two cores: of
#: reading, and memory that was a dropped run's and is not the system's again; None where that is more than the points.
SHAPES: dict[str, tuple[int, int, int, int | None]] = {"220 MB": (44, 10_000, 2, None), "4 GB": (40, 200_000, 35, 100)}
CORES = max(2, os.cpu_count() or 1)


def write(log: Path, runs: int, steps: int) -> None:
    """The same noise in each run and tag; the last run is the newest."""
    noise = np.random.default_rng(7).normal(size=steps).astype(np.float32).tolist()
    paths = [log / f"run{run:02d}" / f"events.out.tfevents.{1000 + run}.host.1.0" for run in range(runs)]
    for path in paths:
        path.parent.mkdir(parents=True)
    with paths[0].open("wb") as file:
        file.write(frame(file_version(1000.0)))
        for step, value in enumerate(noise):
            file.write(b"".join(encode(1000.0 + step + 0.1 * value, step, [tag], [value]) for tag in TAGS))
    for path in paths[1:]:
        shutil.copyfile(paths[0], path)
    for run, path in enumerate(paths):
        os.utime(path, (1000 + run, 1000 + run))


@contextmanager
def viewer(log: Path, *flags: str) -> Iterator[tuple[int, httpx.Client]]:
    """Its process, and a client of it."""
    command = [sys.executable, "-m", "cutaway", f"--logdir={log}", "--port=0", "--no-browser", "--no-cache", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[0]
            with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as client:
                yield process.pid, client
        finally:
            process.terminate()


def memory_of(process: int) -> int:
    """Bytes: its share of the pages that it has."""
    kilobytes = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert kilobytes is not None
    return int(kilobytes[1]) * 1024


def catalogue(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("api/catalogue").json()
    return answer


def chart(client: httpx.Client, tag: str, run: str) -> dict[str, Any]:
    asked = {"charts": [{"tag": tag, "runs": [run], "pixels": 400}]}
    answer = client.post("api/scalars", json=asked).content
    header = json.loads(answer[8 : 8 + int.from_bytes(answer[4:8], "little")])
    found: dict[str, Any] = header["charts"][0]
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not say what a process takes")
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "4 GB" or os.environ.get("CUTAWAY_LARGE")])
def test_memory_is_held_and_each_run_is_drawn(shape: str, tmp_path: Path) -> None:
    runs, steps, budget, beside = SHAPES[shape]
    write(tmp_path / "log", runs, steps)
    (tmp_path / "empty").mkdir()
    with viewer(tmp_path / "empty") as (process, client):
        until("the empty log", lambda: catalogue(client)["loading"]["done"])
        bare = memory_of(process)
    with viewer(tmp_path / "log", f"--memory={budget}MB") as (process, client):
        known = until("the newest runs", lambda: catalogue(client), lambda found: found["loading"]["done"])
        assert len(known["runs"]) == runs
        assert known["loading"]["unread"] >= 0.9 * runs
        assert not {run["name"] for run in known["runs"] if not run["unread"]} & {f"run{i:02d}" for i in range(20)}
        tag = next(tag["id"] for tag in known["tags"] if tag["name"] == "val/loss")
        most = memory_of(process)
        for run in known["runs"]:

            def is_drawn(run: str = run["id"]) -> bool:
                return [series["count"] for series in chart(client, tag, run)["series"]] == [steps]

            client.post("api/wanted", json={"runs": [run["id"]]})
            until(f"all points of {run['name']}", is_drawn)
            most = max(most, memory_of(process))
            assert catalogue(client)["loading"]["unread"] >= 0.8 * runs
        if beside is not None:
            points = 5 * steps * len(TAGS)
            assert most - bare <= (budget + beside * CORES / 2) * 1e6 + points
