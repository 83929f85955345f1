"""What is said of a failure, by which of several ranks, and when."""

from dataclasses import replace
from typing import Any

import pytest

from cutaway.events.first_bad import FirstBad
from cutaway.record.watch.voice import Voice

FOUND = FirstBad(7, "forward", "layers.0", "Linear", "aten.log.default", "", "", "", "", "")
VAGUE = replace(FOUND, phase="after the backward")


class Store:
    """Counts, as that of torch.distributed."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def add(self, key: str, amount: int) -> int:
        self.counts[key] = self.counts.get(key, 0) + amount
        return self.counts[key]


class GoneStore:
    def add(self, key: str, amount: int) -> int:
        raise RuntimeError("the process has ended")


def said(capfd: pytest.CaptureFixture[str]) -> list[str]:
    text = capfd.readouterr().err
    return [line for line in text.splitlines() if line.startswith(("Cutaway", "  rank"))]


def test_one_process_says_it_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    Voice().say(VAGUE)
    assert len(said(capfd)) == 1


@pytest.mark.parametrize(
    ("found", "by"),
    [((FOUND, FOUND), 0), ((None, FOUND), 1), ((VAGUE, FOUND), 1), ((FOUND, VAGUE), 0), ((VAGUE, None), 0)],
)
def test_ranks_say_it_once(found: tuple[FirstBad | None, ...], by: int, capfd: pytest.CaptureFixture[str]) -> None:
    store = Store()
    ranks = [Voice(rank, store, "key") for rank in (0, 1)]
    for _ in range(2):
        for voice, each in reversed(list(zip(ranks, found, strict=True))):
            if each is not None:
                voice.say(each)
        # Steps go on together.
        for _ in range(5):
            for voice in reversed(ranks):
                voice.step_done()
        assert said(capfd)[1:] == (["  rank           1"] if by else [])
    for voice in ranks:
        voice.close()
    assert said(capfd) == []


@pytest.mark.parametrize("store", [Store(), GoneStore()])
def test_what_waits_at_the_end_is_said(store: Any, capfd: pytest.CaptureFixture[str]) -> None:
    voice = Voice(1, store, "key")
    voice.say(FOUND)
    voice.step_done()
    assert said(capfd) == []
    voice.close()
    assert len(said(capfd)) == 2
