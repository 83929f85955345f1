"""Polynomials with exact coefficients in named sizes: fitted on a grid, evaluated, and written as people write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from cutaway.model.values_text import si

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Polynomial:
    """`terms` maps the powers of the `letters` to a coefficient that is not zero."""

    letters: tuple[str, ...]
    terms: Mapping[tuple[int, ...], Fraction]

    def __call__(self, **sizes: int) -> int | Fraction:
        """The value at given sizes; a whole number as an int. KeyError without a size of one of the letters."""
        total = Fraction(0)
        for powers, coefficient in self.terms.items():
            term = coefficient
            for letter, power in zip(self.letters, powers, strict=True):
                term *= sizes[letter] ** power
            total += term
        return int(total) if total.denominator == 1 else total

    def __add__(self, other: "Polynomial") -> "Polynomial":
        terms = dict(self.terms)
        for powers, coefficient in other.terms.items():
            terms[powers] = terms.get(powers, Fraction(0)) + coefficient
        return Polynomial(self.letters, {powers: value for powers, value in terms.items() if value})

    @property
    def is_constant(self) -> bool:
        """Whether no letter is in it."""
        return all(not any(powers) for powers in self.terms)

    def text(self, unit: str = "", *, short: bool = True) -> str:
        """The formula, as 24.58 k·B·T² + 2.362 M·B·T + 768, highest power first, with unit; not `short`: all digits."""
        if not self.terms:
            return "0"
        parts = []
        for powers, coefficient in sorted(self.terms.items(), key=lambda term: (-sum(term[0]), *(-p for p in term[0]))):
            letters = "·".join(
                letter + (str(power).translate(_SUPERSCRIPTS) if power > 1 else "")
                for letter, power in zip(self.letters, powers, strict=True)
                if power
            )
            number = _number(abs(coefficient), short)
            body = number if not letters else letters if number == "1" else _times(number, letters)
            parts.append((" − " if coefficient < 0 else " + ") + body)
        text = "".join(parts)
        text = text.removeprefix(" + ") if text.startswith(" + ") else "−" + text.removeprefix(" − ")
        # Behind it all: next to a number it could be one of the letters.
        return f"{text} {unit}" if unit else text

    def __str__(self) -> str:
        return self.text(short=False)


def fit(letters: Sequence[str], points: Sequence[Sequence[int]], values: Mapping[tuple[int, ...], int]) -> Polynomial:
    """The polynomial through `values`, given at every combination of the `points` of each letter.

    Of each letter it has at most the power of the number of its points less one. `values` maps sizes in the order of
    the letters to what was found there.
    """
    first = next(iter(values.values()))
    if all(value == first for value in values.values()):
        return Polynomial(tuple(letters), {(0,) * len(letters): Fraction(first)} if first else {})
    table: dict[tuple[int, ...], Fraction] = {key: Fraction(value) for key, value in values.items()}
    axes: list[Sequence[int]] = list(points)
    for axis in range(len(letters)):
        # Along this axis the sizes give way to powers; those before have done so already.
        known = [range(len(each)) if idx < axis else each for idx, each in enumerate(axes)]
        others = product(*known[:axis], *known[axis + 1 :])
        powers: dict[tuple[int, ...], Fraction] = {}
        for other in others:
            line = [table[*other[:axis], size, *other[axis:]] for size in axes[axis]]
            for power, coefficient in enumerate(_through(axes[axis], line)):
                powers[*other[:axis], power, *other[axis:]] = coefficient
        table = powers
    return Polynomial(tuple(letters), {key: value for key, value in table.items() if value})


def _through(points: Sequence[int], values: Sequence[Fraction]) -> list[Fraction]:
    """Coefficients, the lowest power first, by Newton's divided differences."""
    differences = list(values)
    for step in range(1, len(points)):
        for idx in range(len(points) - 1, step - 1, -1):
            differences[idx] = (differences[idx] - differences[idx - 1]) / (points[idx] - points[idx - step])
    found = [Fraction(0)] * len(points)
    for idx in range(len(points) - 1, -1, -1):
        # found = found * (x - points[idx]) + differences[idx]
        shifted = [Fraction(0), *found[:-1]]
        found = [high - points[idx] * low for high, low in zip(shifted, found, strict=True)]
        found[0] += differences[idx]
    return found


def _number(value: Fraction, short: bool) -> str:
    if value.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    return si(int(value)) if short and value >= 10_000 else f"{int(value):,}"


def _times(number: str, letters: str) -> str:
    """3·B, and H/2 for a half of H."""
    top, slash, bottom = number.partition("/")
    if slash:
        return f"{letters}/{bottom}" if top == "1" else f"{top}·{letters}/{bottom}"
    return f"{number}·{letters}"
