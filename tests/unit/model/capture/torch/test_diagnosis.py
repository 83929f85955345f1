"""What a failed forward says: as golden text, one report for each classic mistake.

``python -m tests.unit.model.capture.torch.test_diagnosis`` writes the text anew; look at the changes then.
"""

import re
from pathlib import Path

import pytest
from tests.unit.model.capture.torch.mistakes import MISTAKES

from cutaway.model.result import ForwardError
from cutaway.model.summary import summary

GOLDEN = Path(__file__).with_name("mistakes.txt")


def report(name: str) -> str:
    """The table and the facts below it, without line numbers."""
    make, sizes, dtype = MISTAKES[name]
    with pytest.raises(ForwardError) as raised:
        summary(make(), sizes, dtypes=dtype, verbose=False)
    assert isinstance(raised.value.__cause__, Exception)
    text = raised.value.summary.to_text(110)
    return re.sub(r"mistakes\.py:\d+", "mistakes.py:LINE", text)


def reports() -> str:
    """All of them."""
    return "\n\n".join(f"### {name}\n\n{report(name)}" for name in MISTAKES) + "\n"


@pytest.mark.parametrize("name", MISTAKES)
def test_golden(name: str) -> None:
    golden = dict(part.split("\n\n", 1) for part in GOLDEN.read_text("utf-8").removeprefix("### ").split("\n\n### "))
    assert report(name) == golden[name].rstrip("\n")


@pytest.mark.parametrize("name", MISTAKES)
def test_every_report_says_what_to_change(name: str) -> None:
    assert re.search(r"^Try  ", report(name), re.MULTILINE)


def test_the_message_says_it_too() -> None:
    make, sizes, _ = MISTAKES["features behind convolutions"]
    with pytest.raises(
        ForwardError, match=r"layer 3 \(Linear\) failed .* with input 2×1568: .* make it Linear\(1568, 10\)"
    ):
        summary(make(), sizes, verbose=False)


if __name__ == "__main__":
    GOLDEN.write_text(reports(), "utf-8")
