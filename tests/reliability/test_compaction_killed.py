"""kill -9 at each step of a compaction: nothing is lost, nothing is there twice, and the rest is cleaned up."""

import json
import subprocess
import sys
from pathlib import Path

from tests.patience import LONG_PATIENCE
from tests.unit.store.compacted.conftest import manifest_of, points_of, recorded
from tests.unit.store.compacted.test_compact import files_of, needed

import cutaway
from cutaway.store.compacted.compact import compact

#: Compacts into copies of a directory, and kills itself at the first call that changes a file, then at the second, and
#: so on until it gets through. Prints how many copies there are.
_CHILD = """
import json, os, shutil, signal, sys
from pathlib import Path
from cutaway.store.compacted.compact import compact
import pyarrow, pyarrow.parquet
logdir, base = sys.argv[1:]
left = 0

def killed_at(owner, name):
    plain = getattr(owner, name)
    def step(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*arguments, **named)
    setattr(owner, name, step)

for number in range(1000):
    target = f"{base}-{number}"
    shutil.copytree(base, target)
    child = os.fork()
    if not child:
        left = number
        for owner, name in ((os, "link"), (os, "fsync"), (Path, "replace"), (Path, "unlink")):
            killed_at(owner, name)
        compact(logdir, target, grace=0)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        print(json.dumps(number + 1))
        break
"""


def test_a_compaction_may_be_killed_at_each_of_its_steps(tmp_path: Path) -> None:
    logdir, base = tmp_path / "log", tmp_path / "to"

    def train(run: str) -> None:
        with cutaway.SummaryWriter(logdir / run) as writer:
            for step in range(200):
                writer.log({"loss": 1 / (step + 1), "lr": 0.1}, step)

    train("a")
    compact(str(logdir), str(base))
    before = points_of(base)
    train("b")
    after = recorded(logdir)
    command = [sys.executable, "-c", _CHILD, str(logdir), str(base)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONG_PATIENCE).stdout
    copies = [Path(f"{base}-{number}") for number in range(json.loads(out))]
    assert len(copies) > 15
    states = []
    for target in copies:
        found = points_of(target)
        states.append(found == after)
        assert found in (before, after)
        compact(str(logdir), str(target), grace=0)
        assert points_of(target) == after
        assert files_of(target) == needed(target)
        assert manifest_of(target).number == 2
    # The new state is there from one step on.
    assert states == sorted(states)
    assert not states[0]
    assert states[-1]
