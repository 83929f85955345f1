"""Names with numbers in the order that people expect, by keys that both twins make alike."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events import _pure_order, core
from cutaway.events.core import natural_key

NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")
TWINS = pytest.mark.parametrize("key", [natural_key, _pure_order.natural_key], ids=[core.implementation, "pure"])
NAMES = st.text(alphabet="aBß0129./ \0\1\2\n\ud800\uffff\U0001f600٣", max_size=8) | st.text(
    alphabet="aZ[09./\0\x7f", max_size=12
)


def parts(name: str) -> object:
    """The same order by lists of what a name is made of."""
    found: list[object] = []
    for place, part in enumerate(NUMBER.split(name)):
        whole, _, fraction = part.partition(".")
        digits = whole.lstrip("0")
        found.append((len(digits), digits, fraction) if place % 2 else part.casefold())
    return found, name


def test_numbers_count_as_numbers() -> None:
    expected = [".", "Layer1/loss", "layer2/loss", "layer10/loss", "lr=0.005", "lr=0.05", "lr=0.3", "lr=1", "lr=10.5"]
    shuffled = list(reversed(expected))
    assert sorted(shuffled, key=natural_key) == expected


def test_module_paths_hold_no_fractions() -> None:
    expected = ["blocks.0.2.bias", "blocks.0.10.bias", "blocks.1.0.bias"]
    shuffled = list(reversed(expected))
    assert sorted(shuffled, key=natural_key) == expected


def test_thousands_of_digits_are_a_number_too() -> None:
    long = "9" * 100_000
    assert sorted([long, "x", "10", "2"], key=natural_key) == ["2", "10", long, "x"]


@given(st.lists(st.text(alphabet="aB0129./ ٣", max_size=8), unique=True), st.randoms())
def test_the_order_is_total(names: list[str], random: object) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)


@TWINS
@given(names=st.lists(NAMES, max_size=8))
def test_the_order_is_that_of_the_parts(key: Callable[[str], str], names: list[str]) -> None:
    assert sorted(names, key=key) == sorted(names, key=parts)  # type: ignore[arg-type]


@given(NAMES)
def test_both_twins_make_the_same_key(name: str) -> None:
    assert natural_key(name) == _pure_order.natural_key(name)


@pytest.mark.parametrize("length", [0, 1, 2, 124, 125, 126, 127, 128, 199, 200, 201, 5000])
def test_both_twins_make_the_same_key_of_long_names(length: int) -> None:
    for name in (
        "7" * length,
        "0" * length,
        "a" * length + "1",
        f"x.{'3' * length}.5",
        f"1.{'3' * length}",
        "\0" * length,
    ):
        assert natural_key(name) == _pure_order.natural_key(name)


def test_numbers_of_any_length_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pure_order, "_COUNTED", 20)
    monkeypatch.setattr(_pure_order, "_PART", _pure_order._Parts().__getitem__)
    names = [
        f"{first}{'3' * length}{last}" for length in (0, 1, 18, 19, 20, 21, 200) for first in "19" for last in "19"
    ]
    assert sorted(names, key=_pure_order.natural_key) == sorted(names, key=int)


def test_the_order_holds_when_parts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pure_order, "_MOST_PARTS", 3)
    monkeypatch.setattr(_pure_order, "_PART", _pure_order._Parts().__getitem__)
    names = [f"layer{number}/w{number % 7}" for number in range(50)]
    assert sorted(dict.fromkeys(reversed(names)), key=_pure_order.natural_key) == names
