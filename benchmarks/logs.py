"""Log directories to measure on, as training leaves them: noisy losses, clocks that jitter and stand still, restarts.

A run of the benchmarks makes each directory once. One half of the tags has the 24 random bits of a float32 loss, the
other half the 8 of a loss in bfloat16; the time of a step is 2 % off at random; there are pauses; each tenth run was
ended at three quarters and begun again a little before, in a second file.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.messages import file_version

#: A recording's first moment, in seconds since 1970.
_START = 1.7e9
_SECONDS_A_STEP = 0.13
#: Of an evaluation.
_PAUSE = 60.0
_MOST_KEPT = 3


@cache
def _place() -> Path:
    folder = tempfile.mkdtemp(prefix="cutaway-benchmarks-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def made(name: str, write: Callable[[Path], object]) -> Path:
    """The directory of that name, written if it is not there. Those made longest ago are removed."""
    folder = _place() / name
    if not folder.exists():
        for old in sorted(_place().iterdir(), key=lambda path: path.stat().st_ctime)[: -(_MOST_KEPT - 1)]:
            shutil.rmtree(old)
        folder.mkdir()
        write(folder)
    return folder


def scalars(runs: int, tags: int, points: int) -> Path:
    """``runs`` directories with ``tags`` series of ``points`` each, a record a point, as most writers do."""
    return made(f"{runs}x{tags}x{points}", lambda folder: _write(folder, runs, tags, points))


def files_of_a_run(files: int, tags: int, points: int) -> Path:
    """One run whose training was begun again and again, and went on: ``files`` with so many points of each tag."""
    pieces = [(number * points, (number + 1) * points) for number in range(files)]
    return made(f"{files}files{tags}x{points}", lambda folder: _write_run(folder / run_names(1)[0], 0, tags, pieces))


def run_names(runs: int) -> list[str]:
    """The names of the directories."""
    return [f"run{number:05d}" for number in range(runs)]


def tag_name(number: int) -> str:
    """As of a layer."""
    return f"layer{number // 10}/metric{number % 10}"


def some(runs: int) -> list[str]:
    """Names of at most five runs, from the first to the last."""
    names = run_names(runs)
    return [names[place] for place in sorted({round(share * (runs - 1) / 4) for share in range(5)})]


def _write(folder: Path, runs: int, tags: int, points: int) -> None:
    for number, run in enumerate(run_names(runs)):
        pieces = [(0, points)]
        if number % 10 == 9 and points >= 100:
            pieces = [(0, points * 3 // 4), (points * 7 // 10, points)]
        _write_run(folder / run, number, tags, pieces)


def _write_run(place: Path, number: int, tags: int, pieces: list[tuple[int, int]]) -> None:
    """A file for each piece of the steps from the first to the last."""
    names = [(tag_name(tag),) for tag in range(tags)]
    random, points = np.random.default_rng(number), pieces[-1][1]
    place.mkdir()
    values = losses(random, tags, points).T
    clock = wall_times(random, points).tolist()
    for start, stop in pieces:
        begun = clock[start]
        path = place / f"events.out.tfevents.{int(begun) + start}.host.1.{number}"
        with path.open("wb") as file:
            file.write(core.frame(file_version(begun)))
            encode = core.encode
            for step in range(start, stop):
                at_step = zip(names, values[step].tolist(), strict=True)
                file.write(b"".join([encode(clock[step], step, name, (value,)) for name, value in at_step]))


def losses(random: np.random.Generator, series: int, points: int) -> NDArray[np.float32]:
    """``[series, points]`` float32: curves that fall, with noise; every second one rounded to bfloat16."""
    step = np.arange(points, dtype=np.float32)
    height, rate, noise = (random.uniform(low, high, (series, 1)) for low, high in ((1, 9), (0.5, 5), (0.01, 0.1)))
    curves = height * np.exp(-rate * step / max(points, 1)) + 0.3
    found = (curves + noise * random.standard_normal((series, points))).astype(np.float32)
    found[1::2] = (found[1::2].view(np.uint32) & 0xFFFF0000).view(np.float32)
    return found


def wall_times(random: np.random.Generator, points: int) -> NDArray[np.float64]:
    """Seconds since 1970, ``points`` of them: even steps, 2 % off at random, and a pause after each 5,000."""
    steps = _SECONDS_A_STEP * (1 + 0.02 * random.standard_normal(points))
    steps[4999::5000] += _PAUSE
    found: NDArray[np.float64] = _START + np.cumsum(steps)
    return found
