"""``python -m cutaway.run``: a script runs as it does without, with Cutaway's writers."""

import subprocess
import sys
from pathlib import Path

import cutaway

SCRIPT = """
import multiprocessing, sys
from tensorboardX import SummaryWriter

def child(place):
    from tensorboardX import SummaryWriter
    with SummaryWriter(place) as writer:
        writer.add_scalar(writer.__class__.__module__, 1, 0)

if __name__ == "__main__":
    import beside
    assert __spec__ is None
    place = sys.argv[1]
    with SummaryWriter(place) as writer:
        writer.add_scalar("argv", len(sys.argv), beside.STEP)
    for method in ("fork", "spawn"):
        process = multiprocessing.get_context(method).Process(target=child, args=(f"{place}/{method}",))
        process.start()
        process.join()
        assert process.exitcode == 0
"""


def run(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "cutaway.run", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_script_and_its_children(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    (folder / "beside.py").write_text("STEP = 7")
    done = run("scripts/train.py", str(tmp_path / "log"), "--lr=1", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    logs = cutaway.open(tmp_path / "log")
    assert logs["."].scalars("argv").value.tolist() == [3]
    assert logs["."].scalars("argv").step.tolist() == [7]
    for method in ("fork", "spawn"):
        assert logs[method].tags() == ["cutaway.compat.tensorboardx.writer"]


def test_a_module(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "train.py").write_text(
        "import sys, tensorboardX\nprint(tensorboardX.SummaryWriter.__module__, sys.argv[1:], __name__)"
    )
    done = run("-m", "package.train", "-x", cwd=tmp_path)
    assert done.stdout.split("\n")[0] == "cutaway.compat.tensorboardx.writer ['-x'] __main__"
    assert done.returncode == 0


def test_traceback_and_exit_status_are_those_of_the_script(tmp_path: Path) -> None:
    (tmp_path / "fails.py").write_text("def f():\n    1 / 0\nf()")
    done = run("fails.py", cwd=tmp_path)
    alone = subprocess.run([sys.executable, "fails.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == alone.returncode == 1
    assert done.stderr == alone.stderr.replace(f'"{tmp_path}/fails.py"', '"fails.py"')
    (tmp_path / "ends.py").write_text("import sys; sys.exit(5)")
    assert run("ends.py", cwd=tmp_path).returncode == 5
    (tmp_path / "is_none.py").write_text("this is (")
    done = run("is_none.py", cwd=tmp_path)
    assert done.returncode == 1
    alone = subprocess.run([sys.executable, "is_none.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == alone.stderr.replace(f'"{tmp_path}/is_none.py"', '"is_none.py"')


def test_bad_arguments_are_one_line(tmp_path: Path) -> None:
    for arguments, expected in (
        ([], "a script is expected, got none"),
        (["--fast", "x.py"], "a script is expected, got --fast"),
        (["gone.py"], "SCRIPT must be the path of a script, got 'gone.py', which is not there"),
        (["-m", "no.such"], "SCRIPT must be a module that can be imported, got 'no.such'"),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert expected in done.stderr
    assert run("--help", cwd=tmp_path).stdout.startswith("usage: python -m cutaway.run")
