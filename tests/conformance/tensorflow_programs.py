"""Programs that use TensorFlow, each in a process of its own; TensorFlow is imported once for all, which takes long.

Run by a Python with TensorFlow, this module is a program itself: a JSON list of programs comes in, what they did goes
out. A program is run in a child, made before TensorFlow has started anything, in a directory of its own.
"""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
#: A Python with TensorFlow, which `make test-all` makes.
TENSORFLOW_PYTHON = ROOT / ".venv" / "tensorflow" / "bin" / "python"
#: TensorFlow says nothing of the machine that it runs on.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TF_CPP_MIN_LOG_LEVEL": "3"}


class Done(NamedTuple):
    """What a program did: the traceback that ended it, if any; its output and its directory."""

    failure: str
    output: str
    errors: str
    directory: Path


def run_programs(programs: dict[str, str], directory: Path, timeout: float) -> dict[str, Done]:
    """Run programs by name, each in ``directory / name``, after ``import tensorflow`` in the same process."""
    assert TENSORFLOW_PYTHON.exists(), "make test-all installs TensorFlow"
    given = [[name, program, str(directory / name)] for name, program in programs.items()]
    command = [str(TENSORFLOW_PYTHON), __file__]
    done = subprocess.run(
        command, env=ENVIRONMENT, input=json.dumps(given), capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == 0, done.stderr
    failures: dict[str, str] = json.loads(done.stdout)
    return {
        name: Done(
            failures[name],
            (directory / name / "output.txt").read_text(),
            (directory / name / "errors.txt").read_text(),
            directory / name,
        )
        for name in programs
    }


def _run(program: str, name: str, directory: Path) -> None:
    """In the child: never returns."""
    os.chdir(directory)
    for number, file in ((1, "output.txt"), (2, "errors.txt")):
        os.dup2(os.open(file, os.O_CREAT | os.O_WRONLY), number)
    main = sys.modules["__main__"] = ModuleType("__main__")
    failure = ""
    try:
        exec(compile(program, f"{name}.py", "exec"), main.__dict__)
    except BaseException:
        failure = traceback.format_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    Path("failure.txt").write_text(failure)
    # What TensorFlow does at the end of the parent is none of the child's.
    os._exit(0)


def _main() -> None:
    import tensorflow  # noqa: F401

    failures = {}
    for name, program, place in json.load(sys.stdin):
        directory = Path(place)
        directory.mkdir(parents=True)
        child = os.fork()
        if not child:
            _run(program, name, directory)
        os.waitpid(child, 0)
        failed = directory / "failure.txt"
        failures[name] = failed.read_text() if failed.exists() else "the process was killed"
    print(json.dumps(failures))


if __name__ == "__main__":
    _main()
