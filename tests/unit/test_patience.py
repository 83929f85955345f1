"""Bounds of waiting are in one place, and a wait that ends in vain tells for what."""

import re
from pathlib import Path

import pytest
from tests import patience

TESTS = Path(__file__).parents[1]
#: A bound of its own, or a wait for a time.
FORBIDDEN = re.compile(r"timeout\s*=\s*[0-9]|mark\.timeout|wait_for_timeout|timeout\(\s*[0-9]")


def test_no_test_has_a_bound_of_its_own() -> None:
    found = [
        f"{path.relative_to(TESTS)}:{number}: {line.strip()}"
        for path in TESTS.rglob("*.py")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert found == []


def test_what_was_waited_for_and_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(10))
    assert patience.until("a five", lambda: next(numbers), lambda number: number == 5) == 5
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    with pytest.raises(AssertionError, match="waited 0 s for a five; there was 3 instead"):
        patience.until("a five", lambda: 3, lambda number: number == 5)
