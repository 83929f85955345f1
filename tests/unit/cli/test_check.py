"""What went wrong in a log, in the terminal and for CI."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests import watch_log
from tests.layers import columns, names

import cutaway
from cutaway.cli import main
from cutaway.cli.sparkline import sparkline

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A run with an error, one with a warning, and one with nothing."""
    log = tmp_path / "log"
    with cutaway.SummaryWriter(log / "broken") as writer:
        for step in range(60):
            writer.add_scalar("loss", float("nan") if step > 40 else 2.0, step)
    share = np.where(np.arange(60)[:, None] < 30, 0.5, 1.0)
    of = columns("activation", names(12, ".act"), zero_share=share, classes="ReLU", steps=60)
    watch_log.write(log / "dead", watch_log.records("watch/activation", of.layout, of.steps.tolist(), of.values))
    with cutaway.SummaryWriter(log / "well") as writer:
        for step in range(0, 1000, 10):
            writer.add_scalar("loss", 1 / (1 + step), step)
    return log


def check(*words: object) -> int:
    return main(["check", *map(str, words)])


def test_findings_of_each_run(logdir: Path, capsys: Capture) -> None:
    assert check(logdir) == 1
    text = capsys.readouterr().out
    assert re.search(r"^broken  1 finding$", text, re.M)
    assert re.search(r"^  error    Loss not finite +▁+×+$", text, re.M)
    assert "loss is NaN from step 41 on, at 19 of 60 points." in text
    assert re.search(r"^  warning  Dead layer, first +▁+█+$", text, re.M)
    assert "layers.0–11.act (12 layers) are dead at steps 30–59: every output is zero." in text
    assert "Nothing found in well." in text
    assert "Not enough data in" in text
    assert "SummaryWriter.watch records them" in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_line_is_wider_than_it_may_be(logdir: Path, capsys: Capture, width: int) -> None:
    check(logdir, "--width", width)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= width


@pytest.mark.parametrize(
    ("run", "severity", "status"),
    [
        ("broken", "error", 1),
        ("broken", "info", 1),
        ("broken", "never", 0),
        ("dead", "error", 0),
        ("dead", "warning", 1),
        ("well", "info", 0),
    ],
)
def test_the_exit_status_is_for_ci(logdir: Path, run: str, severity: str, status: int) -> None:
    assert check(logdir, "--run", run, "--fail-on", severity) == status


def test_json(logdir: Path, capsys: Capture) -> None:
    assert check(logdir, "--json") == 1
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    dead = next(each for each in found if each["rule"] == "dead")
    assert (dead["run"], dead["severity"], dead["first_step"], dead["last_step"]) == ("dead", "warning", 30, 59)
    assert (dead["rows"], dead["kind"], dead["value"]) == (names(12, ".act"), "activation", 1.0)
    assert next(each for each in found if each["rule"] == "loss-not-finite")["value"] == "NaN"
    assert {each["run"] for each in found} == {"broken", "dead", "well"}


def test_another_threshold(logdir: Path) -> None:
    assert check(logdir, "--run", "dead", "--fail-on", "warning", "--set", "consecutive=40") == 0
    assert check(logdir, "--run", "well", "--fail-on", "warning", "--set", "falling_share=2") == 1


@pytest.mark.parametrize(
    "given", ["dead_share", "dead_share=", "dead_share=x", "dead_share=0", "nothing=1", "history=1.5"]
)
def test_other_thresholds_are_refused_in_one_line(logdir: Path, capsys: Capture, given: str) -> None:
    assert check(logdir, "--set", given) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"cutaway: --set {given}: ")
    assert error.count("\n") == 1


def test_bad_input_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    for words in ((tmp_path / "nowhere",), (), (tmp_path, "--fail-on", "bad"), (tmp_path, "--run", "x")):
        assert check(*words) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_run_that_is_the_directory_itself_has_a_name(tmp_path: Path, capsys: Capture) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("train/loss", 1.0, 0)
    assert main(["check", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "Nothing found in the directory itself." in output
    assert "Not enough data in the directory itself:" in output


def test_damage_is_told(logdir: Path, capsys: Capture) -> None:
    (path,) = (logdir / "dead").iterdir()
    path.write_bytes(path.read_bytes()[:-20])
    check(logdir)
    assert "unfinished: dead/" in capsys.readouterr().out


def test_names_do_nothing_to_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    of = columns("activation", ["\x1b[31mred\x07"], zero_share=1.0, classes="ReLU", steps=60)
    run = tmp_path / "log" / "[bold]run"
    watch_log.write(run, watch_log.records("watch/activation", of.layout, of.steps.tolist(), of.values))
    check(tmp_path / "log")
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]run  1 finding" in text


def test_programs_get_the_same(logdir: Path) -> None:
    logs = cutaway.open(logdir)
    found = logs.findings()
    assert list(found) == logs.runs
    assert [each.rule for each in found["dead"] if each.severity == "warning"] == ["dead"]
    assert logs["dead"].findings() == found["dead"]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([1.0], ""),
        ([0, 1, 2, 3], "▁▃▆█"),
        ([5, 5, 5], "▁▁▁"),
        ([1.0, float("nan"), float("inf"), 2.0], "▁××█"),
        ([1e-6, 1e-3, 1.0], "▁▅█"),
        ([float("nan")] * 3, "×××"),
    ],
)
def test_sparklines(values: list[float], line: str) -> None:
    assert sparkline(np.array(values, float), 20) == line
    assert len(sparkline(np.arange(1000.0), 20)) == 20
