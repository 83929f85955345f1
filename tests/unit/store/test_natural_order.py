"""Names with numbers in the order that people expect."""

from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.natural_order import natural_key


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
