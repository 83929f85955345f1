"""Findings of a run that lies in event files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests import watch_log
from tests.layers import START, columns, names

import cutaway
from cutaway.events.first_bad import FirstBad
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.log_directory import LogDirectory
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.run_findings import RunFindings
from cutaway.store.rules.run_record import record_of

ROWS = names(3, ".weight")
NOW = START + 1e6


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    return LogDirectory(tmp_path)


def find(log: LogDirectory, findings: RunFindings | None = None, now: float = NOW) -> list[Finding]:
    """What is found in the one run, as it is now."""
    log.refresh()
    (run,) = log.runs()
    return (findings or RunFindings()).update(record_of(run), now)


def rules(found: list[Finding]) -> list[str]:
    return [finding.rule for finding in found if finding.severity != "unknown"]


def records(of: LayerColumns, start: int = 0, stop: int | None = None, tag: str = "") -> bytes:
    tag = tag or f"watch/{of.layout.kind}"
    part = slice(start, stop)
    return watch_log.records(tag, of.layout, of.steps[part].tolist(), of.values[part], with_layout=start == 0)


def exploding(steps: int = 200) -> LayerColumns:
    rms = 1e-3 * np.exp(0.2 * np.random.default_rng(0).standard_normal((steps, 3)))
    rms[150:160, 1] *= 100
    return columns("gradient", ROWS, rms, steps=steps)


def test_a_watch_is_judged(log: LogDirectory, tmp_path: Path) -> None:
    watch_log.write(tmp_path / "run", records(exploding()))
    (finding,) = [each for each in find(log) if each.severity != "unknown"]
    assert (finding.rule, finding.rows, finding.first_step) == ("exploding-gradient", ("layers.1.weight",), 150)
    assert finding.wall_time == START + 150


@pytest.mark.parametrize(("after", "severity"), [(0.5, "info"), (3.0, "warning"), (float("nan"), "warning")])
def test_a_gradient_that_grows_while_the_loss_falls_is_a_note(
    log: LogDirectory, tmp_path: Path, after: float, severity: str
) -> None:
    """A model that leaves a plateau has larger gradients than before, and learns."""
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(200):
            writer.add_scalar("train/loss", 2.0 if step < 150 else after, step)
    watch_log.write(tmp_path / "run", records(exploding()))
    (finding,) = [each for each in find(log) if each.rule == "exploding-gradient"]
    assert finding.severity == severity
    assert finding.sentence.endswith(", while train/loss fell.") == (severity == "info")


def test_the_layer_that_went_wrong_first_is_marked(log: LogDirectory, tmp_path: Path) -> None:
    """Neither a loss, nor a note, nor what came later, though it is worse."""
    share, bad = np.full((200, 1), 0.5), np.zeros((200, 3))
    share[40:], bad[60:] = 1, 1
    of_relu = columns("activation", ["act"], zero_share=share, classes="ReLU", steps=200)
    of_sigmoid = columns("activation", ["act", "last"], 0.999, mean=0.5, classes="Sigmoid", steps=200)
    watch_log.write(tmp_path / "run", records(of_relu))
    watch_log.write(tmp_path / "run", records(of_sigmoid, tag="other/activation"))
    watch_log.write(tmp_path / "run", records(columns("gradient", ROWS, nan=bad, steps=200)))
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_scalar("train/loss", float("nan"), 1)
    found = find(log)
    assert [each.rule for each in found if each.is_first_of_layers] == ["dead"]
    assert {"non-finite", "loss-not-finite", "saturated"} <= set(rules(found))


def test_what_comes_later_is_taken_in(log: LogDirectory, tmp_path: Path) -> None:
    of = exploding()
    live = RunFindings()
    watch_log.write(tmp_path / "run", records(of, 0, 100))
    assert rules(find(log, live)) == []
    for start in range(100, 200, 7):
        watch_log.write(tmp_path / "run", records(of, start, min(start + 7, 200)))
        found = find(log, live)
    assert found == find(log)
    assert rules(found) == ["exploding-gradient"]


def test_rows_that_change_are_judged_anew(log: LogDirectory, tmp_path: Path) -> None:
    live = RunFindings()
    few = columns("activation", names(2), zero_share=1.0, classes="ReLU", steps=30)
    watch_log.write(tmp_path / "run", records(few))
    assert len(find(log, live)[0].rows) == 2
    more = columns("activation", names(4), zero_share=1.0, classes="ReLU", steps=range(30, 60))
    watch_log.write(tmp_path / "run", records(more, tag="watch/activation~2"))
    found = find(log, live)
    assert found == find(log)
    assert {row for finding in found for row in finding.rows} == set(names(4))


def test_another_attempt_in_the_same_directory_begins_anew(log: LogDirectory, tmp_path: Path) -> None:
    live = RunFindings()
    bad = columns("gradient", ROWS, nan=1, steps=40)
    for number, of in enumerate((bad, columns("gradient", ROWS, steps=20))):
        start = START + 1000 * number
        data = watch_log.records("watch/gradient", of.layout, of.steps.tolist(), of.values, start=start)
        name = f"events.out.tfevents.{int(start)}.host.{number}.0"
        watch_log.write(tmp_path / "run", data, name=name, start=start)
        with cutaway.SummaryWriter(tmp_path / "run") as writer:
            for step in range(20):
                writer.add_scalar("loss", 1.0, step, walltime=start + step)
        find(log, live)
    assert find(log, live) == find(log)


def test_magnitudes_of_narrow_dtypes(log: LogDirectory, tmp_path: Path) -> None:
    of = columns("gradient", ROWS, dtype="float16", steps=30)
    counts = np.zeros((3, 3, 64), np.uint16)
    counts[..., 40], counts[:, 1, 20] = 60, 40
    data = watch_log.records("watch/gradient/magnitude", of.layout, [0, 10, 20], counts)
    watch_log.write(tmp_path / "run", records(of), data)
    (finding,) = [each for each in find(log) if each.severity != "unknown"]
    assert (finding.rule, finding.rows) == ("number-range", ("layers.1.weight",))


def test_a_learning_rate_of_zero_is_known_from_the_watch(log: LogDirectory, tmp_path: Path) -> None:
    still = columns("update", ROWS, 0.0, steps=30)
    watch_log.write(tmp_path / "run", records(still), records(columns("weight", ROWS, steps=30)))
    assert rules(find(log)) == ["not-updating"]
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(30):
            writer.add_scalar("watch/lr", 0.0, step)
    assert rules(find(log)) == []


def test_what_the_recording_found_is_read_from_its_text(log: LogDirectory, tmp_path: Path) -> None:
    nan = np.where(np.arange(30)[:, None] < 12, 0, 5)
    watch_log.write(tmp_path / "run", records(columns("gradient", ROWS, nan=nan, steps=30)))
    report = FirstBad(12, "backward", "layers.1", "Linear", "aten.div.Tensor", "SqrtBackward0")
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        writer.add_text("watch/findings", report.to_markdown(), 12)
        writer.add_text("watch/findings", "no table", 13)
    (finding,) = [each for each in find(log) if each.severity == "error"]
    assert finding.sentence.startswith(report.sentence())


def test_without_a_watch_that_is_said_once(log: LogDirectory, tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(0, 1000, 10):
            writer.add_scalar("loss", 2.0**-step, step)
    (finding,) = find(log)
    assert finding.severity == "unknown"
    assert "SummaryWriter.watch" in finding.sentence


def test_norms_and_histograms_of_others(log: LogDirectory, tmp_path: Path) -> None:
    live = RunFindings()
    with cutaway.SummaryWriter(tmp_path / "run") as writer:
        for step in range(200):
            for row in ROWS:
                writer.add_scalar(f"grad_2.0_norm/{row}", 1e3 if step > 180 else 1.0 + 0.1 * (step % 3), step)
            if step % 20 == 0:
                writer.add_histogram("activations/relu1", np.zeros(50), step)
                writer.add_histogram("activations/relu2", np.ones(50), step)
            if step % 50 == 0:
                find(log, live)
    found = find(log, live)
    assert rules(found) == ["exploding-gradient", "dead"]
    assert found == find(log)


def test_a_run_that_is_at_work_and_silent_has_stalled(log: LogDirectory, tmp_path: Path) -> None:
    writer = cutaway.SummaryWriter(tmp_path / "run", purge_step=0)
    for step in range(50):
        writer.add_scalar("accuracy", 0.5, step, walltime=START + step)
    writer.flush()
    assert rules(find(log, now=START + 7200)) == ["stalled"]
    assert rules(find(log, now=START + 100)) == []
    writer.close()
    assert rules(find(log, now=START + 7200)) == []


@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda data: data[:2000] + b"\0" * 50 + data[2050:]])
def test_damaged_records_are_passed_over(log: LogDirectory, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = watch_log.write(tmp_path / "run", records(exploding()))
    path.write_bytes(damage(path.read_bytes()))
    assert isinstance(find(log), list)


def test_a_file_that_is_gone_is_no_fault(log: LogDirectory, tmp_path: Path) -> None:
    path = watch_log.write(tmp_path / "run", records(exploding()))
    log.refresh()
    (run,) = log.runs()
    record = record_of(run)
    path.unlink()
    assert isinstance(RunFindings().update(record, NOW), list)
