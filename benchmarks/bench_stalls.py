"""Many series: how long the interpreter's lock is held at a time

A thread of the viewer's own process wakes each millisecond; the figure is the longest time between two wakings less
that millisecond, which is how long a request may have to wait for something that is not its own. 2,500 runs of 20 tags
are read, and then a run has a new tag, three times, and each time a page asks for the catalogue.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.harness import ROUNDS, Result, Row, Rows
from benchmarks.logs import scalars

RUNS, TAGS, POINTS = 2500, 20, 5
#: In seconds.
BOUND = 0.02

_PROGRAM = """
import sys, threading, time, urllib.request
from pathlib import Path
from cutaway.events import core
from cutaway.server.viewer import Viewer
from cutaway.store.collection import leave_out_what_is_kept

class Watch(threading.Thread):
    longest, stopped = 0.0, False
    def run(self):
        last = time.perf_counter()
        while not self.stopped:
            time.sleep(0.001)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - 0.001)
            last = now
    def taken(self):
        longest, self.longest = self.longest, 0.0
        return longest

def ask(path):
    with urllib.request.urlopen(viewer.url + path) as answer:
        # Not decoded, which would hold the lock here.
        return answer.headers["ETag"].strip('"'), answer.read()

leave_out_what_is_kept()
folder = Path(sys.argv[1])
viewer = Viewer(folder, port=0, cache=False)
watch = Watch(daemon=True)
watch.start()
with viewer:
    while not viewer.log.catalogue().loading.done:
        time.sleep(0.05)
    loading = watch.taken()
    name, _ = ask("api/catalogue")
    path = next(folder.glob("*/*tfevents*"))
    size = path.stat().st_size
    time.sleep(2)
    asked = watch.taken()
    for number in range(3):
        with path.open("ab") as file:
            file.write(core.encode(2e9, number, (f"new {number}",), (1.0,)))
        told = b""
        while b'"new %d"' % number not in told:
            time.sleep(0.1)
            name, told = ask(f"api/catalogue?since={name}")
    time.sleep(1)
    changed = watch.taken()
with path.open("r+b") as file:
    file.truncate(size)
watch.stopped = True
print(loading, asked, changed)
"""


def benchmarks() -> Rows:
    """The longest time while the log is read, while all is asked for, and while something changes."""
    logs = scalars(RUNS, TAGS, POINTS)

    @cache
    def measured() -> list[list[float]]:
        return [_longest(logs) for _ in range(ROUNDS)]

    def row(place: int, when: str) -> Row:
        what = f"the longest hold, {RUNS * TAGS:,} series: {when}"
        return Row(
            what,
            "the bound",
            lambda: Result(what, "", tuple(each[place] for each in measured()), "the bound", (BOUND,) * ROUNDS),
        )

    for place, when in enumerate(("while they are read", "the whole catalogue asked", "three changes, each asked for")):
        yield row(place, when)


def _longest(logs: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, str(logs)], check=True, capture_output=True, text=True)
    return [float(figure) for figure in done.stdout.split()]
