"""Fitted polynomials are the ones that the values came from, and read as people write them."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.model.polynomial import Polynomial, fit

LETTERS = ("B", "T", "H")


@given(st.data(), st.integers(1, 3))
def test_what_is_fitted_is_what_was_there(data: st.DataObject, count: int) -> None:
    powers = list(product(range(3), repeat=count))
    coefficients = data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=len(powers), max_size=len(powers)))
    points = [data.draw(st.lists(st.integers(1, 5000), min_size=3, max_size=3, unique=True)) for _ in range(count)]
    letters = LETTERS[:count]
    terms = {each: Fraction(value) for each, value in zip(powers, coefficients, strict=True) if value}
    original = Polynomial(letters, terms)

    def at(sizes: tuple[int, ...]) -> int:
        return int(original(**dict(zip(letters, sizes, strict=True))))

    found = fit(letters, points, {sizes: at(sizes) for sizes in product(*points)})
    assert found == original
    elsewhere = tuple(data.draw(st.integers(1, 9999)) for _ in range(count))
    assert found(**dict(zip(letters, elsewhere, strict=True))) == at(elsewhere)


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(1, 50))
def test_sums(one: int, other: int, size: int) -> None:
    left = Polynomial(("B",), {(1,): Fraction(one)} if one else {})
    right = Polynomial(("B",), {(1,): Fraction(other)} if other else {})
    assert (left + right)(B=size) == (one + other) * size
    assert all((left + right).terms.values())


@pytest.mark.parametrize(
    ("terms", "unit", "short", "text"),
    [
        ({}, "", True, "0"),
        ({(0, 0): 7}, "", True, "7"),
        ({(1, 0): 1}, "", True, "B"),
        ({(1, 0): Fraction(1, 2)}, "", True, "B/2"),
        ({(0, 1): Fraction(3, 4), (0, 0): 1}, "", True, "3·T/4 + 1"),
        ({(1, 2): 24_576, (1, 1): 2_361_600, (0, 0): 768}, "", True, "24.58 k·B·T² + 2.362 M·B·T + 768"),
        ({(1, 2): 24_576, (0, 0): -768}, "", False, "24,576·B·T² − 768"),
        ({(1, 0): -2}, "", True, "−2·B"),
        ({(1, 0): 15_000, (0, 0): 12}, "bytes", True, "15.00 k·B + 12 bytes"),
    ],
)
def test_text(terms: dict[tuple[int, ...], int | Fraction], unit: str, short: bool, text: str) -> None:
    polynomial = Polynomial(("B", "T"), {powers: Fraction(value) for powers, value in terms.items()})
    assert polynomial.text(unit, short=short) == text


def test_constants() -> None:
    assert fit(("B",), [[1, 2, 3]], {(1,): 5, (2,): 5, (3,): 5}).is_constant
    assert not fit(("B",), [[1, 2, 3]], {(1,): 1, (2,): 2, (3,): 3}).is_constant
