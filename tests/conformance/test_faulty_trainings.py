"""Trainings that go wrong in one way each: the rule that is meant finds it before all others, and names the layer."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tests.conformance.architectures import ARCHITECTURES
from tests.conformance.faulty_trainings import FAULTS, run

import cutaway
from cutaway.logs import checked
from cutaway.store.rules.finding import Finding

_PAIRS = [(name, place) for name in FAULTS for place in (0, 1)]


@pytest.mark.parametrize(
    ("name", "place"), [pytest.param(*pair, marks=pytest.mark.slow if pair[1] else ()) for pair in _PAIRS]
)
def test_the_rule_that_is_meant_is_first(
    name: str, place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fault = FAULTS[name]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        training = fault.training(fault.architectures[place])
        run(training, tmp_path / "run")
    if training.is_cut_off:
        # An hour after the last record.
        monkeypatch.setattr(checked, "time", SimpleNamespace(time=lambda: time.time() + 3600))
    found = cutaway.open(tmp_path)["cut off" if training.is_cut_off else "run"].findings()
    # Notes are no faults, where none is meant.
    said = [each for each in found if each.severity in ("error", "warning") or each.rule in fault.rules]
    if not fault.rules:
        assert said == []
        return
    _check(said, fault.rules, fault.beside, fault.row, fault.severity)


def _check(
    said: list[Finding], rules: tuple[str, ...], beside: tuple[str, ...], row: str | None, severity: str
) -> None:
    sentences = "\n".join(finding.sentence for finding in said)
    begin = min(finding.first_step for finding in said)
    at_first = [finding for finding in said if finding.first_step == begin]
    meant = [finding for finding in at_first if finding.rule in rules]
    assert meant, sentences
    # What goes wrong in consequence may be at the same step, as the loss that a layer has made NaN.
    others = {finding.rule for finding in at_first} - set(rules) - set(beside) - {"loss-not-finite"}
    assert others == set(), sentences
    assert meant[0].severity == severity, sentences
    if row is not None:
        assert meant[0].rows[0].startswith(row), sentences


def test_each_fault_is_in_two_of_ten_architectures() -> None:
    assert len(FAULTS) > 20
    assert len(ARCHITECTURES) == 10
    used = [architecture for fault in FAULTS.values() for architecture in fault.architectures]
    assert set(used) == set(ARCHITECTURES)
    assert all(first != second for first, second in (fault.architectures for fault in FAULTS.values()))
