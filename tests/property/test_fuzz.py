"""What is fuzzed holds for valid input, for what was ever found, and for a little of everything."""

from pathlib import Path

import pytest
from fuzz.seeds import seeds
from fuzz.targets import TARGETS
from hypothesis import given, settings
from hypothesis import strategies as st

FINDINGS = Path(__file__).resolve().parents[2] / "fuzz" / "findings"


@pytest.mark.parametrize("target", TARGETS)
def test_valid_input(target: str) -> None:
    found = seeds(target)
    assert found
    for seed in found:
        TARGETS[target](seed)


def test_what_was_found() -> None:
    for path in sorted(FINDINGS.glob("*/*")):
        TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=300))
def test_anything(target: str, data: bytes) -> None:
    TARGETS[target](data)


@given(
    seed=st.sampled_from(seeds("budget")), place=st.integers(0, 40), cut=st.integers(0, 3), data=st.binary(max_size=4)
)
@settings(derandomize=True)
def test_whatever_is_repeated_takes_memory_by_its_bytes(seed: bytes, place: int, cut: int, data: bytes) -> None:
    TARGETS["budget"](seed[:place] + data + seed[place + cut :])
