"""What TensorFlow tests of its summaries and its writer: it holds of ours too, but for what the documentation lists."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.conformance.tensorflow_programs import ENVIRONMENT, ROOT, TENSORFLOW_PYTHON
from tests.patience import LONG_PATIENCE

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("tensorflow_behaviours.py")


def failures(library: str, directory: Path) -> dict[str, str]:
    """The failure of each behaviour, an empty text where there is none, by TensorFlow's name of its test."""
    assert TENSORFLOW_PYTHON.exists(), "make test-all installs TensorFlow"
    command = [str(TENSORFLOW_PYTHON), str(PROGRAM), library, str(directory)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def documented() -> dict[str, str]:
    """The reason for each of TensorFlow's tests that the documentation lists."""
    text = (ROOT / "docs" / "tensorflow-1.md").read_text()
    rows = re.findall(r"^\| (`test[^|]*) \| ([^|]*) \|$", text, re.MULTILINE)
    return {name: reason for names, reason in rows for name in re.findall(r"`(\w+)`", names)}


def test_tensorflow_does_what_is_told_of_it(tmp_path: Path) -> None:
    assert [failure for failure in failures("tensorflow", tmp_path).values() if failure] == []


def test_differences_are_those_that_are_documented(tmp_path: Path) -> None:
    found = failures("cutaway", tmp_path)
    assert len(found) > 50
    for label, failure in found.items():
        # The same with a session and without.
        assert bool(failure) == bool(found[label.split(",")[0]]), failure
    different = {label.split(",")[0]: failure for label, failure in found.items() if failure}
    reasons = documented()
    assert set(different) == set(reasons), "\n".join(different[name] for name in set(different) - set(reasons))
    # Those of which the mark is the only difference are told from the others.
    marked = {name for name, failure in different.items() if failure == "end mark"}
    assert marked == {name for name, reason in reasons.items() if "mark at its end" in reason}
