"""What all commands share: dispatch, ``--version``, one line for bad input."""

import subprocess
import sys
from pathlib import Path

import pytest

from cutaway import __version__
from cutaway.cli import main
from cutaway.events import core


def test_version_names_the_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(["--version"])
    assert exit_info.value.code == 0
    assert capsys.readouterr().out == f"cutaway {__version__} ({core.implementation} kernel)\n"


@pytest.mark.parametrize("command", [["--help"], ["summary", "--help"], ["demo", "--help"]])
def test_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(command)
    assert exit_info.value.code == 0
    output = capsys.readouterr().out
    assert output.startswith("usage: cutaway")


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    output = capsys.readouterr().out
    assert "  summary" in output
    assert "  demo" in output


@pytest.mark.parametrize(
    "command",
    [
        ["--no-such-flag"],
        ["summary"],
        ["summary", "--no-such-flag", "x:y"],
        ["demo", "--steps", "0"],
        ["demo", "--steps", "many"],
        ["demo", "--logdir", __file__],
        ["no-such-directory"],
        [],
    ],
)
def test_bad_input_is_one_line(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cutaway: ")
    assert captured.err.count("\n") == 1


def test_runs_as_a_module(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cutaway", "nothing-here"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert result.returncode == 2
    assert "--logdir" in result.stderr
    assert "Traceback" not in result.stderr
