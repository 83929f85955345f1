"""Figures in sentences."""

import pytest

from cutaway.store.rules.figures import figure


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (7243.7, "7,240"),
        (0.012, "0.012"),
        (0.00012345, "0.000123"),
        (-3.14159, "−3.14"),
        (1e-7, "1e−7"),
        (1.64e-10, "1.64e−10"),
        (2.13e9, "2.13e9"),
        (-1e30, "−1e30"),
        (999999.9, "1e6"),
        (float("nan"), "nan"),
    ],
)
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text
